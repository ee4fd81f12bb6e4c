"""Files from the network onto the disk: resumed where they stopped, compared with what is known of them.

An address and what the file must be -> the file. What is half there stays for the next try, also of another process.
"""

from __future__ import annotations

import hashlib
import socket
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from ki_briefing.base.errors import EngineOffline, SpeechError, innermost

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import requests

    from ki_briefing.base.partial import Partial

_TIMEOUT = (10, 30)  # seconds to connect, and without a byte
_TRIES = 4
_CHUNK = 1 << 16
_LARGEST = 4_000_000_000  # bytes of a file whose size nobody tells
_LARGEST_LIST = 20_000_000  # bytes
_AGAIN = "Run the same command again: what has come is kept."


@dataclass(frozen=True, slots=True)
class Expected:
    """What a file must be.

    Attributes:
        size: In bytes; 0: not known.
        digest: ``sha256:…``, ``md5:…`` or ``git:…`` (as git names a file's content), in hexadecimal; empty: not known.
    """

    size: int = 0
    digest: str = ""


class Broken(SpeechError):
    """What came is not the file that was expected."""

    passing = False


class Downloads:
    """A connection to servers of voices; for one thread."""

    @cached_property
    def _session(self) -> requests.Session:
        import requests

        from ki_briefing import __version__

        session = requests.Session()
        session.headers.update({"User-Agent": f"ki-briefing/{__version__}", "Accept-Encoding": "identity"})
        return session

    def read(self, address: str) -> bytes | None:
        """Return a small file; None if there is none.

        Raises:
            EngineOffline: The server is out of reach.
            SpeechError: It refuses, or sends without an end.
        """
        answer = self._ask(address)
        with answer:
            if answer.status_code == 404:
                return None
            _check(answer, address)
            content = b""
            for piece in self._body(answer, address):
                content += piece
                if len(content) > _LARGEST_LIST:
                    raise SpeechError(f"{address} is no list: it is too large", "Check the address.")
            return content

    def fetch(self, address: str, partial: Partial, expected: Expected, told: Callable[[int], None]) -> None:
        """Bring a file, and name it when it is what it must be.

        Args:
            told: Called with the bytes that are there.

        Raises:
            Broken: It is not what was expected.
            EngineOffline: The server is out of reach.
            SpeechError: It refuses.
            StorageError: The disk refused.
        """
        resumed = partial.size > 0
        for left in reversed(range(_TRIES)):
            try:
                self._bring(address, partial, expected, told)
                break
            except EngineOffline:
                if not left:
                    raise
        try:
            _compare(address, partial, expected)
        except Broken:
            partial.discard()
            if not resumed:
                raise
            self.fetch(address, partial, expected, told)  # its beginning may be of an older file
            return
        partial.finish()

    def _bring(self, address: str, partial: Partial, expected: Expected, told: Callable[[int], None]) -> None:
        """Bring what is missing."""
        at = partial.size
        if expected.size and at >= expected.size:
            return
        answer = self._ask(address, at)
        with answer:
            if answer.status_code == 416:  # there is nothing after what we have
                return
            _check(answer, address)
            if answer.status_code != 206 or not answer.headers.get("Content-Range", "").startswith(f"bytes {at}-"):
                at = 0  # a server that knows no ranges begins anew
            length = answer.headers.get("Content-Length", "")
            size = at + int(length) if length.isdecimal() else 0
            if expected.size and size and size != expected.size:
                partial.discard()
                raise Broken(f"{address} has {size} bytes, not {expected.size}", "Check the address, or try later.")
            partial.write(self._counted(answer, address, at, expected.size or _LARGEST, told), at)

    def _counted(
        self, answer: requests.Response, address: str, at: int, most: int, told: Callable[[int], None]
    ) -> Iterator[bytes]:
        for piece in self._body(answer, address):
            at += len(piece)
            if at > most:
                raise Broken(f"{address} sends more than {most} bytes", "Check the address, or try later.")
            yield piece
            told(at)

    def _ask(self, address: str, at: int = 0) -> requests.Response:
        import requests

        try:
            headers = {"Range": f"bytes={at}-"} if at else {}
            hooks = {"response": lambda answer, **_: _check_next(address, answer)}
            answer = self._session.get(address, headers=headers, stream=True, timeout=_TIMEOUT, hooks=hooks)
        except requests.exceptions.TooManyRedirects as error:
            raise SpeechError(f"{address} leads in a circle", "Check the address.") from error
        except requests.exceptions.RequestException as error:
            asked = error.request.url if error.request is not None else address
            raise EngineOffline(f"{asked} cannot be reached: {innermost(error)}", _AGAIN) from error
        return answer

    def _body(self, answer: requests.Response, address: str) -> Iterator[bytes]:
        import requests

        try:
            yield from answer.iter_content(_CHUNK)
        except requests.exceptions.RequestException as error:
            raise EngineOffline(f"{address} broke off: {innermost(error)}", _AGAIN) from error


def _check_next(address: str, answer: requests.Response) -> None:
    """Refuse to be led where the first address does not belong: out of TLS, or into a private network."""
    if not answer.is_redirect:
        return
    target = urljoin(answer.url, answer.headers["Location"])
    if urlsplit(address).scheme == "https" and urlsplit(target).scheme != "https":
        complaint = "is not secure"
    elif _is_private(target) and not _is_private(address):
        complaint = "is in a private network"
    else:
        return
    answer.close()
    raise SpeechError(f"{address} leads to {target}, which {complaint}", "Check the address.")


def _is_private(address: str) -> bool:
    """Tell whether an address is one that nobody outside of this network reaches; what has no IP address is not."""
    try:
        found = socket.getaddrinfo(urlsplit(address).hostname, None, type=socket.SOCK_STREAM)
        return not all(ip_address(each[4][0]).is_global for each in found)
    except (OSError, ValueError):
        return False


def _check(answer: requests.Response, address: str) -> None:
    if answer.status_code in (429, 500, 502, 503, 504):
        raise EngineOffline(f"{address} answers {answer.status_code}", "Try again later: what has come is kept.")
    if answer.status_code not in (200, 206):
        raise SpeechError(
            f"{address} answers {answer.status_code}: the file is not there, or not for us",
            "Check the address; another server is named by --from.",
        )


def _compare(address: str, partial: Partial, expected: Expected) -> None:
    """Refuse a file of another size or content."""
    if expected.size and partial.size != expected.size:
        raise Broken(f"{address} has {partial.size} bytes, not {expected.size}", _AGAIN)
    kind, _, wanted = expected.digest.partition(":")
    if not wanted:
        return
    state: Any = hashlib.sha1(usedforsecurity=False) if kind == "git" else hashlib.new(kind, usedforsecurity=False)
    if kind == "git":
        state.update(b"blob %d\0" % partial.size)
    with partial.part.open("rb") as file:
        while block := file.read(1 << 20):
            state.update(block)
    if state.hexdigest() != wanted.lower():
        raise Broken(
            f"{address} is not what it should be: its {kind} is {state.hexdigest()}, not {wanted}",
            "Try again later; if it stays so, somebody may have changed the file: do not use it.",
        )
