"""Which files an article shows as its pictures.

Path of the article, Article -> paths. A picture lies beside the article or below; an address on the web is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ki_briefing.base.errors import ArticleError
from ki_briefing.base.files import is_file_name

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.model.text import Article


_LONGEST_NAME = 300  # characters of it that a message repeats


def find_picture(source: Path, article: Article) -> Path | None:
    """Return the file of the article's own picture, if it names one.

    Raises:
        ArticleError: There is no such file, or it lies elsewhere.
    """
    image = article.image
    path = find_beside(source, image)
    if path or not image or "://" in image or image.startswith("/"):  # an address, or the path of one
        return path
    raise ArticleError(
        f"{source} names a picture that does not lie beside it: {image[:_LONGEST_NAME]!r}",
        hint="Fix image in the article: it must name a JPEG, PNG, WebP or GIF file.",
    )


def find_pictures(source: Path, article: Article) -> tuple[Path, ...]:
    """Return the files of all its pictures: its own, and those within that are there.

    Raises:
        ArticleError: As above.
    """
    within = (find_beside(source, section.picture) for section in article.sections)
    return tuple(dict.fromkeys(path for path in (find_picture(source, article), *within) if path))


def find_beside(source: Path, name: str) -> Path | None:
    """Return the file of that name, if it lies beside the article or below."""
    path = source.parent / name
    inside = bool(name) and is_file_name(name) and path.resolve().is_relative_to(source.parent.resolve())
    return path if inside and path.is_file() else None
