"""The channel of another host's feed -> ``[podcast]`` of show.toml, and what settings cannot hold."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ki_briefing.base.characters import as_text
from ki_briefing.base.records import from_plain
from ki_briefing.base.web import web_address
from ki_briefing.intake.imported_items import ESCAPED_TWICE, Remark
from ki_briefing.intake.imported_markup import (
    ATOM,
    ITUNES,
    PODCAST,
    is_empty,
    links_of,
    name_of,
    plain_text,
    text_in,
    text_of,
    unescaped,
)
from ki_briefing.show.directories import is_category, is_german
from ki_briefing.show.guid import guid_of
from ki_briefing.show.podcast import Order, Podcast

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_BEYOND = ("item", "author", "lastBuildDate", "pubDate", "generator", "docs", ATOM + "link", "image", "managingEditor")
"""What a feed says of itself, or says twice: nobody misses it."""
_MADE_ANEW = (PODCAST + "medium", PODCAST + "image", PODCAST + "images", PODCAST + "txt", ITUNES + "image")
_OF_ITUNES = ("author", "owner", "category", "explicit", "type", "summary", "new-feed-url")
_OF_PODCASTING = ("guid", "locked", "license", "funding", "person", "podroll", "updateFrequency")
_HELD = frozenset((*_BEYOND, *_MADE_ANEW, "title", "description", "language", "link", "copyright"))
_HELD |= {ITUNES + name for name in _OF_ITUNES} | {PODCAST + name for name in _OF_PODCASTING}


def read_podcast(channel: Element) -> tuple[Podcast, tuple[Remark, ...]]:
    """Return a channel's settings, and what they cannot hold."""
    remarks: list[Remark] = []
    author, owner = text_in(channel, ITUNES + "author", "author"), text_in(channel, f"{ITUNES}owner/{ITUNES}name")
    categories = _categories(channel, remarks)
    funding = [_link(node) for node in channel.findall(PODCAST + "funding")]
    funding = [each for each in funding if each["url"]]
    language = text_in(channel, "language")
    if language and not is_german(language):
        remarks.append(Remark(f"its language was {language}; what comes from here is German"))
        language = ""
    title = unescaped(text_in(channel, "title"))
    if title != text_in(channel, "title"):
        remarks.insert(0, Remark(ESCAPED_TWICE, (f"“{title}”",)))
    licence = _license(channel)
    values: dict[str, Any] = {
        "title": title,
        "description": plain_text(text_in(channel, "description", ITUNES + "summary")),
        "author": author or owner,
        "email": text_in(channel, f"{ITUNES}owner/{ITUNES}email"),
        "owner": owner if author != owner else "",
        "language": language,
        "link": web_address(text_in(channel, "link")),
        "category": next(iter(categories), ""),
        "further_categories": categories[1:],
        "type": text_in(channel, ITUNES + "type").lower(),
        "copyright": text_in(channel, "copyright"),
        "license": licence,
        "license_text": text_of(channel.find(PODCAST + "license")) if web_address(licence) else "",
        "guid": text_in(channel, PODCAST + "guid") or _guid(channel),
        "funding_url": funding[0]["url"] if funding else "",
        "funding_text": funding[0]["title"] if funding else "",
        "further_funding": [each | {"title": each["title"] or "Unterstützen"} for each in funding[1:]],
        "update_frequency": _rhythm(channel),
        "persons": list(_persons(channel)),
        "podroll": list(_podroll(channel)),
    }
    if values["type"] not in tuple(Order):
        values["type"] = ""
    given = {name: value for name, value in values.items() if value}
    given["explicit"] = text_in(channel, ITUNES + "explicit").lower() in ("true", "yes", "explicit")
    if locked := text_in(channel, PODCAST + "locked").lower():
        given["locked"] = locked != "no"
    return from_plain(Podcast, given), (*remarks, *_unheld(channel))


def cover_of(channel: Element) -> str:
    """Return the address of a channel's cover; empty if it has none."""
    image = channel.find(ITUNES + "image")
    return web_address(image.get("href", "") if image is not None else text_in(channel, "image/url"))


def _unheld(channel: Element) -> Iterator[Remark]:
    counts = Counter(name_of(node) for node in channel if node.tag not in _HELD and not is_empty(node))
    if counts:
        names = ", ".join(f"{name} ({count})" if count > 1 else name for name, count in counts.items())
        yield Remark(f"left out of the old feed, as no setting can hold it: {names}")


def _categories(channel: Element, remarks: list[Remark]) -> list[str]:
    """Return Apple's categories as our settings write them; older lists had others."""
    found: dict[str, None] = {}
    for node in channel.findall(ITUNES + "category"):
        above = as_text(node.get("text", "")).strip()
        below = [f"{above} > {as_text(each.get('text', '')).strip()}" for each in node.findall(ITUNES + "category")]
        known = [each for each in below if is_category(each)] or [above] * is_category(above)
        found |= dict.fromkeys(known)
        unknown = [each for each in (below or [above]) if not is_category(each)]
        remarks += (Remark(f"a category that Apple no longer has; choose another: {each}") for each in unknown)
    return list(found)


def _link(node: Element) -> dict[str, str]:
    return {"title": text_of(node), "url": web_address(node.get("url", ""))}


def _license(channel: Element) -> str:
    node = channel.find(PODCAST + "license")
    return (web_address(node.get("url", "")) or text_of(node)) if node is not None else ""


def _guid(channel: Element) -> str:
    """Return the guid that follows from the feed's own address; empty if it does not say that."""
    feed = links_of(channel).get("self", "")
    return guid_of(feed) if web_address(feed) else ""


def _rhythm(channel: Element) -> str:
    node = channel.find(PODCAST + "updateFrequency")
    return (as_text(node.get("rrule", "")).strip() or text_of(node)) if node is not None else ""


def _persons(channel: Element) -> Iterator[dict[str, str]]:
    for node in channel.findall(PODCAST + "person"):
        values = {
            "name": text_of(node),
            "role": as_text(node.get("role", "")).strip().lower(),
            "url": web_address(node.get("href", "")),
            "image": web_address(node.get("img", "")),
        }
        if values["name"]:
            yield {name: value for name, value in values.items() if value}


def _podroll(channel: Element) -> Iterator[dict[str, str]]:
    for node in channel.findall(f"{PODCAST}podroll/{PODCAST}remoteItem"):
        if guid := as_text(node.get("feedGuid", "")).strip():
            yield {"feed_guid": guid, "title": as_text(node.get("title", "")).strip()}
