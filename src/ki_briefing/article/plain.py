"""The newsroom's plain text -> elements: a heading is only a short line, a bullet starts with a dash.

Blank lines may stand between paragraphs or not at all: every line is an element.
"""

from __future__ import annotations

import re

from ki_briefing.article.roles import Element, ElementKind, is_caption, is_role_heading

_BULLET = re.compile(r"(?P<indent>[ \t]*)(?:[-–—*•◦▪‣·]|\d{1,2}[.)](?=\s+\S.{20}))\s+(?P<text>.*)")
_QUOTE = re.compile(r">\s*(?P<text>.*)")
_END_OF_SENTENCE = re.compile(r"[.!…;,:][\"“”»«'’)\]]*$")
_HEADING_LENGTH = 110
_HEADING_WORDS = 14
_URL = re.compile(r"https?://[^\s<>\"')\]]+")
_SEPARATORS = str.maketrans({"\u2028": "\n", "\u2029": "\n"})  # of lines and of paragraphs


def read(text: str) -> list[Element]:
    """Return the elements of a plain text."""
    lines = text.lstrip("\ufeff").translate(_SEPARATORS).split("\n")
    written = [line for line in lines if line.strip()]
    return [_element(line, following) for line, following in zip(written, [*written, ""][1:], strict=True)]


def _element(line: str, following: str) -> Element:
    text = " ".join(line.split())
    url = next(iter(_URL.findall(text)), "")
    if bullet := _BULLET.match(line):
        depth = 1 + len(bullet["indent"].expandtabs(4)) // 2
        return Element(ElementKind.ITEM, " ".join(bullet["text"].split()), depth, url)
    if quote := _QUOTE.match(text):
        return Element(ElementKind.QUOTE, quote["text"], 0, url)
    if _is_heading(text, following):
        return Element(ElementKind.HEADING, text)
    return Element(ElementKind.PARAGRAPH, text, 0, url)


def _is_heading(text: str, following: str) -> bool:
    if is_role_heading(text):
        return True
    if (
        len(text) > _HEADING_LENGTH
        or len(text.split()) > _HEADING_WORDS
        or _END_OF_SENTENCE.search(text)
        or _URL.search(text)
        or is_caption(text)
    ):
        return False
    # A heading stands above something; a question is one only above a paragraph longer than itself.
    return bool(following) and (not text.endswith("?") or len(following) > len(text))
