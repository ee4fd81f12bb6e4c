"""What the voices of trained networks share: a network in processes of its own, and the way from signs to a clip.

Signs -> samples and word times. The networks are ONNX files; ``neural_child`` runs one on one core, in as many
processes as there are cores.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeAlias

from ki_briefing.base.errors import EngineMissing
from ki_briefing.base.hints import to_install
from ki_briefing.base.processors import available
from ki_briefing.model.sound import Clip
from ki_briefing.voice.children import Children
from ki_briefing.voice.engine import EngineFacts, Form
from ki_briefing.voice.trained.signs import pieces, words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from ki_briefing.voice.native.espeak import Sounding
    from ki_briefing.voice.trained.installed import InstalledVoice
    from ki_briefing.voice.trained.signs import Sign

    Arrays: TypeAlias = Mapping[str, NDArray[Any]]

AT_ONCE = min(8, available())
"""A process takes some 350 MB."""

_PATIENCE = (60.0, 0.5)  # seconds for a run, and more for each letter of it


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
        self._children = Children(
            "ki_briefing.voice.trained.neural_child",
            f"the voice {path.name}",
            "Install the voice anew, or choose another one: ki-briefing voices list",
            patience=_PATIENCE,
            arguments=(str(path), operation),
            most=AT_ONCE,
        )

    @cached_property
    def inputs(self) -> Mapping[str, str]:
        """The names of its inputs, and their types as ONNX Runtime calls them.

        Raises:
            SpeechError: It does not start.
        """
        return {str(name): str(kind) for name, kind in json.loads(self._children.ask(b"", "")).items()}

    def run(self, arrays: Arrays, text: str) -> list[NDArray[Any]]:
        """Return its outputs.

        Args:
            arrays: Its inputs by name.
            text: What it is to say, for the deadline and for errors.

        Raises:
            SpeechError: It failed, or did not end in time.
        """
        return list(unpacked(self._children.ask(packed(arrays), text)).values())


def packed(arrays: Arrays) -> bytes:
    """Return arrays as bytes."""
    import numpy as np

    file = io.BytesIO()
    named: dict[str, Any] = dict(arrays)
    np.savez(file, **named)
    return file.getvalue()


def unpacked(data: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays that :func:`packed` packed, in their order."""
    import numpy as np

    with np.load(io.BytesIO(data)) as file:
        return {name: file[name] for name in file.files}


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
    """Return what its voices are spoken with, for a fingerprint: ``onnxruntime 1.20.1 espeak-ng 1.52.0``.

    Raises:
        EngineMissing: ONNX Runtime or espeak-ng is not installed.
    """
    if find_spec("onnxruntime") is None:
        raise EngineMissing(f"engine '{engine}' is not installed", hint=to_install(f"ki-briefing[{engine}]"))
    return _spoken_with()


@cache
def _spoken_with() -> str:
    from importlib.metadata import version

    from ki_briefing.voice.native.espeak_library import library_version

    return f"onnxruntime {version('onnxruntime')} espeak-ng {library_version()}"


def facts_of(engine: str, model: str, voice: InstalledVoice | None = None) -> EngineFacts:
    """Return what is known of an engine, or of one of its voices.

    Args:
        model: What credits call its networks.
    """
    credit = f"Stimme: {voice.name} ({model})" if voice else f"Stimme: {model}"
    return EngineFacts(
        name=engine,
        note=f"trained voices that run on this machine, offline; needs the extra '{engine}' and an installed voice",
        licence=(voice.licence if voice else "") or "each voice's own",
        trained=True,
        understands=frozenset(Form),
        word_times=True,
        at_once=AT_ONCE,
        credit=(voice.credit if voice else "") or credit,
    )


def _even(frames: int, count: int) -> tuple[int, ...]:
    """Share frames among so many signs."""
    return tuple((index + 1) * frames // count - index * frames // count for index in range(count))
