"""Markdown as newsrooms export it -> elements: read leniently, made HTML by markdown-it-py, then read as that.

So raw HTML, the block comments of WordPress and Markdown within either are one text.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt

from ki_briefing.article import html as pages
from ki_briefing.article.html import OMITTED, TEXT
from ki_briefing.article.lines import joint
from ki_briefing.article.shortcodes import replace_shortcodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token

    from ki_briefing.article.elements import Element

_FENCE = re.compile(r"[ \t]{0,3}(```+|~~~+)")
_TIGHT_HEADING = re.compile(r"(?P<marks>#{2,6})(?P<text>[^#\s!].*)")
_CONTAINER = re.compile(r"[ \t]*:{3,}[ \t]*(?P<kind>\{[^{}]*\}|[\w-]*)[ \t]*(?P<title>.*)")
_ALERT = re.compile(r"(?P<quote>[ \t]*>[ \t]*)\[![A-Za-z]+\][+-]?[ \t]*(?P<title>.*)")
_ATTRIBUTES = re.compile(r"\{[:#.][^{}\n]{0,200}\}[ \t]*$")
_TASK = re.compile(r"(?P<bullet>[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+)\[[ xX]\][ \t]+")
_NOTE = re.compile(r"[ \t]{0,3}\[\^(?P<mark>[^\]\s]{1,60})\]:[ \t]*(?P<text>.*)")
_WIKI_PICTURE = re.compile(r"!\[\[([^\[\]|\n]{1,200})(?:\|[^\[\]\n]{0,200})?\]\]")
_WIKI_LINK = re.compile(r"\[\[(?![{])(?:[^\[\]|\n]{1,200}\|)?([^\[\]|\n]{1,200})\]\]")
_INLINE_NOTE = re.compile(r"\^\[([^\[\]\n]{1,1000})\]")
_PROSE = re.compile(r"[a-zäöüß]{2,}[,;]? [„“\"»]?[a-zäöüA-ZÄÖÜ][a-zäöüß]+")
_CODE = re.compile(r"[{}<>=\\;]|\(\)|^\s*(?:def|import|return|print|\$|#include|sudo)\b", re.M)
_TAGS = re.compile(r"(<[^<>]*>)")
_INLINE = re.compile(r"[*_`\[]")


def read(text: str, name: str) -> list[Element]:
    """Return the elements of a text, below its front matter.

    Args:
        text: Its lines end in line feeds.
    """
    source = "\n".join(_lenient(replace_shortcodes(text).split("\n")))
    return pages.read(_parser().render(source) or "<p></p>", name)[1]


def _lenient(lines: Sequence[str]) -> Iterator[str]:
    """Yield CommonMark for what other Markdowns know; code between fences stays as it is."""
    fence = ""
    note: list[str] | None = None
    for line in lines:
        if note is not None:
            if line.startswith(("    ", "\t")) or (line.strip() and note[-1] and not _NOTE.match(line)):
                note.append(line.strip())
                continue
            if not line.strip() and note[-1]:
                note.append("")
                continue
            yield _listed(note)
            note = None
        if mark := _FENCE.match(line):
            fence = "" if fence and mark[1].startswith(fence) else fence or mark[1]
        if fence or mark:
            yield line
        elif found := _NOTE.match(line):
            note = [found["text"].strip()]
        else:
            yield from _commonmark(line)
    if note is not None:
        yield _listed(note)


def _commonmark(line: str) -> Iterator[str]:
    if found := _CONTAINER.fullmatch(line):
        yield from ("", found["title"].strip(' "'), "")
        return
    if found := _ALERT.fullmatch(line):
        yield from (found["quote"] + found["title"], found["quote"])
        return
    if line.lstrip().startswith("+++"):
        yield from ("", line, "")
        return
    if "{" in line:
        line = _ATTRIBUTES.sub("", line)
    if found := _TIGHT_HEADING.fullmatch(line):
        line = f"{found['marks']} {found['text']}"
    if "[" in line:
        line = _INLINE_NOTE.sub(lambda found: _listed([found[1]]).strip(), line)
        line = _WIKI_LINK.sub(r"\1", _WIKI_PICTURE.sub(r"![\1](<\1>)", _TASK.sub(r"\g<bullet>", line)))
    yield line


def _listed(note: Sequence[str]) -> str:
    words = html.escape(" ".join(" ".join(note).split()))
    return f'\n<span {OMITTED}="footnote" {TEXT}="{words}"></span>\n' if words else ""


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 20}).enable(["table", "strikethrough"])
    parser.add_render_rule("code_block", _code_block)
    parser.add_render_rule("html_block", _html_block)
    parser.add_render_rule("softbreak", lambda *_: "\n")
    parser.core.ruler.push("mended", _mend)
    return parser


def _mend(state: Any) -> None:
    """Mend words cut at a line's end; make a paragraph of what a line of dashes below made a heading."""
    tokens = state.tokens
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.markup in ("-", "="):
            inside = tokens[index + 1]
            if "\n" in inside.content or (len(inside.content) > 120 and inside.content.endswith(".")):
                token.tag = tokens[index + 2].tag = "p"
        for child, breaking, following in _breaks(token.children or ()):
            child.content, breaking.content = joint(child.content, following.content)
            breaking.type = "text"


def _breaks(children: Sequence[Token]) -> Iterator[tuple[Token, Token, Token]]:
    for first, second, third in zip(children, children[1:], children[2:], strict=False):
        if (first.type, second.type, third.type) == ("text", "softbreak", "text"):
            yield first, second, third


def _code_block(_: RendererHTML, tokens: Sequence[Token], index: int, *__: Any) -> str:
    """Indented prose is prose; only what looks like a program is code."""
    content = tokens[index].content
    if _CODE.search(content) or not _PROSE.search(content):
        return f"<pre>{html.escape(content)}</pre>\n"
    inner = MarkdownIt("commonmark", {"html": False})
    return "".join(f"<p>{inner.renderInline(part)}</p>\n" for part in re.split(r"\n[ \t]*\n", content) if part.strip())


def _html_block(_: RendererHTML, tokens: Sequence[Token], index: int, *__: Any) -> str:
    """Raw HTML may hold Markdown between its tags."""
    content = tokens[index].content
    if not _INLINE.search(content) or re.match(r"\s*<(?:script|style|pre|!--)", content, re.I):
        return content
    inner = MarkdownIt("commonmark")
    pieces = _TAGS.split(content)
    return "".join(
        piece if odd or not _INLINE.search(piece) or not piece.strip() else _padded(piece, inner.renderInline(piece))
        for odd, piece in ((at % 2, piece) for at, piece in enumerate(pieces))
    )


def _padded(before: str, after: str) -> str:
    """Return rendered text with the white space that stood around it."""
    start = before[: len(before) - len(before.lstrip())]
    return start + after.strip() + before[len(before.rstrip()) :]
