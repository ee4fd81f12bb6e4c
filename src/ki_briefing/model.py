"""The values that travel through the house, one type per step.

Article -> Script -> Take (Clip) -> Master -> what is published. All are frozen; arrays are read-only. Positions in
sound are whole sample frames at one rate; milliseconds and seconds exist only where a format or setting asks for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # numpy costs 100 ms: a command that makes no sound does without it
    from datetime import datetime
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


# --- Article: what was written, by role -----------------------------------------------------------------------------


class BlockKind(StrEnum):
    """What a piece of running text is in its article."""

    PARAGRAPH = "paragraph"
    LIST_ITEM = "list item"
    QUOTE = "quote"
    SUBHEADING = "subheading"


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, list item, quotation or sub-heading, as plain text without inline markup.

    Attributes:
        level: Depth of a list item or sub-heading, 1 for the outermost; 0 for the others.
    """

    kind: BlockKind
    text: str
    level: int = 0


class SectionRole(StrEnum):
    """What a section is for."""

    SECTION = "section"
    EXPLAINER = "explainer"


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part of the article.

    Attributes:
        heading: As written, without markup. The lead section carries the article's headline.
        anchor: ASCII slug of the heading, unique in the article: ``#anchor`` on the article's page.
        picture: Address or path of the first picture in it; empty if none.
    """

    heading: str
    blocks: tuple[Block, ...]
    anchor: str
    role: SectionRole = SectionRole.SECTION
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """An entry of *Quellen*.

    Attributes:
        url: The link the article gave, or empty.
    """

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
        headline: The article's title.
        teaser: The line that sums the article up; empty if it has none.
        key_points: The bullets of *In Kürze*.
        sections: In reading order; the first one is the lead under the headline, explainers where they stood.
        sources: The entries of *Quellen*.
        omitted: What is never spoken, with its reason (sources, captions, code, advertisements, link-only lines ...).
        url: The article's own address; empty if unknown.
        image: Address or path of its picture; empty if none.
    """

    headline: str
    teaser: str
    key_points: tuple[str, ...]
    sections: tuple[Section, ...]
    sources: tuple[Source, ...] = ()
    omitted: tuple[Omission, ...] = ()
    url: str = ""
    author: str = ""
    published: datetime | None = None
    image: str = ""
    language: str = "de"


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

    FRAME = "frame"  # the show's own words, from a template
    HEADLINE = "headline"
    TEASER = "teaser"
    HEADING = "heading"
    KEY_POINT = "key point"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list item"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Span:
    """A decision of the verbaliser: ``written[start:end]`` is said as ``spoken[spoken_start:spoken_end]``.

    Attributes:
        kind: The semiotic class, e.g. ``cardinal``, ``date``, ``money``, ``abbreviation``.
    """

    start: int
    end: int
    spoken_start: int
    spoken_end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """How ``spoken[start:end]`` sounds, in up to three forms; each engine takes the best it understands.

    Attributes:
        ipa: In the International Phonetic Alphabet, or empty.
        respelling: In letters that a German voice reads right, or empty.
        language: BCP 47 tag of the language to read it in, e.g. ``en``, or empty.
    """

    start: int
    end: int
    ipa: str = ""
    respelling: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What an engine says in one breath: a sentence, or a clause of a long one.

    Attributes:
        written: As the article has it; transcripts show this.
        spoken: As it is said, numbers and abbreviations in words.
        pause: Silence after it [ms].
        spans: Which written piece became which spoken piece, in order, without overlap; the rest is alike.
        pronunciations: In order, without overlap.
    """

    written: str
    spoken: str
    role: UtteranceRole
    pause: int
    spans: tuple[Span, ...] = ()
    pronunciations: tuple[Pronunciation, ...] = ()

    @property
    def respelled(self) -> str:
        """``spoken`` for a voice that only reads letters, with the respellings of words it would get wrong."""
        pieces: list[str] = []
        at = 0
        for each in self.pronunciations:
            if each.respelling:
                pieces += (self.spoken[at : each.start], each.respelling)
                at = each.end
        return "".join(pieces) + self.spoken[at:]

    def written_range(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of ``written`` that ``spoken[start:end]`` stands for."""
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
    """What a producer reads before a sound is made.

    Attributes:
        omitted: Every written sentence that is not spoken, with the reason.
    """

    title: str
    segments: tuple[Segment, ...]
    omitted: tuple[Omission, ...]
    language: str = "de"

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        """All utterances, in order."""
        return tuple(utterance for segment in self.segments for utterance in segment.utterances)


