"""A show's folder -> Show; an episode's folder -> EpisodeFacts. Nothing else reads show.toml and episode.toml."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, TypeVar

from ki_briefing.base.characters import find_unwritable
from ki_briefing.base.errors import ConfigError, NotToml
from ki_briefing.base.records import RecordError, from_plain
from ki_briefing.show.frames import is_mute
from ki_briefing.show.settings import EpisodeFacts, Show

if TYPE_CHECKING:
    from pathlib import Path

T = TypeVar("T")

SHOW_FILE = "show.toml"
EPISODE_FILE = "episode.toml"
REASON_FILE = "reason.txt"
"""Says why an episode is not on air as it is now."""

RECORD_FILE = "record.toml"
DOSSIER_FILE = "dossier.json"
TOLD_FILES = frozenset({REASON_FILE, RECORD_FILE, DOSSIER_FILE})
"""Files in an episode's folder that tell of it: no part of what it is made of."""

LEXICON_FILE = "lexicon.toml"


def load_show(folder: Path, settings: str = "") -> Show:
    """Read a show's folder.

    Args:
        settings: Text to read instead of its show.toml, e.g. one that is yet to be written.

    Raises:
        ConfigError: There is no show.toml, it is not TOML, a key or value cannot be used, or a voice is named that is
            not there.
    """
    path, hint = folder / SHOW_FILE, "Make a new show with: ki-briefing init DIR"
    tables = tomllib.loads(settings) if settings else _read_toml(path, hint=hint)
    show = _checked(Show, tables, path, given={"folder": folder.resolve()})
    _refuse_unknown_voices(show, path)
    _refuse_undeclared(show, path)
    return show


def load_episode(folder: Path) -> EpisodeFacts:
    """Read an episode's folder.

    Raises:
        ConfigError: There is no episode.toml, it is not TOML, or a key or value cannot be used.
    """
    path = folder / EPISODE_FILE
    table = _read_toml(path, hint="Make an episode of an article with: ki-briefing new ARTICLE")
    facts = _checked(EpisodeFacts, table, path)
    if facts.date.tzinfo is None:
        raise ConfigError(f"{path}: date has no time zone", hint="Write it like 2026-01-15T06:00:00+01:00.")
    return facts


def _refuse_unknown_voices(show: Show, path: Path) -> None:
    tables = (("voice", show.voice), *((f"voices: {each.name}", each.value) for each in show.voices))
    stand_ins = ((f"{table}: fallback", name) for table, voice in tables for name in voice.fallback)
    for place, name in (*stand_ins, *((f"cast: {key}", name) for key, name in show.cast.voices)):
        try:
            show.voice_named(name)
        except ConfigError as error:
            raise ConfigError(f"{path}: {place}: {error.message}", error.hint) from error


def _refuse_undeclared(show: Show, path: Path) -> None:
    """Refuse a voice that was cloned from who knows whom, and a notice that is switched off for no reason, or mute."""
    for table, voice in (("voice", show.voice), *((f"voices.{each.name}", each.value) for each in show.voices)):
        if voice.cloned and not voice.consent.strip():
            raise ConfigError(
                f"{path}: [{table}] cloned: nobody agreed to that",
                'Write down who agreed and when: consent = "Erika Muster, 1. März 2026".',
            )
    if show.frames.is_silent and not show.frames.notice_reason.strip():
        raise ConfigError(
            f'{path}: [frames] notice = "none" has no reason',
            'Write it down, for the record: notice_reason = "…"; or take notice out.',
        )
    for key, template in (("notice", show.frames.notice), ("reminder", show.frames.reminder)):
        if is_mute(template):
            raise ConfigError(
                f"{path}: [frames] {key}: {template!r} has no word that could be spoken",
                'Write a sentence with {voices} in it, or take the key out; "none" switches it off.',
            )


def _read_toml(path: Path, hint: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise ConfigError(f"there is no {path}", hint=hint) from error
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}", hint="Check its permissions.") from error
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, a number of 5,000 digits, brackets without end
        raise NotToml(path, error) from error


def _refuse_unwritable(value: Any, place: str) -> None:
    """Refuse texts that a tag, a feed or a page could not carry unchanged."""
    if isinstance(value, dict):
        for key, each in value.items():
            _refuse_unwritable(each, f"{place}: {key}")
    elif isinstance(value, list):
        for each in value:
            _refuse_unwritable(each, place)
    elif isinstance(value, str) and (found := find_unwritable(value)):
        raise ConfigError(f"{place} holds the control character {found}", hint="Take it out of the text.")


def _checked(kind: type[T], table: dict[str, Any], path: Path, given: dict[str, Any] | None = None) -> T:
    _refuse_unwritable(table, str(path))
    try:
        return from_plain(kind, table, place=str(path), given=given)
    except RecordError as error:
        raise ConfigError(str(error), error.hint) from error
