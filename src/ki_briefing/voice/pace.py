"""A voice's own pace: is this how long it takes for such a text?

Length of what is heard [s], text -> nothing, or why not. Services cut sentences off and answer with somebody else's:
both are sound of the right kind. A voice keeps its pace, though: of 100 sentences of our articles espeak-ng and Pico
say each letter in 0.8 to 1.4 times the voice's median, so 0.6 of it is no whole sentence.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_WORD = re.compile(r"[^\W_]+")
_INNER_PAUSE = re.compile(r"[,;:.!?–—]\s")
_SPELLED, _PAUSE = 3, 3  # letters whose time a single letter takes ("G P T"), and a pause inside a sentence

_USUAL = 0.068  # seconds a letter: 14.7 letters a second
_KNOWN = 3  # sentences after which the voice's own pace is known
_REMEMBERED = 50  # sentences
_LEAST, _MOST, _MOST_AT_FIRST = 0.6, 1.7, 3.0  # times the pace
_SPARE_LEAST, _SPARE_MOST = 0.05, 0.6  # seconds
_FRAME = 0.02  # seconds
_HEARD = 40.0  # dB below the loudest frame


class Pace:
    """What one voice has said so far; several threads may use it.

    Args:
        speed: How much faster than usual it is asked to speak.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self._usual = _USUAL / speed
        self._known: deque[float] = deque(maxlen=_REMEMBERED)
        self._lock = threading.Lock()

    def fits(self, seconds: float, text: str) -> bool:
        """Tell whether the voice can have said the text in this time, and remember it if so."""
        letters = _letters(text)
        with self._lock:
            known = len(self._known) >= _KNOWN
            usual = letters * (median(self._known) if known else self._usual)
            most = _MOST if known else _MOST_AT_FIRST
            fits = _LEAST * usual - _SPARE_LEAST <= seconds <= most * usual + _SPARE_MOST
            if fits and letters:
                self._known.append(seconds / letters)
            return fits


def levels(samples: NDArray[np.float32], sample_rate: int) -> NDArray[np.float32]:
    """Return the level of each 20 ms that are heard, the silence before and after left out [dB, full scale 0]."""
    import numpy as np

    size = max(1, round(_FRAME * sample_rate))
    frames = samples[: max(1, len(samples) // size) * size]
    power = np.square(frames.reshape(-1, min(size, len(frames))), dtype=np.float64).mean(axis=1)
    found: NDArray[np.float32] = (10 * np.log10(power + 1e-12)).astype(np.float32)
    heard = np.flatnonzero(found > found.max() - _HEARD)
    return found[int(heard[0]) : int(heard[-1]) + 1]


def seconds_heard(levels: NDArray[np.float32]) -> float:
    """Return how long something is heard [s]."""
    return len(levels) * _FRAME


def _letters(text: str) -> int:
    """Return how many letters would take the text's time in running speech."""
    words = sum(len(word) if len(word) > 1 else _SPELLED for word in _WORD.findall(text))
    return words + _PAUSE * len(_INNER_PAUSE.findall(text))
