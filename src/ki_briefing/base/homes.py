"""Which of a user's folders ours is in: the XDG Base Directory Specification -> folders, which may not exist."""

from __future__ import annotations

import os
from pathlib import Path


def cache_home() -> Path:
    """Return our folder among a user's caches."""
    return _below("XDG_CACHE_HOME", ".cache")


def data_home() -> Path:
    """Return our folder among a user's data."""
    return _below("XDG_DATA_HOME", ".local/share")


def settings_home() -> Path:
    """Return our folder among a user's settings."""
    return _below("XDG_CONFIG_HOME", ".config")


def _below(variable: str, usual: str) -> Path:
    named = os.environ.get(variable, "")
    return (Path(named) if named.startswith("/") else _home() / usual) / "ki-briefing"


def _home() -> Path:
    """Return a user's home; the root folder, where nobody else writes, if they have none, e.g. in a container."""
    try:
        home = Path.home()
    except RuntimeError:
        return Path("/")
    return home if home.is_absolute() else Path("/")
