"""Article's file, show -> an episode's folder with the article and episode.toml.

episode.toml holds what is decided once and never changes: guid, number, date, slug.
"""

from __future__ import annotations

import shutil
import uuid
from dataclasses import asdict
from typing import TYPE_CHECKING

from ki_briefing.article import read_article
from ki_briefing.article.pictures import find_pictures
from ki_briefing.base.errors import AlreadyAnEpisode, ArticleError, StorageError
from ki_briefing.base.files import TEMPORARY, file_digest, refusals, sync_folder, write_atomically
from ki_briefing.base.slug import slugify
from ki_briefing.base.toml import to_toml
from ki_briefing.show.catalogue import Catalogue
from ki_briefing.show.lock import show_lock
from ki_briefing.show.reading import EPISODE_FILE
from ki_briefing.show.settings import EpisodeFacts
from ki_briefing.show.workspace import IMPORTED_FEED

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ki_briefing.intake.feed_import import ImportedFeed
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


def new_episode(source: Path, show: Show, *, date: datetime | None = None, now: datetime) -> Path:
    """Make an article an episode of the show.

    Args:
        date: When it goes on air; None: now.
        now: The present, with its time zone.

    Returns:
        The episode's folder.

    Raises:
        ArticleError: The source is not an article, or there is an episode with that day and headline.
        AlreadyAnEpisode: An episode was made from these very bytes.
        Locked: Another ki-briefing is numbering or publishing.
    """
    with show_lock(show, patience=_PATIENCE), Catalogue(show) as catalogue:
        article = read_article(source, show.article)
        origin = file_digest(source)
        if existing := catalogue.find(origin):
            raise AlreadyAnEpisode(existing)
        imported = _imported_feed(show)
        old = imported.find(title=article.headline, link=article.url) if imported else None
        if old and catalogue.has_guid(old.guid):
            old = None
        aired = (date or (old.date if old else now)).replace(microsecond=0)
        slug = _shortened(slugify(article.headline)) or "folge"
        folder = show.folder / f"{aired:%Y-%m-%d}-{slug}"
        if folder.exists():
            raise ArticleError(
                f"there is an episode of that day and headline already: {folder}",
                hint="For a correction, edit the article there. For a new episode, change the headline.",
            )
        facts = EpisodeFacts(
            guid=old.guid if old else str(uuid.uuid4()),
            number=(old.number if old else 0)
            or max(catalogue.next_number(), imported.last_number + 1 if imported else 1),
            season=old.season if old else 0,
            date=aired,
            slug=folder.name,
            source=_ARTICLE_ENDINGS.get(source.suffix.lower(), "article.txt"),
            url=article.url,
            origin=origin,
        )
        _make_folder(folder, facts, source, find_pictures(source, article))
    return folder


def _imported_feed(show: Show) -> ImportedFeed | None:
    """Return the feed that is continued here, if the show had another host before."""
    path = show.folder / IMPORTED_FEED
    if not path.is_file():
        return None
    from ki_briefing.intake.feed_import import load_feed

    return load_feed(path)


def _make_folder(folder: Path, facts: EpisodeFacts, source: Path, pictures: tuple[Path, ...]) -> None:
    """Make an episode's folder; it appears only when it is complete."""
    new = folder.with_name(f"{TEMPORARY}new")
    shutil.rmtree(new, ignore_errors=True)  # left by a killed run
    values = {name: value for name, value in asdict(facts).items() if value}
    try:
        with refusals(folder, "make"):
            write_atomically(new / facts.source, source.read_bytes())
            if file_digest(new / facts.source) != facts.origin:
                raise StorageError(f"{source} changed while it was read", hint="Run the same command again.")
            for picture in pictures:
                write_atomically(new / picture.relative_to(source.parent), picture.read_bytes())
            write_atomically(new / EPISODE_FILE, to_toml(values))
            new.rename(folder)
            sync_folder(folder.parent)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _shortened(slug: str) -> str:
    """Return the first words of a slug, up to a length that suits every file system and address."""
    return slug if len(slug) <= _SLUG_LENGTH else slug[: _SLUG_LENGTH + 1].rpartition("-")[0] or slug[:_SLUG_LENGTH]
