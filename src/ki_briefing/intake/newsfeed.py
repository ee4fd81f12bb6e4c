"""What a feed's address answers (bytes) -> NewsFeed, its articles as the newsroom lists them.

RSS, Atom, JSON Feed, news sitemaps and the posts of WordPress's REST interface; what it is, its bytes tell.
The only door to feedparser.
"""

from __future__ import annotations

import re
from calendar import timegm
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

from ki_briefing.base.errors import ArticleError, FeedError
from ki_briefing.base.web import web_address
from ki_briefing.intake import json_feed, sitemap
from ki_briefing.intake.news import NewsFeed, NewsItem, absolute, distinct, make_item, next_page, plain_text, usable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from time import struct_time

    from ki_briefing.intake.http import Web

_HINT = "Name the address of a feed: RSS, Atom, JSON Feed, a news sitemap or WordPress's /wp-json/wp/v2/posts."
_HTML_START = re.compile(rb"\s*(?:<!doctype html|<html)", re.I)
_HEAD = 100_000  # bytes within which a page names its feeds
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")


def feed_address(url: str) -> str:
    """Return the address to ask for a feed: WordPress names authors and categories only if it is asked to."""
    parts = urlsplit(url)
    if not parts.path.rstrip("/").endswith("/wp/v2/posts") or "_embed" in parts.query:
        return url
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, "_embed=author,wp:term")))))


def read_newsfeed(content: bytes, url: str) -> NewsFeed:
    """Read what a feed's address answered.

    Raises:
        FeedError: It is none of the kinds that we know, or no article of it has an address and a title.
    """
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"{", b"[")):
        feed = json_feed.read(content, url)
    elif _HTML_START.match(start):
        raise _is_page(content, url)
    elif sitemap.is_sitemap(start):
        feed = sitemap.read(content, url)
    else:
        feed = _read_xml(content, url)
    newest: dict[str, NewsItem] = {}
    for item in feed.items:
        newest.setdefault(item.id, item)
    if any(item.date for item in newest.values()):
        ranked = sorted(newest.values(), key=lambda item: item.date or datetime.min.replace(tzinfo=UTC), reverse=True)
        return replace(feed, items=tuple(ranked))
    return replace(feed, items=tuple(newest.values()))


def pages(web: Web, first: NewsFeed, most: int) -> Iterator[NewsFeed]:
    """Yield the pages of a feed, until the last, or one that lists nothing new.

    Args:
        most: How many.

    Raises:
        AddressOffline: A page cannot be reached now.
    """
    page, seen = first, set[str]()
    for _ in range(most):
        listed = {item.id for item in page.items}
        if listed <= seen:
            return
        yield page
        seen |= listed
        if not page.next:
            return
        try:
            answer = web.get(page.next)
            page = read_newsfeed(answer.content, answer.url)
        except (ArticleError, FeedError) as error:
            if error.passing:
                raise
            return  # it was the last


def _read_xml(content: bytes, url: str) -> NewsFeed:
    import feedparser

    try:
        found = feedparser.parse(  # given bytes: a text would be opened as a file's name
            BytesIO(content), sanitize_html=False, response_headers={"content-location": url}
        )
    except Exception as error:  # of many kinds, e.g. for a letter that no alphabet has
        raise FeedError(f"{url} is no feed that we can read: {error}", hint=_HINT) from error
    if not found.get("version"):
        raise FeedError(f"{url} is no feed that we can read", hint=_HINT)
    wordpress = "wordpress.org" in str(found.feed.get("generator", ""))
    items = (_of_entry(entry, wordpress=wordpress) for entry in found.entries)
    links = found.feed.get("links", ())
    following = next((str(link.get("href", "")) for link in links if link.get("rel") == "next"), "")
    if wordpress and not following and found.entries:
        following = next_page(url, "paged")
    return NewsFeed(usable(url, items), absolute(url, following))


def _of_entry(entry: Mapping[str, Any], *, wordpress: bool) -> NewsItem | None:
    guid = str(entry.get("id", ""))
    content = max((str(each.get("value", "")) for each in entry.get("content", ())), key=len, default="")
    summary = str(entry.get("summary", ""))
    updated = "updated" in entry  # asking for it without it would be answered with the date, and a warning
    return make_item(
        url=str(entry.get("feedburner_origlink") or entry.get("link") or guid),
        title=str(entry.get("title", "")),
        summary="" if summary == content else summary,
        content=content,
        changed=str(entry["updated"]) if updated else "",
        date=_moment(entry.get("published_parsed") or (entry.get("updated_parsed") if updated else None)),
        author=_authors(entry),
        categories=[str(tag.get("term") or "") for tag in entry.get("tags", ())],
        post=_wordpress_post(guid) if wordpress else "",
    )


def _authors(entry: Mapping[str, Any]) -> str:
    names = distinct(str(each.get("name") or "") for each in entry.get("authors", ()))
    return ", ".join(names) or plain_text(str(entry.get("author", "")))


def _wordpress_post(guid: str) -> str:
    """Return where WordPress's REST interface has a post: its guid is the site's address with the post's number."""
    parts = urlsplit(web_address(guid))
    number = parse_qs(parts.query).get("p", [""])[0]
    if not parts.netloc or not number.isdecimal():
        return ""
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/wp-json/wp/v2/posts/{number}", query=""))


def _moment(value: struct_time | None) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(value), UTC) if value else None
    except (ValueError, OverflowError, OSError):
        return None


def _is_page(content: bytes, url: str) -> FeedError:
    """Return what to say of a page instead of a feed: which feeds it names."""
    links = _Links()
    links.feed(content[:_HEAD].decode("utf-8", "replace"))
    named = [absolute(url, address) for address in links.found]
    hint = f"Its feed: {' or '.join(filter(None, named[:3]))}" if any(named[:3]) else _HINT
    return FeedError(f"{url} is a page, no feed", hint=hint)


class _Links(HTMLParser):
    """Collects the feeds that a page's head names."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a tag."""
        values = {name: value or "" for name, value in attrs}
        if tag == "link" and values.get("rel", "").lower() == "alternate" and values.get("type") in _FEED_TYPES:
            self.found.append(values.get("href", ""))
