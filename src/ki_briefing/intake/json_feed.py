"""JSON -> NewsFeed: JSON Feed (jsonfeed.org, 1.1), or posts of WordPress's REST interface (wp/v2/posts)."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from ki_briefing.base.errors import ArticleError, FeedError
from ki_briefing.intake.news import NewsFeed, NewsItem, absolute, distinct, make_item, moment, next_page, usable

if TYPE_CHECKING:
    from collections.abc import Iterator

_HINT = "Name the address of a JSON Feed, or of WordPress's /wp-json/wp/v2/posts."


def read(content: bytes, url: str) -> NewsFeed:
    """Read JSON.

    Raises:
        FeedError: It is neither of the two.
    """
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FeedError(f"{url} is no JSON that we can read", hint=_HINT) from error
    if isinstance(data, list):
        posts = [each for each in data if isinstance(each, dict) and "content" in each]
        if posts or not data:
            items = usable(url, (_of_post(each) for each in posts if _is_public(each)))
            return NewsFeed(items, next_page(url, "page") if data else "")
    if isinstance(data, dict) and "jsonfeed.org" in str(data.get("version")):
        listed = data.get("items")
        if not isinstance(listed, list):
            raise FeedError(f"{url} is a JSON Feed without a list of items", hint=_HINT)
        entries = (_of_entry(each, url) if isinstance(each, dict) else None for each in listed)
        return NewsFeed(usable(url, entries), absolute(url, _text(data.get("next_url"))))
    raise FeedError(f"{url} is JSON, but no feed", hint=_HINT)


def read_post(content: bytes, url: str) -> NewsItem:
    """Read one post of WordPress's REST interface.

    Raises:
        ArticleError: It is none, or it has no text.
    """
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        data = None
    item = _of_post(data) if isinstance(data, dict) and _is_public(data) else None
    if item is None or not item.content:
        raise ArticleError(f"{url} is no post of WordPress", hint=_HINT)
    return item


def _of_entry(entry: dict[str, Any], feed: str) -> NewsItem | None:
    authors = entry.get("authors") if isinstance(entry.get("authors"), list) else [entry.get("author")]
    tags = entry.get("tags")
    address = _text(entry.get("url")) or _text(entry.get("id"))
    return make_item(
        url=absolute(feed, address),
        title=_text(entry.get("title")),
        summary=_text(entry.get("summary")),
        content=_text(entry.get("content_html")) or _paragraphs(_text(entry.get("content_text"))),
        changed=_text(entry.get("date_modified")),
        date=moment(_text(entry.get("date_published")) or _text(entry.get("date_modified"))),
        author=", ".join(distinct(_text(each.get("name")) for each in authors or () if isinstance(each, dict))),
        categories=map(_text, tags) if isinstance(tags, list) else (),
    )


def _of_post(post: dict[str, Any]) -> NewsItem | None:
    """Return a post; its names of authors and categories are there only if they were asked for with ``_embed``."""
    date = _text(post.get("date_gmt"))
    protected = isinstance(post.get("content"), dict) and post["content"].get("protected") is True
    return make_item(
        url=_text(post.get("link")),
        title=_rendered(post.get("title")),
        summary=_rendered(post.get("excerpt")),
        content="" if protected else _rendered(post.get("content")),
        changed=_text(post.get("modified_gmt")) or _text(post.get("modified")),
        date=moment(f"{date}Z" if date else _text(post.get("date"))),
        author=", ".join(distinct(_text(each.get("name")) for each in _embedded(post, "author"))),
        categories=[_text(each.get("name")) for each in _embedded(post, "wp:term")],
    )


def _is_public(post: dict[str, Any]) -> bool:
    """Tell whether a post is; one that is planned for a date to come is "future"."""
    return _text(post.get("status")) in ("", "publish")


def _embedded(post: dict[str, Any], key: str) -> Iterator[dict[str, Any]]:
    embedded = post.get("_embedded")
    found = embedded.get(key) if isinstance(embedded, dict) else None
    for each in found if isinstance(found, list) else ():
        for one in each if isinstance(each, list) else [each]:
            if isinstance(one, dict):
                yield one


def _rendered(value: Any) -> str:
    return _text(value.get("rendered")) if isinstance(value, dict) else ""


def _text(value: Any) -> str:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(each.strip())}</p>\n" for each in text.split("\n\n") if each.strip())
