"""Address -> a large file on the disk, by the guarded web; another process goes on with what is half there."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ki_briefing.base.errors import AddressOffline, ArticleError
from ki_briefing.base.files import write_atomically
from ki_briefing.base.web import web_address
from ki_briefing.intake.http import MOVED, PASSING, REDIRECTS, asking, target_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ki_briefing.base.partial import Partial
    from ki_briefing.intake.http import Answer, Web

LARGEST = 2_000_000_000
"""Largest file [bytes]: larger ones are not mirrored either."""

_TIMEOUT = (10, 30)  # seconds to connect, and without a byte
_TRIES = 3
_PIECE = 1 << 14  # what may come twice if the wire breaks
_AGAIN = "Run the same command again: what has come is kept."
_GONE = "Does a browser play it?"


def download(web: Web, url: str, file: Partial) -> None:
    """Bring a file, as long as its server says; it stays a part until somebody has looked into it.

    Raises:
        AddressRefused: It is in a private network.
        AddressOffline: It cannot be reached, or broke off; what has come is kept.
        ArticleError: There is nothing, a page instead of a file, or too much.
        StorageError: The disk refused.
    """
    for left in reversed(range(_TRIES)):
        try:
            _Bringing(web, file).bring(url)
            return
        except AddressOffline:
            if not left:
                raise


@dataclass(frozen=True, slots=True)
class _Bringing:
    """One try at a file."""

    web: Web
    file: Partial

    @property
    def _tag(self) -> Path:
        """Where it stands of which version of the file the part is."""
        return self.file.part.with_suffix(".tag")

    def bring(self, url: str) -> None:
        """Bring what is missing, wherever the address leads."""
        meant = urlsplit(url).hostname or ""
        for _ in range(REDIRECTS):
            address = web_address(url)
            if not address:
                raise ArticleError(f"{url[:300]} is no web address", hint=_GONE)
            with (
                asking(address, meant, _GONE),
                self.web.session(address).get(
                    address, headers=self._headers(), timeout=_TIMEOUT, allow_redirects=False, stream=True
                ) as answer,
            ):
                if answer.status_code not in MOVED or not answer.headers.get("Location"):
                    self._take(address, answer)
                    return
                url = target_of(address, str(answer.headers["Location"]))
        raise ArticleError(f"{url} leads from one address to the next without an end", hint=_GONE)

    def _headers(self) -> dict[str, str]:
        headers = {"User-Agent": self.web.agent, "Accept-Encoding": "identity"}
        with contextlib.suppress(OSError):
            if self.file.size and (tag := self._tag.read_text(encoding="ascii")):
                headers |= {"Range": f"bytes={self.file.size}-", "If-Range": tag}
        return headers

    def _take(self, address: str, answer: Answer) -> None:
        if answer.status_code in (416, *PASSING):
            if answer.status_code == 416:
                self.file.discard()
            raise AddressOffline(f"{address} answers with HTTP {answer.status_code}", hint=_AGAIN)
        if answer.status_code not in (200, 206):
            raise ArticleError(f"{address} answers with HTTP {answer.status_code}", hint=_GONE)
        if answer.headers.get("Content-Type", "").startswith("text/"):
            raise ArticleError(f"{address} is a page, no file", hint=_GONE)
        at = self.file.size if answer.status_code == 206 else 0
        if answer.status_code == 206 and not answer.headers.get("Content-Range", "").startswith(f"bytes {at}-"):
            self.file.discard()
            raise AddressOffline(f"{address} sends another part of the file than we asked for", hint=_AGAIN)
        length = answer.headers.get("Content-Length", "")
        whole = at + int(length) if length.isdecimal() else 0
        if whole > LARGEST:
            raise ArticleError(f"{address} has more than {LARGEST // 1_000_000} MB", hint=_GONE)
        if not at:
            self._note(answer)
        self.file.write(_pieces(answer, address, LARGEST - at), at)
        if whole and self.file.size != whole:
            raise AddressOffline(f"{address} broke off", hint=_AGAIN)
        with contextlib.suppress(OSError):
            self._tag.unlink()

    def _note(self, answer: Answer) -> None:
        """Note which version of the file comes; without a mark of it, none is gone on with."""
        etag = answer.headers.get("ETag", "")
        tag = etag if etag.startswith('"') else answer.headers.get("Last-Modified", "")
        write_atomically(self._tag, tag.encode("ascii", "ignore"), durable=False)


def _pieces(answer: Answer, address: str, most: int) -> Iterator[bytes]:
    try:
        for piece in answer.iter_content(_PIECE):
            most -= len(piece)
            if most < 0:
                raise ArticleError(f"{address} has more than {LARGEST // 1_000_000} MB", hint=_GONE)
            yield piece
    except OSError as error:  # requests' own are among them
        raise AddressOffline(f"{address} broke off", hint=_AGAIN) from error
