"""The studio: notes are placed on beats, a room answers, and a piece comes out at one loudness.

Sounds -> float64, shape (frames, channels). Deterministic: the room's noise has a seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from jingles.instruments import RATE, Sound

LOUDNESS = -20.0
"""Every piece is made as loud as this [LUFS]."""

PEAK = 10 ** (-3.5 / 20)
"""No sample may be larger."""

_FLOOR, _CEILING = (25.0, 40.0), (10_500.0, 12_000.0)  # where the pass band begins and ends, each a slope [Hz]
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))  # both: ITU-R BS.1770-5, at 48 kHz


@dataclass(frozen=True)
class Room:
    """Where it is played.

    Attributes:
        seconds: Time until an echo has died away by 60 dB.
        level: How loud the room is beside what is played in it [dB].
        dark: Above this frequency the walls swallow the sound [Hz].
    """

    seconds: float = 1.1
    level: float = -13.0
    dark: float = 2_800.0

    def impulse_response(self) -> Sound:
        """Return what the room answers to a single click, left and right each with echoes of their own."""
        t = np.arange(round(self.seconds * 1.15 * RATE)) / RATE
        noise = np.random.default_rng(1770).standard_normal((len(t), 2))
        noise *= (10 ** (-3 * t / self.seconds) * np.clip((t - 0.008) / 0.02, 0, 1))[:, None]
        spectrum = np.fft.rfft(noise, axis=0) / (1 + 1j * np.fft.rfftfreq(len(t), 1 / RATE) / self.dark)[:, None]
        echoes = np.fft.irfft(spectrum, len(t), axis=0)
        return np.asarray(echoes / np.sqrt((echoes**2).sum(axis=0)) * 10 ** (self.level / 20))


class Piece:
    """A stretch of music on which notes are placed.

    A loop is a ring: what rings on beyond its end, and the room's answer to it, is heard at its beginning.
    """

    def __init__(self, seconds: float, *, tempo: float, loop: bool = False) -> None:
        """Start with silence.

        Args:
            tempo: Beats per minute.
        """
        self._sound = np.zeros((round(seconds * RATE), 2))
        self._beat = 60.0 / tempo
        self._loop = loop

    def play(self, sound: Sound, beat: float, level: float = 0.0, pan: float = 0.0) -> None:
        """Add a sound at a beat.

        Args:
            level: [dB].
            pan: -1 left, 0 middle, 1 right, at equal power; never fully out of the other channel.
        """
        if sound.ndim == 1:
            angle = (1 + 0.8 * pan) * np.pi / 4
            sound = np.stack([sound * np.cos(angle), sound * np.sin(angle)], axis=1) * 2**0.5
        places = round(beat * self._beat * RATE) + np.arange(len(sound))
        if self._loop:
            places %= len(self._sound)
        inside = places < len(self._sound)
        np.add.at(self._sound, places[inside], sound[inside] * 10 ** (level / 20))

    def line(
        self,
        instrument: Callable[[str], Sound],
        notes: str,
        beats: Iterable[float],
        level: float = 0.0,
        pans: Iterable[float] = (0.0,),
    ) -> None:
        """Play one note per beat; the pan positions are taken in turn."""
        places = tuple(pans)
        for index, (note, beat) in enumerate(zip(notes.split(), beats, strict=True)):
            self.play(instrument(note), beat, level, places[index % len(places)])

    def finish(self, room: Room, *, mono: bool = False) -> Sound:
        """Return the piece in its room, free of DC and of everything inaudibly low or high, at ``LOUDNESS``."""
        echo = room.impulse_response()
        frames = len(self._sound)
        size = frames if self._loop else 1 << (frames + len(echo)).bit_length()
        dry = np.fft.rfft(self._sound, size, axis=0)
        spectrum = dry * (1 + np.fft.rfft(echo, size, axis=0)) * _pass_band(size)[:, None]
        sound = np.fft.irfft(spectrum, size, axis=0)[:frames]
        if not self._loop:
            rise, fall = round(0.003 * RATE), min(round(0.9 * RATE), frames // 3)
            sound[:rise] *= np.linspace(0, 1, rise)[:, None]
            sound[-fall:] *= np.cos(np.linspace(0, np.pi / 2, fall))[:, None] ** 2
        if mono:
            sound = sound.mean(axis=1, keepdims=True)
        sound *= 10 ** ((LOUDNESS - loudness(sound)) / 20)
        assert np.abs(sound).max() <= PEAK, "too much punch for this loudness: play the drum more softly"
        return sound


def loudness(sound: Sound) -> float:
    """Return the integrated loudness [LUFS] of a piece of at least 400 ms (ITU-R BS.1770-5)."""
    size = 1 << (len(sound) + RATE).bit_length()
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    weight = np.prod([np.polyval(b[::-1], z) / np.polyval(a[::-1], z) for b, a in (_SHELF, _HIGH_PASS)], axis=0)
    weighted = np.fft.irfft(np.fft.rfft(sound, size, axis=0) * weight[:, None], size, axis=0)[: len(sound)]
    total = np.concatenate([[0.0], np.cumsum((weighted**2).sum(axis=1))])
    starts = np.arange(0, len(sound) - RATE * 2 // 5 + 1, RATE // 10)
    blocks = (total[starts + RATE * 2 // 5] - total[starts]) / (RATE * 2 // 5)
    blocks = blocks[_lufs(blocks) > -70]
    return float(_lufs(blocks[_lufs(blocks) > _lufs(blocks.mean()) - 10].mean()))


def _lufs(power: Sound) -> Sound:
    return np.asarray(-0.691 + 10 * np.log10(np.maximum(power, 1e-12)))


def _pass_band(size: int) -> Sound:
    frequencies = np.fft.rfftfreq(size, 1 / RATE)
    return np.asarray(
        np.interp(frequencies, _FLOOR, (0.0, 1.0)) * np.interp(frequencies, _CEILING, (1.0, 0.0)),
        dtype=np.float64,
    )
