"""Script, takes -> Master. Stretches are mixed in parallel, then joined so that chapters start on whole seconds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING

import numpy as np

from ki_briefing.base.processors import available
from ki_briefing.base.store import read_entry
from ki_briefing.model.sound import Chapter, Cue, CueWord, Levels, Loudness, Master, Timeline
from ki_briefing.sound import loudness, mp3
from ki_briefing.sound.plan import make_plan
from ki_briefing.sound.stretch import mix_stretch, silence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ki_briefing.base.store import Store
    from ki_briefing.model.sound import Clip, Take
    from ki_briefing.model.text import Script
    from ki_briefing.show.settings import Jingles, Sound
    from ki_briefing.sound.plan import Line, Stretch
    from ki_briefing.sound.stretch import Heard, Mixed


_MEMORY = 400_000_000  # bytes for the samples of all stretches that are being mixed
_BYTES = 34  # per sample of a stretch with music, measured: it is copied as float32 and as 32-bit


def make_master(
    script: Script,
    takes: Sequence[Take],
    load: Callable[[Take], Clip],
    sound: Sound,
    jingles: Jingles,
    *,
    folder: Path,
    store: Store,
    mark: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Master:
    """Return the finished sound of an episode.

    Args:
        takes: One per utterance of the script.
        load: Reads a take's clip.
        folder: Where relative paths of jingles start.
        store: Keeps the stretches.
        mark: Key id that the sound is marked with; empty: none.

    Raises:
        ConfigError: A setting or a jingle cannot be used.
        BrokenEntry: A clip or a stretch was broken.
        StorageError: The disk refused.
    """
    form = mp3.format_of(sound)
    plan = make_plan(script, takes, sound, jingles, folder, mark)
    different = {stretch.key: stretch for stretch in plan}.values()
    longest_first = sorted(  # so that all cores finish together; stored stretches last, looked up meanwhile
        different, key=lambda stretch: (store.size(stretch.key) >= 0, -stretch.seconds)
    )
    workers = min(len(different), available(), _fitting(different, form))
    with ThreadPoolExecutor(workers) as pool:
        at_work = {
            pool.submit(mix_stretch, stretch, load, sound, jingles, form, store): stretch.key
            for stretch in longest_first
        }
        mixed: dict[str, Mixed] = {}
        try:
            for future in as_completed(at_work):
                mixed[at_work[future]] = future.result()
                if progress:
                    progress(len(mixed), len(different))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    finished = [mixed[stretch.key] for stretch in plan]
    return _join(script, plan, finished, form, store, lossless=bool(sound.alternates))


def _fitting(stretches: Iterable[Stretch], form: mp3.Format) -> int:
    """Return how many stretches may be mixed at once, so that their samples fit into memory."""
    longest = max(stretch.longest for stretch in stretches)
    return max(1, int(_MEMORY / (longest * form.sample_rate * form.channels * _BYTES)))


def _join(
    script: Script, plan: Sequence[Stretch], mixed: Sequence[Mixed], form: mp3.Format, store: Store, *, lossless: bool
) -> Master:
    """Join the stretches, with silence before each chapter up to the next whole second."""
    pieces: list[Mixed] = []
    starts: dict[int, int] = {}
    begins: list[int] = []
    mpeg_frames = 0
    for stretch, result in zip(plan, mixed, strict=True):
        if stretch.chapter not in starts:
            missing = _to_whole_second(mpeg_frames, form)
            if missing:
                pieces.append(silence(missing, form, store, lossless=lossless))
                mpeg_frames += missing
            starts[stretch.chapter] = mpeg_frames
        begins.append(mpeg_frames * form.length)
        pieces.append(result)
        mpeg_frames += result.mpeg_frames
    frames = mp3.planned_frames(form, mpeg_frames)
    ends = [*(starts[index] * form.length for index in range(1, len(starts))), frames]
    chapters = tuple(
        Chapter(starts[index] * form.length, ends[index], segment.title, segment.kind, segment.anchor, segment.picture)
        for index, segment in enumerate(script.segments)
    )
    measured, levels = _measured(pieces, chapters, form)
    cues = tuple(
        _cue(line, heard, begin, stretch.chapter)
        for stretch, result, begin in zip(plan, mixed, begins, strict=True)
        for line, heard in zip(stretch.lines, result.heard, strict=True)
    )
    header = mp3.info_header(read_entry(pieces[0].part)[:4], form, mpeg_frames)
    return Master(
        header=header,
        parts=tuple(piece.part for piece in pieces),
        size=len(header) + mpeg_frames * form.size,
        bit_rate=form.bit_rate,
        channels=form.channels,
        timeline=Timeline(form.sample_rate, frames, chapters, cues),
        loudness=measured,
        levels=levels,
        lossless=tuple(piece.lossless for piece in pieces if piece.lossless),
    )


def _measured(pieces: Sequence[Mixed], chapters: Sequence[Chapter], form: mp3.Format) -> tuple[Loudness, Levels]:
    """Return the readings of all pieces together, from the energies and peaks of each."""
    slice_seconds = form.length / form.sample_rate
    peaks = _tenths(np.concatenate([np.frombuffer(piece.peaks, "<f4") for piece in pieces]), slice_seconds)
    row = np.concatenate([np.frombuffer(piece.energies, "<f4") for piece in pieces])
    tenths = loudness.resampled(row, slice_seconds)
    spans = (slice(chapter.start // form.length, -(-chapter.end // form.length)) for chapter in chapters)
    return Loudness(
        integrated=loudness.integrated(tenths),
        true_peak=float(20 * np.log10(max(max(piece.true_peak for piece in pieces), 1e-6))),
        range=loudness.loudness_range(tenths),
        chapters=tuple(loudness.integrated(loudness.resampled(row[span], slice_seconds)) for span in spans),
    ), Levels(loudness.momentary(tenths), loudness.short_term(tenths), peaks)


def _to_whole_second(mpeg_frames: int, form: mp3.Format) -> int:
    """Return how many MPEG frames of silence to add until one starts at, or just after, a whole second.

    None, or at least two: silence is a stretch too, and each stretch ends in a tail.
    """
    at = mpeg_frames * form.length
    second = -(-at // form.sample_rate)
    missing = -(-second * form.sample_rate // form.length) - mpeg_frames
    least = -(-mp3.TAIL // form.length) + 1
    if 0 < missing < least:
        missing = -(-(second + 1) * form.sample_rate // form.length) - mpeg_frames
    return missing


def _cue(line: Line, heard: Heard, base: int, chapter: int) -> Cue:
    utterance = line.utterance
    words: list[CueWord] = []
    for start, end, onset, offset in heard.timings():
        written = utterance.written_range(start, end)
        if written[0] < written[1] and (not words or words[-1].end <= written[0]):
            words.append(CueWord(*written, base + onset, base + offset))
    return Cue(
        base + heard.start,
        base + heard.end,
        utterance.written,
        chapter,
        utterance.role,
        tuple(words),
        line.take.speaker,
    )


def _tenths(peaks: NDArray[np.float32], slice_seconds: float) -> NDArray[np.float32]:
    """Return the largest of the peaks that touch each 100 ms."""
    count = int(len(peaks) * slice_seconds / loudness.STEP + 1e-9)
    places = np.round(np.arange(count + 1) * (loudness.STEP / slice_seconds), 6)
    begins_and_ends = np.empty((count, 2), np.intp)
    begins_and_ends[:, 0] = places[:-1]
    begins_and_ends[:, 1] = np.minimum(np.ceil(places[1:]), len(peaks))
    return np.maximum.reduceat(np.append(peaks, np.float32(0)), begins_and_ends.ravel())[::2]
