"""Small files that hold an address -> it: Windows' ``.url``, macOS' ``.webloc``, or nothing but the address."""

from __future__ import annotations

import errno
import plistlib
import re
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

from ki_briefing.base.errors import ArticleError, ArticleMissing
from ki_briefing.base.files import read_regular
from ki_briefing.base.web import is_on_the_web, web_address

if TYPE_CHECKING:
    from pathlib import Path

ENDINGS = (".url", ".webloc")

_HINT = "Write it like https://example.org/artikel."
_LARGEST = 100_000  # bytes
_SHORTCUT = re.compile(r"^\s*\[InternetShortcut\].*?^\s*URL\s*=\s*(\S+)", re.I | re.M | re.S)


def read_link(path: Path) -> str:
    """Return the address that a file names.

    Raises:
        ArticleMissing: It cannot be read.
        ArticleError: It names no web address, or more than one.
    """
    try:
        data = read_regular(path, _LARGEST)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise ArticleError(f"{path} names no web address: {error.strerror}", hint=_HINT) from error
        raise ArticleMissing(f"cannot read {path}: {error.strerror}", hint="Name a readable file.") from error
    text = data.decode("utf-8-sig", "replace")
    if path.suffix.lower() == ".webloc":
        address = _of_webloc(data)
    elif found := _SHORTCUT.search(text):
        address = found[1]
    elif sum(map(is_on_the_web, text.split())) > 1:
        raise ArticleError(f"{path} names more than one web address", hint="Give each a file of its own.")
    else:
        address = text.strip()
    if not web_address(address) or len(address.splitlines()) > 1:
        raise ArticleError(f"{path} names no web address", hint=_HINT)
    return address


def _of_webloc(data: bytes) -> str:
    try:
        found = plistlib.loads(data)
    except (
        plistlib.InvalidFileException,
        ExpatError,
        ValueError,
        TypeError,
        LookupError,
        OverflowError,
        RecursionError,
    ):
        return ""
    return str(found.get("URL", "")) if isinstance(found, dict) else ""
