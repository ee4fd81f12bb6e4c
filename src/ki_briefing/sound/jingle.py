"""``[jingles]`` -> the music around the words, as levelled samples: one of our styles, or the show's own files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ki_briefing.base.errors import ConfigError, SoundError, StorageError
from ki_briefing.base.files import file_digest, is_file
from ki_briefing.sound import codec, loudness

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ki_briefing.show.settings import Jingles, Sound

_STYLES = Path(__file__).parents[1] / "data" / "jingles"
NO_STYLE = "none"
_OURS = 7.0  # seconds: longer than any ident, stinger or outro of our styles
_MOST_GAIN = 40.0  # dB
_FADED = 10.0  # times softer than the beginning, or the end: no loop


class Part(StrEnum):
    """Where a jingle is heard."""

    IDENT = "ident"
    STINGER = "stinger"
    OUTRO = "outro"
    BED = "bed"


@dataclass(frozen=True, slots=True)
class Jingle:
    """A jingle's file; decoded only when a stretch with it is mixed.

    Attributes:
        digest: Of its bytes, so that a replaced file is mixed anew.
        longest: It is no longer than this [s].
        own: It is the show's own file, not one of ours.
    """

    part: Part
    path: Path
    digest: str
    longest: float
    own: bool

    def decode(self, sound: Sound, at_most: float | None = None) -> NDArray[np.float32]:
        """Return its samples as they are in the file, shape (frames, channels).

        Args:
            at_most: Read only this many seconds from the beginning; None: refuse a long file.

        Raises:
            ConfigError: The file cannot be used.
        """
        try:
            return codec.read_file(self.path, sound.sample_rate, sound.channels, at_most=at_most)
        except SoundError as error:
            raise ConfigError(f"[jingles] {self.part}: {error.message}", hint=error.hint) from error

    def load(self, sound: Sound, level: float, length: int | None = None) -> NDArray[np.float32]:
        """Return its samples, shape (frames, channels), at this loudness.

        Args:
            level: Integrated loudness of the whole jingle [LUFS].
            length: Loop or cut it to this length [ms]; None: leave it as long as it is.

        Raises:
            ConfigError: The file cannot be used.
        """
        samples = self.decode(sound, None if length is None else length / 1000)
        samples *= np.float32(loudness.factor(min(level - _loudness(samples, sound.sample_rate), _MOST_GAIN)))
        if length is None:
            return samples
        return looped(samples, length * sound.sample_rate // 1000, sound.sample_rate)


def looped(samples: NDArray[np.float32], frames: int, rate: int) -> NDArray[np.float32]:
    """Return the samples repeated, or cut, to this many frames, without an audible seam.

    Music that was made as a loop is repeated as it is, so its beat is kept. Other music is cross-faded, at equal power,
    from its end into its beginning.

    Args:
        samples: Shape (frames, channels).
        rate: Frames per second [Hz].
    """
    if len(samples) >= frames or _goes_round(samples, rate):
        return np.resize(samples, (frames, samples.shape[1]))
    fade = min(rate, len(samples) // 4)
    rising = np.sqrt(np.arange(fade, dtype=np.float32) / max(fade, 1))[:, None]
    seam = samples[len(samples) - fade :] * np.sqrt(1 - rising**2) + samples[:fade] * rising
    later = np.concatenate((seam, samples[fade : len(samples) - fade]))
    first = samples[: len(samples) - fade]
    return np.concatenate((first, np.resize(later, (frames - len(first), samples.shape[1]))))


def _goes_round(samples: NDArray[np.float32], rate: int) -> bool:
    """Tell whether samples are a loop: the step from the last to the first is no larger than others, nothing fades."""
    edge = max(min(rate // 10, len(samples) // 2), 1)
    begin, end = samples[:edge], samples[-edge:]
    usual = max(float(np.abs(np.diff(part, axis=0)).max(initial=0.0)) for part in (begin, end))
    quiet, loud = sorted(float(np.sqrt(np.mean(np.square(part)))) for part in (begin, end))
    return float(np.abs(samples[0] - samples[-1]).max()) <= usual and loud <= _FADED * quiet


def _loudness(samples: NDArray[np.float32], rate: int) -> float:
    """Return the integrated loudness [LUFS]; samples shorter than a momentary reading are padded with silence."""
    slices = rate // 10
    least = round(loudness.MOMENTARY * rate)
    if len(samples) < least:
        samples = np.pad(samples, ((0, least - len(samples)), (0, 0)))
    return loudness.integrated(loudness.estimated(samples, rate, slices))


def choose(part: Part, jingles: Jingles, folder: Path) -> Jingle | None:
    """Return the show's jingle for a part, or None if the show wants none.

    Raises:
        ConfigError: There is no such style or file, or the file cannot be read.
    """
    own = getattr(jingles, part.value)
    if own == NO_STYLE or (not own and jingles.style == NO_STYLE):
        return None
    path = folder / own if own else _STYLES / jingles.style / f"{part.value}.flac"
    if not is_file(path):
        if own:
            raise ConfigError(
                f"[jingles] {part}: there is no sound file {own!r:.99} in {folder}",
                hint="Name a WAV, FLAC or MP3 file in show.toml.",
            )
        styles = sorted(each.name for each in _STYLES.iterdir())
        raise ConfigError(
            f"[jingles] style: there is no style {jingles.style!r:.99}",
            hint=f"There are: {', '.join([*styles, NO_STYLE])}.",
        )
    try:
        return Jingle(part, path, file_digest(path), codec.LONGEST if own else _OURS, own=bool(own))
    except StorageError as error:
        raise ConfigError(f"[jingles] {part}: {error.message}", hint=error.hint) from error
