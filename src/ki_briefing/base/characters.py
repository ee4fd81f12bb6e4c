"""Text from outside -> text that every format can carry. Cleaned once, on the way in, so all outputs agree.

Tabs and line feeds are text. Other control characters, noncharacters and lone surrogates are not.
"""

from __future__ import annotations

import re

_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TO_TEXT = str.maketrans(
    dict.fromkeys("\r\x0b\x0c\x85", "\n")
    | dict.fromkeys("\x1c\x1d\x1e\x1f", " ")  # separators: white space to Python and Unicode
    | dict.fromkeys((chr(code) for code in range(0x80, 0xA0) if code != 0x85), "")
)


def find_unwritable(text: str) -> str:
    """Return the first character that some format cannot carry, written like ``U+0007``; empty if there is none."""
    found = _UNWRITABLE.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def find_all_unwritable(text: str) -> list[str]:
    """Return the characters that no format can carry, each once, in the same form; line breaks of old are none."""
    return [f"U+{ord(each):04X}" for each in sorted(set(_UNWRITABLE.findall(text)) - set("\r\x0b\x0c"))]


def writable(text: str) -> str:
    """Return the text without the characters that some format cannot carry."""
    return _UNWRITABLE.sub("", text)


def letters(text: str) -> str:
    """Return only letters and digits: texts that are equal in these are heard alike."""
    return "".join(filter(str.isalnum, text))


def as_text(text: str) -> str:
    """Return foreign text with line feeds for all line breaks, and with no other control character except tabs."""
    return writable(text.replace("\r\n", "\n").translate(_TO_TEXT))
