"""JSON -> NewsFeed: JSON Feed (jsonfeed.org, 1.1), or posts of WordPress's REST interface (wp/v2/posts)."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from ki_briefing.base.errors import ArticleError, FeedError
from ki_briefing.intake.news import NewsFeed, NewsItem, absolute, distinct, make_item, moment, next_page

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
    if isinstance(data, list) and all(isinstance(each, dict) and "content" in each for each in data):
        items = tuple(filter(None, map(_of_post, data)))
        return NewsFeed(items, next_page(url, "page") if data else "")
    if isinstance(data, dict) and "jsonfeed.org" in str(data.get("version")):
        listed = data.get("items")
        entries = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
        following = _text(data.get("next_url"))
        items = tuple(filter(None, (_of_entry(each, url) for each in entries)))
        return NewsFeed(items, absolute(url, following))
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
    item = _of_post(data) if isinstance(data, dict) else None
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
    """Return a post that is public; its authors' and categories' names are there only if ``_embed`` asked for them."""
    if _text(post.get("status")) not in ("", "publish"):
        return None  # e.g. "future": planned for a date to come
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
