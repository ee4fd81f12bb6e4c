"""Another host's RSS feed (bytes) -> ImportedFeed: its settings and all its episodes.

When a show moves here, apps must still recognise its episodes. The feed is not trusted: its size is limited, and it may
declare no document type (so no entity can expand or load anything).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ki_briefing.base.errors import FeedError, StorageError
from ki_briefing.base.web import same_page, web_address
from ki_briefing.base.xml import DoctypeError, XmlError, parse_xml
from ki_briefing.intake.imported_channel import cover_of, read_podcast
from ki_briefing.intake.imported_items import ImportedItem, Remark, read_items
from ki_briefing.intake.imported_markup import BASE, links_of, text_in, with_our_namespaces

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from ki_briefing.show.podcast import Podcast

LARGEST = 50_000_000
"""Largest feed that is read [bytes]."""

ZONE = "Europe/Berlin"
"""By whose clock a date without a zone is meant, if the show has none."""

_HINT = "Save the old host's feed as a file, as it is, and name that."


@dataclass(frozen=True, slots=True)
class ImportedFeed:
    """A feed that is continued here.

    Attributes:
        podcast: Its settings, for ``[podcast]`` in show.toml. The guid is empty only if the feed gives neither a guid
            nor its own address.
        items: In the feed's order.
        cover: Address of its cover; empty if none.
        older: Address of the next page with older items (RFC 5005); empty if this is the last.
        remarks: What a person should know of it.
    """

    podcast: Podcast
    items: tuple[ImportedItem, ...]
    cover: str = ""
    older: str = ""
    remarks: tuple[Remark, ...] = ()

    @property
    def last_number(self) -> int:
        """The highest ``itunes:episode`` or the number of items, whichever is greater; new episodes count on."""
        return max([len(self.items), *(item.number for item in self.items)])

    def find(self, *, title: str, link: str = "", day: datetime | None = None) -> ImportedItem | None:
        """Return the item of an article: by its address, or else by its title; None unless exactly one matches.

        Args:
            day: When the article was published; it decides where a title was given more than once.
        """
        page = same_page(link)
        linked = [item for item in self.items if page and item.is_about(page)]
        titled = [item for item in self.items if _plain(item.title) == _plain(title) != ""]
        dated = [item for item in titled if day and day.date() == item.date.astimezone(day.tzinfo).date()]
        for found in (linked, [item for item in linked if item in titled], titled, dated):
            if len(found) == 1:
                return found[0]
        return None


def load_feed(path: Path, zone: str = "") -> ImportedFeed:
    """Read the RSS feed that a show keeps.

    Args:
        zone: By whose clock a date without a zone is meant; empty: the usual one.

    Raises:
        StorageError: The file cannot be read.
        FeedError: It is no longer an RSS feed.
    """
    try:
        return read_feed(read_file(path), zone)
    except FeedError as error:
        raise FeedError(f"{path}: {error}", hint="Mend that file, or bring back an earlier copy of it.") from error


def read_file(path: Path) -> bytes:
    """Return the bytes of a feed's file.

    Raises:
        StorageError: The file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}", hint=_HINT) from error


def read_feed(content: bytes, zone: str = "") -> ImportedFeed:
    """Read an RSS feed.

    Raises:
        FeedError: It is not an RSS feed, is too large, or declares a document type.
    """
    channel = channel_of(parse_feed(content))
    items, about_items = read_items(list(channel.iter("item")), ZoneInfo(zone or ZONE), base_of(channel))
    podcast, about_podcast = read_podcast(channel)
    return ImportedFeed(podcast, items, cover_of(channel), older_page(channel), (*about_podcast, *about_items))


def parse_feed(content: bytes) -> Element:
    """Return a feed's root, with our names.

    Raises:
        FeedError: It is too large, not XML, or declares a document type.
    """
    if len(content) > LARGEST:
        raise FeedError("the feed is larger than 50 MB", hint=_HINT)
    try:
        root = parse_xml(content)
    except DoctypeError as error:
        raise FeedError(
            f"the feed cannot be read: {error}",
            hint="Take the <!DOCTYPE …> out of a copy of the feed, and name that copy.",
        ) from error
    except XmlError as error:
        raise FeedError(f"the feed is not XML that we can read: {error}", hint=_HINT) from error
    with_our_namespaces(root)
    return root


def channel_of(root: Element) -> Element:
    """Return a feed's channel.

    Raises:
        FeedError: It has none.
    """
    channel = root.find("channel")
    if channel is None:
        raise FeedError("the file is not an RSS feed: it has no channel", hint=_HINT)
    return channel


def base_of(channel: Element) -> str:
    """Return the address below which a feed's relative addresses are; empty if it does not tell."""
    told = (text_in(channel, "link"), links_of(channel).get("self", ""), channel.get(BASE, ""))
    return next(filter(None, map(web_address, told)), "")


def older_page(channel: Element) -> str:
    """Return the address of the next page with older items (RFC 5005); empty if there is none."""
    links = links_of(channel)
    return web_address(links.get("next") or links.get("prev-archive") or "")


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
