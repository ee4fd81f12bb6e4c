"""HTML -> elements: a whole page, or the cleaned fragment that a CMS exports. Parsed by lxml.

Paragraphs, headings, lists, quotes, tables and pictures become elements in reading order. What is none of the article
(menus, share bars, embeds ...) becomes one element with its reason; scripts, styles and comments are not text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from ki_briefing.article import extraction, page
from ki_briefing.article.containers import SILENT, begins_with_label, unspoken
from ki_briefing.article.elements import About, Element, ElementKind
from ki_briefing.article.inline import Inline, superscript
from ki_briefing.article.selection import Found, Selection, is_title
from ki_briefing.base.errors import ArticleError
from ki_briefing.base.web import web_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ki_briefing.article.boilerplate import Boilerplate

OMITTED, TEXT = "data-ki-briefing-omitted", "data-ki-briefing-text"
"""Attributes by which another reader hands over what it leaves out, and why."""

_SURE = frozenset(("hidden", "footnote", "caption"))
"""Reasons that nobody's finding outweighs."""
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "summary": 2}
_BLOCKS = frozenset(
    "html body main article section header hgroup div p ul ol li dl dt dd blockquote figure figcaption details address "
    "center table thead tbody tfoot tr caption fieldset hr pre footer aside".split()
) | frozenset(_HEADINGS)
_TEXTS = frozenset("p ul ol li dl dt dd blockquote hr pre h1 h2 h3 h4 h5 h6 summary".split())
_LOOSE = frozenset("html body main article section header div center td".split())
_BOLD = frozenset(("strong", "b"))
_STRUCK = frozenset(("del", "s", "strike"))
_JUMP = re.compile(r"[\[(]?(?:\^?\d{1,3}|[*†‡↩↑⤴^a-z])[\])]?\ufe0e?")
_SAVED = re.compile(r"\s*(?:<!doctype[^>]{0,200}>\s*)?<!-- saved from url=\(\d{4}\)(\S{1,2000}) -->", re.I)
_SILENT_KINDS = (ElementKind.CAPTION, ElementKind.TABLE, ElementKind.CODE)
_LEAST = 0.9  # of what an extractor found, that our own reading must have to be as good
_NOTE = re.compile(r"(?:fn|ftn|sdfootnote|footnote|endnote|fussnote|_ftn|note)[-_:]?\d", re.I)
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_DEEPEST = 2_000
_LONGEST_CELL = 400
_LONG_TAG, _QUOTED = re.compile(r"<[^<>]{20000,}"), re.compile(r"\"[^\"]*\"|'[^']*'")
_MOST_ATTRIBUTES = 2_000  # of one element: the parser compares each with all others
_MOST_LETTERS, _MOST_TAGS = 400_000, 60_000  # ten times what the largest pages of newsrooms have
_OPENING = re.compile(r"<[a-zA-Z]")


def read(text: str, name: str, rules: Boilerplate | None = None, *, whole: bool = False) -> tuple[About, list[Element]]:
    """Return what the page's head says, and the elements of its article.

    Args:
        rules: What headings mean to the newsroom; only asked with ``whole``.
        whole: It is a page with all that stands around an article, so an extractor is asked too.

    Raises:
        ArticleError: Nothing can be made of it.
    """
    root = _parse(text, name)
    if root is None:
        return About(), []
    saved = _SAVED.match(text)
    saved_from = web_address(saved[1]) if saved else ""
    facts = page.measure(root)
    if facts.whole > _MOST_LETTERS:
        raise _too_much(name, f"{facts.whole:,} letters")
    content = page.find_article(root, facts)
    own = [each.element for each in _Walk(root, facts, page.beside(root, content)).elements()]
    found = extraction.find_text(text, name) if whole else None
    if found and rules:
        selection = Selection(found)
        walk = _Walk(root, facts, frozenset(), selection.holders(root))
        chosen = selection.choose(walk.elements(), rules)
        if chosen and not _LEAST * _length(chosen) <= _length(own) <= _length(chosen):
            return page.read_head(root, titled=any(map(is_title, chosen)), saved_from=saved_from), chosen
    return page.read_head(root, titled=content in facts.titled, saved_from=saved_from), own


def _length(elements: Iterable[Element]) -> int:
    """Return how many letters would be spoken."""
    return sum(len(each.text) for each in elements if not each.reason and each.kind not in _SILENT_KINDS)


def _too_much(name: str, what: str) -> ArticleError:
    return ArticleError(f"{name} holds more than any article: {what}", hint="Save the article's text as a file.")


