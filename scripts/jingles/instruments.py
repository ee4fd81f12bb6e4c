"""Instruments made of sine waves: notes -> sound.

Each returns float64 at ``RATE``, full scale about 1.0: shape (frames,), or (frames, 2) where it is wide of itself.
Nothing sounds above ``CEILING``, so that a 96 kbit/s MP3 has bits left for the voice. Noise is a crowd of sines whose
phases come from a seed: equal arguments give equal sound.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float64]

RATE = 48_000
"""Sample frames per second [Hz]."""

CEILING = 10_000.0
"""Highest partial [Hz]."""

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def pitch(name: str) -> float:
    """Return the frequency [Hz] of a note such as ``A4``, ``F#5`` or ``Bb2``, equally tempered, A4 = 440 Hz."""
    step = _STEPS[name[0]] + name.count("#") - name.count("b")
    return float(440.0 * 2.0 ** ((step - 9) / 12 + int(name[-1]) - 4))


def bell(note: str, seconds: float = 2.4, *, decay: float = 0.9) -> Sound:
    """Glass: slightly stretched partials, the high ones gone first."""
    base = pitch(note)
    return _struck([(base * k * (1 + 0.0004 * k * k) ** 0.5, k**-1.5, decay / k**0.8) for k in range(1, 9)], seconds)


def marimba(note: str, seconds: float = 1.0, *, decay: float = 0.35) -> Sound:
    """A wooden bar tuned 1 : 4 : 10, struck with a soft mallet."""
    base = pitch(note)
    return _struck([(base, 1.0, decay), (base * 4, 0.22, decay * 0.3), (base * 10, 0.05, decay * 0.08)], seconds)


def piano(note: str, seconds: float = 2.6, *, decay: float = 1.1) -> Sound:
    """An electric piano: a warm tone and, at the start, the tine that was hit."""
    base = pitch(note)
    tone = [(base * k, 0.9 * k**-2.2, decay / k**0.5) for k in range(1, 6)]
    return _struck([*tone, (base * 7.02, 0.05, 0.16), (base * 11.1, 0.015, 0.07)], seconds)


def pluck(note: str, seconds: float = 0.6, *, decay: float = 0.16) -> Sound:
    """A damped string."""
    base = pitch(note)
    return _struck([(base * k, k**-1.4, decay / k**0.6) for k in range(1, 13)], seconds)


def bass(note: str, seconds: float = 1.2, *, decay: float = 0.6) -> Sound:
    """A round bass with enough overtones for a telephone's loudspeaker."""
    base = pitch(note)
    return _struck([(base * k, k**-1.6, decay / k**0.4) for k in range(1, 7)], seconds, attack=0.012)


def drum(note: str = "C2", seconds: float = 0.7, *, decay: float = 0.14) -> Sound:
    """A soft low drum: the pitch falls to the note within a few hundredths of a second."""
    t = _time(seconds)
    turns = pitch(note) * (t + 1.6 * 0.03 * (1 - np.exp(-t / 0.03)))
    skin = np.sin(2 * np.pi * turns) * np.exp(-t / decay)
    return _edges(skin + 0.25 * np.sin(4 * np.pi * turns) * np.exp(-t / (decay * 0.4)), attack=0.003)


def tick(seed: int, seconds: float = 0.12, *, decay: float = 0.022) -> Sound:
    """A short breath of noise between 3.5 kHz and the ceiling, like a shaker."""
    return _edges(_noise(seed, 3_500, CEILING, seconds) * np.exp(-_time(seconds) / decay), attack=0.004)


def swell(seed: int, rise: float, *, fall: float = 0.45, top: float = 5_000.0) -> Sound:
    """Noise that climbs and grows for ``rise`` seconds, then passes over the listener and dies away in ``fall``."""
    t = _time(rise + fall)
    centre = np.log2(250.0) + np.log2(top / 250.0) * np.minimum(t / rise, 1.0)
    crowd = np.random.default_rng(seed)
    sound = np.zeros(len(t))
    for frequency in np.geomspace(180.0, 8_000.0, 72):
        nearness = np.exp(-0.5 * ((np.log2(frequency) - centre) / 0.4) ** 2)
        sound += nearness * np.sin(2 * np.pi * (frequency * t + crowd.uniform()))
    growth = np.where(t < rise, (t / rise) ** 2.2, np.cos(np.pi / 2 * np.clip((t - rise) / fall, 0, 1)) ** 2)
    return sound * growth / 6


