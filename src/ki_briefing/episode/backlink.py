"""Release, podcast, addresses -> snippets that a newsroom pastes into the article, so that readers find the episode.

A sentence as HTML, Markdown and plain text, data for the article's head, and a player. Every snippet is complete in
itself and contains no script; titles are escaped.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.episode.linked_data import describe_article

if TYPE_CHECKING:
    from ki_briefing.episode.addresses import Addresses
    from ki_briefing.model.episode import Release
    from ki_briefing.show.podcast import Podcast

PLAYER_HEIGHT = 380
"""Enough for a long title, the buttons and the notice on a phone [CSS pixels]."""

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~])")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text to paste, and the name of its file."""

    name: str
    text: str


def write_snippets(release: Release, podcast: Podcast, addresses: Addresses) -> tuple[Snippet, ...]:
    """Return all snippets for an episode's article; none if the show has no address."""
    page = addresses.episode(release.episode.slug)
    if not page:
        return ()
    return (
        Snippet("backlink.html", to_html(podcast.title, page)),
        Snippet("backlink.md", to_markdown(podcast.title, page)),
        Snippet("backlink.txt", to_text(podcast.title, page)),
        Snippet("backlink-head.html", to_head(release, podcast, addresses)),
        Snippet("backlink-player.html", to_player(release, podcast, addresses)),
    )


def to_html(podcast: str, page: str) -> str:
    """Return the sentence as a paragraph of HTML."""
    link = f'<a href="{html.escape(page)}">hier anhören</a>'
    return f"<p>Dieser Artikel wurde im Podcast {html.escape(podcast)} behandelt. Die Folge kannst du {link}.</p>\n"


def to_markdown(podcast: str, page: str) -> str:
    """Return the sentence as a paragraph of Markdown."""
    target = page.replace("(", "%28").replace(")", "%29")
    name = _MARKUP.sub(r"\\\1", podcast)
    return f"Dieser Artikel wurde im Podcast {name} behandelt. Die Folge kannst du [hier anhören]({target}).\n"


def to_text(podcast: str, page: str) -> str:
    """Return the sentence as plain text."""
    return f"Dieser Artikel wurde im Podcast {podcast} behandelt. Die Folge kannst du hier anhören: {page}\n"


def to_head(release: Release, podcast: Podcast, addresses: Addresses) -> str:
    """Return the snippet for the article's head: schema.org data that names its sound, and a link to the feed."""
    data = describe_article(release, addresses)
    feed = (
        f'<link rel="alternate" type="application/rss+xml" title="{html.escape(podcast.title)}"'
        f' href="{html.escape(addresses.feed)}">'
    )
    return f'{feed}\n<script type="application/ld+json">\n{data}\n</script>\n'


def to_player(release: Release, podcast: Podcast, addresses: Addresses) -> str:
    """Return an embedded player for the article's body."""
    title = html.escape(f"{podcast.title}: {release.episode.title}")
    source = html.escape(addresses.player(release.episode.slug))
    return (
        f'<iframe src="{source}" title="{title}" height="{PLAYER_HEIGHT}" loading="lazy"'
        ' style="width:100%;border:0"></iframe>\n'
    )
