"""Settings, the episodes' items -> the feed, in pages: RSS 2.0 with the itunes, podcast, atom, psc, content and fh
(history) namespaces.

Deterministic: there is no clock; the date of a page is that of its newest item, or of a later correction.

Pages follow RFC 5005. Archive pages are numbered from the oldest and hold exactly ``PAGE`` items for ever; the current
page, which is the feed itself, holds the newest ``PAGE`` to twice as many. So a new episode changes one page, sometimes
two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing import __version__
from ki_briefing.base.markup import element, optional
from ki_briefing.base.web import web_address
from ki_briefing.episode.addresses import FEED_PATH
from ki_briefing.episode.chapters import PODLOVE_NAMESPACE
from ki_briefing.publication.feed_items import write_license
from ki_briefing.show.guid import guid_of
from ki_briefing.show.podcast import Link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ki_briefing.episode.addresses import Addresses
    from ki_briefing.show.podcast import Podcast

VERSION = "feed 4"
"""Must be increased whenever the same episode and settings begin to give another item or page; a test checks that."""

PAGE = 100
"""Items on an archive page."""

FEED_TYPE = "application/rss+xml"
STYLE = "feed.css"
"""Path of the style in which browsers show the feed; they drop XSLT, but not CSS."""

HISTORY_NAMESPACE = "http://purl.org/syndication/history/1.0"

_NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "psc": PODLOVE_NAMESPACE,
    "fh": HISTORY_NAMESPACE,
}
_FREQUENCIES = {"FREQ=DAILY": "täglich", "FREQ=WEEKLY": "wöchentlich", "FREQ=MONTHLY": "monatlich"}


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list of episodes, newest first.

    Attributes:
        number: 1 for the oldest archive page; 0 for the current page, which holds the newest episodes.
        skip: How many newer episodes are on other pages.
        length: How many episodes it holds.
        older: Number of the next older page; None for the oldest.
        newer: Number of the next newer page (0: the current one); None for the current one.
    """

    number: int
    skip: int
    length: int
    older: int | None
    newer: int | None


