"""Voices: a script's utterances become takes. Engines are found by entry point, ours like strangers'."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.errors import EngineMissing, SpeechError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from ki_briefing.show import Voice
    from ki_briefing.voice.engine import Engine

ENTRY_POINTS = "ki_briefing.engines"


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What a producer must know of an engine.

    Attributes:
        ready: It can speak on this machine now, as far as can be told without speaking.
        note: What it is, or why it is not ready.
        voices: Names for ``[voice] name``.
    """

    name: str
    ready: bool
    note: str
    voices: tuple[str, ...] = ()


def load_engine(voice: Voice) -> Engine:
    """Return the engine that a show's ``[voice]`` asks for.

    Raises:
        EngineMissing: There is none of this name, or it cannot be loaded.
    """
    points = _entry_points()
    if voice.engine not in points:
        raise EngineMissing(f"there is no engine '{voice.engine}'", hint=f"There are: {', '.join(sorted(points))}.")
    try:
        engine: Engine = points[voice.engine].load()(voice)
    except ImportError as error:
        raise EngineMissing(
            f"engine '{voice.engine}' is not installed: {error}", hint=f"Run: pip install 'ki-briefing[{voice.engine}]'"
        ) from error
    return engine


def list_engines() -> tuple[EngineInfo, ...]:
    """Return every engine of this machine, by name."""
    from ki_briefing.show import Voice

    found = []
    for name, point in sorted(_entry_points().items()):
        try:
            kind = point.load()
            load_engine(Voice(engine=name))
            found.append(EngineInfo(name, True, getattr(kind, "note", ""), tuple(getattr(kind, "voices", ()))))
        except (ImportError, SpeechError) as error:
            found.append(EngineInfo(name, False, str(error)))
    return tuple(found)


def _entry_points() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=ENTRY_POINTS)}
