"""Markdown with optional YAML front matter -> elements. CommonMark and tables, by markdown-it-py."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import yaml
from markdown_it import MarkdownIt

from ki_briefing.article.roles import About, Element, ElementKind
from ki_briefing.base.characters import as_text
from ki_briefing.base.errors import ArticleError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\n(?P<yaml>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.S)
_TAG = re.compile(r"<[^>]*+>?")  # one that nothing closes reaches to the end
_FIELDS = {
    "title": "title", "titel": "title", "headline": "title",
    "teaser": "teaser", "description": "teaser", "summary": "teaser",
    "url": "url", "canonical": "url", "link": "url",
    "author": "author", "autor": "author", "autorin": "author",
    "image": "image", "bild": "image",
    "language": "language", "lang": "language",
}  # fmt: skip


def read(text: str, name: str) -> tuple[About, list[Element]]:
    """Return what the front matter says, and the elements of the text.

    Raises:
        ArticleError: The front matter is not YAML.
    """
    text = text.lstrip("\ufeff")
    match = _FRONT_MATTER.match(text)
    about = _about(match["yaml"], name) if match else About()
    tokens = MarkdownIt("commonmark", {"maxNesting": 20}).enable("table").parse(text[match.end() :] if match else text)
    return about, list(_elements(tokens))


def _about(source: str, name: str) -> About:
    try:
        data = yaml.safe_load(source)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # a date such as 2026-02-30; brackets without end
        raise ArticleError(f"the front matter of {name} is not YAML: {error}", hint="Mend that line.") from error
    if not isinstance(data, dict):
        return About()
    found: dict[str, Any] = {}
    for key, value in data.items():
        field = _FIELDS.get(str(key).lower())
        if field and isinstance(value, (str, int, float)):
            whole = str(value).encode("utf-8", "replace").decode()  # YAML can escape half a surrogate pair
            found.setdefault(field, " ".join(as_text(whole).split()))  # and control characters
    found["published"] = _date(data.get("date", data.get("datum")))
    return About(**found)


def _date(value: object) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(6))
    if not isinstance(value, datetime):
        return None
    try:
        return value if value.tzinfo else value.astimezone()
    except (OverflowError, ValueError):  # a year that no clock knows
        return None


def _elements(tokens: list[Token]) -> Iterator[Element]:
    lists = quotes = 0
    heading = 0
    table: list[str] | None = None
    for token in tokens:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                lists += 1
            case "bullet_list_close" | "ordered_list_close":
                lists -= 1
            case "blockquote_open":
                quotes += 1
            case "blockquote_close":
                quotes -= 1
            case "heading_open":
                heading = int(token.tag[1])
            case "heading_close":
                heading = 0
            case "table_open":
                table = []
            case "table_close":
                yield Element(ElementKind.TABLE, " | ".join(table or ()))
                table = None
            case "fence" | "code_block":
                yield Element(ElementKind.CODE, token.content.strip())
            case "html_block":
                yield Element(ElementKind.MARKUP, " ".join(_TAG.sub(" ", token.content).split()) or "HTML")
            case "inline" if table is not None:
                table.append(_inline(token)[0])
            case "inline":
                yield from _running_text(token, heading, lists, quotes)


def _running_text(token: Token, heading: int, lists: int, quotes: int) -> Iterator[Element]:
    text, url, linked, pictures = _inline(token)
    for caption, source in pictures:
        yield Element(ElementKind.CAPTION, caption or source, url=source)
    if heading:
        yield Element(ElementKind.HEADING, text, heading)
    elif lists:
        yield Element(ElementKind.ITEM, text, lists, url, linked)
    else:
        yield Element(ElementKind.QUOTE if quotes else ElementKind.PARAGRAPH, text, 0, url, linked)


def _inline(token: Token) -> tuple[str, str, bool, tuple[tuple[str, str], ...]]:
    """Return the text, its first link, whether nothing but links stands in it, and its pictures: caption, address."""
    pieces: list[str] = []
    pictures: list[tuple[str, str]] = []
    url = ""
    depth = 0
    outside = False
    for child in token.children or ():
        match child.type:
            case "text" | "code_inline":
                pieces.append(child.content)
                outside = outside or (not depth and any(letter.isalnum() for letter in child.content))
            case "softbreak" | "hardbreak":
                pieces.append(" ")
            case "link_open":
                depth += 1
                url = url or str(child.attrGet("href") or "")
            case "link_close":
                depth -= 1
            case "image":
                pictures.append((child.content, str(child.attrGet("src") or "")))
            case "html_inline" if child.content.lower().startswith("<br"):
                pieces.append(" ")
    return " ".join("".join(pieces).split()), url, bool(url) and not outside, tuple(pictures)