# --- Sound ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """When a stretch of the spoken form is heard: ``spoken[start:end]`` from frame ``onset`` to frame ``offset``."""

    start: int
    end: int
    onset: int
    offset: int


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Speech for one utterance, as an engine returned it.

    Attributes:
        samples: Mono signal, float32, shape (frames,), full scale ±1.0.
        sample_rate: Frames per second [Hz].
        words: Word timings where the engine tells them, in order; positions in frames of this clip.
    """

    samples: NDArray[np.float32]
    sample_rate: int
    words: tuple[Word, ...] = ()

    def __post_init__(self) -> None:
        self.samples.flags.writeable = False


@dataclass(frozen=True, slots=True)
class Take:
    """A clip on disk: read when it is mixed, so that memory does not grow with the episode.

    Attributes:
        key: Digest of the engine's fingerprint and everything the engine was given: equal keys, equal sound.
        path: The clip's file in the store.
        fingerprint: The engine that spoke it.
        frames: Length at ``sample_rate``.
    """

    key: str
    path: Path
    fingerprint: str
    frames: int
    sample_rate: int


@dataclass(frozen=True, slots=True)
class CueWord:
    """``text[start:end]`` of a cue is heard from frame ``onset`` to frame ``offset`` of the episode."""

    start: int
    end: int
    onset: int
    offset: int


@dataclass(frozen=True, slots=True)
class Cue:
    """One utterance on the episode's time axis, in its written form.

    Attributes:
        start: First frame of the speech.
        end: Frame after the last of the speech.
        words: Where the engine told word timings, else empty.
        chapter: Index of the chapter it is heard in.
    """

    start: int
    end: int
    text: str
    chapter: int
    role: UtteranceRole
    words: tuple[CueWord, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """A segment on the episode's time axis; it starts within the first 24 ms after a whole second.

    Attributes:
        start: First frame.
        end: Frame after the last; the next chapter's start.
    """

    start: int
    end: int
    title: str
    kind: SegmentKind
    anchor: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Where everything is heard, in whole sample frames at ``sample_rate``."""

    sample_rate: int
    frames: int
    chapters: tuple[Chapter, ...]
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Loudness:
    """What EBU R 128 measures.

    Attributes:
        integrated: Programme loudness [LUFS].
        true_peak: Maximum true peak level [dBTP].
        range: Loudness range (EBU Tech 3342) [LU].
        chapters: Integrated loudness of each chapter [LUFS].
    """

    integrated: float
    true_peak: float
    range: float
    chapters: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """The finished MP3's level over time, for curves and waveforms without a second decode.

    Attributes:
        momentary: Loudness of the 400 ms from every tenth of a second on [LUFS], float64, shape (n - 3,).
        short_term: Loudness of the 3 s from every tenth of a second on [LUFS], float64, shape (n - 29,).
        peaks: Largest sample magnitude per 100 ms, full scale 1.0, float32, shape (n,).
    """

    momentary: NDArray[np.float64]
    short_term: NDArray[np.float64]
    peaks: NDArray[np.float32]

    def __post_init__(self) -> None:
        self.momentary.flags.writeable = False
        self.short_term.flags.writeable = False
        self.peaks.flags.writeable = False


@dataclass(frozen=True, slots=True, eq=False)
class Master:
    """The finished sound: an MP3 stream without a tag.

    Attributes:
        header: The Info/LAME frame that makes the stream gapless.
        parts: Files holding the MP3 frames, in order; the same file may stand more than once.
        size: Bytes of header and parts together.
        bit_rate: Constant bit rate [kbit/s].
        channels: 1 or 2.
        lossless: Files with the same sound as FLAC, one per part, where other formats are to be made of it; else none.
    """

    header: bytes
    parts: tuple[Path, ...]
    size: int
    bit_rate: int
    channels: int
    timeline: Timeline
    loudness: Loudness
    levels: Levels
    lossless: tuple[Path, ...] = ()
