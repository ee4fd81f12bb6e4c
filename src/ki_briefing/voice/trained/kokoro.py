"""Kokoro: voices of trained networks (StyleTTS 2, 82 million parameters), fed with our phonemes.

Utterance -> Clip at 24,000 Hz with word times: exact if the network tells how long each sign is heard, else shared out
by signs. A voice is a network in ONNX and a file of styles, one for each length of a sentence. It needs neither torch
nor Kokoro's own program, only ONNX Runtime.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from ki_briefing.base.errors import ConfigError, SpeechError
from ki_briefing.base.files import digest, file_digest
from ki_briefing.base.hints import nearest
from ki_briefing.base.records import Between
from ki_briefing.voice.engine import Plugin
from ki_briefing.voice.trained.installed import find_voice
from ki_briefing.voice.trained.neural import Network, Run, facts_of, require_runtime, speak
from ki_briefing.voice.trained.signs import spell

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ki_briefing.model.sound import Clip
    from ki_briefing.model.text import Utterance
    from ki_briefing.voice.trained.installed import InstalledVoice
    from ki_briefing.voice.trained.signs import Sign

SAMPLE_RATE = 24_000

_MODEL = "Kokoro-82M"
_REVISION = 1  # counts up when equal utterances begin to sound different
_LONGEST = 500  # signs in one run; the network takes 510
_STYLE = 256  # numbers of a style
_STYLE_FILES = (".npz", ".bin", ".pt")
_TABLE: dict[str, int] = {
    sign: number
    for start, signs in (  # of config.json beside Kokoro-82M's weights: runs of signs with numbers in order
        (1, ";:,.!?"), (9, "—…\"()“”"), (16, " ̃ʣʥʦʨᵝꭧAI"), (31, "O"), (33, "Q"), (35, "ST"), (39, "W"), (41, "Y"),
        (42, "ᵊabcdef"), (50, "hijklmnopqrstuvwxyz"), (69, "ɑɐɒæ"), (75, "βɔɕç"), (80, "ɖðʤə"), (85, "ɚɛɜ"), (90, "ɟ"),
        (92, "ɡ"), (99, "ɥ"), (101, "ɨɪʝ"), (110, "ɯɰŋɳɲɴø"), (118, "ɸθœ"), (123, "ɹ"), (125, "ɾɻ"), (128, "ʁɽʂʃʈʧ"),
        (135, "ʊʋ"), (138, "ʌɣɤ"), (142, "χʎ"), (147, "ʒʔ"), (156, "ˈˌː"), (162, "ʰ"), (164, "ʲ"), (169, "↓"),
        (171, "→↗↘"), (177, "ᵻ"),
    )
    for number, sign in enumerate(signs, start)
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class KokoroSettings:
    """What ``[voice]`` may say of it.

    Attributes:
        name: An installed voice (``ki-briefing voices`` lists them), or the path of a network's ``.onnx`` file; empty:
            the only one installed.
        styles: Path of the file of styles (.npz, .bin or .pt), if ``name`` is a path.
        speaker: Name of a style, if the file holds several.
        rate: Faster or slower than the voice's own pace [percent].
    """

    name: str = ""
    styles: str = ""
    speaker: str = ""
    rate: Annotated[int, Between(-50, 100)] = 0


class KokoroEngine:
    """A voice of Kokoro-82M. Any number of threads may ask at once.

    Raises:
        ConfigError: There is no such voice or style.
        EngineMissing: ONNX Runtime or a voice is not installed.
    """

    def __init__(self, settings: KokoroSettings) -> None:
        spoken_with = require_runtime("kokoro")
        voice = find_voice("kokoro", settings.name)
        self._styles, self._speaker = _style_file(voice, settings.styles), settings.speaker
        _check_style(self._styles, self._speaker)
        self._pace = 1 + settings.rate / 100
        self._network = Network(voice.paths[0], "Round")
        self.fingerprint = (
            f"kokoro {digest(voice.digest, file_digest(self._styles))[:16]} {self._speaker or '-'} {settings.rate:+d}%"
            f" {spoken_with} r{_REVISION}"
        )
        self.facts = facts_of("kokoro", _MODEL, voice)

    def synthesize(self, utterance: Utterance) -> Clip:
        """Say ``utterance.spoken`` with its pronunciations.

        Raises:
            SpeechError: The network failed, or there is nothing to say.
        """
        from ki_briefing.voice.native.espeak import pronounce

        soundings = pronounce(utterance)
        signs = spell(utterance.spoken, soundings, _TABLE)
        return speak(soundings, signs, partial(self._run, utterance.spoken), most=_LONGEST, sample_rate=SAMPLE_RATE)

    def _run(self, text: str, signs: Sequence[Sign]) -> Run:
        """Say the signs of a text, with the style of a sentence that has so many."""
        import numpy as np

        styles = _load_styles(self._styles, self._speaker)
        style = styles[min(len(signs), len(styles)) - 1]

        inputs = self._network.inputs
        whole = "int" in inputs.get("speed", "")  # some exports know no other pace
        arrays: dict[str, Any] = {
            "tokens" if "tokens" in inputs else "input_ids": np.array([[0, *(_TABLE[sign.text] for sign in signs), 0]]),
            "style": style[None],
            "speed": np.array([self._pace]).round().astype(np.int32) if whole else np.array([self._pace], np.float32),
        }
        samples, *told = self._network.run(arrays, text)
        lengths = np.maximum(np.round(told[0]), 1).astype(int) if told else np.zeros(0, int)
        if len(lengths) != len(signs) + 2 or len(samples) % lengths.sum():
            return Run(samples)
        lengths *= len(samples) // lengths.sum()
        return Run(samples, int(lengths[0]), tuple(map(int, lengths[1:-1])))


def _style_file(voice: InstalledVoice, named: str) -> Path:
    if named:
        path = Path(named).expanduser()
        if not path.is_file():
            raise ConfigError(f"[voice] styles: there is no file {named}", "Write its whole path.")
        return path
    path = next((path for path in voice.paths if path.suffix in _STYLE_FILES), Path())
    if not path.name:
        raise ConfigError("[voice] styles: a network alone has no voice", "Name its file of styles: .npz, .bin or .pt.")
    return path


def _check_style(path: Path, speaker: str) -> None:
    """Refuse a speaker whom the file does not hold; its numbers are read only when they are needed."""
    if not zipfile.is_zipfile(path) or path.suffix == ".pt":
        return
    with zipfile.ZipFile(path) as file:
        names = [Path(name).stem for name in file.namelist()]
    if speaker and speaker not in names:
        raise ConfigError(f"[voice] speaker: {path.name} has no style '{speaker}'", nearest(speaker, names))
    if not speaker and len(names) > 1:
        hint = f"Choose one: {', '.join(sorted(names))}."
        raise ConfigError(f"[voice] speaker: {path.name} has several styles", hint)


@lru_cache(maxsize=8)
def _load_styles(path: Path, speaker: str) -> NDArray[np.float32]:
    """Return a voice's styles, shape (lengths, 256).

    They come as an archive of numpy's arrays, as bare numbers, or as torch keeps them, whose numbers lie in a ZIP
    archive just as bare; its pickled part is not looked at.
    """
    import numpy as np

    try:
        if path.suffix == ".pt":
            with zipfile.ZipFile(path) as file:
                data = file.read(next(name for name in file.namelist() if name.endswith("/data/0")))
            found: NDArray[Any] = np.frombuffer(data, "<f4")
        elif zipfile.is_zipfile(path):
            with np.load(path) as file:
                found = file[speaker or file.files[0]]
        else:
            found = np.fromfile(path, "<f4")
        return np.ascontiguousarray(found, np.float32).reshape(-1, _STYLE)
    except (OSError, ValueError, KeyError, StopIteration, zipfile.BadZipFile) as error:
        raise SpeechError(f"{path} is no file of styles: {error}", hint="Install the voice anew.") from error


plugin = Plugin(facts_of("kokoro", _MODEL), KokoroSettings, KokoroEngine)
