"""Release, published episodes, settings -> the pages of a show and of its episodes, as HTML in UTF-8.

Pure apart from reading templates; those in a show's own ``templates/`` come first. Pages link to each other by relative
addresses, so that they work on any host; they use full addresses only where a machine needs them. Nothing is loaded
from elsewhere, no inline script or style runs, and everything is escaped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup  # jinja2's own

from ki_briefing.base import files
from ki_briefing.base.web import web_address
from ki_briefing.episode import clock, transcript
from ki_briefing.episode.addresses import PLAYER_PATH, Addresses, asset_path, enclosure_path, episode_path
from ki_briefing.episode.linked_data import describe_episode, describe_series
from ki_briefing.publication.contact import report_address
from ki_briefing.publication.feed import STYLE as FEED_STYLE
from ki_briefing.publication.newsroom import SCRIPT
from ki_briefing.publication.paragraphs import divide
from ki_briefing.publication.templates import Templates
from ki_briefing.publication.typography import teaser

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ki_briefing.model.episode import Asset, Release
    from ki_briefing.publication.feed import Page
    from ki_briefing.publication.ledger import Neighbour, PublishedEpisode
    from ki_briefing.show.settings import Show

VERSION = "site 6"
"""Must be increased whenever the same episode, settings and templates begin to give other pages; a test checks that."""

PAGE = 30
"""Episodes on an archive page; the start page shows up to twice as many."""

_DATA = Path(__file__).parents[1] / "data"
_INDENTED = re.compile(rb"(?m)^ +(?://.*\n)?")
"""What a newsroom's readers need not load of our script: indentation, and the comments within it."""
_TRANSCRIPTS = {
    "text/vtt": "Untertitel (VTT)",
    "application/x-subrip": "Untertitel (SRT)",
    "text/html": "Transkript",
    "application/json": "Transkript mit Zeiten (JSON)",
}

SUBSCRIBING = "abonnieren.html"
"""Path of the page that tells how to subscribe."""

INDEX = "folgen-{}.json"
"""Path of the index of a year's episodes; an archive is searched in those of all years."""


def list_path(number: int) -> str:
    """Return the path of a page of the list of episodes; 0 is the start page."""
    return f"folgen-{number}.html" if number else "index.html"


@dataclass(frozen=True, slots=True)
class _Files:
    """The files that a page loads: style, script and cover from the top of the site, the others relative to the page.

    Attributes:
        cover: The show's cover as pages show it: its thumbnail.
        picture: The episode's, or else the show's.
        here: Path from the page to the episode's folder.
    """

    style: str
    script: str
    list_script: str = ""
    cover: str = ""
    picture: str = ""
    audio: str = ""
    captions: str = ""
    waveform: str = ""
    here: str = ""


