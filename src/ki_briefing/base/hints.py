"""A misspelt word -> a hint at what the producer probably meant; a package -> one how to install it; quoted paths."""

from __future__ import annotations

import shlex
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def quoted(path: object) -> str:
    """Return a path as a command that somebody copies must have it."""
    return shlex.quote(str(path))


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the most similar known word, or all known words if none is similar."""
    import difflib

    choices = sorted(known)
    if not choices:
        return "There is none."
    close = difflib.get_close_matches(word, choices, n=1, cutoff=0.6)
    return f"Did you mean '{close[0]}'?" if close else f"Known here: {', '.join(choices)}."


def to_install(*wanted: str) -> str:
    """Return the hint to install packages where this program runs, whoever made its environment.

    pip, pipx and scripts/brief put pip beside it; uv does not.

    Args:
        wanted: What pip is told: packages, also with extras, and options.
    """
    python = sys.executable or "python3"
    pip = [python, "-m", "pip", "install"] if find_spec("pip") else ["uv", "pip", "install", "--python", python]
    return f"Run: {shlex.join((*pip, *wanted))}"
