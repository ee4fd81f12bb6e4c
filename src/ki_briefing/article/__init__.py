"""Articles come in: a file or a text in one of the newsroom's forms -> Article."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from ki_briefing.base.characters import as_text
from ki_briefing.base.errors import ArticleError, ArticleMissing

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.model.text import Article

SIZE_LIMIT = 1_000_000
"""No newsroom writes an article of more bytes."""

_MARKDOWN_ENDINGS = {".md", ".markdown"}
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\f\x0b\x1b")


def read_article(path: Path) -> Article:
    """Read an article's file; ``.md`` is Markdown, everything else the newsroom's plain text.

    Raises:
        ArticleMissing: There is no such file, or it cannot be read.
        ArticleError: It is empty, too large, not text, or holds no sentence.
    """
    try:
        if path.stat().st_size > SIZE_LIMIT:
            raise ArticleError(f"{path} is larger than {SIZE_LIMIT // 1_000_000} MB", hint="Is it really the article?")
        data = path.read_bytes()
    except OSError as error:
        raise ArticleMissing(f"cannot read {path}: {error.strerror}", hint="Name a readable article file.") from error
    return parse(_decode(data, path), markdown=path.suffix.lower() in _MARKDOWN_ENDINGS, name=str(path))


def parse(text: str, *, markdown: bool = False, name: str = "the article") -> Article:
    """Return the article that a text holds; its control characters are no part of it.

    Args:
        name: What an error calls it.

    Raises:
        ArticleError: It is empty or holds no sentence.
    """
    from ki_briefing.article.roles import assemble

    text = as_text(text)
    if markdown:
        from ki_briefing.article import markdown as reader

        about, elements = reader.read(text, name)
    else:
        from ki_briefing.article import plain

        about, elements = None, plain.read(text)
    return assemble(elements, about, name)


def _decode(data: bytes, path: Path) -> str:
    """Return the text: by its byte order mark, else UTF-8, else what Windows and old systems write."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    if _CONTROL.intersection(data[:100_000]):
        raise ArticleError(f"{path} is not a text file", hint="Save the article as plain text or Markdown.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
