"""Utterances -> takes: each sentence is spoken once and kept; only what was never said costs an engine call.

An entry of the store is named by everything the engine was given, so an edit of one word speaks one sentence. It holds
a header, the word timings and 16-bit samples: exactly what espeak-ng returns, and 98 dB for any other voice.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.base.errors import SpeechError
from ki_briefing.base.files import digest, mark_used
from ki_briefing.base.processors import available
from ki_briefing.base.store import read_entry
from ki_briefing.model.sound import Clip, Take, Word
from ki_briefing.voice import VERSION
from ki_briefing.voice.crew import Crew
from ki_briefing.voice.engine import Form
from ki_briefing.voice.heard import slips
from ki_briefing.voice.spending import spend

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ki_briefing.base.store import Store
    from ki_briefing.model.spans import Pronunciation
    from ki_briefing.model.text import Utterance
    from ki_briefing.voice.engine import Engine, Speaker
    from ki_briefing.voice.heard import Slip

    Progress = Callable[[int, int, float], None]

_HEADER = struct.Struct("<4sIIIf")  # mark, sample rate, frames, words, value of one step
_WORD = struct.Struct("<IIII")
_MARK = b"CLIP"
_ENTRY_OVERHEAD = 36  # what the store writes before an entry
_STEP = 1 / 32768
_SILENT_RATE, _SILENT_FRAMES = 24_000, 1200  # what is heard of an utterance without a letter


@dataclass(frozen=True, slots=True)
class Speech:
    """Utterances, spoken.

    Attributes:
        takes: One per utterance.
        spoken: How many utterances an engine had to say; the others were there.
        slips: Per utterance, what was left out or said twice, by the word times of the voice; none if it tells none.
    """

    takes: tuple[Take, ...]
    spoken: int
    slips: tuple[tuple[Slip, ...], ...] = ()


def speak(
    utterances: Sequence[Utterance], speaker: Speaker, store: Store, *, progress: Progress | None = None
) -> Speech:
    """Have one voice say every utterance, in parallel; equal ones once.

    Args:
        progress: Told how many different utterances of how many are done, and how long they sound together [s], in this
            thread.

    Raises:
        OverLimit: It would be more than the voice's limit for a run; nothing is spoken.
        SpeechError: The engine failed, or this run's limit is used up; what was spoken is kept.
        StorageError: The disk refused.
    """
    fingerprint = speaker.engine.fingerprint
    keys = [_key(fingerprint, utterance, speaker.facts.understands) for utterance in utterances]
    wanted = dict(zip(keys, utterances, strict=True))
    takes = {key: take for key in wanted if (take := _find(key, fingerprint, store)) is not None}
    missing = {key: utterance for key, utterance in wanted.items() if key not in takes}
    if missing:
        spend(speaker, missing.values())
        takes.update(_speak_missing(missing, speaker, store, progress=progress))
    tells = speaker.facts.word_times
    heard = {key: _slips(take, wanted[key].spoken) if tells else () for key, take in takes.items()}
    return Speech(tuple(takes[key] for key in keys), len(missing), tuple(heard[key] for key in keys))


def unspoken(utterances: Sequence[Utterance], speaker: Speaker, store: Store) -> tuple[Utterance, ...]:
    """Return the utterances that :func:`speak` would have to have spoken; equal ones once."""
    fingerprint = speaker.engine.fingerprint
    wanted = {_key(fingerprint, utterance, speaker.facts.understands): utterance for utterance in utterances}
    return tuple(
        utterance
        for key, utterance in wanted.items()
        if _find_here(key, fingerprint, store) is None and not store.is_shared(key)
    )


def load_clip(take: Take) -> Clip:
    """Read a take's clip.

    Raises:
        BrokenEntry: It was absent or broken, and is deleted: the next :func:`speak` has it spoken anew.
        StorageError: The disk refused.
    """
    import numpy as np

    data = read_entry(take.path)
    _mark, rate, frames, count, step = _HEADER.unpack_from(data)
    words = _words(data[_HEADER.size :], count)
    samples = np.frombuffer(data, "<i2", frames, _HEADER.size + _WORD.size * count)
    return Clip(np.multiply(samples, np.float32(step), dtype=np.float32), rate, words)


def _slips(take: Take, spoken: str) -> tuple[Slip, ...]:
    """Return what was left out or said twice, by the words beside the samples."""
    if not _has_sound(spoken):
        return ()
    try:
        with take.path.open("rb") as file:
            file.seek(_ENTRY_OVERHEAD)
            _mark, _rate, _frames, count, _step = _HEADER.unpack(file.read(_HEADER.size))
            return slips(spoken, _words(file.read(_WORD.size * count), count))
    except (OSError, struct.error):
        return ()  # whoever mixes it finds it broken, and has it spoken anew


def _words(data: bytes, count: int) -> tuple[Word, ...]:
    return tuple(Word(*_WORD.unpack_from(data, _WORD.size * index)) for index in range(count))


def _key(fingerprint: str, utterance: Utterance, understood: frozenset[Form]) -> str:
    """Return the digest of all that the engine is given: of a pronunciation only the forms that it understands."""
    parts = [VERSION, fingerprint, utterance.spoken]
    for each in utterance.pronunciations:
        forms = [value for form, value in _forms(each) if form in understood]
        if any(forms):
            parts += (f"{each.start} {each.end}", *forms)
    return digest(*(part.encode("utf-8", "surrogatepass") for part in parts))


def _forms(how: Pronunciation) -> tuple[tuple[Form, str], ...]:
    return ((Form.IPA, how.ipa), (Form.RESPELLING, how.respelling), (Form.LANGUAGE, how.language))


def _find(key: str, fingerprint: str, store: Store) -> Take | None:
    """Return the take if its entry is here, or shared by another host."""
    take = _find_here(key, fingerprint, store)
    return _find_here(key, fingerprint, store) if take is None and store.fetch(key) else take


def _find_here(key: str, fingerprint: str, store: Store) -> Take | None:
    """Return the take if its entry is here in full length; its content is checked when it is mixed."""
    path = store.path(key)
    try:
        with path.open("rb", buffering=0) as file:
            head = file.read(_ENTRY_OVERHEAD + _HEADER.size)
            status = os.fstat(file.fileno())
        mark, rate, frames, words, _step = _HEADER.unpack_from(head, _ENTRY_OVERHEAD)
    except (OSError, struct.error):
        return None
    size = _ENTRY_OVERHEAD + _HEADER.size + _WORD.size * words + 2 * frames
    if mark != _MARK or not rate or status.st_size != size:
        return None
    mark_used(path, status)
    return Take(key, path, fingerprint, frames, rate)


def _speak_missing(
    missing: dict[str, Utterance], speaker: Speaker, store: Store, *, progress: Progress | None
) -> dict[str, Take]:
    """Return the takes; the engine's first failure is raised."""
    engine = speaker.engine

    def say(key: str) -> Take:
        return _keep(key, _say(engine, missing[key]), engine.fingerprint, store)

    takes: dict[str, Take] = {}
    seconds = 0.0
    with Crew(say, missing, size=speaker.facts.at_once or available()) as crew:
        for done, (key, outcome) in enumerate(crew, 1):
            if not isinstance(outcome, Take):
                raise outcome
            takes[key] = outcome
            seconds += outcome.frames / outcome.sample_rate
            if progress:
                progress(done, len(missing), seconds)
    return takes


