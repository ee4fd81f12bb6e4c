"""What a whole page of HTML says about its article, and where in it the article stands."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lxml import etree

from ki_briefing.article.containers import SILENT
from ki_briefing.article.elements import About
from ki_briefing.article.moments import find_moment
from ki_briefing.base.web import web_address

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_GALLERY = re.compile(r"gallery", re.I)
_TYPES = re.compile(r"Article|BlogPosting|Report|Recipe|Gallery", re.I)
_BODIES = ("articleBody", "article:body")
_SITE = re.compile(r"\s+[|–—·»-]\s+")
_CUT = ("…", "...", "[…]", "[...]")
_MOST = 0.6  # of the letters on a page's paragraphs that its article holds at least


@dataclass(frozen=True, slots=True)
class Facts:
    """What was counted on a page.

    Attributes:
        letters: Of each element, with all that it holds.
        prose: The same, of paragraphs only.
        titled: Elements that hold the only h1, and it.
        whole: Letters of the whole.
    """

    letters: dict[etree._Element, int]
    prose: dict[etree._Element, int]
    titled: frozenset[etree._Element]
    whole: int


def measure(root: etree._Element) -> Facts:
    """Count the letters of every element, once through the page."""
    letters: dict[etree._Element, int] = {}
    prose: dict[etree._Element, int] = {}
    silent = 0
    counts = [[0, 0]]
    for event, node in etree.iterwalk(root, events=("start", "end")):
        is_silent = not isinstance(node.tag, str) or node.tag in SILENT
        if event == "start":
            silent += is_silent
            counts.append([_length(node.text) * (not silent), 0])
            continue
        silent -= is_silent
        own = counts.pop()
        own[1] = own[0] if node.tag == "p" else own[1]
        letters[node], prose[node] = own
        counts[-1][0] += own[0] + _length(node.tail) * (not silent)
        counts[-1][1] += own[1]
    titled: set[etree._Element] = set()
    if (title := next(root.iter("h1"), None)) is not None:
        titled.update((title, *title.iterancestors()))
    return Facts(letters, prose, frozenset(titled), letters.get(root, 0))


def find_article(root: etree._Element, facts: Facts) -> etree._Element:
    """Return the element that holds the article: ``article``, ``main`` or what stands for them, else all of it."""
    whole = facts.prose[root]
    best = root
    for node in root.iter("main", "article", "div", "section"):
        if _holds_articles(node) and facts.prose[node] >= whole * _MOST and facts.prose[node]:
            if facts.titled and node not in facts.titled:
                continue  # the headline stands outside
            best = node
    return best


def beside(root: etree._Element, content: etree._Element) -> frozenset[etree._Element]:
    """Return the elements that stand beside the article on its page."""
    found: set[etree._Element] = set()
    node = content
    while node is not root and (parent := node.getparent()) is not None:
        found.update(child for child in parent if child is not node and isinstance(child.tag, str))
        node = parent
    return frozenset(found)


def reason_beside(node: etree._Element) -> str:
    """Return why an element beside the article is not spoken."""
    names = f"{node.get('class') or ''} {node.get('id') or ''}".lower()
    return "navigation" if node.tag == "header" or "header" in names else "beside the article"


def read_head(root: etree._Element, *, titled: bool, saved_from: str = "") -> About:
    """Return what the head says: schema.org's JSON-LD, OpenGraph, the canonical address, the title.

    Args:
        titled: The article has a headline of its own, which is not asked here then.
        saved_from: The address that a browser wrote into the page when it saved it.
    """
    meta = _meta(root)
    data = _linked_data(root)
    canonical = next(
        (link.get("href") or "" for link in root.iter("link") if (link.get("rel") or "").lower() == "canonical"), ""
    )
    title = meta.get("og:title") or _string(data.get("headline")) or _page_title(root)
    teaser = meta.get("og:description") or _string(data.get("description")) or meta.get("description", "")
    image = _image(data.get("image")) or meta.get("og:image", "")
    return About(
        title="" if titled else _SITE.split(title)[0] if title else "",
        teaser="" if teaser.endswith(_CUT) else teaser,
        url=own_address(web_address(canonical) or web_address(meta.get("og:url", "")), saved_from),
        author=_author(data.get("author")) or meta.get("author", "") or meta.get("article:author", ""),
        published=_moment(
            _string(data.get("datePublished")) or meta.get("article:published_time") or meta.get("date", "")
        ),
        image=image if "://" in image else "",  # nobody laid the picture beside the file
        paid=str(data.get("isAccessibleForFree", "")).lower().rpartition("/")[2] in ("false", "no")
        or meta.get("article:content_tier", "").lower() in ("locked", "metered", "paid"),
        gallery=bool(_GALLERY.search(f"{data.get('@type')} {meta.get('og:type', '')}")),
    )


def own_address(named: str, at: str) -> str:
    """Return which address is the article's: the one that it names, unless that is of another site than where it is.

    Hosts of one site share their last two names, e.g. ``m.example.org`` and ``www.example.org``.
    """
    sites = [(urlsplit(address).hostname or "").split(".")[-2:] for address in (named, at)]
    return at if at and sites[0] != sites[1] else named


def _holds_articles(node: etree._Element) -> bool:
    if node.tag in ("main", "article"):
        return True
    names = f"{node.get('class') or ''} {node.get('id') or ''}".lower()
    return (
        (node.get("role") or "").lower() in ("main", "article")
        or node.get("itemprop") in _BODIES
        or any(
            name in names
            for name in ("entry-content", "post-content", "article-body", "articlebody", "article-content")
        )
    )


def _meta(root: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in root.iter("meta"):
        name = (node.get("property") or node.get("name") or "").lower()
        content = " ".join((node.get("content") or "").split())
        if name and content:
            found.setdefault(name, content)
    return found


def _linked_data(root: etree._Element) -> dict[str, Any]:
    for node in root.iter("script"):
        if (node.get("type") or "").lower() != "application/ld+json" or not node.text:
            continue
        try:
            data = json.loads(node.text, strict=False)
        except (ValueError, RecursionError):
            continue
        for each in _candidates(data):
            if _TYPES.search(str(each.get("@type"))):
                return each
    return {}


def _candidates(data: Any) -> Iterator[dict[str, Any]]:
    for each in data if isinstance(data, list) else [data]:
        if isinstance(each, dict):
            yield each
            graph = each.get("@graph")
            yield from (node for node in graph if isinstance(node, dict)) if isinstance(graph, list) else ()


def _page_title(root: etree._Element) -> str:
    node = next(root.iter("title"), None)
    return " ".join((node.text or "").split()) if node is not None else ""


def _author(value: Any) -> str:
    people = value if isinstance(value, list) else [value]
    names = (_string(each.get("name") if isinstance(each, dict) else each) for each in people)
    return ", ".join(filter(None, names))


def _image(value: Any) -> str:
    first = value[0] if isinstance(value, list) and value else value
    return _string(first.get("url") if isinstance(first, dict) else first)


def _string(value: Any) -> str:
    return " ".join(value.split()).encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _moment(text: str) -> datetime | None:
    return find_moment(text) if text else None


def _length(text: str | None) -> int:
    return len(text.strip()) if text else 0
