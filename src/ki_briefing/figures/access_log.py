"""A web server's access log -> its requests.

Understood are the combined format of nginx and Apache, also with the virtual host in front, and Caddy's lines of JSON.
A file may be compressed by gzip. It is read line by line, so its size does not matter.
"""

from __future__ import annotations

import gzip
import io
import ipaddress
import json
import re
import sys
import zlib
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote, urlsplit

from ki_briefing.base.errors import LogError, LogMissing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LINE = re.compile(
    r'([^\[]+) \[(\d\d)/(\w{3})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)\] "((?:[^"\\]|\\.)*)" (\d{3}) (\d+|-)'
    r'(?: "(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)")?'
)
_MONTHS = {name: at for at, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
_GZIP = b"\x1f\x8b"
_LONGEST = 65_536  # bytes of a line; no server writes longer ones


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked for, and what it got.

    Attributes:
        client: Its address; that of a person, so it must not be kept.
        at: When [s since 1970].
        path: Without what is asked (``?…``) and without escapes.
        sent: How much of the answer's body was sent [bytes].
        agent: The client's name for itself; empty if it gave none.
        host: The virtual host, without its port; empty if the log does not name it.
    """

    client: str
    at: float
    method: str
    path: str
    status: int
    sent: int
    agent: str
    host: str = ""


def read_log(path: Path | None) -> Iterator[Request | None]:
    """Yield the requests of a log, None for each line that is none.

    Args:
        path: None: standard input.

    Raises:
        LogMissing: There is no such file.
        LogError: It cannot be read, or none of its lines is a request.
    """
    try:
        with nullcontext(sys.stdin.buffer) if path is None else path.open("rb") as file, _unpacked(file) as lines:
            understood = None
            while line := lines.readline(_LONGEST):
                request = _request(line.decode("utf-8", "replace"))
                understood = understood or request is not None
                yield request
    except FileNotFoundError as error:
        raise LogMissing(f"there is no {path}", hint="Name a web server's access log.") from error
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise LogError(f"cannot read {path or 'standard input'}: {reason}", hint="Is the log complete?") from error
    if understood is False:
        raise LogError(
            f"no line of {path or 'standard input'} is a request, so nothing is counted",
            hint='Name a log in the form "combined" (nginx, Apache) or in JSON (Caddy); see docs/figures.md.',
        )


@contextmanager
def _unpacked(file: BinaryIO) -> Iterator[BinaryIO | gzip.GzipFile]:
    if isinstance(file, io.BufferedReader) and file.peek(2)[:2] == _GZIP:
        with gzip.open(file) as unpacked:
            yield unpacked
    else:
        yield file


def _request(line: str) -> Request | None:
    try:
        return _of_caddy(json.loads(line)) if line.startswith("{") else _of_combined(line)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError):
        return None


def _of_combined(line: str) -> Request | None:
    found = _LINE.match(line)
    if not found:
        return None
    who, day, month, year, hour, minute, second, sign, hours, minutes, asked, status, sent, agent = found.groups()
    names = who.split()
    host = names.pop(0) if len(names) > 3 and not _is_address(names[0]) else ""
    away = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    moment = datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=timezone(away))
    method, _, target = asked.partition(" ")
    return Request(
        client=names[0],
        at=moment.timestamp(),
        method=method,
        path=_path(target.rpartition(" ")[0] or target),
        status=int(status),
        sent=0 if sent == "-" else int(sent),
        agent="" if agent in (None, "-") else agent,
        host=_without_port(host),
    )


def _of_caddy(entry: dict[str, dict[str, dict[str, list[str]]]]) -> Request | None:
    """Source: https://caddyserver.com/docs/caddyfile/directives/log, encoder ``json``, time as a number or a text."""
    request = entry["request"]
    return Request(
        client=str(request.get("client_ip") or request["remote_ip"]),
        at=_moment(str(entry["ts"])),
        method=str(request["method"]),
        path=_path(str(request["uri"])),
        status=int(str(entry["status"])),
        sent=int(str(entry["size"])),
        agent=request["headers"].get("User-Agent", [""])[0],
        host=_without_port(str(request["host"])),
    )


def _moment(text: str) -> float:
    """Return a moment that is written in seconds since 1970, or as ISO 8601 has it (in UTC, if it names no zone)."""
    try:
        moment = datetime.fromtimestamp(float(text), UTC)
    except ValueError:
        moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _path(target: str) -> str:
    return unquote(urlsplit(target).path if "://" in target else target.partition("?")[0])


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _without_port(host: str) -> str:
    return re.sub(r":\d+$", "", host).lower()
