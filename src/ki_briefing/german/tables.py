"""Tables written as running words, for the modules that need many of them."""

from __future__ import annotations

import re
from collections.abc import Iterable


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


def any_of(words: Iterable[str]) -> str:
    """Return a pattern of any of the words, the longest that fits; a look at the next letter spares trying each."""
    longest_first = sorted(words, key=len, reverse=True)
    letters = "".join(sorted({word[0] for word in longest_first}))
    return f"(?=[{re.escape(letters)}])(?:{'|'.join(map(re.escape, longest_first))})"
