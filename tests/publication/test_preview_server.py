"""The preview answers as a good web server does, and only to this machine."""

from __future__ import annotations

import http.client
import os
import threading
from typing import TYPE_CHECKING

import pytest

from ki_briefing.base.errors import PublishError
from ki_briefing.publication.preview import Preview

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOUND = bytes(range(256)) * 8


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    public = tmp_path / "public"
    (public / "folge-1").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    (public / "link.txt").symlink_to(tmp_path / "secret.txt")
    (public / ".hidden").write_text("hidden")
    for name in ("a.mp3", "a.vtt", "a.srt", "chapters-0123456789.json", "a.json", "feed.xml", "a.svg"):
        (public / name).write_bytes(SOUND)
    policy = "<meta content=\"default-src 'none'; script-src 'self'\">"
    (public / "folge-1" / "index.html").write_text(f"<html>{policy}<body></body></html>")
    server = Preview(public, reload=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def ask(server: Preview, path: str, method: str = "GET", **headers: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers, body


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [("bytes=0-1", 0, 1), ("bytes=100-", 100, 2047), ("bytes=-128", 1920, 2047), ("bytes=2000-9999", 2000, 2047)],
)
def test_ranges_are_answered(preview: Preview, wanted: str, first: int, last: int) -> None:
    status, headers, body = ask(preview, "/a.mp3", Range=wanted)
    assert (status, headers["Content-Range"]) == (206, f"bytes {first}-{last}/2048")
    assert body == SOUND[first : last + 1]


@pytest.mark.parametrize("wanted", ["bytes=2048-", "bytes=9999-", "bytes=-0"])
def test_ranges_beyond_the_end_are_refused(preview: Preview, wanted: str) -> None:
    status, headers, _ = ask(preview, "/a.mp3", Range=wanted)
    assert (status, headers["Content-Range"]) == (416, "bytes */2048")


@pytest.mark.parametrize("wanted", ["bytes=5-2", "bytes=-", "bytes=0-1,4-5", "lines=1-2", "bytes=x-"])
def test_what_is_no_range_gets_the_whole(preview: Preview, wanted: str) -> None:
    status, _, body = ask(preview, "/a.mp3", Range=wanted)
    assert (status, body) == (200, SOUND)


def test_unchanged_files_are_not_sent_again(preview: Preview) -> None:
    _, headers, _ = ask(preview, "/feed.xml")
    assert ask(preview, "/feed.xml", If_None_Match=headers["ETag"])[::2] == (304, b"")
    assert ask(preview, "/feed.xml", If_Modified_Since=headers["Last-Modified"])[::2] == (304, b"")
    assert ask(preview, "/feed.xml", If_None_Match='"other"')[0] == 200


def test_a_range_of_another_version_gets_the_whole(preview: Preview) -> None:
    _, headers, _ = ask(preview, "/a.mp3")
    assert ask(preview, "/a.mp3", Range="bytes=0-1", If_Range=headers["ETag"])[0] == 206
    assert ask(preview, "/a.mp3", Range="bytes=0-1", If_Range='"older"')[0] == 200

    file = preview.folder / "a.mp3"
    moment = file.stat().st_mtime_ns
    (preview.folder / "b").write_bytes(SOUND[::-1])
    (preview.folder / "b").replace(file)  # as long, and within the same tick of the disk's clock
    os.utime(file, ns=(moment, moment))
    status, _, body = ask(preview, "/a.mp3", Range="bytes=0-1", If_Range=headers["ETag"])
    assert (status, body) == (200, SOUND[::-1])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.mp3", "audio/mpeg"),
        ("a.vtt", "text/vtt"),
        ("a.srt", "application/x-subrip"),
        ("a.json", "application/json"),
        ("chapters-0123456789.json", "application/json+chapters"),
        ("feed.xml", "text/xml"),
        ("a.svg", "image/svg+xml"),
        ("folge-1/", "text/html"),
    ],
)
def test_head_tells_type_and_length_and_lets_no_other_site_read(preview: Preview, name: str, kind: str) -> None:
    status, headers, body = ask(preview, f"/{name}", "HEAD")
    assert (status, body) == (200, b"")
    assert headers["Content-Type"].split(";")[0] == kind
    assert "Access-Control-Allow-Origin" not in headers
    assert int(headers["Content-Length"]) > 0


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("LOCALHOST", 200),
        ("[::1]:8000", 200),
        ("rebind.example.org", 421),
        ("192.0.2.7", 421),
        ("127.0.0.1.example.org", 421),
        ("[", 421),
        ("", 421),
    ],
)
def test_only_names_that_it_serves_are_answered(preview: Preview, host: str, status: int) -> None:
    assert ask(preview, "/feed.xml", Host=host)[0] == status
    assert ask(preview, "/.reload", Host=host)[0] == (404 if status == 200 else 421)


@pytest.mark.parametrize(
    ("host", "served", "refused"),
    [("0.0.0.0", "192.0.2.7:8000", "rebind.example.org"), ("127.0.0.2", "127.0.0.2:8000", "127.0.0.3")],
)
def test_on_the_network_it_answers_to_its_addresses_and_to_no_other_name(
    tmp_path: Path, host: str, served: str, refused: str
) -> None:
    with Preview(tmp_path, host=host) as server:
        assert (server.serves(served), server.serves("localhost"), server.serves(refused)) == (True, True, False)


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/link.txt", "/.hidden", "/a%00.mp3", "//etc/passwd", "/nothing"]
)
def test_nothing_outside_the_public_folder_is_shown(preview: Preview, path: str) -> None:
    assert ask(preview, path)[0] == 404


def test_a_folder_leads_to_its_page(preview: Preview) -> None:
    status, headers, _ = ask(preview, "/folge-1")
    assert (status, headers["Location"]) == (301, "/folge-1/")


def test_live_reload_tells_of_changes_and_leaves_files_alone(preview: Preview) -> None:
    preview.reload = True
    page = preview.folder / "folge-1" / "index.html"
    before = page.read_bytes()
    assert b"/.reload.js" in ask(preview, "/folge-1/")[2]
    assert page.read_bytes() == before
    asked = "/.reload?/folge-1/"
    state = ask(preview, asked)[1]["ETag"]
    assert ask(preview, asked)[1]["ETag"] == state
    page.write_text("changed, and longer than it was before")
    changed = ask(preview, asked)[1]["ETag"]
    (preview.folder / "feed.xml").write_text("a new episode")
    assert len({state, changed, ask(preview, asked)[1]["ETag"]}) == 3
    assert ask(preview, "/.reload?/../../secret.txt")[1]["ETag"] == ask(preview, "/.reload?/")[1]["ETag"]


def test_a_taken_port_is_said_plainly(preview: Preview) -> None:
    with pytest.raises(PublishError, match="cannot listen"):
        Preview(preview.folder, preview.server_address[1])
