"""Article, timeline -> the episode's pictures, as JPEG files and as bytes for the tag.

The article's picture becomes the cover, and a section's picture that of its chapter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.article.pictures import find_beside, find_picture
from ki_briefing.base.errors import ArticleError
from ki_briefing.base.files import write_atomically
from ki_briefing.base.store import Store
from ki_briefing.episode import artwork
from ki_briefing.episode.assets import measure_asset
from ki_briefing.model.episode import Asset

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.model.sound import Timeline
    from ki_briefing.model.text import Article
    from ki_briefing.show.settings import Show


@dataclass(frozen=True, slots=True)
class Illustrations:
    """An episode's pictures.

    Attributes:
        cover: The cover's JPEG for the tag: the episode's own, or the show's.
        own: The file of the episode's own cover; None: it has the show's.
        thumbnail: The same for pages.
        in_tag: JPEGs for the tag, one per chapter; empty for a chapter without a picture.
        chapters: Files, one per chapter; None for a chapter without a picture.
        warning: Why the article's picture is left out; empty if it is not.
    """

    cover: bytes
    own: Asset | None
    thumbnail: Asset | None
    in_tag: tuple[bytes, ...]
    chapters: tuple[Asset | None, ...]
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """An episode's cover.

    Attributes:
        is_own: It is the article's picture; if not, it is the show's cover.
        warning: Why the article's picture is left out; empty if it is not.
    """

    artwork: artwork.Artwork
    is_own: bool = False
    warning: str = ""


def illustrate(folder: Path, show: Show, source: Path, article: Article, timeline: Timeline) -> Illustrations:
    """Write the pictures into a folder.

    Args:
        source: The article's file.

    Raises:
        BriefingError: As in ``load_artwork``.
    """
    store = Store(show.cache / "pictures")
    cover = load_artwork(show, source, article)
    in_tag = []
    for chapter in timeline.chapters:
        path = find_beside(source, chapter.picture)
        in_tag.append(artwork.load_chapter_picture(path, store) if path else b"")
    return Illustrations(
        cover=cover.artwork.tag,
        own=_written(folder / "cover.jpg", cover.artwork.feed if cover.is_own else b""),
        thumbnail=_written(folder / "thumbnail.jpg", cover.artwork.thumbnail if cover.is_own else b""),
        in_tag=tuple(in_tag),
        chapters=tuple(_written(folder / f"chapter-{number}.jpg", jpeg) for number, jpeg in enumerate(in_tag, 1)),
        warning=cover.warning,
    )


def load_artwork(show: Show, source: Path, article: Article) -> Cover:
    """Return an episode's cover: the article's own picture, or else the show's cover.

    Raises:
        ArticleError: The article's picture is missing.
        ConfigError: The show's cover cannot be used.
        StorageError: The disk refused.
    """
    warning = ""
    if picture := find_picture(source, article):
        try:
            return Cover(artwork.load_picture(picture, Store(show.cache / "pictures")), is_own=True)
        except ArticleError as error:
            warning = f"{error.message}; the show's cover is used instead. {error.hint}"
    return Cover(artwork.load_show_cover(show), warning=warning)


def _written(path: Path, jpeg: bytes) -> Asset | None:
    if not jpeg:
        return None
    write_atomically(path, jpeg)
    return measure_asset(path)
