"""What web servers write is understood, whatever else stands in the file."""

from __future__ import annotations

import contextlib
import dataclasses
import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ki_briefing.base.errors import Exit, LogError, LogMissing
from ki_briefing.figures.access_log import Request, read_log

TIME = "[28/Nov/2026:23:59:58 +0100]"
AGENT = "AntennaPod/3.4"
WANTED = Request("203.0.113.7", 1795906798.0, "GET", "/ki/a/a ü.mp3", 206, 4711, AGENT)


def read(folder: Path, text: str) -> list[Request | None]:
    path = folder / "access.log"
    path.write_text(f'203.0.113.1 - - {TIME} "GET / HTTP/1.1" 200 1 "-" "-"\n{text}', encoding="utf-8")
    first, *others = read_log(path)
    assert first is not None
    return others


@pytest.mark.parametrize(
    ("line", "host"),
    [
        ('203.0.113.7 - - TIME "GET /ki/a/a%20%C3%BC.mp3 HTTP/1.1" 206 4711 "-" "AGENT"', ""),
        ('203.0.113.7 - erika [m] TIME', None),
        ('203.0.113.7 - erika TIME "GET /ki/a/a%20%C3%BC.mp3?from=feed HTTP/2.0" 206 4711 "https://a/" "AGENT"', ""),
        ('203.0.113.7 - Erika M. TIME "GET http://a/ki/a/a%20ü.mp3 HTTP/1.1" 206 4711 "\\"\\x22" "AGENT"', ""),
        ('Podcast.example:443 203.0.113.7 - - TIME "GET /ki/a/a%20%C3%BC.mp3 HTTP/1.1" 206 4711 "-" "AGENT"',
         "podcast.example"),
        ('203.0.113.7 - - TIME "GET /ki/a/a%20%C3%BC.mp3 HTTP/1.1" 206 4711 "-" "AGENT" 500 4990', ""),
        ("", None),
        ("203.0.113.7 - - TIME", None),
        ('203.0.113.7 - - [31/Feb/2026:00:00:00 +0100] "GET / HTTP/1.1" 200 1 "-" "-"', None),
        ('203.0.113.7 - - [01/Foo/2026:00:00:00 +0100] "GET / HTTP/1.1" 200 1 "-" "-"', None),
        ("{}", None),
        ('{"ts": "yesterday"', None),
    ],
)  # fmt: skip
def test_a_line_is_a_request_or_nothing(tmp_path: Path, line: str, host: str | None) -> None:
    found = read(tmp_path, line.replace("TIME", TIME).replace("AGENT", AGENT) + "\n")
    assert found == [None if host is None else dataclasses.replace(WANTED, host=host)]


def test_caddys_lines_are_understood(tmp_path: Path) -> None:
    request = {
        "remote_ip": "10.0.0.1",
        "client_ip": "203.0.113.7",
        "method": "GET",
        "host": "podcast.example:8443",
        "uri": "/ki/a/a%20%C3%BC.mp3?x",
        "headers": {"User-Agent": [AGENT]},
    }
    for moment in (1795906798.5, "2026-11-28T23:59:58.500+0100", "2026-11-28T22:59:58.5Z"):
        [found] = read(tmp_path, json.dumps({"ts": moment, "request": request, "status": 206, "size": 4711}))
        assert found == dataclasses.replace(WANTED, at=1795906798.5, host="podcast.example")
    assert read(tmp_path, json.dumps({"ts": 1e300, "request": request, "status": 206, "size": 4711})) == [None]


def test_a_request_without_answer_or_name_is_one(tmp_path: Path) -> None:
    [found] = read(tmp_path, f'2001:db8::1 - - {TIME} "-" 400 - "-" "-"\n')
    assert found is not None
    assert (found.client, found.sent, found.agent, found.method) == ("2001:db8::1", 0, "", "-")


def test_compressed_logs_are_read_and_torn_ones_named(tmp_path: Path) -> None:
    line = f'203.0.113.7 - - {TIME} "GET / HTTP/1.1" 200 1 "-" "-"\n' * 1000
    whole = gzip.compress(line.encode())
    path = tmp_path / "access.log.2"  # known by its content
    path.write_bytes(whole)
    assert len(list(read_log(path))) == 1000
    path.write_bytes(whole[:-20])
    with pytest.raises(LogError, match=r"access\.log\.2"):
        list(read_log(path))


def test_a_log_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LogMissing, match="there is no") as caught:
        list(read_log(tmp_path / "nowhere.log"))
    assert caught.value.exit_code == Exit.NO_INPUT
    with pytest.raises(LogError):
        list(read_log(tmp_path))


def test_a_file_that_is_no_log_is_refused_and_an_empty_log_is_not(tmp_path: Path) -> None:
    path = tmp_path / "article.md"
    path.write_text("# Kein Protokoll\n\nEin Artikel.\n", encoding="utf-8")
    with pytest.raises(LogError, match=r"no line of .*article\.md is a request") as caught:
        list(read_log(path))
    assert caught.value.exit_code == Exit.DATA
    path.write_bytes(b"")
    assert list(read_log(path)) == []


@given(st.binary(max_size=200))
def test_no_line_breaks_it(tmp_path_factory: pytest.TempPathFactory, line: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.log"
    path.write_bytes(b"x" + line)
    with contextlib.suppress(LogError):
        assert all(each is None or isinstance(each, Request) for each in read_log(path))
