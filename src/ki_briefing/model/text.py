"""The values of the text, one type per step: Article -> Script. All are frozen. ``model.sound`` continues."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from ki_briefing.model.spans import Pronunciation, Span


# --- Article: what was written, by role -----------------------------------------------------------------------------


class BlockKind(StrEnum):
    """The kinds of running text in an article."""

    PARAGRAPH = "paragraph"
    LIST_ITEM = "list item"
    QUOTE = "quote"
    SUBHEADING = "subheading"
    QUESTION = "question"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, list item, quotation or sub-heading, as plain text without inline markup.

    Attributes:
        level: Depth of a list item or sub-heading, 1 for the outermost; 0 for the others.
        speaker: Who asks or answers in an interview; empty if nobody is named.
    """

    kind: BlockKind
    text: str
    level: int = 0
    speaker: str = ""


class SectionRole(StrEnum):
    """The purposes of a section."""

    SECTION = "section"
    EXPLAINER = "explainer"


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of the article.

    Attributes:
        heading: As written, without markup. The lead section carries the article's headline, if one was written.
        anchor: ASCII slug of the heading, unique in the article: ``#anchor`` on the article's page.
        picture: Address or path of its first picture; empty if none.
    """

    heading: str
    blocks: tuple[Block, ...]
    anchor: str
    role: SectionRole = SectionRole.SECTION
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """One of the *Quellen*; ``url`` is the link given in the article, or empty."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Omission:
    """Something written that is not spoken, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Article:
    """A written article, by role and free of markup.

    Attributes:
        headline: The article's title; its first words if nobody wrote one.
        teaser: The line that sums the article up; empty if it has none.
        key_points: The bullets of *In Kürze*.
        sections: In reading order, explainers included; the first one is the lead under the headline.
        sources: The *Quellen*.
        omitted: What is never spoken, and why (captions, code, advertisements, link-only lines ...).
        url: The article's own address; empty if unknown.
        image: Address or path of its picture; empty if none.
        embargo: It must not be public before this moment; None: no such wish.
        headed: Somebody wrote the headline.
        correction: What was wrong in an earlier version of it, as the newsroom says; empty if it says nothing.
    """

    headline: str
    teaser: str
    key_points: tuple[str, ...]
    sections: tuple[Section, ...]
    sources: tuple[Reference, ...] = ()
    omitted: tuple[Omission, ...] = ()
    url: str = ""
    author: str = ""
    published: datetime | None = None
    image: str = ""
    language: str = "de"
    embargo: datetime | None = None
    headed: bool = True
    correction: str = ""

    @property
    def wording(self) -> tuple[str, ...]:
        """What it says, part by part, from the headline on; without its sources and what is never spoken."""
        said = [self.headline, self.teaser, *self.key_points]
        for section in self.sections:
            said += (section.heading, *(text for block in section.blocks for text in (block.speaker, block.text)))
        return tuple(said)


# --- Script: what will be said --------------------------------------------------------------------------------------


class SegmentKind(StrEnum):
    """The parts of an episode, in the order they are usually heard."""

    INTRO = "intro"
    KEY_POINTS = "key points"
    SECTION = "section"
    EXPLAINER = "explainer"
    OUTRO = "outro"


class UtteranceRole(StrEnum):
    """Where an utterance comes from."""

    FRAME = "frame"  # the show's own words, from a template of [frames]
    HEADLINE = "headline"
    TEASER = "teaser"
    HEADING = "heading"
    KEY_POINT = "key point"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list item"
    QUOTE = "quote"
    QUESTION = "question"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Utterance:
    """What an engine says in one breath: a sentence, or a clause of a long one.

    Attributes:
        written: The written form, as in the article; transcripts show it.
        spoken: The spoken form, with numbers and abbreviations in words.
        pause: Silence after it [ms].
        spans: Where the two forms differ, in order, without overlap.
        pronunciations: In order, without overlap.
        voice: Name of the voice that has it by the cast; empty: that of ``[voice]``.
    """

    written: str
    spoken: str
    role: UtteranceRole
    pause: int
    spans: tuple[Span, ...] = ()
    pronunciations: tuple[Pronunciation, ...] = ()
    voice: str = ""

    @property
    def respelled(self) -> str:
        """``spoken`` with respellings for the words that a voice that reads only letters would get wrong."""
        pieces: list[str] = []
        at = 0
        for each in self.pronunciations:
            if each.respelling:
                pieces += (self.spoken[at : each.start], each.respelling)
                at = each.end
        return "".join(pieces) + self.spoken[at:]

    def spoken_range(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of ``spoken`` that corresponds to ``respelled[start:end]``: all of a respelled word."""
        return self._spoken_at(start, end=False), self._spoken_at(end, end=True)

    def _spoken_at(self, at: int, *, end: bool) -> int:
        shift = 0
        for each in self.pronunciations:
            if not each.respelling:
                continue
            begin = each.start + shift
            if at < begin or (end and at == begin):
                break
            if at < begin + len(each.respelling) or (end and at == begin + len(each.respelling)):
                return each.end if end else each.start
            shift = begin + len(each.respelling) - each.end
        return at - shift

    def written_range(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of ``written`` that corresponds to ``spoken[start:end]``."""
        return self._written_at(start, end=False), self._written_at(end, end=True)

    def _written_at(self, at: int, *, end: bool) -> int:
        shift = 0
        for span in self.spans:
            if at < span.spoken_start or (end and at == span.spoken_start):
                break
            if at < span.spoken_end or (end and at == span.spoken_end):
                return span.end if end else span.start
            shift = span.end - span.spoken_end
        return max(0, min(len(self.written), at + shift))


@dataclass(frozen=True, slots=True)
class Segment:
    """A chapter of the episode.

    Attributes:
        title: The chapter's title.
        anchor: The section's anchor on the article's page, or empty.
        picture: The section's picture, or empty.
    """

    kind: SegmentKind
    title: str
    utterances: tuple[Utterance, ...]
    anchor: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """What a producer can read before any sound is made.

    Attributes:
        omitted: Everything written that is not spoken.
        embargo: The article must not be public before this moment; None: no such wish.
    """

    title: str
    segments: tuple[Segment, ...]
    omitted: tuple[Omission, ...]
    language: str = "de"
    embargo: datetime | None = None

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        """All utterances, in order."""
        return tuple(utterance for segment in self.segments for utterance in segment.utterances)
