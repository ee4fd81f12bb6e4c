"""What podcast directories accept of a show: categories and languages."""

from __future__ import annotations

import difflib
import re
from functools import cache
from importlib import resources

_GERMAN = re.compile(r"de(?:-[a-z0-9]{2,8})*", re.I)
_BETWEEN = " > "


def is_category(text: str) -> bool:
    """Tell whether a text is one of Apple's categories, a sub-category after `` > ``."""
    return text in categories()


def nearest_category(text: str) -> str:
    """Return a hint that names the categories that somebody may have meant."""
    names = {part.lower(): each for each in categories() for part in (each, each.rpartition(_BETWEEN)[2])}
    found = difflib.get_close_matches(text.lower().rpartition(">")[2].strip(), names, n=3)
    found += difflib.get_close_matches(text.lower(), names, n=3)
    if found:
        return f"Did you mean {' or '.join(dict.fromkeys(repr(names[each]) for each in found))}?"
    return f"Apple knows: {', '.join(each for each in categories() if _BETWEEN not in each)}; and those below them."


@cache
def categories() -> tuple[str, ...]:
    """Return Apple's categories."""
    found: list[str] = []
    above = ""
    text = (resources.files("ki_briefing") / "data" / "categories.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            above = above if line.startswith(" ") else line
            found.append(f"{above}{_BETWEEN}{line.strip()}" if line.startswith(" ") else line)
    return tuple(found)


def is_german(language: str) -> bool:
    """Tell whether a language tag (RFC 5646) means German."""
    return _GERMAN.fullmatch(language) is not None


def other_language(_language: str) -> str:
    """Return what to do about another language."""
    return 'Only German can be read aloud so far: "de", "de-AT", "de-CH".'
