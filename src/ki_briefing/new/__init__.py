"""Article's file or Source, show -> an episode's folder with the article and episode.toml.

episode.toml holds what is decided once and never changes: guid, number, date, slug.
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.article import read_article, read_source
from ki_briefing.article.pictures import find_pictures
from ki_briefing.base.errors import AlreadyAnEpisode, ArticleError, BriefingError, StorageError
from ki_briefing.base.files import TEMPORARY, file_digest, refusals, sync_folder, write_atomically
from ki_briefing.base.slug import slugify
from ki_briefing.base.toml import to_toml
from ki_briefing.base.web import same_page
from ki_briefing.intake.links import ENDINGS, read_link
from ki_briefing.show.catalogue import Catalogue
from ki_briefing.show.lock import show_lock
from ki_briefing.show.reading import EPISODE_FILE, load_episode
from ki_briefing.show.settings import EpisodeFacts
from ki_briefing.show.workspace import IMPORTED_FEED

if TYPE_CHECKING:
    from datetime import datetime

    from ki_briefing.intake.feed_import import ImportedFeed
    from ki_briefing.intake.http import Web
    from ki_briefing.model.source import Source
    from ki_briefing.model.text import Article
    from ki_briefing.show.settings import Show

_SLUG_LENGTH = 60
_PATIENCE = 10.0  # seconds to wait for a publication
_ARTICLE_ENDINGS = {
    ".md": "article.md",
    ".markdown": "article.md",
    ".html": "article.html",
    ".htm": "article.html",
    ".xhtml": "article.html",
    ".docx": "article.docx",
}


_SOURCE_ENDINGS = {"text/html": ".html", "text/markdown": ".md"}


@dataclass(frozen=True, slots=True)
class _Arrival:
    """An article that came in.

    Attributes:
        path: Its file; where pictures may lie beside it.
        name: Its file's name in the episode's folder.
        origin: SHA-256 of its bytes, in hexadecimal.
        source_id: Of the Source; empty for a file.
        content: Its bytes; None: those of the file.
    """

    article: Article
    path: Path
    name: str
    origin: str
    url: str
    source_id: str = ""
    content: bytes | None = None


def new_episode(
    source: Path | Source, show: Show, *, date: datetime | None = None, now: datetime, web: Web | None = None
) -> Path:
    """Make an article an episode of the show.

    Args:
        source: The article's file, a small file that holds its address, or what came in from an address or a feed.
        date: When it goes on air, by the show's clock if it names no zone; None: now.
        now: The present, with its time zone.
        web: Where an address is asked; None: opened here.

    Returns:
        The episode's folder.

    Raises:
        ArticleError: The source is not an article, or is a file with the day and headline of an episode.
        AlreadyAnEpisode: An episode was made from the same source, from these very bytes, or says the same.
        Locked: Another ki-briefing is numbering or publishing.
    """
    if isinstance(source, Path) and source.suffix.lower() in ENDINGS:
        return new_episode_from(read_link(source), show, date=date, now=now, web=web)
    with show_lock(show, patience=_PATIENCE), Catalogue(show) as catalogue:
        arrival = _arrived_file(source, show) if isinstance(source, Path) else _arrived(source, show)
        if existing := catalogue.find_source(arrival.source_id) or catalogue.find(arrival.origin):
            raise AlreadyAnEpisode(existing)
        imported = _imported_feed(show)
        old = imported.find(title=arrival.article.headline, link=arrival.url) if imported else None
        if old and catalogue.has_guid(old.guid):
            old = None
        aired = show.podcast.by_its_clock(date or (old.date if old else now)).replace(microsecond=0)
        folder = _free_folder(show, arrival, aired)
        facts = EpisodeFacts(
            guid=old.guid if old else str(uuid.uuid4()),
            number=(old.number if old else 0)
            or max(catalogue.next_number(), imported.last_number + 1 if imported else 1),
            season=old.season if old else 0,
            date=aired,
            slug=folder.name,
            source=arrival.name,
            url=arrival.url,
            origin=arrival.origin,
            source_id=arrival.source_id,
        )
        _make_folder(folder, facts, arrival)
    return folder


def new_episode_from(
    address: str, show: Show, *, date: datetime | None = None, now: datetime, web: Web | None = None
) -> Path:
    """Make what stands at an address an episode of the show; the page is kept beside it.

    Raises:
        AddressRefused: It must not be asked.
        AddressOffline: It cannot be reached.
        AlreadyAnEpisode: An episode was made from this address, however it was written.
        BriefingError: As in ``new_episode``.
    """
    from ki_briefing.intake.address import fetch
    from ki_briefing.intake.http import open_web

    with show_lock(show, patience=_PATIENCE), Catalogue(show) as catalogue:
        if existing := catalogue.find_source(same_page(address)):
            raise AlreadyAnEpisode(existing)
    return new_episode(fetch(web or open_web(show), address), show, date=date, now=now)


def _arrived_file(path: Path, show: Show) -> _Arrival:
    article = read_article(path, show.article)
    name = _ARTICLE_ENDINGS.get(path.suffix.lower(), "article.txt")
    return _Arrival(article, path, name, file_digest(path), article.url)


def _arrived(source: Source, show: Show) -> _Arrival:
    article = read_source(source, show.article)
    name = f"source{_SOURCE_ENDINGS.get(source.media_type, '.txt')}"
    origin = hashlib.sha256(source.content).hexdigest()
    return _Arrival(article, show.folder / "source", name, origin, article.url, source.id, source.content)


def _free_folder(show: Show, arrival: _Arrival, aired: datetime) -> Path:
    """Return where an episode will be: of another article with that day and headline, by its address, with a number.

    Raises:
        ArticleError: A file has the day and headline of an episode: it may be meant as a correction.
        AlreadyAnEpisode: An episode says the same.
    """
    name = f"{aired:%Y-%m-%d}-{_shortened(slugify(arrival.article.headline)) or 'folge'}"
    folder, number = show.folder / name, 1
    while folder.exists():
        if not arrival.source_id:
            raise ArticleError(
                f"there is an episode of that day and headline already: {folder}",
                hint="For a correction, edit the article there. For a new episode, change the headline.",
            )
        if says_the_same(folder, arrival.article, show):
            raise AlreadyAnEpisode(folder)
        number += 1
        folder = show.folder / f"{name}-{number}"
    return folder


def says_the_same(folder: Path, article: Article, show: Show) -> bool:
    """Tell whether an episode's article is this one, word for word; not if it cannot be read."""
    try:
        known = read_article(folder / load_episode(folder).source, show.article)
    except BriefingError:
        return False
    return (known.headline, known.sections) == (article.headline, article.sections)


