"""Address -> Source: what stands there now, as an article's reader wants it."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ki_briefing.base.errors import ArticleError
from ki_briefing.base.files import write_atomically
from ki_briefing.base.slug import slugify
from ki_briefing.base.web import same_page
from ki_briefing.model.source import Source

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.intake.http import Response, Web

_HTML = ("text/html", "application/xhtml+xml")
_TEXTS = (*_HTML, "text/plain", "text/markdown", "text/x-markdown")
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_UNKNOWN = ("application/octet-stream", "application/zip", "")  # what servers call a Word document besides
_ENDINGS = {"text/html": ".html", "text/markdown": ".md", "text/plain": ".txt", _WORD: ".docx"}
_LONGEST_NAME = 80
_META = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_HEAD = 4096  # bytes within which a page names its charset


def fetch(web: Web, url: str) -> Source:
    """Return what stands at an address.

    Raises:
        AddressRefused: It must not be asked.
        AddressOffline: It cannot be reached.
        ArticleError: There is nothing, or no text.
    """
    return make_source(web.get(url))


def keep(source: Source, folder: Path) -> Path:
    """Write a page into a folder, named after its address, and return its path; equal bytes are not written again.

    Browsers write down in the same way where they have saved a page from, and our reader knows it.

    Raises:
        StorageError: The disk refused.
    """
    ending = _ENDINGS[source.media_type]
    path = folder / f"{slugify(source.id)[:_LONGEST_NAME].strip('-') or 'seite'}{ending}"
    content = source.content
    if ending == ".html":
        content = f"<!-- saved from url=({len(source.url):04}){source.url} -->\n".encode() + content
        content = codecs.BOM_UTF8 + content.replace(codecs.BOM_UTF8, b"", 1)
    if not path.is_file() or path.read_bytes() != content:
        write_atomically(path, content)
    return path


def make_source(answer: Response) -> Source:
    """Return an answer as a source.

    Raises:
        ArticleError: It is no text.
    """
    named = urlsplit(answer.url).path.lower().endswith(".docx")
    if answer.content and (answer.media_type == _WORD or (named and answer.media_type in _UNKNOWN)):
        return Source(id=same_page(answer.url), url=answer.url, media_type=_WORD, content=answer.content)
    media_type = answer.media_type or ("text/html" if b"<html" in answer.content[:_HEAD].lower() else "")
    if media_type not in _TEXTS:
        raise ArticleError(
            f"{answer.url} is no article: {media_type or 'of no known kind'}", hint="Name the address of a page."
        )
    if not answer.content.strip():
        raise ArticleError(f"{answer.url} is empty", hint="Does a browser show it?")
    return Source(
        id=same_page(answer.url),
        url=answer.url,
        media_type="text/html" if media_type in _HTML else media_type.replace("x-", ""),
        content=_as_utf8(answer.content, answer.charset),
    )


def _as_utf8(content: bytes, charset: str) -> bytes:
    """Return a text as UTF-8; with a byte order mark, which counts more than what it says of itself, if it was none."""
    if not charset and (found := _META.search(content[:_HEAD])):
        charset = found[1].decode("ascii")
    try:
        codec = codecs.lookup(charset).name
        if codec in ("utf-8", "ascii") or content.startswith(codecs.BOM_UTF8):
            return content
        return codecs.BOM_UTF8 + content.decode(codec).encode("utf-8")
    except (LookupError, UnicodeError, ValueError):
        return content  # the reader tries the usual ones
