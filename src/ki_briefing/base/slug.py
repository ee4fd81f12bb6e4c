"""Text -> an ASCII name for addresses, anchors and folders.

German letters are written out (DIN 5007-2: ä -> ae, ß -> ss), because some players misread percent-encoded addresses.
"""

from __future__ import annotations

import re
import unicodedata

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})


def slugify(text: str) -> str:
    """Return the words of a text in lower-case ASCII, joined by hyphens; empty if nothing is left."""
    german = unicodedata.normalize("NFC", text).lower().translate(_GERMAN)
    letters = (letter for letter in unicodedata.normalize("NFKD", german) if not unicodedata.combining(letter))
    return "-".join(re.findall(r"[a-z0-9]+", "".join(letters)))