def _imported_feed(show: Show) -> ImportedFeed | None:
    """Return the feed that is continued here, if the show had another host before."""
    path = show.folder / IMPORTED_FEED
    if not path.is_file():
        return None
    from ki_briefing.intake.feed_import import load_feed

    return load_feed(path)


def _make_folder(folder: Path, facts: EpisodeFacts, arrival: _Arrival) -> None:
    """Make an episode's folder; it appears only when it is complete."""
    pictures = find_pictures(arrival.path, arrival.article) if arrival.content is None else ()
    new = folder.with_name(f"{TEMPORARY}new")
    shutil.rmtree(new, ignore_errors=True)  # left by a killed run
    values = {name: value for name, value in asdict(facts).items() if value}
    try:
        with refusals(folder, "make"):
            content = arrival.path.read_bytes() if arrival.content is None else arrival.content
            write_atomically(new / facts.source, content)
            if file_digest(new / facts.source) != facts.origin:
                raise StorageError(f"{arrival.path} changed while it was read", hint="Run the same command again.")
            for picture in pictures:
                write_atomically(new / picture.relative_to(arrival.path.parent), picture.read_bytes())
            write_atomically(new / EPISODE_FILE, to_toml(values))
            new.rename(folder)
            sync_folder(folder.parent)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _shortened(slug: str) -> str:
    """Return the first words of a slug, up to a length that suits every file system and address."""
    return slug if len(slug) <= _SLUG_LENGTH else slug[: _SLUG_LENGTH + 1].rpartition("-")[0] or slug[:_SLUG_LENGTH]
