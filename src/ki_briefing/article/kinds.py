"""What a text really is, whatever its file is called: an article copied out of a CMS is Markdown or HTML in a .txt."""

from __future__ import annotations

import re

from ki_briefing.article.lines import normalized
from ki_briefing.article.shortcodes import replace_shortcodes

_PLAIN, _MARKDOWN, _HTML = "text/plain", "text/markdown", "text/html"
_DOCUMENT = re.compile(
    r"\s*(?:<!--[^>]{0,500}-->\s*){0,3}(?:<!doctype html|<html\b|<\?xml[^>]*>\s*<(?:!doctype )?html)", re.I
)
_BLOCK = re.compile(r"<(?:p|h[1-6]|div|article|section|ul|ol|li|blockquote|figure|table|main|br)(?:\s[^<>]*)?/?>", re.I)
_PARAGRAPHS = re.compile(r"<(?:p|br)\b", re.I)
_TAG = re.compile(r"</(?:strong|em|b|i|a|h[1-6]|p|blockquote|ul|ol|div|span)>", re.I)
_FRONT = re.compile(r"\s*(?:---[ \t]*\n[\w-]+[ \t]*:|\+\+\+[ \t]*\n\w+[ \t]*=)")
_SIGNS = (
    re.compile(r"^#{1,6} [^\n]*[^\n# ]", re.M),
    re.compile(r"^#{2,6}[A-ZÄÖÜ]", re.M),
    re.compile(r"!\[[^\]\n]{0,200}\]\([^)\s]{1,500}[^)\n]{0,200}\)"),
    re.compile(r"\[[^\]\n]{1,200}\]\(https?://[^)\s]{1,500}\)"),
    re.compile(r"(?<![*\w])\*\*[^\s*][^*\n]{0,300}\*\*"),
    re.compile(r"^\[\^[^\]\s]{1,40}\]:", re.M),
    re.compile(r"^(?:```|~~~)", re.M),
    re.compile(r"\{\{[<%][^{}\n]+[%>]\}\}|\{%[^{}\n]+%\}"),
)
_ANY_MARK = re.compile(r"[#*_\[<`|\\~{+]|&#?\w+;|^(?:={3,}|-{3,})[ \t]*$", re.M)
_LONG = 160


def has_front_matter(text: str) -> bool:
    """Tell whether a text that need not be Markdown has front matter above it."""
    return bool(_FRONT.match(text))


def look(text: str, media_type: str) -> tuple[str, str]:
    """Return the text, made ready for its reader, and which that is."""
    text = normalized(text)
    if media_type == _HTML:
        if _DOCUMENT.match(text) or _PARAGRAPHS.search(text):
            return replace_shortcodes(text), _HTML
        return (replace_shortcodes(text), _HTML) if _BLOCK.search(text) else (text, _MARKDOWN)
    if media_type == _MARKDOWN:
        if _DOCUMENT.match(text):
            return text, _HTML
        spaced = _spaced(text)
        is_plain = not _ANY_MARK.search(text) or (spaced != text and not _is_markdown(text))
        return (text, _PLAIN) if is_plain else (spaced, _MARKDOWN)
    if _DOCUMENT.match(text) or (text.lstrip().startswith("<") and _BLOCK.match(text.lstrip())):
        return replace_shortcodes(text), _HTML
    return (_spaced(text), _MARKDOWN) if _is_markdown(text) else (text, _PLAIN)


def _is_markdown(text: str) -> bool:
    """Tell whether a text has marks that no plain text has."""
    marked = _TAG.search(text) or any(sign.search(text) for sign in _SIGNS)
    return bool(marked) or replace_shortcodes(text) != text


def is_page(text: str) -> bool:
    """Return whether it is a whole page of HTML, no fragment of one."""
    return bool(_DOCUMENT.match(text))


def _spaced(text: str) -> str:
    """Return a text whose every line is a paragraph with empty lines between them, as Markdown wants it."""
    lines = text.split("\n")
    filled = [line for line in lines if line.strip()]
    if len(filled) < len(lines) * 0.8 or not any(len(line) > _LONG for line in filled):
        return text
    return "\n".join(
        line if line.lstrip().startswith(("-", "*", "|", ">", "    ")) or not line.strip() else f"\n{line}\n"
        for line in lines
    )
