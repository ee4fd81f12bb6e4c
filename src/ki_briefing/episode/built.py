"""A built folder, digest of the inputs -> the finished episode, if the folder holds it undamaged.

build.json holds what episode.json does not: the digest of the inputs, the loudness, and the files that are not
published. It is written last; a folder without it is not finished.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.errors import BriefingError, PublishError
from ki_briefing.base.files import file_digest, write_atomically
from ki_briefing.base.hints import quoted
from ki_briefing.base.records import RecordError, from_json, to_json
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.model.episode import MisheardMark, Output, SlipMark, VoicePart
from ki_briefing.model.text import Omission

if TYPE_CHECKING:
    from collections.abc import Collection

    from ki_briefing.model.episode import Release

BUILD_FILE = "build.json"


@dataclass(frozen=True, slots=True)
class BuildRecord:
    """``build.json``.

    Attributes:
        inputs: Digest of everything the episode is made from.
        integrated: Programme loudness, as measured when its stretches were made [LUFS].
        true_peak: Maximum true peak, measured in the same way [dBTP].
        utterances: How many the script has.
        omitted: What was written but is not spoken.
        degraded: Spoken forms of the utterances that another voice says than the show wants.
        unpublished: ``episode.json``, and the files that it does not name.
        slips: The words that a voice left out or said twice, as far as it tells its word times.
        voices: Who says what.
        misheard: What was not understood when it was spoken, if somebody listened.
        warnings: What was left out that is not text, each with the reason.
        unstamped: Why the signature has no time stamp though the show wants one; a later run adds it.
        mark: Id of the key in the sound's inaudible mark; empty: it has none.
        version: Of the program that built it.
        verbatim: Nothing of the article was changed to be read; None: an older version did not write it down.
    """

    inputs: str
    integrated: float
    true_peak: float
    utterances: int
    omitted: tuple[Omission, ...]
    degraded: tuple[str, ...]
    unpublished: tuple[Output, ...]
    slips: tuple[SlipMark, ...] = ()
    voices: tuple[VoicePart, ...] = ()
    misheard: tuple[MisheardMark, ...] = ()
    warnings: tuple[str, ...] = ()
    unstamped: str = ""
    mark: str = ""
    version: str = ""
    verbatim: bool | None = None


@dataclass(frozen=True, slots=True)
class BuiltChapter:
    """A chapter of the finished episode, with its start [s]."""

    start: float
    title: str


@dataclass(frozen=True, slots=True)
class Built:
    """A finished episode, as a build returns it; its field names are the keys of ``build --json``.

    Fields that ``BuildRecord`` has too mean the same here.

    Attributes:
        audio: The finished MP3.
        seconds: Its length [s].
        spoken: How many utterances an engine had to say for this build.
        outputs: All files that were made.
        unchanged: The episode was finished already, so nothing was done.
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
    slips: tuple[SlipMark, ...] = ()
    voices: tuple[VoicePart, ...] = ()
    misheard: tuple[MisheardMark, ...] = ()
    warnings: tuple[str, ...] = ()
    unstamped: str = ""
    mark: str = ""


def summarize(folder: Path, release: Release, record: BuildRecord, *, spoken: int, unchanged: bool = False) -> Built:
    """Return a finished episode with what its two records say."""
    episode = release.episode
    same = {each.name for each in fields(Built)} & {each.name for each in fields(BuildRecord)}
    return Built(
        audio=folder / release.audio.name,
        seconds=episode.frames / episode.sample_rate,
        chapters=tuple(BuiltChapter(mark.start, mark.heading) for mark in episode.chapters),
        spoken=spoken,
        outputs=_outputs(release, record),
        unchanged=unchanged,
        **{name: getattr(record, name) for name in same},
    )


def read_record(folder: Path) -> BuildRecord:
    """Return the record of a finished build.

    Raises:
        PublishError: build.json is absent or broken.
    """
    try:
        return from_json(BuildRecord, (folder / BUILD_FILE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, RecordError) as error:
        raise PublishError(
            f"{folder / BUILD_FILE} cannot be read: {error}", hint=f"Run: ki-briefing build {quoted(folder.parent)}"
        ) from error


def write_record(folder: Path, record: BuildRecord) -> None:
    """Write build.json; StorageError if the disk refuses."""
    write_atomically(folder / BUILD_FILE, to_json(record, indent=1))


def measured_anew(folder: Path, record: BuildRecord, changed: Collection[str]) -> BuildRecord:
    """Return the record with the digests that these of its unpublished files have now; StorageError if one is gone."""
    outputs = (
        Output(each.name, file_digest(folder / each.name)) if each.name in changed else each
        for each in record.unpublished
    )
    return replace(record, unpublished=tuple(outputs))


def find_built(folder: Path, inputs: str, *, unchanged: bool = True) -> Built | None:
    """Return the finished episode in a folder, if it was made from these inputs and is undamaged."""
    try:
        record, release = _read(folder)
        intact = record.inputs == inputs and all(
            file_digest(folder / output.name) == output.digest for output in _outputs(release, record)
        )
    except (OSError, RecordError, BriefingError):
        return None
    return summarize(folder, release, record, spoken=0, unchanged=unchanged) if intact else None


def names_in(folder: Path) -> frozenset[str]:
    """Return the names of all files of the finished episode in a folder; none if there is no finished episode."""
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
