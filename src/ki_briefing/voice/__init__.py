"""Voices: a script's utterances become takes. Engines are found by entry point, ours like strangers'."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.base.errors import BriefingError, ConfigError, EngineMissing

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from ki_briefing.show.settings import Voice
    from ki_briefing.voice.engine import Engine

ENTRY_POINTS = "ki_briefing.engines"

VERSION = "clip 2"
"""Counts up whenever clips are kept in another form, or engines are given something else for the same utterance."""


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What a producer must know of an engine.

    Attributes:
        ready: It can speak on this machine now, as far as can be told without speaking.
        note: What it is, or why it is not ready.
        voices: Names for ``[voice] name``.
        credit: Line for the notes of an episode it speaks.
        trained: Its voice comes from a trained model (``trainedAlgorithmicMedia``), not from rules.
    """

    name: str
    ready: bool
    note: str
    voices: tuple[str, ...] = ()
    credit: str = ""
    trained: bool = True


def load_engine(voice: Voice) -> Engine:
    """Return the engine that a show's ``[voice]`` asks for.

    Raises:
        EngineMissing: There is none of this name, or it is not installed.
        ConfigError: It has no such voice or rate.
    """
    engine: Engine = _engine_class(voice.engine)(voice)
    return engine


def list_engines() -> tuple[EngineInfo, ...]:
    """Return every engine of this machine, by name."""
    return tuple(_look_at(name) for name in sorted(_entry_points()))


def _look_at(name: str) -> EngineInfo:
    from ki_briefing.show.settings import Voice

    try:
        kind = _engine_class(name)
        facts = {fact: getattr(kind, fact) for fact in ("note", "voices", "credit", "trained") if hasattr(kind, fact)}
        info = EngineInfo(name, True, **{"note": "", **facts})
    except BriefingError as error:
        return EngineInfo(name, False, f"{error.message}. {error.hint}")
    try:
        kind(Voice(engine=name))
    except ConfigError:  # it has no default voice: ready for one that show.toml names
        return info
    except BriefingError as error:
        return EngineInfo(name, False, f"{error.message}. {error.hint}", info.voices, info.credit, info.trained)
    return info


def _engine_class(name: str) -> type:
    points = _entry_points()
    if name not in points:
        from ki_briefing.base.hints import nearest

        raise EngineMissing(f"there is no engine '{name}'", hint=nearest(name, points))
    try:
        kind: type = points[name].load()
    except (ImportError, AttributeError) as error:
        raise EngineMissing(
            f"engine '{name}' cannot be loaded: {error}", hint=f"Run: pip install 'ki-briefing[{name}]'"
        ) from error
    return kind


def _entry_points() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=ENTRY_POINTS)}
