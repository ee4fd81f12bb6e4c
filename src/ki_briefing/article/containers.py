"""Which parts of a page are none of its article: by element, by role, and by the names newsrooms give them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

SILENT = frozenset(
    "script style template noscript head title meta link base object param source track colgroup col area map".split()
)
"""Nobody ever reads their text."""

_TAGS = {
    "nav": "navigation", "menu": "navigation", "footer": "footer", "aside": "beside the article", "form": "form",
    "button": "form", "select": "form", "input": "form", "textarea": "form", "dialog": "form", "label": "form",
    "iframe": "embed", "video": "embed", "audio": "embed", "embed": "embed", "canvas": "embed", "svg": "embed",
    "amp-ad": "advertisement",
}  # fmt: skip
_ROLES = {
    "navigation": "navigation", "search": "navigation", "complementary": "beside the article", "contentinfo": "footer",
    "dialog": "consent", "alertdialog": "consent", "menu": "navigation", "menubar": "navigation",
    "doc-endnotes": "footnote", "doc-footnote": "footnote", "doc-endnote": "footnote",
}  # fmt: skip
_NAMES = {
    "navigation": "nav navbar navigation menu breadcrumb breadcrumbs pagination pager skiplink buttons backlink "
    "sitemap "
    "topbar masthead sidebar widget toc toolbar",
    "share bar": "share sharing social sharedaddy addtoany shariff socialmedia sharebar teilen jetpack sharebuttons",
    "other articles": "related relatedposts recommendations recommended outbrain taboola bookmark readmore moretopics "
    "yarpp verwandt weiterlesen mehrzumthema",
    "newsletter": "newsletter signup subscribe subscription mailchimp",
    "consent": "cookie cookies consent gdpr dsgvo cmp cookiebar",
    "comments": "comment comments disqus respond kommentare kommentar",
    "paywall": "paywall piano paidcontent",
    "advertisement": "ad ads adslot advert advertisement advertising anzeige werbung sponsored adsense",
    "tags": "tags taglist keywords schlagworte schlagwörter",
    "embed": "embed twitter instagram tiktok facebook fbpost youtube vimeo",
    "footnote": "footnotes footnote endnotes endnote fussnoten",
    "footer": "footer",
}  # fmt: skip
_BY_NAME = {name: reason for reason, names in _NAMES.items() for name in names.split()}
_PAIRS = {
    ("teaser", "box"): "other articles", ("teaser", "list"): "other articles", ("article", "teaser"): "other articles",
    ("author", "box"): "author", ("author", "bio"): "author", ("author", "info"): "author",
    ("about", "author"): "author",
    ("autor", "box"): "author",
    ("read", "more"): "other articles", ("more", "link"): "other articles",
    ("fb", "post"): "embed", ("instagram", "media"): "embed", ("twitter", "tweet"): "embed",
    ("social", "media"): "share bar",
}  # fmt: skip
_SHORT_NAMES = {
    "byline": "byline author autor autorin submitted meta dateline verfasser",
    "date": "date datum pubdate published timestamp",
    "kicker": "kicker overline dachzeile spitzmarke topline roofline",
    "caption": "caption credit bildunterschrift bildnachweis copyright",
    "navigation": "logo",
}
_BY_SHORT_NAME = {name: reason for reason, names in _SHORT_NAMES.items() for name in names.split()}
_SHORT = 240
_HIDDEN = frozenset(
    "hidden d-none invisible sr-only screen-reader-text visually-hidden visuallyhidden element-invisible".split()
)
_SPLIT = re.compile(r"[\s_-]+")
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_SKIP = frozenset(
    "html body main article h1 h2 h3 h4 h5 h6 strong b em i span a li tr td th tbody sup sub code".split()
)


def unspoken(node: _Element, letters: int, whole: int) -> str:
    """Return why a part of a page is not spoken, or nothing.

    Args:
        letters: So many the part holds.
        whole: So many the article holds; what holds most of them is no sidebar, whatever it is called.
    """
    tag = str(node.tag)
    classes = node.get("class") or ""
    if (
        node.get("hidden") is not None
        or _HIDDEN.intersection(classes.split())
        or _UNSEEN.search(node.get("style") or "")
    ):
        return "hidden"
    if reason := _ROLES.get((node.get("role") or "").lower()):
        return reason if letters * 2 <= whole else ""
    names = [name for name in _SPLIT.split(f"{classes} {node.get('id') or ''}".lower()) if name]
    found = "" if not names or letters * 2 > whole else _by_name(tag, names, letters)
    if found:
        return found
    if tag == "footer" and (parent := node.getparent()) is not None and parent.tag in ("blockquote", "q"):
        return ""  # who said it
    return _TAGS.get(tag, "")


def _by_name(tag: str, names: list[str], letters: int) -> str:
    if tag == "span" or tag not in _SKIP:
        for name in names:
            if (
                letters <= _SHORT
                and name in _BY_SHORT_NAME
                and (tag != "span" or name in ("kicker", "overline", "dachzeile"))
            ):
                return _BY_SHORT_NAME[name]
    if tag in _SKIP:
        return ""
    for pair in pairwise(names):
        if pair in _PAIRS:
            return _PAIRS[pair]
    return next((_BY_NAME[name] for name in names if name in _BY_NAME), "")


def begins_with_label(node: _Element | None, before: str | None) -> bool:
    """Tell whether a line begins with a word in bold and a colon: *Pro: ...* above *Contra: ...*."""
    if node is None or node.tag not in ("strong", "b") or (before or "").strip():
        return False
    return "".join(map(str, node.itertext())).rstrip().endswith(":") or (node.tail or "").startswith(":")
