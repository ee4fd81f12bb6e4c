"""Article's file, address or Source -> Arrival: the article as it came in, ready to be written into a folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.article import read_article, read_source
from ki_briefing.article.pictures import find_pictures
from ki_briefing.base.characters import as_text
from ki_briefing.base.errors import AlreadyAnEpisode, ArticleError, StorageError
from ki_briefing.base.files import file_digest, write_atomically
from ki_briefing.base.web import page_id, same_page
from ki_briefing.intake.links import ENDINGS, read_link
from ki_briefing.show.catalogue import lent_catalogue

if TYPE_CHECKING:
    from ki_briefing.intake.http import Web
    from ki_briefing.model.source import Source
    from ki_briefing.model.text import Article
    from ki_briefing.show.settings import Show

_ARTICLE_ENDINGS = {
    ".md": "article.md",
    ".markdown": "article.md",
    ".html": "article.html",
    ".htm": "article.html",
    ".xhtml": "article.html",
    ".docx": "article.docx",
}
_PATIENCE = 10.0  # seconds to wait for a publication
_SOURCE_ENDINGS = {"text/html": ".html", "text/markdown": ".md"}


@dataclass(frozen=True, slots=True)
class Arrival:
    """An article that came in.

    Attributes:
        path: Its file; where pictures may lie beside it.
        name: Its file's name in the episode's folder.
        origin: SHA-256 of its bytes, in hexadecimal.
        source_id: Of the Source; empty for a file.
        content: Its bytes; None: those of the file.
        folder: Of an archive, in which the file lies; None: it came by itself.
    """

    article: Article
    path: Path
    name: str
    origin: str
    url: str
    source_id: str = ""
    content: bytes | None = None
    folder: Path | None = None

    @property
    def id(self) -> str:
        """What it is known by on every machine: its address, whoever writes it; empty if it has none."""
        return self.source_id or page_id(self.url)

    @property
    def came_as(self) -> str:
        """Name of the file as which it came in, as valid text; empty if it came from an address or a feed.

        Of an archive it is the path below its folder: many archives have an ``index.md`` in each of their folders.
        """
        if self.content is not None:
            return ""
        name = str(self.path.relative_to(self.folder)) if self.folder else self.path.name
        return as_text(name.encode("utf-8", "replace").decode())

    def write(self, folder: Path) -> None:
        """Write the article and its pictures into a folder; the article comes last.

        Raises:
            ArticleError: It names a picture that is not there.
            StorageError: The disk refused, or the file has changed since it was read.
        """
        pictures = find_pictures(self.path, self.article) if self.content is None else ()
        for picture in pictures:
            write_atomically(folder / picture.relative_to(self.path.parent), picture.read_bytes())
        content = self.path.read_bytes() if self.content is None else self.content
        if hashlib.sha256(content).hexdigest() != self.origin:
            raise StorageError(f"{self.path} changed while it was read", hint="Run the same command again.")
        write_atomically(folder / self.name, content)


def arrive(source: Path | str | Source, show: Show, web: Web | None) -> Arrival:
    """Return an article as it comes in.

    Args:
        source: The article's file, a small file that holds its address, its address, or what a feed brought.
        web: Where an address is asked; None: opened here.

    Raises:
        AddressOffline: The address cannot be reached.
        AddressRefused: It must not be asked.
        AlreadyAnEpisode: It is gone, and an episode was made from it.
        ArticleError: It is not an article.
    """
    if isinstance(source, Path):
        if source.suffix.lower() not in ENDINGS:
            return _arrived_file(source, show)
        source = read_link(source)
    if isinstance(source, str):
        source = _fetched(source, show, web)
    return _arrived(source, show)


def _fetched(address: str, show: Show, web: Web | None) -> Source:
    from ki_briefing.intake.address import fetch
    from ki_briefing.intake.http import open_web

    try:
        return fetch(web or open_web(show), address)
    except ArticleError as error:
        if error.passing:
            raise
        with lent_catalogue(show, patience=_PATIENCE) as catalogue:
            if known := catalogue.find_source(same_page(address)):
                raise AlreadyAnEpisode(known) from error  # its page is gone
        raise


def _arrived_file(path: Path, show: Show) -> Arrival:
    article = read_article(path, show.article)
    name = _ARTICLE_ENDINGS.get(path.suffix.lower(), "article.txt")
    return Arrival(article, path, name, file_digest(path), article.url)


def _arrived(source: Source, show: Show) -> Arrival:
    article = read_source(source, show.article)
    name = f"source{_SOURCE_ENDINGS.get(source.media_type, '.txt')}"
    origin = hashlib.sha256(source.content).hexdigest()
    return Arrival(article, show.folder / "source", name, origin, article.url, source.id, source.content)
