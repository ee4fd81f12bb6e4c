"""Which of a user's folders ours is in, by the XDG Base Directory Specification; it may not exist."""

from __future__ import annotations

import os
from pathlib import Path

CACHE = ("XDG_CACHE_HOME", ".cache")
DATA = ("XDG_DATA_HOME", ".local/share")
SETTINGS = ("XDG_CONFIG_HOME", ".config")


def user_folder(kind: tuple[str, str]) -> Path:
    """Return our folder among a user's: where the variable says, if that is a whole path, else below their home.

    Who has no home, e.g. in a container, has the root folder, where nobody else writes.
    """
    variable, usual = kind
    named = Path(os.environ.get(variable, ""))
    try:
        home = Path.home()
    except RuntimeError:
        home = Path("/")
    return next(path for path in (named, home / usual, Path("/", usual)) if path.is_absolute()) / "ki-briefing"