def _say(engine: Engine, utterance: Utterance) -> Clip:
    """Return the engine's clip, checked; silence for what has no letter.

    Raises:
        SpeechError: The engine failed, or returned what is no sound.
    """
    import numpy as np

    if not _has_sound(utterance.spoken):
        return Clip(np.zeros(_SILENT_FRAMES, np.float32), _SILENT_RATE)
    clip = engine.synthesize(utterance)
    if clip.samples.ndim != 1 or not len(clip.samples) or not np.isfinite(clip.samples).all() or clip.sample_rate < 1:
        raise SpeechError(
            f"engine '{engine.fingerprint}' returned no sound for: {utterance.spoken[:60]}",
            hint="Tell the engine's author, or choose another engine.",
        )
    return clip


def _has_sound(spoken: str) -> bool:
    return any(map(str.isalnum, spoken))


def _keep(key: str, clip: Clip, fingerprint: str, store: Store) -> Take:
    """Write a clip into the store; only a louder one than full scale is kept in larger steps."""
    import numpy as np

    peak = float(np.abs(clip.samples).max())
    step = _STEP if peak <= 1 else peak * _STEP
    samples = np.clip(np.round(clip.samples / np.float32(step)), -32768, 32767).astype("<i2")
    frames = len(samples)
    words = [word for word in clip.words if 0 <= word.start < word.end and 0 <= word.onset < word.offset <= frames]
    header = _HEADER.pack(_MARK, clip.sample_rate, frames, len(words), step)
    timings = b"".join(_WORD.pack(word.start, word.end, word.onset, word.offset) for word in words)
    path = store.write(key, header + timings + samples.tobytes())
    return Take(key, path, fingerprint, frames, clip.sample_rate)