def paginate(total: int, page: int = PAGE) -> tuple[Page, ...]:
    """Return the pages of a list with ``total`` episodes, oldest first, the current page last.

    The content of archive pages never changes as long as episodes are only added at the newest end.
    """
    archived = max(0, total // page - 1)
    pages = [
        Page(
            number,
            skip=total - number * page,
            length=page,
            older=number - 1 if number > 1 else None,
            newer=number + 1 if number < archived else 0,
        )
        for number in range(1, archived + 1)
    ]
    return (*pages, Page(0, 0, total - archived * page, archived or None, None))


def page_path(number: int) -> str:
    """Return the path of a page of the feed; it has a dot, so it is never that of an episode's folder."""
    return f"feed-{number}.xml" if number else FEED_PATH


def is_page_path(path: str) -> bool:
    """Tell whether that is the path of a page of the feed."""
    return re.fullmatch(r"feed(-\d+)?\.xml", path) is not None


def podcast_guid(podcast: Podcast, addresses: Addresses) -> str:
    """Return ``podcast:guid``: the setting, or else derived from the feed's address."""
    return podcast.guid or guid_of(addresses.feed)


def write_page(
    page: Page,
    items: Iterable[str],
    podcast: Podcast,
    addresses: Addresses,
    *,
    cover: str,
    newest: str,
    updated: str,
    only_ours: bool = True,
) -> bytes:
    """Return a page of the feed as UTF-8.

    Args:
        items: As made by ``write_item``, newest first.
        cover: Full address of the show's cover, or empty.
        newest: Date of the page's newest item (RFC 2822); empty if there is none.
        updated: When it said something new last, by that or by a correction.
        only_ours: No page has an item of the host before, whose voice may be a human's.
    """
    names = "".join(f' xmlns:{prefix}="{address}"' for prefix, address in _NAMESPACES.items())
    style = f'<?xml-stylesheet type="text/css" href="{STYLE}"?>'
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n{style}\n<rss version="2.0"{names}>\n<channel>\n'
    channel = (
        *_links(page, addresses),
        *_contacts(podcast),
        *_about(podcast, addresses, cover, newest, updated),
        *_podcasting(podcast, addresses, cover, only_ours=only_ours),
    )
    about = "".join(f"{part}\n" for part in channel if part)
    return f"{head}{about}{''.join(items)}</channel>\n</rss>\n".encode()


def _links(page: Page, addresses: Addresses) -> tuple[str, ...]:
    def link(rel: str, number: int | None) -> str:
        if number is None:
            return ""
        return element("atom:link", href=addresses.url(page_path(number)), rel=rel, type=FEED_TYPE)

    return (
        link("self", page.number),
        link("first", 0) if page.older or page.number else "",
        link("next", page.older),
        link("previous", page.newer),
        link("prev-archive", page.older),
        link("next-archive", page.newer or None),
        link("current", 0 if page.number else None),
        element("fh:archive") if page.number else "",
    )


def _contacts(podcast: Podcast) -> tuple[str, ...]:
    """Return where the feed's site says who answers for it; no element of podcast namespaces has room for that."""
    links = (("Impressum", podcast.imprint_url), ("Kontakt", podcast.contact_url))
    named = ((title, web_address(address)) for title, address in links)
    return tuple(element("atom:link", href=address, rel="related", title=title) for title, address in named if address)


def _about(podcast: Podcast, addresses: Addresses, cover: str, newest: str, updated: str) -> tuple[str, ...]:
    link = web_address(podcast.link) or addresses.site
    image = element("url", cover) + element("title", podcast.title) + element("link", link)
    email = podcast.email
    return (
        element("title", podcast.title),
        element("link", link),
        element("description", podcast.description),
        element("language", podcast.language),
        optional("copyright", podcast.copyright),
        optional("managingEditor", f"{email} ({podcast.responsible or podcast.author})" if email else ""),
        optional("pubDate", newest),
        optional("lastBuildDate", updated),
        element("generator", f"ki-briefing {__version__}"),
        element("image", inner=image) if cover else "",
        element("itunes:image", href=cover) if cover else "",
        element("itunes:author", podcast.author),
        element("itunes:type", podcast.type),
        element("itunes:explicit", "true" if podcast.explicit else "false"),
        *map(_category, dict.fromkeys((podcast.category, *podcast.further_categories))),
        element(
            "itunes:owner",
            inner=element("itunes:name", podcast.owner or podcast.author) + element("itunes:email", email),
        )
        if email
        else "",
        optional("itunes:new-feed-url", web_address(podcast.new_feed_url)),
    )


def _category(category: str) -> str:
    name, _, below = (part.strip() for part in category.partition(">"))
    return element("itunes:category", text=name, inner=element("itunes:category", text=below) if below else "")


def _podcasting(podcast: Podcast, addresses: Addresses, cover: str, *, only_ours: bool) -> tuple[str, ...]:
    people = (
        element(
            "podcast:person", person.name, role=person.role, href=web_address(person.url), img=web_address(person.image)
        )
        for person in podcast.persons
    )
    friends = "".join(
        element("podcast:remoteItem", feedGuid=each.feed_guid, title=each.title) for each in podcast.podroll
    )
    funding = (Link(podcast.funding_text, podcast.funding_url), *podcast.further_funding)
    rhythm = podcast.update_frequency
    rule = rhythm if rhythm.startswith("FREQ=") else ""
    return (
        element("podcast:guid", podcast_guid(podcast, addresses)),
        element("podcast:locked", "yes" if podcast.locked else "no", owner=podcast.email),
        element("podcast:medium", "podcast"),
        element("podcast:image", href=cover, alt=podcast.title, aspect_ratio="1/1", type="image/jpeg") if cover else "",
        write_license(podcast),
        element("podcast:txt", "true", purpose="ai-content") if only_ours else "",
        *people,
        *(
            element("podcast:funding", each.title or "Unterstützen", url=web_address(each.url))
            for each in funding
            if each.url
        ),
        optional("podcast:updateFrequency", _FREQUENCIES.get(rule, rhythm), rrule=rule),
        element("podcast:podroll", inner=friends) if friends else "",
    )
