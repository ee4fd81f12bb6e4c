"""Episode -> its transcript as a page shows it: in paragraphs, each heading one of its own."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ki_briefing.model.text import UtteranceRole

if TYPE_CHECKING:
    from ki_briefing.model.episode import ChapterMark, Episode, Sentence


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the transcript; ``at`` is its start [s], unique on the page."""

    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the transcript.

    Attributes:
        chapter: The chapter that begins here, or None.
        is_heading: It is a heading, of the chapter or within it.
        is_frame: These are the show's own words around the article.
        speaker: Who says it, if not the same as the text before; else empty.
    """

    chapter: ChapterMark | None
    is_heading: bool
    is_frame: bool
    sentences: tuple[Line, ...]
    speaker: str = ""


def divide(episode: Episode) -> list[Paragraph]:
    """Return the transcript by paragraphs; each heading is a paragraph of its own."""
    paragraphs: list[Paragraph] = []
    seen: set[str] = set()
    begun, speaking = -1, ""
    for (_, index, is_heading), group in itertools.groupby(episode.sentences, partial(_place, episode)):
        lines = []
        speaker, is_frame = "", True
        for sentence in group:
            speaker = sentence.speaker
            is_frame = is_frame and sentence.role is UtteranceRole.FRAME
            start = sentence.start
            while (at := f"{start / 1000:.2f}") in seen:  # each ``at`` must be unique on the page
                start += 10
            seen.add(at)
            lines.append(Line(at, sentence.text))
        chapter = episode.chapters[index] if index != begun and 0 <= index < len(episode.chapters) else None
        begun = index
        name = speaker if speaker != speaking else ""
        paragraphs.append(Paragraph(chapter, is_heading, is_frame, tuple(lines), name))
        speaking = speaker
    return paragraphs


def _place(episode: Episode, sentence: Sentence) -> tuple[int, int, bool]:
    """Return paragraph, chapter, and whether it is a heading: sentences that share these belong together."""
    index = sentence.chapter
    heading = episode.chapters[index].heading if 0 <= index < len(episode.chapters) else ""
    is_heading = sentence.role is UtteranceRole.HEADING or sentence.text.rstrip(".:") == heading
    return sentence.paragraph, index, is_heading
