"""Piper: voices of trained networks (VITS), fed with our phonemes.

Utterance -> Clip with exact word times. espeak-ng's German voice says how every word sounds, with our lexicon; the
voice's own table (in its ``.onnx.json``) turns that into numbers. The network is asked for no noise: equal utterances
are equal samples. It needs none of Piper's own program, only ONNX Runtime.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from ki_briefing.base.errors import ConfigError
from ki_briefing.base.files import digest
from ki_briefing.base.hints import nearest
from ki_briefing.base.records import Between
from ki_briefing.voice.engine import Plugin
from ki_briefing.voice.trained.installed import find_voice
from ki_briefing.voice.trained.neural import Network, Run, facts_of, require_runtime, speak
from ki_briefing.voice.trained.signs import AS_GERMANS_DO, spell, unspeakable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ki_briefing.model.sound import Clip
    from ki_briefing.model.text import Utterance
    from ki_briefing.voice.trained.signs import Sign

_REVISION = 1  # counts up when equal utterances begin to sound different
_BEGIN, _END, _PAD = "^", "$", "_"
_LONGEST = 800  # signs in one run: about a minute


@dataclass(frozen=True, slots=True)
class PiperSettings:
    """What ``[voice]`` may say of it.

    Attributes:
        name: An installed voice (``ki-briefing voices`` lists them), or the path of a voice's ``.onnx`` file; empty:
            the only one installed.
        speaker: Name or number of a speaker, for a voice that has several.
        rate: Faster or slower than the voice's own pace [percent].
    """

    name: str = ""
    speaker: str = ""
    rate: Annotated[int, Between(-50, 150)] = 0


@dataclass(frozen=True, slots=True)
class _Config:
    """What we need of a voice's ``.onnx.json``.

    Attributes:
        table: Sign -> its numbers.
        length: How long signs last, of the voice's own making.
        language: Whose espeak-ng voice it learned with, e.g. ``de``.
    """

    sample_rate: int
    table: Mapping[str, tuple[int, ...]]
    length: float
    language: str
    speakers: Mapping[str, int]
    several: bool


class PiperEngine:
    """A voice in Piper's format. Any number of threads may ask at once.

    Raises:
        ConfigError: There is no such voice or speaker, or it does not read IPA.
        EngineMissing: ONNX Runtime or a voice is not installed.
    """

    def __init__(self, settings: PiperSettings) -> None:
        spoken_with = require_runtime("piper")
        voice = find_voice("piper", settings.name)
        described = voice.paths[0].with_name(f"{voice.paths[0].name}.json")
        self._config, content = _read(described)
        if missing := unspeakable(self._config.table):
            raise ConfigError(f"[voice] name: '{voice.name}' has no signs for {missing}", "Choose another voice.")
        self._speaker = _speaker(self._config, settings.speaker)
        self._length = self._config.length / (1 + settings.rate / 100)
        self._network = Network(voice.paths[0], "Ceil")
        self.fingerprint = (
            f"piper {digest(voice.digest, content)[:16]} speaker {self._speaker} {settings.rate:+d}%"
            f" {spoken_with} r{_REVISION}"
        )
        self.facts = facts_of("piper", "Piper", voice)

    def synthesize(self, utterance: Utterance) -> Clip:
        """Say ``utterance.spoken`` with its pronunciations.

        Raises:
            SpeechError: The network failed, or there is nothing to say.
        """
        from ki_briefing.voice.native.espeak import pronounce

        soundings = pronounce(utterance)
        instead = AS_GERMANS_DO if self._config.language.startswith("de") else None
        signs = spell(utterance.spoken, soundings, self._config.table, instead=instead, apart=True)  # as Piper does
        return speak(
            soundings, signs, partial(self._run, utterance.spoken), most=_LONGEST, sample_rate=self._config.sample_rate
        )

    def _run(self, text: str, signs: Sequence[Sign]) -> Run:
        """Say the signs of a text: each, like the beginning, is followed by padding, which belongs to it."""
        import numpy as np

        table = self._config.table
        pad = table[_PAD]
        groups = [(*table[_BEGIN], *pad), *((*table[sign.text], *pad) for sign in signs), table[_END]]
        ids = [number for group in groups for number in group]

        arrays: dict[str, Any] = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array([0, self._length, 0], np.float32),
        }
        if self._config.several:
            arrays["sid"] = np.array([self._speaker], np.int64)
        samples, *told = self._network.run(arrays, text)
        if not told or told[0].sum() < 1 or len(samples) % int(told[0].sum()):
            return Run(samples)
        starts = np.cumsum([0, *map(len, groups[:-1])])
        lengths = np.add.reduceat(told[0].astype(int), starts) * (len(samples) // int(told[0].sum()))
        return Run(samples, int(lengths[0]), tuple(map(int, lengths[1:-1])))


def _read(path: Path) -> tuple[_Config, bytes]:
    """Return a voice's description, and the file's content."""
    try:
        content = path.read_bytes()
        found = json.loads(content)
        if found.get("phoneme_type", "espeak") != "espeak":
            raise ConfigError(f"{path}: this voice does not read IPA", "Choose another voice.")
        table = {str(sign): tuple(map(int, numbers)) for sign, numbers in found["phoneme_id_map"].items()}
        config = _Config(
            sample_rate=int(found["audio"]["sample_rate"]),
            table=table,
            length=float(found.get("inference", {}).get("length_scale", 1)),
            language=str(found["espeak"]["voice"]),
            speakers={str(name): int(number) for name, number in found.get("speaker_id_map", {}).items()},
            several=int(found.get("num_speakers", 1)) > 1,
        )
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}", "It belongs beside the voice's .onnx.") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ConfigError(f"{path} does not describe a voice of Piper", "Install the voice anew.") from error
    if not {_BEGIN, _END, _PAD} <= table.keys():
        raise ConfigError(f"{path} does not describe a voice of Piper", "Install the voice anew.")
    return config, content


def _speaker(config: _Config, wanted: str) -> int:
    if not wanted:
        return 0
    number = config.speakers.get(wanted, int(wanted) if wanted.isdecimal() else -1)
    if number not in config.speakers.values() and number != 0:
        raise ConfigError(
            f"[voice] speaker: the voice has no speaker '{wanted}'",
            nearest(wanted, config.speakers) if config.speakers else "It has one speaker only: leave the key out.",
        )
    return number


plugin = Plugin(facts_of("piper", "Piper"), PiperSettings, PiperEngine)
