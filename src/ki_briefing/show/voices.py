"""Who speaks in a show: the tables ``[voice]``, ``[voices.NAME]`` and ``[cast]`` of show.toml.

The cast says by what an utterance is, and whose it is, which voice it has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from ki_briefing.base.records import ONE_OR_MORE, Named, Options
from ki_briefing.model.text import SegmentKind, UtteranceRole

if TYPE_CHECKING:
    from collections.abc import Iterator

EMBEDDED = "embedded"
"""As ``[voice] engine``: the embedded voice that is understood best, of those that this machine has."""

ENTRY_POINTS = "ki_briefing.engines"


def engine_names() -> tuple[str, ...]:
    """Return the names of all engines of this machine."""
    from importlib.metadata import entry_points

    return tuple(point.name for point in entry_points(group=ENTRY_POINTS))


class Extent(StrEnum):
    """How much of what a voice has to say is said by another if it cannot say some of it."""

    EPISODE = "episode"
    SEGMENT = "segment"


@dataclass(frozen=True, slots=True)
class Voice:
    """``[voice]``, who speaks, or ``[voices.NAME]``, one of several.

    Attributes:
        engine: Name of an engine (``ki-briefing voices`` lists them), or ``embedded``.
        fallback: Who speaks instead if this voice cannot, the first of them who can: names of ``[voices]``, or engines
            with their default settings; none: the build fails. A voice of ``[voices]`` without a list has that of
            ``[voice]``, and its ``fallback_by``.
        fallback_by: ``episode``: if there is one utterance that a voice cannot say, all that it has to say in the
            episode is said by the next; ``segment``: all in that chapter.
        title: What transcripts call it where several voices speak; empty: the NAME, for ``[voice]`` the engine's,
            with a capital.
        credit: Line for the notes, e.g. the voice's licence; empty: the engine's own.
        listen: Hear each utterance when it is spoken, and say one again that is not understood.
        cloned: It was made to sound like somebody, and the notice says so.
        consent: Who agreed to that and when; without it a cloned voice is refused.
        options: All other keys; the engine reads them.
    """

    engine: str = "espeak"
    fallback: Annotated[tuple[str, ...], ONE_OR_MORE] = ()
    fallback_by: Extent = Extent.EPISODE
    title: str = ""
    credit: str = ""
    listen: bool = False
    cloned: bool = False
    consent: str = ""
    options: Options = field(default_factory=Options)

    def spoken_by(self, engine: str) -> Voice:
        """Return this voice with another engine and that engine's default settings."""
        return replace(self, engine=engine, options=Options(), cloned=False, consent="")


@dataclass(frozen=True, slots=True)
class Languages:
    """``[cast.languages]``: which voice says what is in another language, for the languages that a script tells apart.

    Attributes:
        en: English.
    """

    en: str = ""


@dataclass(frozen=True, slots=True)
class Cast:
    """``[cast]``: which voice says what, by names of ``[voices]`` or of engines.

    Of the keys that fit an utterance the most specific one decides, in this order: its language, who says it in an
    interview, its role (``quote``, ``question``, ``answer``, ``headline``, ``teaser``, ``heading``, ``list_item``), its
    segment (``key_points``, ``explainer``) or that it is the show's own words (``frame``), the article's author,
    ``default``. What is left has the voice of ``[voice]``.

    Attributes:
        quote: Quotations that are paragraphs of their own.
        heading: Headings of sections, also that of *In Kürze*.
        languages: Utterances that are in another language as a whole, e.g. an English quotation.
        speakers: Questions and answers of an interview, by the name before them in the article.
        authors: The article's text, by its author.
    """

    default: str = ""
    frame: str = ""
    headline: str = ""
    teaser: str = ""
    heading: str = ""
    list_item: str = ""
    quote: str = ""
    question: str = ""
    answer: str = ""
    key_points: str = ""
    explainer: str = ""
    languages: Languages = Languages()
    speakers: tuple[Named[str], ...] = ()
    authors: tuple[Named[str], ...] = ()

    @property
    def voices(self) -> Iterator[tuple[str, str]]:
        """Yield each key and the voice that it names."""
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, tuple):
                yield from ((f"{item.name}: {each.name}", each.value) for each in value)
            elif isinstance(value, str) and value:
                yield item.name, value
        if self.languages.en:
            yield "languages: en", self.languages.en

    def voice_of(
        self, role: UtteranceRole, kind: SegmentKind, *, language: str = "", speaker: str = "", author: str = ""
    ) -> str:
        """Return the name of the voice for an utterance; empty: that of ``[voice]``.

        Args:
            kind: Of its segment.
            language: Of the utterance as a whole, if it is not the article's.
            speaker: Who says it in an interview.
            author: The article's, as its byline has it.
        """
        own_words = role is UtteranceRole.FRAME
        rules = (
            getattr(self.languages, language, ""),
            _found(speaker, self.speakers),
            getattr(self, role.replace(" ", "_"), ""),
            getattr(self, kind.replace(" ", "_"), ""),
            "" if own_words else _found(author, self.authors),
            self.default,
        )
        return next(filter(None, rules), "")


def _found(who: str, names: tuple[Named[str], ...]) -> str:
    """Return the value of the name that stands first in a byline, as whole words."""
    places = ((re.search(rf"(?<!\w){re.escape(each.name)}(?!\w)", who, re.IGNORECASE), each.value) for each in names)
    return min(((place.start(), value) for place, value in places if place), default=(0, ""))[1]
