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
            "feed.xml": "application/rss+xml",
            "": "text/html",
            "folge-1/": "text/html",
            **{
                f"folge-1/{path.name}": kind
                for path in (show.public / "folge-1").iterdir()
                for start, suffix, kind in TYPES
                if path.name.startswith(start) and path.suffix == suffix
            },
        }
        assert len(kinds) == 3 + len(TYPES)
        for path, kind in kinds.items():
            status, headers = _head(port, f"/{path}")
            assert (status, headers["Content-Type"].split(";")[0]) == (200, kind), path
            assert headers["Access-Control-Allow-Origin"] == "*"
            assert headers["ETag"]
        zipped = _head(port, "/folge-1/", {"Accept-Encoding": "gzip"})[1]
        assert (zipped["Content-Encoding"], zipped["Vary"]) == ("gzip", "Accept-Encoding")
        sound = next(path for path in kinds if path.endswith(".mp3"))
        assert _head(port, f"/{sound}", {"Accept-Encoding": "gzip"})[1]["Content-Encoding"] is None
    finally:
        nginx.terminate()
        nginx.wait(timeout=10)


TYPES = (
    ("folge", ".mp3", "audio/mpeg"),
    ("folge", ".vtt", "text/vtt"),
    ("folge", ".srt", "application/x-subrip"),
    ("folge", ".json", "application/json"),
    ("chapters", ".json", "application/json+chapters"),
    ("folge", ".html", "text/html"),
)


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
