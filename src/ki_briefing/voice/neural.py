"""What the voices of trained networks share: a network in processes of its own, and the way from signs to a clip.

Signs -> samples and word times. The networks are ONNX files; the processes (``voice.neural_child``) are as many as
threads ask at once, each on one core. One that dies or hangs is replaced for the next sentence.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import weakref
from collections import deque
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from multiprocessing import Pipe
from typing import TYPE_CHECKING, Any, TypeAlias

from ki_briefing.base.errors import EngineMissing, SpeechError
from ki_briefing.base.processors import available
from ki_briefing.model.sound import Clip
from ki_briefing.voice.signs import pieces, words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from ki_briefing.voice.espeak import Sounding
    from ki_briefing.voice.signs import Sign

    Arrays: TypeAlias = Mapping[str, NDArray[Any]]

AT_ONCE = min(8, available())
"""A process takes some 350 MB."""

_START = 120  # seconds for a process to read its network; it needs about one
_PATIENCE = (60, 0.5)  # seconds for a run, and more for each sign of it
_AGAIN = "Run the same command again; if it fails again, install the voice anew."


@dataclass(frozen=True, slots=True)
class Run:
    """What a network says to some signs.

    Attributes:
        samples: Float32, shape (frames,), full scale ±1.0.
        before: Frames before the first sign is heard.
        lengths: Frames of each sign; empty if the network does not tell.
    """

    samples: NDArray[np.float32]
    before: int = 0
    lengths: tuple[int, ...] = ()


class Network:
    """A network that any number of threads may run at once.

    Args:
        path: Its ONNX file.
        operation: Whose result is how long each sign is heard: ``Ceil`` or ``Round``.
    """

    def __init__(self, path: Path, operation: str) -> None:
        self._command = str(path), operation
        self._idle: deque[_Child] = deque()  # appending and popping are atomic
        self._end = weakref.finalize(self, _end_all, self._idle)

    def run(self, make: Callable[[Mapping[str, str]], Arrays], size: int) -> list[NDArray[Any]]:
        """Return the network's outputs.

        Args:
            make: Makes the inputs, given their names and types as ONNX Runtime calls them.
            size: How many signs they hold, for the deadline.

        Raises:
            SpeechError: It failed, or did not end in time.
        """
        try:
            child = self._idle.pop()
        except IndexError:
            child = _Child(*self._command)
        outputs = child.run(make(child.inputs), _PATIENCE[0] + _PATIENCE[1] * size)
        self._idle.append(child)
        return outputs


class _Child:
    """A running ``voice.neural_child``; one thread at a time may ask."""

    def __init__(self, path: str, operation: str) -> None:
        self._pipe, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "ki_briefing.voice.neural_child", str(theirs.fileno()), path, operation],
                pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip
        self.inputs: dict[str, str] = dict(self._answer(_START))

    def run(self, inputs: Arrays, patience: float) -> list[NDArray[Any]]:
        """Return the outputs."""
        try:
            self._pipe.send(inputs)
        except OSError as error:
            self.end()
            raise SpeechError("the process of the voice has ended", hint=_AGAIN) from error
        return list(self._answer(patience))

    def _answer(self, patience: float) -> list[Any]:
        try:
            answer = self._pipe.recv() if self._pipe.poll(patience) else f"no answer within {patience:.0f} s"
        except (EOFError, OSError):
            answer = "its process has ended"
        except BaseException:  # Ctrl-C: what it still says must not be taken for the next answer
            self.end()
            raise
        if isinstance(answer, str):
            self.end()
            raise SpeechError(f"the voice cannot speak: {answer[:200]}", hint=_AGAIN)
        return list(answer)

    def end(self) -> None:
        """End the process; it holds nothing that could be lost."""
        self._pipe.close()
        self._process.kill()
        self._process.wait()


def _end_all(children: deque[_Child]) -> None:
    while children:
        with contextlib.suppress(OSError):
            children.pop().end()


def speak(
    soundings: Sequence[Sounding],
    signs: Sequence[Sign],
    run: Callable[[Sequence[Sign]], Run],
    *,
    most: int,
    sample_rate: int,
) -> Clip:
    """Return the clip of an utterance, said in runs of at most ``most`` signs."""
    import numpy as np

    sounds: list[NDArray[np.float32]] = []
    edges: list[int] = []
    end = 0
    for piece in pieces(signs, most):
        said = run(piece)
        frames = len(said.samples)
        lengths = said.lengths or _even(frames - said.before, len(piece))
        begin = end + said.before
        edges += (begin + int(each) for each in np.cumsum((0, *lengths[:-1])))
        sounds.append(said.samples)
        end += frames
        last = begin + sum(lengths)
    timed = words(soundings, signs, [*edges, last])
    return Clip(np.ascontiguousarray(np.concatenate(sounds), np.float32), sample_rate, timed)


def require_runtime(engine: str) -> str:
    """Return the version of ONNX Runtime.

    Raises:
        EngineMissing: It is not installed.
    """
    if find_spec("onnxruntime") is None:
        raise EngineMissing(f"engine '{engine}' is not installed", hint=f"Run: pip install 'ki-briefing[{engine}]'")
    return _runtime()


@cache
def _runtime() -> str:
    from importlib.metadata import version

    return version("onnxruntime")


def _even(frames: int, count: int) -> tuple[int, ...]:
    """Share frames among so many signs."""
    return tuple((index + 1) * frames // count - index * frames // count for index in range(count))
