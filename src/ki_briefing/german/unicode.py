"""Written characters -> the few that the rules know. Pure; any text is accepted."""

from __future__ import annotations

import re
import unicodedata

_SAME = str.maketrans(
    {
        "\u2010": "-", "\u2011": "-", "\u2212": "−", "\ufe63": "-", "\uff0d": "-",  # hyphens; the true minus stays one
        "\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u2009": " ", "\u200a": " ", "\u2002": " ", "\u2003": " ",
        "\u00ad": None, "\u200b": None, "\u200c": None, "\u200d": None, "\u2060": None, "\ufeff": None,
        "\u200e": None, "\u200f": None, "\ufe0f": None, "\ufffe": None, "\uffff": None,
        "ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st",
    }
)  # fmt: skip
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def normalize(text: str) -> str:
    """Return the text composed (NFC), on one line, with plain hyphens and spaces."""
    composed = unicodedata.normalize("NFC", text).translate(_SAME)
    return " ".join(_CONTROL.sub(" ", composed).split())
