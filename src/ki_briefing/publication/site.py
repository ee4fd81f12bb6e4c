"""The pages: start page, episode page, embeddable player.

Release, entries, settings -> HTML as UTF-8. Pure but for reading templates; those in a show's own ``templates/`` come
first. Pages name each other by relative addresses, so that they work on any host; full ones stand only where a machine
needs them. Nothing is loaded from elsewhere, no inline script or style runs, everything is escaped.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import markupsafe  # jinja2's own

from ki_briefing import files
from ki_briefing.model import UtteranceRole
from ki_briefing.publication.addresses import Addresses, episode_path, web_address
from ki_briefing.publication.episode import DigitalSourceType
from ki_briefing.publication.markup import clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ki_briefing.publication.episode import ChapterMark, Episode, Release, Sentence
    from ki_briefing.publication.feed import Page
    from ki_briefing.publication.ledger import Entry, Neighbour
    from ki_briefing.show import Show

PAGE = 30
"""Episodes of an archive page; the start page shows up to twice as many."""

_DATA = Path(__file__).parent.parent / "data"
_MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
_TRANSCRIPTS = {"text/vtt": "WebVTT", "application/x-subrip": "SRT", "text/html": "Text", "application/json": "JSON"}


def list_path(number: int) -> str:
    """Return where a page of the list of episodes stands; 0 is the start page."""
    return f"folgen-{number}.html" if number else "index.html"


@dataclass(frozen=True, slots=True)
class _Files:
    """What a page loads: style, script and cover from the top of the site, the rest from where the page stands."""

    style: str
    script: str
    cover: str = ""
    picture: str = ""
    audio: str = ""
    captions: str = ""
    waveform: str = ""
    artist: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence of the transcript on the page; ``at`` is its start [s]."""

    at: str
    text: str
    first: bool


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """Sentences that stand together.

    Attributes:
        chapter: The chapter that begins here, else None.
        is_heading: The sentences are a heading, of this chapter or within it.
    """

    chapter: ChapterMark | None
    is_heading: bool
    sentences: tuple[_Line, ...]


class Site:
    """A show's pages.

    Attributes:
        key: Digest of everything but the episodes that pages are made of.
        common: Files at the top of the site that pages load: path and content.
    """

    def __init__(self, show: Show, *, cover: str = "") -> None:
        """Read templates and style; ``cover`` is the path of the show's picture below the public folder."""
        self._show = show
        self._addresses = Addresses.of(show.publication.base_url)
        self._cover = cover
        own = show.folder / "templates"
        style, script = (_first(own / name, _DATA / "site" / name) for name in ("style.css", "player.js"))
        self._style, self._script = _hashed("style.css", style), _hashed("player.js", script)
        self.common = {self._style: style, self._script: script}
        folders = [folder for folder in (own, _DATA / "templates") if folder.is_dir()]
        sources = [path.read_bytes() for folder in folders for path in sorted(folder.glob("*.html"))]
        self.key = files.digest(repr((show.podcast, show.publication)), cover, style, script, *sources)
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(folders),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def episode_page(self, release: Release, *, newer: Neighbour | None, older: Neighbour | None) -> bytes:
        """Return an episode's page; it stands in the episode's folder."""
        episode = release.episode
        article = web_address(episode.article_url)
        named = [(_TRANSCRIPTS.get(each.media_type, "Text"), each.published_name) for each in release.transcripts]
        return self._render(
            "episode.html",
            root="../",
            url=self._addresses.episode(episode.slug),
            headline=episode.title,
            description=episode.summary or self._show.podcast.description,
            image_url=self._image(release),
            files=self._files(release, "../", ""),
            episode=episode,
            article=article,
            sources=tuple({"text": source.text, "url": web_address(source.url)} for source in episode.sources),
            paragraphs=_paragraphs(episode),
            transcripts=named,
            size=f"{release.audio.size / 1e6:.1f} MB".replace(".", ","),
            audio_url=self._addresses.asset(episode.slug, release.audio),
            json_ld=self._episode_data(release, article),
            newer=newer,
            older=older,
        )

    def player_page(self, release: Release) -> bytes:
        """Return the page that an article can embed as a frame; it stands in ``embed/`` in the episode's folder."""
        episode = release.episode
        return self._render(
            "embed.html",
            root="../../",
            url=self._addresses.episode(episode.slug),
            headline=episode.title,
            description=episode.summary or self._show.podcast.description,
            image_url=self._image(release),
            files=self._files(release, "../../", "../"),
            episode=episode,
            page_url=self._addresses.episode(episode.slug),
        )

    def list_page(self, page: Page, entries: Iterable[Entry]) -> bytes:
        """Return a page of the list of episodes, newest first; page 0 is the start page."""
        podcast = self._show.podcast
        headline = f"{podcast.title} – ältere Folgen, Seite {page.number}" if page.number else podcast.title
        return self._render(
            "list.html",
            root="",
            url=self._addresses.url(list_path(page.number) if page.number else ""),
            headline=headline,
            description=podcast.description,
            image_url=self._addresses.url(self._cover) if self._cover else "",
            files=_Files(self._style, self._script, cover=self._cover),
            page=page,
            entries=list(entries),
            subscribe=[link for link in podcast.subscribe if web_address(link.url)],
            website=web_address(podcast.link),
            json_ld=_json_ld({"@context": "https://schema.org", **self._series()}),
        )

    def _render(self, template: str, **values: Any) -> bytes:
        common = {"podcast": self._show.podcast, "feed_url": self._addresses.feed}
        tools = {"clock": _clock, "day": _day, "minutes": _minutes, "list_path": list_path}
        html = self._environment.get_template(template).render(**common, **tools, **values)
        return clean(html).encode()

    def _files(self, release: Release, root: str, here: str) -> _Files:
        captions = next((each for each in release.transcripts if each.media_type == "text/vtt"), None)
        picture = here + release.picture.published_name if release.picture else root + self._cover
        return _Files(
            style=self._style,
            script=self._script,
            cover=self._cover,
            picture=picture if release.picture or self._cover else "",
            audio=here + release.audio.published_name,
            captions=here + captions.published_name if captions else "",
            waveform=here + release.waveform.published_name if release.waveform else "",
            artist=self._show.podcast.title,
        )

    def _image(self, release: Release) -> str:
        if release.picture is not None:
            return self._addresses.asset(release.episode.slug, release.picture)
        return self._addresses.url(self._cover) if self._cover else ""

    def _series(self) -> dict[str, Any]:
        podcast = self._show.podcast
        return _filled(
            {
                "@type": "PodcastSeries",
                "name": podcast.title,
                "description": podcast.description,
                "inLanguage": podcast.language,
                "url": self._addresses.site,
                "webFeed": self._addresses.feed,
                "image": self._addresses.url(self._cover) if self._cover else "",
                "author": {"@type": "Organization", "name": podcast.author},
            }
        )

    def _episode_data(self, release: Release, article: str) -> markupsafe.Markup:
        episode, audio = release.episode, release.audio
        source = _schema_source_type(episode.digital_source_type)
        sound = {
            "@type": "AudioObject",
            "contentUrl": self._addresses.asset(episode.slug, audio),
            "encodingFormat": audio.media_type,
            "contentSize": str(audio.size),
            "duration": episode.iso_duration,
            "inLanguage": episode.language,
            "digitalSourceType": source,
        }
        data = {
            "@context": "https://schema.org",
            "@type": "PodcastEpisode",
            "name": episode.title,
            "description": episode.summary,
            "url": self._addresses.episode(episode.slug),
            "datePublished": episode.date.isoformat(),
            "episodeNumber": str(episode.number) if episode.number else "",
            "duration": episode.iso_duration,
            "inLanguage": episode.language,
            "isAccessibleForFree": True,
            "image": self._image(release),
            "digitalSourceType": source,
            "associatedMedia": _filled(sound),
            "partOfSeries": self._series(),
            "isBasedOn": {"@type": "NewsArticle", "@id": article, "url": article} if article else "",
        }
        return _json_ld(_filled(data))


