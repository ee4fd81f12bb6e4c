"""Release -> what a newsroom's own pages ask for, as static JSON. Pure.

``artikel-….json`` names the episode of an article, so that a page costs its readers one small request, however long the
archive is. ``embed/artikel.json`` in the episode's folder is what ``artikel.js`` and the WordPress plugin need to know;
its paths begin at the public folder. ``oembed.json`` lets a newsroom's system embed the player by the address of the
episode's page (https://oembed.com, type ``rich``).
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from ki_briefing.base.web import same_page, web_address
from ki_briefing.episode.addresses import PLAYER_PATH, asset_path, enclosure_path, episode_path
from ki_briefing.episode.backlink import PLAYER_HEIGHT, to_player
from ki_briefing.episode.linked_data import describe_article
from ki_briefing.model.text import UtteranceRole

if TYPE_CHECKING:
    from ki_briefing.episode.addresses import Addresses
    from ki_briefing.model.episode import Release
    from ki_briefing.show.podcast import Podcast

VERSION = "newsroom 3"
"""Must be increased whenever the same episode and settings begin to give other documents; a test checks that."""

SCRIPT = "artikel.js"
"""The script for a newsroom's pages, at the top of the public folder: its address stands there, so it stays."""

_OUTSIDE = (UtteranceRole.FRAME, UtteranceRole.HEADLINE, UtteranceRole.KEY_POINT)
"""What a sentence of the article's text may be said in before."""

_PLAYER_WIDTH = 640  # CSS pixels; oEmbed wants a number, the frame itself is as wide as its place
_DAY = 86_400  # seconds


def paths(release: Release) -> tuple[str, ...]:
    """Return the paths of the documents below the public folder."""
    folder = episode_path(release.episode.slug)
    article = web_address(release.episode.article_url)
    named = (article_path(article),) if article else ()
    return (f"{folder}{PLAYER_PATH}artikel.json", f"{folder}oembed.json", *named)


def article_path(address: str) -> str:
    """Return where the episode of an article is named; all forms of the article's address share it.

    It is made by SHA-256, which browsers and PHP know too. Where two episodes have one article, the one that was
    published last is named.
    """
    return f"artikel-{hashlib.sha256(same_page(address).encode()).hexdigest()[:16]}.json"


def is_article_path(path: str) -> bool:
    """Tell whether that is where the episode of an article is named."""
    return re.fullmatch(r"artikel-[0-9a-f]{16}\.json", path) is not None


def documents(release: Release, podcast: Podcast, addresses: Addresses) -> dict[str, bytes]:
    """Return the documents by their paths."""
    made = (_to_json(_about(release, podcast, addresses)), _to_json(_embedding(release, podcast, addresses)))
    return dict(zip(paths(release), (*made, name_episode(release.episode.slug)), strict=False))


def name_episode(slug: str) -> bytes:
    """Return the document that names the episode of an article."""
    return _to_json({"episode": slug})


def _about(release: Release, podcast: Podcast, addresses: Addresses) -> dict[str, Any]:
    episode = release.episode
    text = next((each for each in release.transcripts if each.media_type == "application/json"), None)
    return {
        "version": 1,
        "podcast": podcast.title,
        "title": episode.title,
        "notice": episode.notice,
        "page": episode_path(episode.slug),
        "audio": enclosure_path(release),
        "seconds": episode.seconds,
        "transcript": asset_path(episode.slug, text) if text else "",
        "outside": [each.start / 1000 for each in episode.sentences if each.role in _OUTSIDE],
        "article": web_address(episode.article_url),
        "data": json.loads(describe_article(release, addresses)),
    }


def _embedding(release: Release, podcast: Podcast, addresses: Addresses) -> dict[str, Any]:
    return {
        "version": "1.0",
        "type": "rich",
        "title": release.episode.title,
        "author_name": podcast.author,
        "provider_name": podcast.title,
        "provider_url": addresses.site,
        "cache_age": _DAY,
        "html": to_player(release, podcast, addresses).rstrip("\n"),
        "width": _PLAYER_WIDTH,
        "height": PLAYER_HEIGHT,
    }


def _to_json(data: dict[str, Any]) -> bytes:
    return f"{json.dumps(data, ensure_ascii=False, indent=1)}\n".encode("utf-8", "replace")
