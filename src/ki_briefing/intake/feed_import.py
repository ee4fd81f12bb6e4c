"""Another host's RSS feed (bytes) -> ImportedFeed: its settings, and the guids and dates of its episodes.

When a show moves here, apps must still recognise its episodes. The feed is not trusted: its size is limited, it may
declare no document type (so no entity can expand or load anything), and items without guid or date are ignored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from ki_briefing.base.characters import as_text
from ki_briefing.base.errors import FeedError, StorageError
from ki_briefing.base.records import from_plain
from ki_briefing.base.web import web_address
from ki_briefing.base.xml import XmlError, parse_xml
from ki_briefing.show.directories import is_category, is_german
from ki_briefing.show.guid import guid_of
from ki_briefing.show.podcast import Podcast

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from xml.etree.ElementTree import Element

LARGEST = 50_000_000
"""Largest feed that is read [bytes]."""

_ATOM = "{http://www.w3.org/2005/Atom}"
_ITUNES = "{http://www.itunes.com/dtds/podcast-1.0.dtd}"
_PODCAST = "{https://podcastindex.org/namespace/1.0}"
_HINT = "Save the old host's feed as a file, as it is, and name that."


@dataclass(frozen=True, slots=True)
class ImportedItem:
    """An episode as the old feed describes it.

    Attributes:
        guid: Must be kept for ever.
        date: Must be kept too; with its time zone.
        link: Address of its page or article; empty if none.
        audio: Address of its sound; empty if none.
        number: ``itunes:episode``; 0 if none.
        season: ``itunes:season``; 0 if none.
    """

    guid: str
    date: datetime
    title: str
    link: str = ""
    audio: str = ""
    number: int = 0
    season: int = 0


@dataclass(frozen=True, slots=True)
class ImportedFeed:
    """A feed that is continued here.

    Attributes:
        podcast: Its settings, for ``[podcast]`` in show.toml. The guid is empty only if the feed gives neither a guid
            nor its own address.
        items: In the feed's order.
    """

    podcast: Podcast
    items: tuple[ImportedItem, ...]

    @property
    def last_number(self) -> int:
        """The highest ``itunes:episode`` or the number of items, whichever is greater; new episodes count on."""
        return max([len(self.items), *(item.number for item in self.items)])

    def find(self, *, title: str, link: str = "") -> ImportedItem | None:
        """Return the item of an article, by its address or else by its title; None unless exactly one matches."""
        linked = {item for item in self.items if link and item.link == web_address(link)}
        for found in (linked, self._titled(title)):
            if len(found) == 1:
                return found.pop()
        return None

    def _titled(self, title: str) -> set[ImportedItem]:
        return {item for item in self.items if _plain(item.title) == _plain(title) != ""}


def load_feed(path: Path) -> ImportedFeed:
    """Read the RSS feed in a file.

    Raises:
        StorageError: The file cannot be read.
        FeedError: As in ``read_feed``.
    """
    try:
        with path.open("rb") as file:
            return read_feed(file.read(LARGEST + 1))
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}", hint=_HINT) from error


def read_feed(content: bytes) -> ImportedFeed:
    """Read an RSS feed.

    Raises:
        FeedError: It is not an RSS feed, is too large, or declares a document type.
    """
    if len(content) > LARGEST:
        raise FeedError("the feed is larger than 50 MB", hint=_HINT)
    try:
        channel = parse_xml(content).find("channel")
    except XmlError as error:
        raise FeedError(f"the feed is not XML that we can read: {error}", hint=_HINT) from error
    if channel is None:
        raise FeedError("the file is not an RSS feed: it has no channel", hint=_HINT)
    items = (_read_item(item) for item in channel.iter("item"))
    found: dict[str, ImportedItem] = {}
    for item in items:
        if item is not None:
            found.setdefault(item.guid, item)
    return ImportedFeed(_read_podcast(channel), tuple(found.values()))


def _read_podcast(channel: Element) -> Podcast:
    feed = next((link.get("href", "") for link in channel.findall(_ATOM + "link") if link.get("rel") == "self"), "")
    category, funding = channel.find(_ITUNES + "category"), channel.find(_PODCAST + "funding")
    below = category.find(_ITUNES + "category") if category is not None else None
    names = [node.get("text", "").strip() for node in (category, below) if node is not None]
    texts = {
        "title": _text(channel, "title"),
        "description": _text(channel, "description") or _text(channel, _ITUNES + "summary"),
        "author": _text(channel, _ITUNES + "author"),
        "email": _text(channel, f"{_ITUNES}owner/{_ITUNES}email"),
        "language": _text(channel, "language"),
        "link": web_address(_text(channel, "link")),
        "category": " > ".join(filter(None, names)),
        "copyright": _text(channel, "copyright"),
        "license": _text(channel, _PODCAST + "license"),
        "guid": _text(channel, _PODCAST + "guid") or (guid_of(feed) if web_address(feed) else ""),
        "funding_url": web_address(funding.get("url", "")) if funding is not None else "",
        "funding_text": as_text(funding.text or "").strip() if funding is not None else "",
    }
    if not is_category(texts["category"]):  # older lists had others
        texts["category"] = names[0] if names and is_category(names[0]) else ""
    if not is_german(texts["language"]):  # what comes from here is
        texts["language"] = ""
    explicit = _text(channel, _ITUNES + "explicit").lower() in ("true", "yes", "explicit")
    return from_plain(Podcast, {"explicit": explicit, **{name: value for name, value in texts.items() if value}})


def _read_item(item: Element) -> ImportedItem | None:
    guid = _text(item, "guid")
    try:
        date = parsedate_to_datetime(_text(item, "pubDate"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if not guid or date.tzinfo is None:
        return None
    enclosure = item.find("enclosure")
    return ImportedItem(
        guid=guid,
        date=date,
        title=_text(item, "title"),
        link=web_address(_text(item, "link")),
        audio=web_address(enclosure.get("url", "")) if enclosure is not None else "",
        number=_whole(_text(item, _ITUNES + "episode")),
        season=_whole(_text(item, _ITUNES + "season")),
    )


def _text(node: Element, name: str) -> str:
    return as_text(node.findtext(name) or "").strip()


def _whole(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 0


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
