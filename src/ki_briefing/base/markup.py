"""Text -> well-formed XML, whatever the text holds.

Characters that XML 1.0 cannot carry (control characters, lone surrogates, U+FFFE) become U+FFFD, so nothing a writer
types can break the feed or a page.
"""

from __future__ import annotations

import re

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)


def clean(text: str) -> str:
    """Return the text with every character that XML cannot carry replaced by U+FFFD."""
    return _NOT_XML.sub("\ufffd", text)


def escape(text: str) -> str:
    """Return the text as the content of an element."""
    return clean(text).translate(_TEXT)


def element(name: str, content: str = "", /, *, inner: str = "", **attributes: str) -> str:
    """Return one XML element.

    Args:
        name: With its prefix, e.g. ``itunes:image``.
        content: Its text; escaped here.
        inner: Its child elements, already XML; they follow the text.
        attributes: In this order; those without a value are left out. ``_`` in a name is written as ``-``.
    """
    start = name + "".join(
        f' {key.replace("_", "-")}="{clean(value).translate(_ATTRIBUTE)}"' for key, value in attributes.items() if value
    )
    inside = escape(content) + inner
    return f"<{start}>{inside}</{name}>" if inside else f"<{start}/>"


def optional(name: str, text: str, **attributes: str) -> str:
    """Return the element, or an empty text if there is nothing to put in."""
    return element(name, text, **attributes) if text else ""