class Site:
    """A show's pages.

    Attributes:
        key: Digest of everything, except the episodes, that pages are made from.
        loaded: Files at the top of the site that pages load, by path.
    """

    def __init__(self, show: Show, *, cover: str = "", thumbnail: str = "") -> None:
        """Read templates and style.

        Args:
            cover: Path of the show's cover below the public folder, for those who link to a page.
            thumbnail: Path of its small version, for the pages themselves.
        """
        self._show = show
        self._addresses = Addresses.of(show.publication.base_url)
        self._thumbnail = thumbnail
        self._cover_url = self._addresses.url(cover) if cover else ""
        self._templates = Templates(show)
        own = self._templates.own
        names = ("style.css", "player.js", "list.js", FEED_STYLE, SCRIPT)
        contents = [_first(own / name, _DATA / "site" / name) for name in names]
        if not (own / SCRIPT).is_file():
            contents[-1] = _INDENTED.sub(b"", contents[-1])
        paths = [*map(_hashed, names[:3], contents), *names[3:]]
        self._style, self._script, self._list_script = paths[:3]
        self.loaded = dict(zip(paths, contents, strict=True))
        settings = repr((show.podcast, show.publication))
        self.key = files.digest(VERSION, settings, cover, thumbnail, *contents[:3], *self._templates.sources())

    def subscribing_page(self) -> bytes:
        """Return the page that tells how to subscribe."""
        url = self._addresses.url(SUBSCRIBING)
        return self._word("subscribing.html", SUBSCRIBING, "Abonnieren", self._show.podcast.description, url=url)

    def episode_page(self, release: Release, *, newer: Neighbour | None, older: Neighbour | None) -> bytes:
        """Return an episode's page, which belongs into the episode's folder.

        Raises:
            ConfigError: One of the show's own templates cannot be used; the other pages raise this too.
        """
        episode = release.episode
        data = describe_episode(
            release, self._show.podcast, self._addresses, cover=self._cover_url, image=self._image(release)
        )
        named = [
            (_TRANSCRIPTS.get(each.media_type, "Transkript"), _beside(release, each)) for each in release.transcripts
        ]
        about = self._about(release, "../", "") | {"newer": newer, "paragraphs": divide(episode)}
        return self._render(
            "episode.html",
            **about,
            teaser=teaser(episode.title, episode.summary),
            article=web_address(episode.article_url),
            sources=tuple({"text": source.text, "url": web_address(source.url)} for source in episode.sources),
            transcripts=named,
            audio_url=self._addresses.enclosure(release),
            json_ld=Markup(data),
            report=report_address(episode, self._show.podcast, self._addresses.episode(episode.slug)),
            older=older,
        )

    def player_page(self, release: Release) -> bytes:
        """Return the player that an article can embed, which belongs into ``embed/`` in the episode's folder."""
        return self._render("embed.html", **self._about(release, "../../", "../"))

    def transcript_pages(self, release: Release) -> dict[str, bytes]:
        """Return an episode's transcript for people by its path; podcast apps read it too, so it loads nothing."""
        text, end, rest = transcript.to_html(release.episode).partition("</body>")
        page = self._render("transcript.html", text=Markup(text), end=Markup(end + rest))
        return {asset_path(release.episode.slug, each): page for each in release.transcripts if is_page(each)}

    def withdrawn_page(self, path: str, at: datetime) -> bytes:
        """Return what stands at a page's path once its episode is withdrawn; it names neither title nor reason."""
        headline, is_player = "Folge zurückgezogen", path.endswith(f"/{PLAYER_PATH}index.html")
        description = "Diese Folge wurde zurückgezogen."
        return self._word("withdrawn.html", path, headline, description, at=at, is_player=is_player)

    def moved_page(self, path: str, target: str) -> bytes:
        """Return what stands at a page's former path: it forwards to the page, whatever that says by then.

        Args:
            path: The former path below the public folder.
            target: The page's path, without ``index.html``.
        """
        headline, url = "Folge umgezogen", self._addresses.url(target)
        return self._word("moved.html", path, headline, "Diese Folge hat eine neue Adresse.", url=url, target=target)

    def _word(
        self, template: str, path: str, headline: str, description: str, *, url: str = "", **values: Any
    ) -> bytes:
        """Return a page without an episode."""
        return self._render(
            template,
            root="../" * path.count("/"),
            url=url,
            headline=headline,
            description=description,
            image_url="",
            files=_Files(self._style, self._script, cover=self._thumbnail),
            **values,
        )

    def list_page(self, page: Page, entries: Iterable[PublishedEpisode], years: Iterable[str] = ()) -> bytes:
        """Return a page of the list of episodes, newest first; page 0 is the start page.

        Args:
            years: Those of the archive, if it is to be searched on this page.
        """
        podcast = self._show.podcast
        headline = f"{podcast.title} – ältere Folgen, Seite {page.number}" if page.number else podcast.title
        return self._render(
            "list.html",
            root="",
            url=self._addresses.url(list_path(page.number) if page.number else ""),
            headline=headline,
            description=podcast.description,
            image_url=self._cover_url,
            files=_Files(self._style, self._script, self._list_script, self._thumbnail),
            page=page,
            entries=list(entries),
            years=tuple(years),
            index=INDEX,
            teaser=teaser,
            website=web_address(podcast.link),
            json_ld=Markup(describe_series(podcast, self._addresses, self._cover_url)),
        )

    def _about(self, release: Release, root: str, here: str) -> dict[str, Any]:
        """Return the values that all pages of an episode have in common."""
        episode = release.episode
        return {
            "root": root,
            "url": self._addresses.episode(episode.slug),
            "headline": episode.title,
            "description": episode.summary or self._show.podcast.description,
            "image_url": self._image(release),
            "files": self._files(release, root, here),
            "episode": episode,
            "size": f"{release.audio.size / 1e6:.1f} MB".replace(".", ","),
            "newer": None,
            "paragraphs": (),
        }

    def _render(self, template: str, **values: Any) -> bytes:
        podcast = self._show.podcast
        subscribe = [link for link in podcast.subscribe if web_address(link.url)]
        common = {"podcast": podcast, "feed_url": self._addresses.feed, "subscribe": subscribe}
        tools = {"clock": clock.short, "day": _day, "minutes": _minutes, "list_path": list_path}
        return self._templates.render(template, {**common, **tools, **values})

    def check(self) -> None:
        """Make sure that the show's own templates can be read; other errors in them show only in publishing.

        Raises:
            ConfigError: One of them cannot be read.
        """
        self._templates.check()

    def _files(self, release: Release, root: str, here: str) -> _Files:
        captions = next((each for each in release.transcripts if each.media_type == "text/vtt"), None)
        own = release.thumbnail or release.picture
        return _Files(
            style=self._style,
            script=self._script,
            cover=self._thumbnail,
            picture=here + _beside(release, own) if own else root + self._thumbnail if self._thumbnail else "",
            here=here,
            audio=root + enclosure_path(release),
            captions=here + _beside(release, captions) if captions else "",
            waveform=here + _beside(release, release.waveform) if release.waveform else "",
        )

    def _image(self, release: Release) -> str:
        if release.picture is not None:
            return self._addresses.asset(release.episode.slug, release.picture)
        return self._cover_url


def page_path(slug: str) -> str:
    """Return the path of an episode's page."""
    return episode_path(slug) + "index.html"


def is_page(asset: Asset) -> bool:
    """Tell whether an episode's file is a page, so that it is made anew with the other pages."""
    return asset.media_type == "text/html"


def _beside(release: Release, asset: Asset) -> str:
    """Return a file's path below the episode's folder."""
    slug = release.episode.slug
    return asset_path(slug, asset).removeprefix(episode_path(slug))


def _first(*paths: Path) -> bytes:
    return next(path for path in paths if path.is_file()).read_bytes()


def _hashed(name: str, content: bytes) -> str:
    stem, _, suffix = name.rpartition(".")
    return f"{stem}-{files.digest(content)[:10]}.{suffix}"


def _day(date: datetime | str) -> str:
    return clock.day(datetime.fromisoformat(date) if isinstance(date, str) else date)


def _minutes(seconds: int) -> str:
    return f"{max(1, round(seconds / 60))} Min." if seconds >= 45 else f"{seconds} Sek."
