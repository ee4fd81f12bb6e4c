"""The values of the sound, one type per step: Take (Clip) -> Master. All are frozen, and arrays are read-only.

Positions are whole sample frames at one rate, called "frames" for short. Milliseconds and seconds appear only where a
format or a setting asks for them. An MP3's frames are always called MPEG frames.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # numpy costs 100 ms: a command that makes no sound does without it
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from ki_briefing.model.text import SegmentKind, UtteranceRole


@dataclass(frozen=True, slots=True)
class Word:
    """A word's timing: ``spoken[start:end]`` of its utterance is heard from frame ``onset`` to frame ``offset``."""

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
        words: Word timings in order, in frames of this clip; empty if the engine tells none.
    """

    samples: NDArray[np.float32]
    sample_rate: int
    words: tuple[Word, ...] = ()

    def __post_init__(self) -> None:
        self.samples.flags.writeable = False


@dataclass(frozen=True, slots=True)
class Take:
    """A clip on disk, read only when it is mixed, so that memory does not grow with the episode.

    Attributes:
        key: Digest of the engine's fingerprint and everything the engine was given: equal keys, equal sound.
        path: The clip's file in the store.
        fingerprint: Of the engine that spoke it.
        frames: Length at ``sample_rate``.
        speaker: What transcripts call who says it; empty where one voice says all.
    """

    key: str
    path: Path
    fingerprint: str
    frames: int
    sample_rate: int
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class CueWord:
    """A word's timing in a cue: ``text[start:end]`` is heard from frame ``onset`` to ``offset`` of the episode."""

    start: int
    end: int
    onset: int
    offset: int


@dataclass(frozen=True, slots=True)
class Cue:
    """One utterance on the episode's time axis, in its written form.

    Attributes:
        start: First frame of the speech.
        end: Frame after the speech.
        chapter: Index of its chapter.
        words: Word timings; empty if the engine told none.
        speaker: Who says it; empty where one voice says all.
    """

    start: int
    end: int
    text: str
    chapter: int
    role: UtteranceRole
    words: tuple[CueWord, ...] = ()
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A segment on the episode's time axis; it starts within the first 24 ms after a whole second.

    Attributes:
        start: First frame.
        end: Frame after the last: the start of the next chapter.
    """

    start: int
    end: int
    title: str
    kind: SegmentKind
    anchor: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """When everything is heard, in frames at ``sample_rate``; ``frames`` is the length of the whole."""

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
    """The finished MP3's level over time, from which curves and waveforms are drawn without decoding it again.

    Attributes:
        momentary: Loudness of a 400 ms window starting at each tenth of a second [LUFS], float64, shape (n - 3,).
        short_term: The same for a window of 3 s [LUFS], float64, shape (n - 29,).
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
        header: The MPEG frame (Info/LAME) that makes the stream gapless.
        parts: Files with the other MPEG frames, in order; a file may occur more than once.
        size: Size of header and parts together [bytes].
        bit_rate: Constant bit rate [kbit/s].
        channels: 1 or 2.
        lossless: Files with the same sound as FLAC, one per part, if other formats are to be made; else none.
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
