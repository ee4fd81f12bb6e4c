"""Marks of a CMS in a text: WordPress's [shortcodes], Hugo's {{< >}}, Jekyll's {% %}, Drupal's [[{…}]].

Text -> text in which each is gone, or handed over to the HTML reader as something left out. What a pair such as
[su_note]…[/su_note] holds stays, unless the pair stands for a picture, a form or somebody else's content.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from dataclasses import dataclass

from ki_briefing.article.html import OMITTED, TEXT

_TAG = re.compile(
    r"\\?\[(?P<close>/?)(?P<name>[a-zA-Z][\w-]{0,40})(?P<rest>(?:\s[^\[\]\n]{0,2000})?)\\?\](?![(:])"
    r"|\{\{[<%](?P<hugo>[^{}\n]{1,2000})[%>]\}\}"
    r"|\{%(?P<liquid>[^{}\n]{1,2000})%\}"
    r"|\[\[(?P<drupal>\{[^\[\]\n]{1,4000}\})\]\]"
)
_ATTRIBUTE = re.compile(r"\s[\w-]+\s?=\s?[\"'„“”\w]")
_HTML = re.compile(r"<[^<>]{0,4000}>")
_SOURCE = re.compile(r"<img\b[^<>]{0,2000}?\bsrc=[\"']([^\"'<>]{1,500})", re.I)
_REASONS = {
    "caption": "caption wp_caption",
    "shortcode": "gallery playlist toc ad ads adrotate newsletter mc4wp_form wpforms contact-form contact-form-7 "
    "ninja_form gravityform poll form",
    "embed": "embed audio video youtube vimeo twitter tweet instagram facebook soundcloud iframe map googlemaps",
}
_WHOLE = {name: reason for reason, names in _REASONS.items() for name in names.split()}


@dataclass(frozen=True, slots=True)
class _Tag:
    start: int
    end: int
    name: str
    closes: bool
    strong: bool  # it can be nothing else


def replace_shortcodes(text: str) -> str:
    """Return the text without shortcodes; those left out stand as elements that the HTML reader lists."""
    tags = [_tag(found) for found in _TAG.finditer(text)]
    closers: dict[str, list[int]] = {}
    for index, tag in enumerate(tags):
        if tag.closes:
            closers.setdefault(tag.name, []).append(index)
    openers = {tag.name for tag in tags if not tag.closes}
    pieces: list[str] = []
    at = 0
    for index, tag in enumerate(tags):
        if tag.start < at:
            continue
        ends = closers.get(tag.name, [])
        after = bisect_left(ends, index)
        end = tags[ends[after]] if after < len(ends) and not tag.closes else None
        if end and tag.name in _WHOLE:
            piece, until = _omitted(text, tag, end), end.end
        elif end or (tag.closes and tag.name in openers):
            piece, until = "", tag.end
        elif tag.strong or tag.name in _WHOLE:
            piece, until = _as_html(text[tag.start : tag.end].replace("\\", ""), "shortcode"), tag.end
        else:
            continue
        pieces += (text[at : tag.start], piece)
        at = until
    return "".join([*pieces, text[at:]])


def _tag(found: re.Match[str]) -> _Tag:
    start, end = found.span()
    if found["name"]:
        strong = bool(_ATTRIBUTE.search(found["rest"])) and not found["close"]
        return _Tag(start, end, found["name"].lower(), bool(found["close"]), strong)
    inside = (found["hugo"] or found["liquid"] or found["drupal"] or "").strip(" -")
    word = inside.lstrip("/ ").split(" ")[0].rstrip("/")
    closes = inside.startswith("/") or word.startswith("end")
    kind = "{" if found["hugo"] else "%"
    return _Tag(start, end, kind + (word.removeprefix("end") if closes and found["liquid"] else word), closes, True)


def _omitted(text: str, tag: _Tag, end: _Tag) -> str:
    inside = text[tag.end : end.start]
    source = _SOURCE.search(inside)
    words = html.unescape(" ".join(_HTML.sub(" ", inside).split()))
    reason = _WHOLE[tag.name]
    picture = f'<img src="{source[1]}" alt="{html.escape(words)}">' if source and reason == "caption" else ""
    return picture or _as_html(words or text[tag.start : end.end], reason)


def _as_html(text: str, reason: str) -> str:
    words = html.escape(" ".join(text.split()))
    return f'<span {OMITTED}="{reason}" {TEXT}="{words}"></span>'
