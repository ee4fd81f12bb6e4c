"""What a build made, and whether it still stands: build.json beside episode.json.

build.json holds what episode.json does not: what the episode was made of, how loud it is, and the files that are not
published. It is written last: without it nothing beside it counts as finished.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.errors import BriefingError
from ki_briefing.base.files import file_digest
from ki_briefing.base.records import RecordError, from_json
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.model.episode import Output
from ki_briefing.model.text import Omission

if TYPE_CHECKING:
    from ki_briefing.model.episode import Release

BUILD_FILE = "build.json"


@dataclass(frozen=True, slots=True)
class BuildRecord:
    """``build.json``.

    Attributes:
        inputs: Digest of everything the episode is made of.
        integrated: Programme loudness, joined of what its stretches were measured at when they were made [LUFS].
        true_peak: Likewise [dBTP].
        utterances: How many the script has.
        omitted: What was written but is not spoken.
        degraded: Spoken forms of the utterances that the fallback voice says.
        unpublished: The files that ``episode.json`` does not name, and itself.
    """

    inputs: str
    integrated: float
    true_peak: float
    utterances: int
    omitted: tuple[Omission, ...]
    degraded: tuple[str, ...]
    unpublished: tuple[Output, ...]


@dataclass(frozen=True, slots=True)
class BuiltChapter:
    """A chapter of the finished episode; it starts so many seconds after the beginning."""

    start: float
    title: str


@dataclass(frozen=True, slots=True)
class Built:
    """A finished episode, for whoever asked for it.

    Attributes:
        audio: The finished MP3.
        seconds: Its length.
        integrated: As in ``BuildRecord``; so the others of these names.
        spoken: How many utterances an engine had to say for this build.
        outputs: Every file made.
        unchanged: Nothing had to be done.
    """

    audio: Path
    seconds: float
    integrated: float
    true_peak: float
    chapters: tuple[BuiltChapter, ...]
    utterances: int
    spoken: int
    omitted: tuple[Omission, ...]
    degraded: tuple[str, ...]
    inputs: str
    outputs: tuple[Output, ...]
    unchanged: bool = False


def summarize(folder: Path, release: Release, record: BuildRecord, *, spoken: int, unchanged: bool = False) -> Built:
    """Return what a built folder holds."""
    episode = release.episode
    return Built(
        audio=folder / release.audio.name,
        seconds=episode.frames / episode.sample_rate,
        integrated=record.integrated,
        true_peak=record.true_peak,
        chapters=tuple(BuiltChapter(mark.start, mark.heading) for mark in episode.chapters),
        utterances=record.utterances,
        spoken=spoken,
        omitted=record.omitted,
        degraded=record.degraded,
        inputs=record.inputs,
        outputs=_outputs(release, record),
        unchanged=unchanged,
    )


def find_built(folder: Path, inputs: str) -> Built | None:
    """Return the finished build of these very inputs, if it stands there undamaged."""
    try:
        record, release = _read(folder)
        sound = record.inputs == inputs and all(
            file_digest(folder / output.name) == output.digest for output in _outputs(release, record)
        )
    except (OSError, RecordError, BriefingError):
        return None
    return summarize(folder, release, record, spoken=0, unchanged=True) if sound else None


def names_in(folder: Path) -> frozenset[str]:
    """Return the names of all files that the build standing there made; nothing if none is complete."""
    try:
        record, release = _read(folder)
    except (OSError, RecordError, BriefingError):
        return frozenset()
    return frozenset((BUILD_FILE, *(output.name for output in _outputs(release, record))))


def _read(folder: Path) -> tuple[BuildRecord, Release]:
    record = from_json(BuildRecord, (folder / BUILD_FILE).read_text(encoding="utf-8"))
    return record, read_release(folder / RELEASE_FILE)


def _outputs(release: Release, record: BuildRecord) -> tuple[Output, ...]:
    published = (Output(asset.name, asset.digest) for asset in release.assets)
    return tuple(chain(record.unpublished, published))