def _parse(text: str, name: str) -> etree._Element | None:
    if (tags := sum(1 for _ in _OPENING.finditer(text))) > _MOST_TAGS:
        raise _too_much(name, f"{tags:,} tags")
    if any(len(_QUOTED.sub("", tag[0]).split()) > _MOST_ATTRIBUTES for tag in _LONG_TAG.finditer(text)):
        raise ArticleError(f"{name} is no HTML that can be read", hint="Save the article's text as a file.")
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None  # no element at all
    if root is not None and _is_too_deep(root):
        raise ArticleError(f"the HTML of {name} is nested too deeply", hint="Save the article as plain text.")
    return root


def _is_too_deep(root: etree._Element) -> bool:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            return True
    return False


@dataclass(slots=True)
class _Walk:
    """One walk through a page."""

    root: etree._Element
    facts: page.Facts
    beside: frozenset[etree._Element]
    holders: frozenset[etree._Element] = frozenset()
    whole: set[etree._Element] = field(default_factory=set)  # taken as one
    found: list[Found] = field(default_factory=list)
    inline: Inline = field(default_factory=Inline)
    heading: int = 0
    lists: int = 0
    quotes: int = 0
    links: int = 0
    bold: int = 0
    struck: int = 0
    blocks: list[etree._Element] = field(default_factory=list)

    def elements(self) -> list[Found]:
        walk = etree.iterwalk(self.root, events=("start", "end"))
        for event, node in walk:
            if not isinstance(node.tag, str):
                continue
            if event == "start":
                if self._leave_out(node) or self._take_whole(node):
                    walk.skip_subtree()
                    self.whole.add(node)
                else:
                    self._open(node)
                    self._write(node.text)
            else:
                if node not in self.whole:
                    self._close(node)
                if node is not self.root:
                    self._write(node.tail)
        self._flush()
        return self.found

    def _leave_out(self, node: etree._Element) -> bool:
        """Take a part that is not spoken, if it is one; return whether."""
        if node.tag in SILENT:
            return True
        if (reason := node.get(OMITTED)) is not None:
            text = node.get(TEXT) or ""
            self.inline.omitted.append((text, reason))
            return True
        reason = page.reason_beside(node) if node in self.beside else ""
        letters = self.facts.letters.get(node, 0)
        named = unspoken(node, letters, self.facts.whole) if node not in self.facts.titled else ""
        reason = named or reason
        if not reason and node.tag in ("li", "div", "p", "section") and _NOTE.match(node.get("id") or ""):
            reason = "footnote"
        if not reason or (node in self.holders and reason not in _SURE and not _is_post(node, reason)):
            return False
        self._flush_before(node)
        if node.tag == "input" or not (text := _text(node) or node.get("src") or ""):
            return True
        if reason == "footnote" and node.tag not in ("li", "p"):
            self._notes(node)
        elif reason == "caption" and (source := next((image.get("src") for image in node.iter("img")), None)):
            self._add(Element(ElementKind.CAPTION, text, url=source))
        else:
            self._add(Element(ElementKind.PARAGRAPH, text, reason=reason))
        return True

    def _notes(self, node: etree._Element) -> None:
        notes = [child for child in node.iter("li", "p", "dd") if child.tag != "p" or not _in_item(child)]
        for child in notes or [node]:
            self._add(Element(ElementKind.PARAGRAPH, _text(child), reason="footnote"))

    def _take_whole(self, node: etree._Element) -> bool:
        """Take what is one element as a whole: a picture, a table, code; return whether it was one."""
        match node.tag:
            case "table" if _is_layout(node):
                return False
            case "table":
                self._flush()
                cells = (_text(cell) for cell in node.iter("td", "th", "caption"))
                self._add(Element(ElementKind.TABLE, " | ".join(filter(None, cells))))
            case "pre":
                self._flush()
                self._add(Element(ElementKind.CODE, "".join(map(str, node.itertext())).strip()))
            case "figure" if (
                image := next(node.iter("img", "video", "iframe"), None)
            ) is not None and image.tag == "img":
                self._flush()
                caption = " ".join(filter(None, map(_text, node.iter("figcaption"))))
                source = image.get("src") or ""
                self._add(Element(ElementKind.CAPTION, caption or image.get("alt") or source, url=source))
            case "figcaption":
                self._flush()
                quoted = (parent := node.getparent()) is not None and next(parent.iter("blockquote"), None) is not None
                self._add(Element(ElementKind.ATTRIBUTION if quoted else ElementKind.CAPTION, _text(node)))
            case "cite" if self._stands_alone(node):
                self._flush()
                self._add(Element(ElementKind.ATTRIBUTION, _text(node)))
            case "img":
                source = node.get("src") or ""
                self.inline.pictures.append((" ".join((node.get("alt") or "").split()) or source, source))
            case "a" if (node.get("href") or "").startswith("#") and _JUMP.fullmatch(_text(node)):
                pass  # leads to a footnote or back
            case "sup" if len(node) == 0:
                self.inline.add(superscript(node.text or ""), linked=self.links > 0, bold=self.bold > 0)
            case _:
                return False
        return True

    def _stands_alone(self, node: etree._Element) -> bool:
        """Tell whether a block, or what stands between two blocks, holds nothing else."""
        following = node.getnext()
        ends = following is None or following.tag in _BLOCKS
        return ends and not self.inline.text and not (node.tail or "").strip() and not self.heading

    def _open(self, node: etree._Element) -> None:
        tag = str(node.tag)
        if tag in _BLOCKS:
            self._flush_before(node)
            self.blocks.append(node)
        self.lists += tag in ("ul", "ol")
        self.quotes += tag == "blockquote"
        self.heading = _HEADINGS.get(tag, self.heading)
        self.bold += tag in _BOLD
        self.struck += tag in _STRUCK
        if tag == "br":
            self._break(node)
        elif tag == "a" and (address := node.get("href")):
            self.links += 1
            self.inline.url = self.inline.url or address

    def _close(self, node: etree._Element) -> None:
        tag = str(node.tag)
        if tag in _BLOCKS:
            self._flush()
            self.blocks.pop()
        self.lists -= tag in ("ul", "ol")
        self.quotes -= tag == "blockquote"
        self.bold -= tag in _BOLD
        self.struck -= tag in _STRUCK
        self.links -= tag == "a" and bool(node.get("href"))
        if tag in _HEADINGS:
            self.heading = 0

    def _break(self, node: etree._Element) -> None:
        """End a line; two ends, a bold line's or one before a label end the paragraph."""
        following = node.getnext()
        ends = following is not None and following.tag == "br" and not (node.tail or "").strip()
        ends = ends or (self.inline.all_bold and not self.heading and not self.bold)
        if ends or begins_with_label(following, node.tail):
            self._flush()
        else:
            self.inline.pieces.append(" ")

    def _write(self, text: str | None) -> None:
        if not text:
            return
        if self.struck:
            if text.strip():
                self.inline.omitted.append((" ".join(text.split()), "struck out"))
            return
        if "\n" in text and self.blocks and self.blocks[-1].tag in _LOOSE:
            first, *others = _BLANK_LINE.split(text)
            self.inline.add(first, linked=self.links > 0, bold=self.bold > 0)
            for other in others:
                self._flush()
                self.inline.add(other, linked=self.links > 0, bold=self.bold > 0)
        else:
            self.inline.add(text, linked=self.links > 0, bold=self.bold > 0)

    def _flush_before(self, node: etree._Element) -> None:
        if node.tag in _BLOCKS:
            self._flush()

    def _flush(self) -> None:
        """End the block: what was collected becomes elements."""
        inline, self.inline = self.inline, Inline()
        if self.links:
            self.inline.url = inline.url
        for caption, source in inline.pictures:
            self._add(Element(ElementKind.CAPTION, caption, url=source))
        if text := inline.text:
            self._add(self._element(text, inline))
        for text, reason in inline.omitted:
            kind = ElementKind.CAPTION if reason == "caption" else ElementKind.PARAGRAPH
            self._add(Element(kind, text, reason=reason))

    def _element(self, text: str, inline: Inline) -> Element:
        if self.heading:
            return Element(ElementKind.HEADING, text, self.heading, inline.url, inline.linked)
        kind = ElementKind.ITEM if self.lists else ElementKind.QUOTE if self.quotes else ElementKind.PARAGRAPH
        return Element(kind, text, self.lists, inline.url, inline.linked, inline.all_bold)

    def _add(self, element: Element) -> None:
        if element.text:
            place = next((block for block in reversed(self.blocks) if block.tag not in _TEXTS), self.root)
            self.found.append(Found(element, place))


def _is_post(node: etree._Element, reason: str) -> bool:
    """Return whether a part is a post of a network by its embed code: a quotation of that class."""
    return reason == "embed" and node.tag == "blockquote"


def _is_layout(table: etree._Element) -> bool:
    """Return whether a table only puts paragraphs in their places, as old pages do."""
    if next(table.iter("th"), None) is not None:
        return False
    cells = [len(_text(cell)) for cell in table.iter("td")]
    return len(cells) == 1 or max(cells, default=0) > _LONGEST_CELL


def _in_item(node: etree._Element) -> bool:
    parent = node.getparent()
    return parent is not None and parent.tag == "li"


def _text(node: etree._Element) -> str:
    """Return all that a reader would see of a part of a page."""
    return " ".join(" ".join(_seen(node)).split())


def _seen(node: etree._Element) -> Iterator[str]:
    walk = etree.iterwalk(node, events=("start", "end"))
    for event, each in walk:
        silent = not isinstance(each.tag, str) or each.tag in SILENT
        if event == "start":
            if silent:
                walk.skip_subtree()
            elif each.text:
                yield each.text
        elif each is not node and each.tail:
            yield each.tail
