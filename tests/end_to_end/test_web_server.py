"""What was published, behind a real web server as the README configures it."""

from __future__ import annotations

import http.client
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from public_shows import NOW, build, make_episode, make_show

CONFIG = Path(__file__).parent.parent / "data" / "publication" / "nginx.conf"


@pytest.mark.judge("nginx")
def test_nginx_serves_every_file_by_the_type_that_the_feed_names(tmp_path: Path) -> None:
    show = make_show(tmp_path / "show")
    publish_site(show, [build(show, make_episode(1))], FolderTarget(show.public), now=NOW)
    tmp_path.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = tmp_path / "nginx.conf"
    server = CONFIG.read_text(encoding="utf-8").replace("listen 80;", f"listen 127.0.0.1:{port};")
    server = server.replace("/srv/podcast/public", str(show.public))
    temporary = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config.write_text(
        f"user root; daemon off; pid {tmp_path}/pid; events {{}} http {{ access_log off; {temporary} {server} }}",
        encoding="utf-8",
    )
    nginx = subprocess.Popen([shutil.which("nginx") or "", "-e", f"{tmp_path}/errors", "-c", str(config)])
    try:
        kinds = {
            "feed.xml": "text/xml",
            "": "text/html",
            "folge-1/": "text/html",
            **TYPES,
        }
        for path, kind in kinds.items():
            status, headers = _head(port, f"/{path}")
            assert (status, headers["Content-Type"].split(";")[0]) == (200, kind), path
            assert headers["Access-Control-Allow-Origin"] == "*"
            assert headers["ETag"].startswith('"')
            assert headers["Cache-Control"] == "no-cache"
        style = next(show.public.glob("style-*.css"))
        assert "immutable" in _head(port, f"/{style.name}")[1]["Cache-Control"]
        zipped = _head(port, "/folge-1/", {"Accept-Encoding": "gzip"})[1]
        assert (zipped["Content-Encoding"], zipped["Vary"]) == ("gzip", "Accept-Encoding")
        sound = _head(port, "/folge-1.mp3", {"Accept-Encoding": "gzip"})[1]
        assert sound["Content-Encoding"] is None
        go_on = {"Range": "bytes=4-", "If-Range": sound["ETag"]}
        assert _head(port, "/folge-1.mp3", go_on)[0] == 206
        publish_site(show, [build(show, make_episode(1), b"another sound")], FolderTarget(show.public), now=NOW)
        status, headers = _head(port, "/folge-1.mp3", go_on)
        assert (status, headers["Content-Length"]) == (200, "13")  # of the other sound nothing is left out
    finally:
        nginx.terminate()
        nginx.wait(timeout=10)


TYPES = {
    "folge-1.mp3": "audio/mpeg",
    "folge-1/transcript.vtt": "text/vtt",
    "folge-1/transcript.srt": "application/x-subrip",
    "folge-1/transcript.json": "application/json",
    "folge-1/transcript.html": "text/html",
    "folge-1/chapters.json": "application/json+chapters",
}


def _head(port: int, path: str, asked: dict[str, str] | None = None) -> tuple[int, http.client.HTTPMessage]:
    for _ in range(100):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("HEAD", path, headers=asked or {})
            answer = connection.getresponse()
        except ConnectionRefusedError:  # not listening yet
            time.sleep(0.05)
        else:
            return answer.status, answer.headers
        finally:
            connection.close()
    raise AssertionError("nginx does not listen")
