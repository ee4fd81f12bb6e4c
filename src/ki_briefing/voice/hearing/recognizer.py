"""Sound -> the German words that a speech recogniser hears in it: faster-whisper, offline, on this machine's processor.

The same sound gives the same words. The model is a folder as faster-whisper has it, or a name that faster-whisper
knows, such as ``base`` or ``small``: it fetches that once.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.errors import ConfigError
from ki_briefing.base.hints import to_install
from ki_briefing.base.processors import available

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAMPLE_RATE = 16_000
LONGEST = 28.0
"""Seconds that it hears in one piece; of what is longer it may miss a word at each join."""

_INSTALL = to_install("ki-briefing[listen]")
_MODEL = 'Write: [listening] model = "base", or the folder of a model for faster-whisper.'


class Recognizer:
    """A speech recogniser. Any number of threads may ask at once; one is heard after the other."""

    def __init__(self, model: str) -> None:
        try:
            from faster_whisper import WhisperModel
        except ImportError as error:
            raise ConfigError("to listen, faster-whisper is needed, and it is not installed", hint=_INSTALL) from error
        path = Path(model).expanduser()
        if model.startswith(("/", "./", "../", "~")) and not path.is_dir():
            raise ConfigError(f"[listening] model: there is no folder {model}", hint=_MODEL)
        self.name = path.name
        self._lock = threading.Lock()
        try:
            self._model = WhisperModel(str(path), device="cpu", compute_type="int8", cpu_threads=available())
        except Exception as error:  # whatever faster-whisper, its hub or its engine raise for a model that is not there
            raise ConfigError(
                f"the model '{model}' for listening cannot be used: {str(error).splitlines()[0][:200]}",
                hint=_MODEL,
            ) from error

    def hear(self, samples: NDArray[np.float32]) -> str:
        """Return what is said in a mono sound at ``SAMPLE_RATE``, shape (frames,), as a German would write it."""
        with self._lock:
            segments, _ = self._model.transcribe(
                samples,
                language="de",
                beam_size=5,
                temperature=0.0,  # a higher one draws lots
                condition_on_previous_text=False,
            )
            return " ".join(segment.text.strip() for segment in segments)


@lru_cache(maxsize=1)  # it takes half a second and 200 MB
def load_recognizer(model: str) -> Recognizer:
    """Return the recogniser of a model; this process loads it once.

    Raises:
        ConfigError: faster-whisper is not installed, or has no such model.
    """
    return Recognizer(model)


def at_hearing_rate(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """Return a mono sound at ``SAMPLE_RATE``, its band limited exactly; for clips of a minute, not for episodes."""
    import numpy as np

    if rate == SAMPLE_RATE:
        return samples
    frames = max(2, round(len(samples) * SAMPLE_RATE / rate))
    bins = np.fft.rfft(samples)[: frames // 2 + 1]
    return np.asarray(np.fft.irfft(bins, frames) * (frames / len(samples)), np.float32)
