"""The engines of this machine, found by entry point, ours like strangers', and the speakers that are made of them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from ki_briefing.base.errors import BriefingError, ConfigError, EngineMissing, EngineUnknown
from ki_briefing.base.hints import nearest, to_install
from ki_briefing.base.records import Options, RecordError, from_options
from ki_briefing.model.episode import VoiceKind
from ki_briefing.show.voices import EMBEDDED, ENTRY_POINTS, Voice
from ki_briefing.voice.engine import Plugin, Speaker
from ki_briefing.voice.trained.installed import voice_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.metadata import EntryPoint

    from ki_briefing.show.settings import Show

_BY_MERIT = ("pico", "espeak")  # as a speech recogniser heard them: word errors 0.24 and 0.51
_KEPT: dict[Voice, Speaker] = {}  # what a worker made for all its episodes


@dataclass(frozen=True, slots=True)
class InstalledEngine:
    """An engine of this machine.

    Attributes:
        ready: It can speak now, as far as can be told without speaking; an online one only where the network is.
        note: What it is, or why it is not ready.
        voices: Values for ``[voice] name``.
        credit: Line for the notes of an episode it speaks.
        trained: Its voice comes from a trained model, not from rules.
        online: It needs the network.
    """

    name: str
    ready: bool
    note: str
    voices: tuple[str, ...] = ()
    credit: str = ""
    trained: bool = True
    licence: str = ""
    online: bool = False


def load_speaker(voice: Voice) -> Speaker:
    """Return who a show's ``[voice]`` asks for, with its settings.

    Raises:
        EngineUnknown: There is no such engine.
        EngineMissing: It is not installed.
        NotReady: What its settings name is not on this machine.
        ConfigError: A key of ``[voice]`` is not known, or its value cannot be used.
    """
    if voice in _KEPT:
        return _KEPT[voice]
    place = voice.options.place
    return _make(_plugin(voice.engine, f"{place}: engine" if place else ""), voice.options)


def keep_speaker(voice: Voice) -> None:
    """Make who a voice asks for now, once for all builds of this process: a trained voice takes seconds to load.

    Raises:
        BriefingError: As :func:`load_speaker`; then it is tried again by the next build.
    """
    _KEPT[voice] = load_speaker(voice)


def may_cost(voice: Voice) -> bool:
    """Tell whether somebody may bill for this voice, without making it: what it costs stands in its own keys."""
    if not voice.options.items:
        return False
    try:
        return _plugin(voice.engine, "").facts.online
    except BriefingError:
        return False


def foresee_kinds(show: Show, names: Iterable[str]) -> Iterator[VoiceKind]:
    """Yield the kinds of a cast's voices, as far as they can be told without making them.

    Args:
        names: As in ``Utterance.voice``.
    """
    for name in sorted(names):
        voice = show.voice_of(name)
        try:
            trained = _plugin(voice.engine, "").facts.trained
        except BriefingError:  # whoever speaks in its place, the build words it by them
            trained = True
        yield VoiceKind.of(trained=trained, cloned=voice.cloned)


def best_embedded() -> str:
    """Return the name of the embedded voice that is understood best on this machine."""
    return next((name for name in _BY_MERIT if _look_at(name).ready), _BY_MERIT[-1])


def list_engines() -> tuple[InstalledEngine, ...]:
    """Return every engine of this machine, by name."""
    return tuple(_look_at(name) for name in sorted(_entry_points()))


def _look_at(name: str) -> InstalledEngine:
    try:
        plugin = _plugin(name, "")
    except BriefingError as error:
        return InstalledEngine(name, False, _why(error))
    ready, note = True, plugin.facts.note
    try:
        _make(plugin, Options())
    except ConfigError as error:  # ready once show.toml or the environment says what it needs
        note = f"{note}. {_why(error)}"
    except BriefingError as error:
        ready, note = False, _why(error)
    facts = plugin.facts
    names = facts.voices or tuple(record.name for record in voice_records(name))
    return InstalledEngine(name, ready, note, names, facts.credit, facts.trained, facts.licence, facts.online)


def _why(error: BriefingError) -> str:
    return f"{error.message}. {error.hint}"


def _plugin(name: str, place: str) -> Plugin[Any]:
    """Return an engine's plugin; ``place`` is the setting that asks for it, for errors."""
    points = _entry_points()
    if name == EMBEDDED:
        name = best_embedded()
    if name not in points:
        complaint = f"there is no engine '{name}'"
        raise EngineUnknown(f"{place}: {complaint}" if place else complaint, hint=nearest(name, (*points, EMBEDDED)))
    point = points[name]
    package = point.dist.name if point.dist else name
    try:
        plugin = point.load()
    except Exception as error:  # a stranger's module: whatever it does at its import, others can speak
        raise EngineMissing(
            f"engine '{name}' cannot be loaded: {error}", hint=to_install("--force-reinstall", package)
        ) from error
    if not isinstance(plugin, Plugin):
        raise EngineMissing(
            f"engine '{name}' was written for another version of ki-briefing: its entry point names no Plugin",
            hint=to_install("--upgrade", package),
        )
    if plugin.facts.name != name:
        raise EngineMissing(
            f"engine '{name}' calls itself '{plugin.facts.name}'", hint=f"Tell the author of the package {package}."
        )
    return plugin


def _make(plugin: Plugin[Any], options: Options) -> Speaker:
    ours = tuple(item.name for item in fields(Voice) if item.name != "options")
    try:
        settings = from_options(plugin.Settings, options, known=ours)
    except RecordError as error:
        raise ConfigError(f"{error} (engine '{plugin.facts.name}')", error.hint) from error
    try:
        engine = plugin.make(settings)
        return Speaker(getattr(engine, "facts", plugin.facts), engine)
    except BriefingError:
        raise
    except Exception as error:  # a stranger's code
        raise EngineMissing(
            f"engine '{plugin.facts.name}' cannot be made: {error!r}", hint="Tell its author, or choose another engine."
        ) from error


def _entry_points() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=ENTRY_POINTS)}
