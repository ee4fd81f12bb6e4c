"""A news sitemap (XML) -> NewsFeed. See https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ki_briefing.base.errors import FeedError
from ki_briefing.base.xml import XmlError, parse_xml
from ki_briefing.intake.news import NewsFeed, NewsItem, make_item, moment

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
_ROOT = re.compile(rb"<(?:urlset|sitemapindex)[\s>]")
_HEAD = 2000  # bytes within which its first element begins


def is_sitemap(content: bytes) -> bool:
    """Tell whether XML is a sitemap or a list of sitemaps."""
    return _ROOT.search(content[:_HEAD]) is not None


def read(content: bytes, url: str) -> NewsFeed:
    """Read a sitemap; its pages without ``news:title`` are left out.

    Raises:
        FeedError: It cannot be read, is a list of sitemaps, or names no news.
    """
    try:
        root = parse_xml(content)
    except XmlError as error:
        raise FeedError(f"{url} is no sitemap that we can read: {error}", hint="Name the site's feed.") from error
    listed = [_text(each, _SITEMAP + "loc") for each in root.iter(_SITEMAP + "sitemap")]
    if listed:
        news = [address for address in listed if "news" in address.lower()] or listed
        raise FeedError(f"{url} is a list of sitemaps", hint=f"Name the one with news: {', '.join(news[:5])}")
    items = tuple(filter(None, map(_item, root.iter(_SITEMAP + "url"))))
    if not items and len(root):
        raise FeedError(f"{url} is a sitemap without news", hint="Name one with news:news, or a feed.")
    return NewsFeed(items)


def _item(node: Element) -> NewsItem | None:
    return make_item(
        url=_text(node, _SITEMAP + "loc"),
        title=_text(node, f"{_NEWS}news/{_NEWS}title"),
        changed=_text(node, _SITEMAP + "lastmod"),
        date=moment(_text(node, f"{_NEWS}news/{_NEWS}publication_date")),
        categories=_text(node, f"{_NEWS}news/{_NEWS}keywords").split(","),
    )


def _text(node: Element, name: str) -> str:
    return (node.findtext(name) or "").strip()
