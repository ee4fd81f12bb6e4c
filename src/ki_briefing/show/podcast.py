"""``[podcast]`` of show.toml: what directories show of a podcast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from ki_briefing.base.records import Such
from ki_briefing.show.directories import is_category, is_german, nearest_category, other_language
from ki_briefing.show.limits import Address, FileName, Zone

_Title = Annotated[str, Such(lambda text: text.strip() != "", "a text")]
_Category = Annotated[str, Such(is_category, "one of Apple's categories", nearest_category)]
_Language = Annotated[str, Such(is_german, "German", other_language)]


class Writers(StrEnum):
    """Who writes the articles."""

    UNNAMED = ""
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who makes the podcast (``podcast:person``)."""

    name: str
    role: str = "host"
    url: Address = ""
    image: Address = ""


@dataclass(frozen=True, slots=True)
class Podroll:
    """Another podcast that this one recommends (``podcast:remoteItem``)."""

    feed_guid: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A page about the podcast elsewhere, e.g. in a directory."""

    title: str
    url: Address


class Order(StrEnum):
    """In which order episodes are meant to be heard (``itunes:type``)."""

    EPISODIC = "episodic"  # the newest first
    SERIAL = "serial"  # from the first on


@dataclass(frozen=True, slots=True)
class Podcast:
    """``[podcast]``: what directories show.

    Attributes:
        link: The show's web site, usually the newsroom's.
        cover: Square picture, JPEG or PNG, 1400 to 3000 pixels, relative to the show's folder; empty: ours.
        timezone: By whose clock the show tells dates, e.g. ``Europe/Berlin``; empty: by that of the machine on
            which an episode was made.
        owner: Who answers for the feed, as directories ask; empty: the author.
        category: Apple's category, a sub-category after `` > ``.
        further_categories: Others beside that one; directories heed the first most.
        license: An SPDX name such as ``cc-by-4.0``, or the address of a licence.
        license_text: What the licence at that address is called.
        guid: ``podcast:guid`` of a feed that moved here; empty: made from the feed's address.
        further_funding: Where else listeners can support it.
        update_frequency: A rule such as ``FREQ=DAILY`` (RFC 5545), or words.
        written_by: ``people``: episodes that are read word for word say so.
        imprint_url: The site's Impressum, on every page (in Germany: § 18 MStV, § 5 DDG).
        responsible: Who answers for what is said, by name (§ 18 (2) MStV).
        contact_url: Where listeners can write to, e.g. a form; errors are reported there, else to ``email``.
        subscribe: Directories where listeners can subscribe, shown on every page.
        new_feed_url: Address of the feed at the host to which the show moves away (``itunes:new-feed-url``), for four
            weeks at least.
    """

    title: _Title = "KI-Briefing-Daily"
    description: str = "Nachrichten über Künstliche Intelligenz, aus der Redaktion vorgelesen."
    author: str = "KI-Briefing"
    email: str = ""
    owner: str = ""
    language: _Language = "de"
    link: Address = ""
    timezone: Zone = ""
    category: _Category = "News > Tech News"
    further_categories: tuple[_Category, ...] = ()
    type: Order = Order.EPISODIC
    explicit: bool = False
    cover: FileName = ""
    copyright: str = ""
    license: str = ""
    license_text: str = "Lizenz"
    guid: str = ""
    locked: bool = True
    funding_url: Address = ""
    funding_text: str = ""
    further_funding: tuple[Link, ...] = ()
    update_frequency: str = ""
    persons: tuple[Person, ...] = ()
    podroll: tuple[Podroll, ...] = ()
    subscribe: tuple[Link, ...] = ()
    written_by: Writers = Writers.UNNAMED
    imprint_url: Address = ""
    responsible: str = ""
    contact_url: Address = ""
    new_feed_url: Address = ""

    def by_its_clock(self, moment: datetime) -> datetime:
        """Return a moment with the offset that the show's clock has then; one without a zone is of that clock.

        Raises:
            ValueError: The clock never shows it: it is skipped when summer time begins.
        """
        zone = ZoneInfo(self.timezone) if self.timezone else None
        if moment.tzinfo:
            shown = moment.astimezone(zone) if zone else moment
        else:
            shown = moment.replace(tzinfo=zone) if zone else moment.astimezone()
            if shown.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
                raise ValueError(f"no clock shows {moment:%d.%m.%Y %H:%M} in {self.zone_name}")
        return shown.replace(tzinfo=timezone(shown.utcoffset() or timedelta()))

    @property
    def zone_name(self) -> str:
        """The zone as a person is told."""
        return self.timezone or "this machine's time zone"
