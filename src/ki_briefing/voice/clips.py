"""Utterances -> takes: each sentence is spoken once and kept; only what was never said costs an engine call.

An entry is named by everything the engine was given. It is a small header, the word timings and 16-bit samples: what
espeak-ng returns, and more than any lossy voice needs.
"""

from __future__ import annotations

import contextlib
import os
import struct
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.errors import SpeechError, StorageError
from ki_briefing.files import digest, read_entry
from ki_briefing.model import Clip, Take, Word

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ki_briefing.files import Store
    from ki_briefing.model import Utterance
    from ki_briefing.voice.engine import Engine

_FORMAT = "clip 1"
_HEADER = struct.Struct("<4sIII")  # mark, sample rate, frames, words
_WORD = struct.Struct("<IIII")
_MARK = b"CLIP"
_ENTRY_OVERHEAD = 36  # what the store writes before an entry


@dataclass(frozen=True, slots=True)
class Speech:
    """A script, spoken.

    Attributes:
        takes: One per utterance.
        spoken: How many utterances an engine had to say; the others were there.
        degraded: Indices of the utterances that the fallback voice says.
    """

    takes: tuple[Take, ...]
    spoken: int
    degraded: tuple[int, ...] = ()


def speak(
    utterances: Sequence[Utterance],
    engine: Engine,
    store: Store,
    *,
    fallback: Callable[[], Engine] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Speech:
    """Have every utterance spoken, in parallel; equal ones once.

    Args:
        fallback: Makes the engine that says what the first one cannot.
        progress: Told how many of all are done.

    Raises:
        SpeechError: An engine failed and no fallback helped; what was spoken is kept.
        StorageError: The disk refused.
    """
    keys = [_key(engine, utterance) for utterance in utterances]
    takes = {key: take for key in set(keys) if (take := _find(key, engine.fingerprint, store)) is not None}
    missing = {key: utterance for key, utterance in zip(keys, utterances, strict=True) if key not in takes}
    spoken = len(missing)
    failed: dict[str, Utterance] = {}
    if missing:
        failed = _speak_all(missing, engine, store, takes, progress, patient=fallback is not None)
    degraded: tuple[int, ...] = ()
    if failed and fallback is not None:
        degraded = tuple(index for index, key in enumerate(keys) if key in failed)
        second = speak([utterances[index] for index in degraded], fallback(), store)
        takes.update((keys[index], take) for index, take in zip(degraded, second.takes, strict=True))
    return Speech(tuple(takes[key] for key in keys), spoken, degraded)


def load_clip(take: Take) -> Clip:
    """Read a take's clip; a broken one is deleted, so that it is spoken anew.

    Raises:
        StorageError: The entry is absent or broken.
    """
    import numpy as np

    try:
        data = read_entry(take.path)
    except StorageError:
        with contextlib.suppress(OSError):
            take.path.unlink()
        raise
    _mark, rate, frames, count = _HEADER.unpack_from(data)
    words = tuple(Word(*_WORD.unpack_from(data, _HEADER.size + _WORD.size * index)) for index in range(count))
    samples = np.frombuffer(data, "<i2", frames, _HEADER.size + _WORD.size * count)
    return Clip(np.divide(samples, 32768, dtype=np.float32), rate, words)


def _key(engine: Engine, utterance: Utterance) -> str:
    return digest(_FORMAT, engine.fingerprint, utterance.spoken, repr(utterance.pronunciations))


def _find(key: str, fingerprint: str, store: Store) -> Take | None:
    """Return the take if its entry is there in full length; its content is checked when it is mixed."""
    path = store.path(key)
    try:
        with path.open("rb") as file:
            head = file.read(_ENTRY_OVERHEAD + _HEADER.size)
            size = os.fstat(file.fileno()).st_size
        mark, rate, frames, words = _HEADER.unpack_from(head, _ENTRY_OVERHEAD)
    except (OSError, struct.error):
        return None
    if mark != _MARK or size != _ENTRY_OVERHEAD + _HEADER.size + _WORD.size * words + 2 * frames:
        return None
    return Take(key, path, fingerprint, frames, rate)


def _keep(key: str, clip: Clip, engine: Engine, store: Store) -> Take:
    import numpy as np

    samples = np.clip(np.round(clip.samples * 32768), -32768, 32767).astype("<i2")
    words = b"".join(_WORD.pack(word.start, word.end, word.onset, word.offset) for word in clip.words)
    header = _HEADER.pack(_MARK, clip.sample_rate, len(samples), len(clip.words))
    return Take(
        key, store.write(key, header + words + samples.tobytes()), engine.fingerprint, len(samples), clip.sample_rate
    )


def _speak_all(
    missing: dict[str, Utterance],
    engine: Engine,
    store: Store,
    takes: dict[str, Take],
    progress: Callable[[int, int], None] | None,
    *,
    patient: bool,
) -> dict[str, Utterance]:
    """Fill in the takes and return what the engine failed to say; impatient, its first failure ends it."""
    failed: dict[str, Utterance] = {}

    def say(key: str, utterance: Utterance) -> None:
        try:
            takes[key] = _keep(key, engine.synthesize(utterance), engine, store)
        except SpeechError:
            if not patient:
                raise
            failed[key] = utterance
        if progress:
            progress(len(takes) + len(failed), len(takes) + len(missing))

    threads = getattr(engine, "at_once", 1) or os.cpu_count() or 1
    pool = ThreadPoolExecutor(min(threads, len(missing)))
    try:
        futures: list[Future[None]] = [pool.submit(say, key, utterance) for key, utterance in missing.items()]
        for future in wait(futures, return_when=FIRST_EXCEPTION).done:
            future.result()
    finally:
        pool.shutdown(cancel_futures=True)
    return failed
