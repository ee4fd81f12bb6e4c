"""An item of a feed -> Source: its article as HTML, from the feed itself, from WordPress's REST interface, or its page.

A page has menus and much else around the article; so it is asked last. What comes from a feed is written down as a page
of its own, with all that the feed tells of it, so that a build needs neither feed nor network.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ki_briefing.base.errors import AddressOffline, ArticleError
from ki_briefing.intake.address import fetch
from ki_briefing.intake.json_feed import read_post
from ki_briefing.model.source import Source

if TYPE_CHECKING:
    from ki_briefing.intake.http import Web
    from ki_briefing.intake.news import NewsItem


def fetch_item(web: Web, item: NewsItem) -> Source:
    """Return an item's article.

    Raises:
        AddressOffline: It cannot be reached now.
        ArticleError: There is nothing to be read.
    """
    content = item.content
    if not content and item.post:
        try:
            answer = web.get(item.post)
            content = read_post(answer.content, answer.url).content
        except AddressOffline:
            raise
        except ArticleError:
            pass  # many sites switch that interface off
    if not content:
        try:
            return fetch(web, item.url)
        except AddressOffline:
            raise
        except ArticleError:
            if not item.short:
                raise
            content = item.short
    return Source(item.id, item.url, "text/html", _page(item, content).encode("utf-8", "replace"))


def _page(item: NewsItem, content: str) -> str:
    """Return HTML without the marks of a whole page, within which its article would be looked for."""
    about = {
        "description": item.teaser,
        "author": item.author,
        "article:published_time": item.date.isoformat() if item.date else "",
        "article:tag": ", ".join(item.categories),
    }
    head = "".join(
        f'<meta {"property" if ":" in name else "name"}="{name}" content="{escape(value)}">\n'
        for name, value in about.items()
        if value
    )
    return (
        f'<head>\n<meta charset="utf-8">\n<title>{escape(item.title)}</title>\n'
        f'<link rel="canonical" href="{escape(item.url)}">\n{head}</head>\n'
        f"<body>\n<article>\n<h1>{escape(item.title)}</h1>\n{content}\n</article>\n</body>\n"
    )
