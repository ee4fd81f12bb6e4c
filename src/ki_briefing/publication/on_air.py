"""The public feed -> what apps know: each episode's slug and path, where nothing remembers it; the podcast's guid."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.base.errors import ConfigError
from ki_briefing.base.xml import XmlError, parse_xml
from ki_briefing.episode.addresses import FEED_PATH
from ki_briefing.publication.whole import is_slug

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from ki_briefing.publication.target import Target

_FEED = re.compile(r"feed(-\d+)?\.xml")
_SOUND = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)?\.mp3")
_GUID = "channel/{https://podcastindex.org/namespace/1.0}guid"
_LINK = "{http://www.w3.org/2005/Atom}link"


@dataclass(frozen=True, slots=True)
class OnAir:
    """Where an episode stands: its slug, and the path of its MP3 below the public folder."""

    slug: str
    enclosure: str


def read_on_air(target: Target) -> dict[str, OnAir]:
    """Return what all pages of the feed say, by guid; what cannot be read says nothing."""
    found: dict[str, OnAir] = {}
    for path in filter(_FEED.fullmatch, target.names()):
        try:
            found |= _read_page(parse_xml(target.read(path) or b""), path)
        except XmlError:
            continue
    return found


def require_guid(target: Target, guid: str) -> None:
    """Raise ConfigError if the public feed has another ``podcast:guid`` than this one."""
    try:
        before = parse_xml(target.read(FEED_PATH) or b"").findtext(_GUID, "").strip()
    except XmlError:  # there is no feed of ours
        return
    if before not in ("", guid):
        raise ConfigError(
            f"the podcast's guid would change from {before} to {guid}, and a podcast's guid never changes",
            hint=f'Add to show.toml: [podcast] guid = "{before}"',
        )


def _read_page(root: Element, path: str) -> Iterator[tuple[str, OnAir]]:
    """Yield guid and place of each episode whose sound lies below the address at which the page was served."""
    own = next((link.get("href", "") for link in root.iter(_LINK) if link.get("rel") == "self"), "")
    base = own.removesuffix(path)
    for item in root.iter("item") if base else ():
        enclosure = item.find("enclosure")
        address = enclosure.get("url", "") if enclosure is not None else ""
        sound = address.rpartition(base.removeprefix("https://"))[2]  # before it may stand a service that counts
        slug = item.findtext("link", "").removeprefix(base).strip("/")
        if _SOUND.fullmatch(sound) and is_slug(slug):
            yield item.findtext("guid", ""), OnAir(slug, sound)
