"""Running text of one block of HTML, collected piece by piece: letters, links, pictures, bold print, raised digits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_RAISED_MARK = re.compile(
    r"(?:(?<=[^\W\d_]{3})|(?<=\b(?:19|20)\d\d)|(?<=[.!?,;:…»«”“\"’)\]]))\s?[⁰¹²³⁴-⁹]+(?:[,\s]{0,2}[⁰¹²³⁴-⁹]+)*"
)
_BRACKETED_MARK = re.compile(r"(?<=[\w.!?,;:…»«”“\"’)\]])\s?\[(?:\^[^\]\s\[]{1,40}|\d{1,3}(?:[,;–-]\s?\d{1,3}){0,5})\]")
_LOOSE_MARK = re.compile(r"\s?\[\^[^\]\s\[]{1,40}\](?!:)")
_DEFINITION = re.compile(r"(?:\[\^[^\]\s\[]{1,40}\]:|\[\d{1,3}\]:?|[⁰¹²³⁴-⁹]{1,3}(?=\s|[A-ZÄÖÜ]))\s*(?=\S)")
_BACK = re.compile(r"\s*[↩↑⤴⏎]\ufe0e?\s*$")
_HIDDEN = dict.fromkeys(map(ord, "\u00ad\u200b\ufeff\u2060"))


@dataclass(slots=True)
class Inline:
    """What stands in a block so far."""

    pieces: list[str] = field(default_factory=list)
    pictures: list[tuple[str, str]] = field(default_factory=list)  # caption, address
    omitted: list[tuple[str, str]] = field(default_factory=list)  # text, reason
    url: str = ""
    bold: bool = False
    _outside: bool = False
    _light: bool = False

    def add(self, text: str, *, linked: bool, bold: bool) -> None:
        """Take letters that stand in a link, or in bold print."""
        self.pieces.append(text)
        if any(letter.isalnum() for letter in text):
            self._outside = self._outside or not linked
            self._light = self._light or not bold
            self.bold = self.bold or bold

    @property
    def text(self) -> str:
        """The letters, with single spaces."""
        return " ".join("".join(self.pieces).split())

    @property
    def linked(self) -> bool:
        """Whether nothing but links stands in it."""
        return bool(self.url) and not self._outside

    @property
    def all_bold(self) -> bool:
        """Whether there are letters, and all of them bold."""
        return self.bold and not self._light


def without_notes(text: str) -> str:
    """Return the text without the marks that lead to footnotes, and without unseen characters."""
    text = text.translate(_HIDDEN)
    if "[" in text:
        text = _LOOSE_MARK.sub("", _BRACKETED_MARK.sub("", text))
    return _BACK.sub("", _RAISED_MARK.sub("", text))


def footnote(text: str) -> str:
    """Return the text of a footnote, if a block is one; else nothing."""
    found = _DEFINITION.match(text)
    return _BACK.sub("", text[found.end() :]) if found else ""


def superscript(text: str) -> str:
    """Return raised digits as such: m<sup>2</sup> -> m²; other letters stay."""
    plain = text.strip("[]() ")
    return plain.translate(RAISED) if plain.isdigit() and plain.isascii() else text