def pad(
    chord: str, seconds: float, *, attack: float = 0.3, release: float = 0.9, dark: float = 1.8, partials: int = 9
) -> Sound:
    """A wide, slowly moving chord: per note one voice in the middle and two, slightly mistuned, left and right.

    The middle is the loudest, so that nothing is lost when a listener hears both channels summed.

    Args:
        dark: How fast the partials grow weaker: ``k ** -dark``.
    """
    t = _time(seconds)
    notes = chord.split()
    sound = np.zeros((len(t), 2))
    for index, note in enumerate(notes):
        for k in range(1, partials + 1):
            frequency = pitch(note) * k
            if frequency > CEILING / 2:
                break
            drift = 0.0016 * frequency * t
            turns = frequency * t + 0.37 * index + 0.21 * k
            middle = np.sin(2 * np.pi * turns)
            left, right = np.sin(2 * np.pi * (turns - drift + 0.1)), np.sin(2 * np.pi * (turns + drift - 0.1))
            sound += k**-dark * np.stack([middle + 0.6 * left, middle + 0.6 * right], axis=1)
    breath = np.sin(np.pi / 2 * np.minimum(t / attack, 1)) ** 2
    breath *= np.cos(np.pi / 2 * np.clip((t - (seconds - release)) / release, 0, 1)) ** 2
    return np.asarray(sound * breath[:, None] / (1.6 * len(notes)))


def brass(note: str, seconds: float, *, attack: float = 0.03, bright: float = 7.0) -> Sound:
    """A synthetic horn: the louder, the brighter.

    Args:
        bright: Partials heard at full strength, roughly.
    """
    t = _time(seconds)
    strength = (1 - np.exp(-t / attack)) * (0.35 + 0.65 * np.exp(-t / (0.4 * seconds)))
    strength *= np.cos(np.pi / 2 * np.clip((t / seconds - 0.55) / 0.45, 0, 1)) ** 2
    sound = np.zeros(len(t))
    for k in range(1, 1 + min(24, int(CEILING / pitch(note)))):
        sound += np.sin(2 * np.pi * (pitch(note) * k * t) + 0.5 * k) / k * np.exp(-k / (0.5 + bright * strength))
    return _edges(sound * strength, attack=0.004)


def _struck(partials: list[tuple[float, float, float]], seconds: float, *, attack: float = 0.004) -> Sound:
    """Return the sum of decaying sines, each (frequency [Hz], amplitude, time constant [s])."""
    t = _time(seconds)
    sound = np.zeros(len(t))
    for frequency, amplitude, decay in partials:
        if frequency < CEILING:
            sound += amplitude * np.sin(2 * np.pi * frequency * t) * np.exp(-t / decay)
    return _edges(sound, attack=attack)


def _noise(seed: int, low: float, high: float, seconds: float) -> Sound:
    t = _time(seconds)
    crowd = np.random.default_rng(seed)
    frequencies = crowd.uniform(low, high, 90)
    return np.asarray(sum(np.sin(2 * np.pi * (f * t + crowd.uniform())) for f in frequencies)) / 9


def _time(seconds: float) -> Sound:
    return np.arange(round(seconds * RATE)) / RATE


def _edges(sound: Sound, *, attack: float) -> Sound:
    """Open softly within ``attack`` seconds and close over the last quarter."""
    rise, fall = round(attack * RATE), len(sound) // 4
    sound[:rise] *= np.sin(np.pi / 2 * np.arange(rise) / rise) ** 2
    sound[-fall:] *= np.cos(np.pi / 2 * np.arange(1, fall + 1) / fall) ** 2
    return sound
