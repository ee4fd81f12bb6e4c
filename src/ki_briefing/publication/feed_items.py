"""Release, addresses, notes -> one episode's item in the feed, as XML text. Pure, so that it can be cached.

Sources: RSS 2.0 (RSS Advisory Board); Apple's podcast RSS requirements; the podcast namespace
(https://podcasting2.org/docs/podcast-namespace); PSP-1 (https://github.com/Podcast-Standards-Project).
"""

from __future__ import annotations

import html
import re
from email.utils import format_datetime
from typing import TYPE_CHECKING

from ki_briefing.base.markup import element, optional
from ki_briefing.base.web import web_address
from ki_briefing.episode.chapters import to_podlove
from ki_briefing.model.text import SegmentKind

if TYPE_CHECKING:
    from datetime import datetime

    from ki_briefing.episode.addresses import Addresses
    from ki_briefing.model.episode import Alternate, Episode, Release
    from ki_briefing.show.podcast import Podcast

NOTES_LIMIT = 4000
"""Longest description that Apple reads [bytes]."""

_SOUNDBITE = range(15, 121)  # seconds: the lengths that the podcast namespace recommends

_ARTICLE = re.compile(r'<podcast:contentLink href="([^"]*)"')
_CAPTIONS = frozenset({"text/vtt", "application/x-subrip"})


def write_item(release: Release, podcast: Podcast, addresses: Addresses, notes: str) -> str:
    """Return the ``<item>`` of an episode.

    Args:
        notes: Its notes as HTML; if longer than ``NOTES_LIMIT``, the summary takes their place.
    """
    episode = release.episode
    if len(notes.encode("utf-8", "replace")) > NOTES_LIMIT:
        notes = episode.summary
    parts = (
        element("title", episode.title),
        element("link", addresses.episode(episode.slug)),
        element("guid", episode.guid, isPermaLink="false"),
        element("pubDate", rfc2822(episode.date)),
        element("atom:updated", max(each.at for each in episode.corrections).isoformat())
        if episode.corrections
        else "",
        element("description", notes or episode.summary or episode.title),
        element("content:encoded", notes or episode.summary or episode.title),
        element(
            "enclosure",
            url=addresses.measured(addresses.enclosure(release)),
            length=str(release.audio.size),
            type=release.audio.media_type,
        ),
        _itunes(release, podcast, addresses),
        _podcasting(release, podcast, addresses),
        to_podlove(episode, addresses) if episode.chapters else "",
    )
    return "<item>\n" + "\n".join(part for part in parts if part) + "\n</item>\n"


def article_of(item: str) -> str:
    """Return the address of an item's article; empty if it names none."""
    found = _ARTICLE.search(item)
    return html.unescape(found[1]) if found else ""


def rfc2822(date: datetime) -> str:
    """Return a date in the format of RSS, e.g. ``Thu, 15 Jan 2026 06:00:00 +0100``."""
    return format_datetime(date)


def _itunes(release: Release, podcast: Podcast, addresses: Addresses) -> str:
    episode = release.episode
    parts = [
        element("itunes:title", episode.title),
        element("itunes:duration", str(max(1, episode.seconds))),
        element("itunes:episodeType", "full"),
        element("itunes:explicit", "true" if podcast.explicit else "false"),
        optional("itunes:author", episode.author or podcast.author),
        optional("itunes:summary", episode.summary),
    ]
    if episode.number > 0:
        parts.append(element("itunes:episode", str(episode.number)))
        parts.append(element("podcast:episode", str(episode.number)))
    if episode.season > 0:
        parts.append(element("itunes:season", str(episode.season)))
        parts.append(element("podcast:season", str(episode.season)))
    if release.picture is not None:
        parts.append(element("itunes:image", href=addresses.asset(episode.slug, release.picture)))
    return "\n".join(part for part in parts if part)


def _podcasting(release: Release, podcast: Podcast, addresses: Addresses) -> str:
    episode = release.episode
    parts = [
        element(
            "podcast:transcript",
            url=addresses.asset(episode.slug, asset),
            type=asset.media_type,
            language=episode.language,
            rel="captions" if asset.media_type in _CAPTIONS else "",
        )
        for asset in release.transcripts
    ]
    parts += (_alternate(each, release, addresses) for each in release.alternates)
    parts.append(
        element(
            "podcast:chapters",
            url=addresses.asset(episode.slug, release.chapters),
            type=release.chapters.media_type,
        )
    )
    if article := web_address(episode.article_url):
        parts.append(element("podcast:contentLink", "Der Artikel zum Nachlesen", href=article))
    if release.picture is not None:
        picture = addresses.asset(episode.slug, release.picture)
        parts.append(element("podcast:image", href=picture, alt=episode.title, aspect_ratio="1/1"))
    parts.append(_soundbite(episode))
    parts.append(element("podcast:txt", "true", purpose="ai-content"))
    if episode.author:
        parts.append(element("podcast:person", episode.author, role="author", group="writing"))
    parts.append(write_license(podcast))
    return "\n".join(part for part in parts if part)


def _alternate(alternate: Alternate, release: Release, addresses: Addresses) -> str:
    """Return one format of the episode; the one in the enclosure is the default."""
    asset = alternate.asset
    is_enclosure = asset == release.audio
    address = addresses.enclosure(release) if is_enclosure else addresses.asset(release.episode.slug, asset)
    return element(
        "podcast:alternateEnclosure",
        type=asset.media_type,
        length=str(asset.size),
        bitrate=str(alternate.bit_rate),
        codecs=alternate.codecs,
        lang=release.episode.language,
        default="true" if is_enclosure else "",
        inner=element("podcast:source", uri=addresses.measured(address))
        + element("podcast:integrity", type="sri", value=alternate.integrity),
    )


def write_license(podcast: Podcast) -> str:
    """Return ``podcast:license`` for an SPDX name or an address; empty without a licence."""
    if address := web_address(podcast.license):
        return element("podcast:license", podcast.license_text, url=address)
    return optional("podcast:license", podcast.license.lower())


def _soundbite(episode: Episode) -> str:
    """Return the key points as the excerpt that apps may play; empty if their length is unsuitable."""
    for index, chapter in enumerate(episode.chapters):
        length = episode.chapter_end(index) // 1000 - chapter.start
        if chapter.kind is SegmentKind.KEY_POINTS and length in _SOUNDBITE:
            title = f"In Kürze: {episode.title}"
            return element("podcast:soundbite", title, startTime=f"{chapter.start}.0", duration=f"{length}.0")
    return ""