def page_path(slug: str) -> str:
    """Return where an episode's page stands."""
    return episode_path(slug) + "index.html"


def _schema_source_type(term: str) -> str:
    """Return schema.org's word for a term of the IPTC (https://schema.org/IPTCDigitalSourceEnumeration)."""
    known = {
        DigitalSourceType.ALGORITHMIC: "https://schema.org/AlgorithmicMediaDigitalSource",
        DigitalSourceType.TRAINED: "https://schema.org/TrainedAlgorithmicMediaDigitalSource",
    }
    return known.get(DigitalSourceType(term), term) if term in set(DigitalSourceType) else term


def _json_ld(data: dict[str, Any]) -> markupsafe.Markup:
    """Return data as JSON that cannot end its script element."""
    text = json.dumps(data, ensure_ascii=False)
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return markupsafe.Markup(safe)  # escaped in the line above, by JSON's own means


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value != ""}


def _paragraphs(episode: Episode) -> list[_Paragraph]:
    """Return the transcript: spoken headings as headings, everything else by paragraph."""
    paragraphs: list[_Paragraph] = []
    seen: set[str] = set()
    begun = -1
    for (_, index, is_heading), group in itertools.groupby(episode.sentences, partial(_place, episode)):
        lines = []
        for sentence in group:
            start = sentence.start
            while (at := f"{start / 1000:.2f}") in seen:  # every place on the page has a name of its own
                start += 10
            seen.add(at)
            lines.append(_Line(at, sentence.text, first=len(seen) == 1))
        chapter = episode.chapters[index] if index != begun and 0 <= index < len(episode.chapters) else None
        begun = index
        paragraphs.append(_Paragraph(chapter, is_heading, tuple(lines)))
    return paragraphs


def _place(episode: Episode, sentence: Sentence) -> tuple[int, int, bool]:
    """Return what sentences of one paragraph share."""
    index = sentence.chapter
    heading = episode.chapters[index].heading if 0 <= index < len(episode.chapters) else ""
    is_heading = sentence.role is UtteranceRole.HEADING or sentence.text.rstrip(".:") == heading
    return sentence.paragraph, index, is_heading


def _first(*paths: Path) -> bytes:
    return next(path for path in paths if path.is_file()).read_bytes()


def _hashed(name: str, content: bytes) -> str:
    stem, _, suffix = name.rpartition(".")
    return f"{stem}-{files.digest(content)[:10]}.{suffix}"


def _clock(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _day(date: datetime | str) -> str:
    date = datetime.fromisoformat(date) if isinstance(date, str) else date
    return f"{date.day}. {_MONTHS[date.month - 1]} {date.year}"


def _minutes(seconds: int) -> str:
    return f"{max(1, round(seconds / 60))} Min." if seconds >= 45 else f"{seconds} Sek."
