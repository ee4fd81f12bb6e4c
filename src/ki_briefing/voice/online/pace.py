"""A voice's own pace: is this how long it takes for such a text?

Samples, text -> yes or no. Services cut sentences off and answer with somebody else's: both are sound of the right
kind. A voice keeps its pace, though. Without the pauses, espeak-ng and Pico say each letter of our articles' sentences
in 0.86 to 1.25 times their median, and the first 40 % of a sound are 0.72 at most.
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
_SPELLED = 3  # letters whose time a single one takes, as in "G P T"

_USUAL = 0.062  # seconds a letter, pauses left out: of espeak-ng 0.059, of Pico 0.063
_KNOWN = 3  # sentences after which the voice's own pace is known
_REMEMBERED = 50  # sentences
_TELLING = 12  # letters of a sentence that tells of the pace
_SURE, _POSSIBLE = (0.76, 1.45), (0.7, 1.9)
_SURE_AT_FIRST, _POSSIBLE_AT_FIRST = (0.76, 1.5), (0.62, 4.0)
_SPARE = (0.05, 0.25)  # seconds
_EQUAL = 0.05  # of the length
_FRAME = 0.02  # seconds
_HEARD = 40.0  # dB below the loudest frame
_LIVELY = 6.0  # dB between softer and louder frames; speech has 18 and more, noise and hum 1


class Pace:
    """How fast one voice has spoken so far; several threads may use it.

    Args:
        speed: How much faster than usual it is asked to speak.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self._usual = _USUAL / speed
        self._known: deque[float] = deque(maxlen=_REMEMBERED)
        self._doubtful: dict[str, float] = {}
        self._lock = threading.Lock()

    def fits(self, seconds: float, text: str) -> bool:
        """Tell whether the voice can have said the text in this time, and remember it if so.

        What is a little too short or too long is only believed once the voice has taken the same time for it twice.

        Args:
            seconds: See :func:`speech_seconds`.
        """
        letters = sum(len(word) if len(word) > 1 else _SPELLED for word in _WORD.findall(text))
        with self._lock:
            known = len(self._known) >= _KNOWN
            expected = letters * (median(self._known) if known else self._usual)
            before = self._doubtful.pop(text, 0.0)
            if not _within(seconds, expected, _SURE if known else _SURE_AT_FIRST):
                if not _within(seconds, expected, _POSSIBLE if known else _POSSIBLE_AT_FIRST):
                    return False
                if abs(seconds - before) > _EQUAL * seconds:
                    self._doubtful[text] = seconds
                    return False
            if letters >= _TELLING:
                self._known.append(seconds / letters)
            return True


def speech_seconds(samples: NDArray[np.float32], sample_rate: int) -> float:
    """Return how long something is heard, pauses and silence left out [s]."""
    found = _levels(samples, sample_rate)
    return float((found > found.max() - _HEARD).sum()) * _FRAME


def is_lively(samples: NDArray[np.float32], sample_rate: int) -> bool:
    """Tell whether a sound gets louder and softer as speech does; noise of any colour and hum do not."""
    import numpy as np

    softer, louder = np.percentile(_levels(np.diff(samples), sample_rate), (10, 90))
    return bool(louder - softer >= _LIVELY)


def _levels(samples: NDArray[np.float32], sample_rate: int) -> NDArray[np.float64]:
    """Return the level of each 20 ms [dB, full scale 0]."""
    import numpy as np

    size = max(1, min(round(_FRAME * sample_rate), len(samples)))
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    found: NDArray[np.float64] = 10 * np.log10(np.square(frames, dtype=np.float64).mean(axis=1) + 1e-12)
    return found


def _within(seconds: float, expected: float, times: tuple[float, float]) -> bool:
    return times[0] * expected - _SPARE[0] <= seconds <= times[1] * expected + _SPARE[1]
