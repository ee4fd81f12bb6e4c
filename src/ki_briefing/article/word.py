"""Word's .docx -> HTML, by mammoth (extra ``word``), for the same reader as a web page."""

from __future__ import annotations

import io
import zipfile

from ki_briefing.base.errors import ArticleError
from ki_briefing.base.hints import to_install

_LARGEST = 50_000_000
"""No article has so many bytes of XML and pictures when it is unpacked."""
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Titel'] => h1:fresh
p[style-name='Subtitle'] => p.subtitle:fresh
p[style-name='Untertitel'] => p.subtitle:fresh
p[style-name='heading 1'] => h2:fresh
p[style-name='Heading 1'] => h2:fresh
p[style-name='heading 2'] => h3:fresh
p[style-name='Heading 2'] => h3:fresh
p[style-name='caption'] => p.caption:fresh
p[style-name='Caption'] => p.caption:fresh
p[style-name='Beschriftung'] => p.caption:fresh
p[style-name='Quote'] => blockquote:fresh
p[style-name='Zitat'] => blockquote:fresh
"""


def to_html(data: bytes, name: str) -> str:
    """Return the text of a Word document as HTML; pictures are left out, comments too.

    Raises:
        ArticleError: It is no such document, or mammoth is not installed.
    """
    try:
        import mammoth
    except ImportError as error:
        raise ArticleError(
            f"{name} is a Word document, and what reads those is not installed",
            hint=f"{to_install('ki-briefing[word]')}, or save it as .txt, .md or .html.",
        ) from error
    _check(data, name)
    try:
        result = mammoth.convert_to_html(
            io.BytesIO(data), style_map=_STYLES, convert_image=mammoth.images.img_element(lambda _: {"src": ""})
        )
    except Exception as error:  # mammoth names no errors of its own
        raise _refusal(name) from error
    return str(result.value)


def _check(data: bytes, name: str) -> None:
    """Refuse what is no Word document, or would grow without end while it is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(each.file_size for each in archive.infolist()) > _LARGEST:
                raise ArticleError(f"{name} is too large when unpacked", hint="Save the article without its pictures.")
            for each in archive.infolist():
                if each.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archive.read(each):
                    raise _refusal(name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise _refusal(name) from error


def _refusal(name: str) -> ArticleError:
    return ArticleError(f"{name} is no Word document that can be read", hint="Save it as .docx, .txt or .html.")
