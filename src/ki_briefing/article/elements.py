"""What a reader makes of a file: elements in reading order, and what the file says about the whole. Free of markup."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from ki_briefing.model.text import Omission


class ElementKind(StrEnum):
    """What a reader sees, before anyone knows what it is for."""

    HEADING = "heading"
    ENTRY = "entry"  # announces an entry of a live ticker
    PARAGRAPH = "paragraph"
    ITEM = "item"
    QUOTE = "quote"
    ATTRIBUTION = "attribution"  # says who said the quotation above it
    QUESTION = "question"
    ANSWER = "answer"
    CODE = "code"
    TABLE = "table"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Element:
    """A piece of the written text.

    Attributes:
        level: Depth of a heading or list item, 1 for the outermost.
        url: The first link in it, or empty; of a caption, its picture's address.
        linked: Nothing but links stands in it.
        bold: Nothing but bold letters stand in it.
        speaker: Who asks or answers; empty if nobody is named.
        reason: Why it is not spoken; empty: it may be.
    """

    kind: ElementKind
    text: str
    level: int = 1
    url: str = ""
    linked: bool = False
    bold: bool = False
    speaker: str = ""
    reason: str = ""

    def unspoken(self, reason: str) -> Element:
        """Return it as something that is not spoken, for this reason unless it has one."""
        return replace(self, reason=reason) if reason and not self.reason else self


@dataclass(frozen=True, slots=True)
class About:
    """What a file says about its article beside the text; empty where it is silent.

    Attributes:
        correction: What was wrong in an earlier version.
        omitted: What stands there and is not spoken.
        page: It is a whole page of HTML.
        paid: It says that not everybody may read it.
        gallery: It says that it is a gallery of pictures.
    """

    title: str = ""
    teaser: str = ""
    url: str = ""
    author: str = ""
    published: datetime | None = None
    image: str = ""
    language: str = "de"
    embargo: datetime | None = None
    correction: str = ""
    omitted: tuple[Omission, ...] = ()
    page: bool = False
    paid: bool = False
    gallery: bool = False
