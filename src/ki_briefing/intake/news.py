"""What a feed tells of its articles, of whatever kind it is: NewsFeed, NewsItem, and how they are made.

Nothing is believed: an item without an address or a title is none, a date that cannot be read is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit, urlunsplit

from ki_briefing.base.characters import as_text
from ki_briefing.base.errors import FeedError
from ki_briefing.base.files import digest
from ki_briefing.base.web import same_page, web_address

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHORTEST = 400  # letters of a text that may be a whole article
_SHORT = 200  # letters of a text that may be one if its page is gone
_CUT = re.compile(
    r"(?:…|\.{3}|\[(?:…|\.{3})\]|(?:weiterlesen|mehr lesen|zum artikel|read more|continue reading)\W{0,8})$", re.I
)
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class NewsItem:
    """An article as a feed lists it.

    Attributes:
        id: The Source's id: the same however its address is written.
        date: When it was published, with a time zone; None: the feed does not say.
        teaser: Plain text; empty if the feed has none.
        content: The whole article as HTML; empty if only its page has it.
        short: HTML too short to be taken for the whole while there is a page, in several paragraphs; empty if none.
        post: Address of the article in WordPress's REST interface; empty if there is none.
        digest: Changes when the newsroom changes the article, as far as the feed shows it.
    """

    id: str
    url: str
    title: str
    date: datetime | None = None
    author: str = ""
    categories: tuple[str, ...] = ()
    teaser: str = ""
    content: str = ""
    short: str = ""
    post: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class NewsFeed:
    """One page of a feed.

    Attributes:
        items: The newest first, each id once.
        next: Address of the page with older articles; empty if the feed names none.
    """

    items: tuple[NewsItem, ...]
    next: str = ""


def make_item(
    *,
    url: str,
    title: str,
    summary: str = "",
    content: str = "",
    changed: str = "",
    date: datetime | None = None,
    author: str = "",
    categories: Iterable[str] = (),
    post: str = "",
) -> NewsItem | None:
    """Return an item; None if it has no address or no title.

    Args:
        title: HTML or plain text; so ``summary`` and ``categories``.
        content: HTML, of the whole or a part.
        changed: When it was changed, in whatever form.
    """
    address, title = web_address(url), plain_text(title)
    if not address or not title:
        return None
    teaser, text = plain_text(summary), plain_text(content)
    whole = is_whole(text, teaser)
    return NewsItem(
        id=same_page(address),
        url=address,
        title=title,
        date=date,
        author=author,
        categories=distinct(categories),
        teaser="" if _CUT.search(teaser) or (whole and text.startswith(teaser)) else teaser,
        content=content if whole else "",
        short=content if content.count("<p") > 1 and not whole and is_whole(text, teaser, _SHORT) else "",
        post=post,
        digest=digest(title, text) if whole else digest(title, teaser, text, changed),
    )


def usable(url: str, items: Iterable[NewsItem | None]) -> tuple[NewsItem, ...]:
    """Return those of a feed's items that are some.

    Raises:
        FeedError: None is.
    """
    listed = tuple(items)
    found = tuple(filter(None, listed))
    if listed and not found:
        raise FeedError(
            f"{url} lists articles ({len(listed)}), but none with an address and a title that we can read",
            hint="Name another feed of the site.",
        )
    return found


def is_whole(text: str, teaser: str, shortest: int = _SHORTEST) -> bool:
    """Tell whether a plain text is that of an article and not its first words."""
    return len(text) >= max(shortest, len(teaser) + 1) and not _CUT.search(text)


def plain_text(html: str) -> str:
    """Return a text without markup, in one line."""
    return " ".join(as_text(unescape(_TAG.sub(" ", html))).split())


def distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the texts, plain, each once, without empty ones."""
    return tuple(filter(None, dict.fromkeys(map(plain_text, texts))))


def absolute(base: str, address: str) -> str:
    """Return the address that a feed at ``base`` names; empty if it is none."""
    try:
        return web_address(urljoin(base, address)) if address else ""
    except ValueError:  # a bracket that is never closed
        return ""


def next_page(url: str, key: str) -> str:
    """Return the address of the page after this one, by the number in its query."""
    parts = urlsplit(url)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    number = asked.get(key, "1")
    asked[key] = str(int(number) + 1 if number.isascii() and number.isdecimal() else 2)
    return urlunsplit(parts._replace(query=urlencode(asked), fragment=""))


def moment(text: str) -> datetime | None:
    """Return the moment that an ISO 8601 text names, in UTC where it names no zone; None if it names none."""
    try:
        found = datetime.fromisoformat(text.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
