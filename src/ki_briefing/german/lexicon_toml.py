"""New entries in a show's lexicon.toml; its comments and everything else in it stay as they are.

The text of a lexicon.toml and entries -> the text with the entries in its table ``[words]``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ki_briefing.german.entries import Entry

_WORDS = re.compile(r"^\[words\][^\n]*\n?", re.MULTILINE)


def with_words(text: str, entries: Mapping[str, Entry]) -> str:
    """Return the text with these entries at the top of ``[words]``; none of them may be there already."""
    lines = "".join(f"{_pair(word, 0).removesuffix('0')}{_value(entry)}\n" for word, entry in entries.items())
    table = _WORDS.search(text)
    if table is None:
        return f"{text.rstrip()}\n\n[words]\n{lines}".lstrip()
    head = text[: table.end()].rstrip("\n")
    return f"{head}\n{lines}{text[table.end() :]}"


def _value(entry: Entry) -> str:
    """Return the shortest form that says it all: a respelling, IPA between slashes, or a table."""
    if entry.ipa and entry.respelling:
        return f"{{ {_pair('ipa', entry.ipa)}, {_pair('respelling', entry.respelling)} }}"
    return _pair("x", f"/{entry.ipa}/" if entry.ipa else entry.respelling).removeprefix("x = ")


def _pair(key: str, value: str | int) -> str:
    import tomli_w

    return tomli_w.dumps({key: value}).strip()
