"""Articles come in: a file or a text in one of the newsroom's forms -> Article."""

from __future__ import annotations

import codecs
import errno
from dataclasses import replace
from typing import TYPE_CHECKING

from ki_briefing.base.characters import as_text, find_all_unwritable
from ki_briefing.base.errors import ArticleError, ArticleMissing
from ki_briefing.base.files import read_regular
from ki_briefing.base.web import web_address
from ki_briefing.model.text import Omission
from ki_briefing.show.settings import USUAL, Reading

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.article.boilerplate import Boilerplate
    from ki_briefing.article.elements import About, Element
    from ki_briefing.model.source import Source
    from ki_briefing.model.text import Article

SIZE_LIMIT = 1_000_000
"""No newsroom writes an article of more bytes."""
PAGE_LIMIT = 5_000_000
"""Largest page of HTML [bytes]: most of it is scripts."""

PLAIN, MARKDOWN, HTML = "text/plain", "text/markdown", "text/html"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_MEDIA_TYPES = {
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".docx": WORD,
}
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_NO_TEXTS = (b"%PDF-", b"%!PS", b"{\\rtf", b"From ", b"MIME-Version:")
"""How files begin that are letters and are no text: PDF, PostScript, RTF, mail."""
_LEAST_ASCII = 0.7  # of the letters of a German text in an old encoding
_SAVE = "Save the article as plain text or Markdown."
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\f\x0b")
_MOST_CONTROL = 0.05  # of the bytes of a text that a program has damaged


def read_article(path: Path, settings: Reading = USUAL) -> Article:
    """Read an article's file: plain text, Markdown, HTML or Word, by the ending of its name and what it holds.

    Args:
        settings: The show's own headings, and what it leaves out.

    Raises:
        ArticleMissing: There is no such file, or it cannot be read.
        ArticleError: It is empty, too large, not text, or holds no sentence.
    """
    media_type = _MEDIA_TYPES.get(path.suffix.lower(), PLAIN)
    most = PAGE_LIMIT if media_type == HTML else SIZE_LIMIT
    try:
        data = read_regular(path, most)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise ArticleError(
                f"{path} is larger than {most // 1_000_000} MB", hint="Is it really the article?"
            ) from error
        raise ArticleMissing(f"cannot read {path}: {error.strerror}", hint="Name a readable article file.") from error
    return read_bytes(data, media_type, name=str(path), settings=settings)


def read_bytes(data: bytes, media_type: str, *, name: str = "the article", settings: Reading = USUAL) -> Article:
    """Return the article that some bytes hold.

    Args:
        media_type: One of the four above; plain text that is really another is known by what it holds.
        name: What an error calls it.

    Raises:
        ArticleError: It is empty, not text, or holds no sentence.
    """
    if media_type == WORD:
        from ki_briefing.article import word

        return parse(word.to_html(data, name), media_type=HTML, name=name, settings=settings)
    return parse(_decode(data, name), media_type=media_type, name=name, settings=settings)


def read_source(source: Source, settings: Reading = USUAL) -> Article:
    """Return the article that came in from an address or a feed; where it stands counts unless it says so itself.

    Raises:
        ArticleError: It is empty, not text, or holds no sentence.
    """
    from ki_briefing.article import page

    article = read_bytes(source.content, source.media_type, name=source.url, settings=settings)
    named = web_address(article.url)
    url = page.own_address(named, source.url) if source.media_type == HTML else named or source.url
    return replace(article, url=url)


def parse(text: str, media_type: str = PLAIN, *, name: str = "the article", settings: Reading = USUAL) -> Article:
    """Return the article that a text holds; its control characters are no part of it, and listed.

    Raises:
        ArticleError: It is empty or holds no sentence.
    """
    from ki_briefing.article import boilerplate, embargo, forms, press, quotes, restricted, stubs
    from ki_briefing.article.roles import assemble

    rules = boilerplate.load(settings)
    strange = find_all_unwritable(text)
    about, elements, marked = _read(as_text(text), media_type, rules, name)
    elements = restricted.mark(forms.recognize(quotes.attribute(elements)))
    elements, held = embargo.mark(elements, about.published.year if about.published else 0)
    elements = boilerplate.mark(press.mark(elements, rules), rules)
    unwritable = (Omission(", ".join(strange), "control characters"),) if strange else ()
    about = replace(about, embargo=about.embargo or held, omitted=(*about.omitted, *unwritable))
    article = restricted.guard(assemble(elements, about, rules, name, marked=marked), name)
    if about.page:
        stubs.check(article, elements, about, name)
    return article


def _read(text: str, media_type: str, rules: Boilerplate, name: str) -> tuple[About, list[Element], bool]:
    """Return what stands beside the text, the elements, and whether headings are marked as such."""
    from ki_briefing.article import mail

    if media_type != HTML:
        above, text = mail.split(text)
        about, elements, marked = _read_body(text, media_type, rules, name)
        return about, [*above, *elements], marked
    return _read_body(text, media_type, rules, name)


def _read_body(text: str, media_type: str, rules: Boilerplate, name: str) -> tuple[About, list[Element], bool]:
    """Return the same of a text that is no mail."""
    from ki_briefing.article import agency, front_matter, kinds, plain
    from ki_briefing.article.elements import About
    from ki_briefing.article.lines import normalized

    if media_type != HTML and agency.is_agency_copy(text):
        return About(), agency.read(text, rules), False
    above = About()
    if media_type == MARKDOWN or (media_type == PLAIN and kinds.has_front_matter(text)):
        above, text = front_matter.split(normalized(text), name)
    text, media_type = kinds.look(text, media_type)
    if media_type == HTML:
        from ki_briefing.article import html

        is_page = kinds.is_page(text)
        about, elements = html.read(text, name, rules, whole=is_page)
        return replace(about, page=is_page) if above == About() else above, elements, True
    if media_type == MARKDOWN:
        from ki_briefing.article import markdown

        return above, markdown.read(text, name), True
    return above, plain.read(text, rules), False


def _decode(data: bytes, name: str) -> str:
    """Return the text: by its byte order mark, else UTF-8, else what Windows and old systems write."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    start = data[:100_000]
    if sum(byte in _CONTROL for byte in start) > len(start) * _MOST_CONTROL or data.startswith(_NO_TEXTS):
        raise ArticleError(f"{name} is not a text file", hint=_SAVE)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if sum(map(str.isascii, text)) < len(text) * _LEAST_ASCII:
        raise ArticleError(f"{name} is not a text file", hint=_SAVE)
    return text
