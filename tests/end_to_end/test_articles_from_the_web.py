"""Articles by their address, as a producer types it: a real server on loopback, real commands."""

from __future__ import annotations

import subprocess
import sys
import threading
import tomllib
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROSE = "Der Stadtrat hat am Montag beschlossen, die alte Brücke bis zum Herbst zu sanieren. "
PAGE = f"""<!doctype html><html><head><title>Brücke wird saniert – Zeitung</title></head><body>
<nav><a href="/">Start</a></nav><article><h1>Brücke wird saniert</h1><p>{PROSE * 2}</p><p>{PROSE * 3}</p></article>
<footer>Impressum</footer></body></html>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Return the address of a site with one article."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "artikel.html").write_text(PAGE, encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def show(tmp_path: Path) -> Path:
    folder = tmp_path / "show"
    folder.mkdir()
    settings = '[podcast]\ntitle = "Ortsfunk"\n[jingles]\nstyle = "none"\n[intake]\nprivate_hosts = ["127.0.0.1"]\n'
    (folder / "show.toml").write_text(settings, encoding="utf-8")
    return folder


def run(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ki_briefing", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_a_page_becomes_one_episode_which_needs_the_network_never_again(site: str, show: Path) -> None:
    made = run("new", f"{site}/artikel.html", cwd=show)
    assert made.returncode == 0, made.stderr
    (episode,) = show.glob("20*")
    facts = tomllib.loads((episode / "episode.toml").read_text(encoding="utf-8"))
    assert facts["url"] == f"{site}/artikel.html"
    assert facts["source_id"] == f"{site}/artikel.html".removeprefix("http://")
    assert (episode / "source.html").read_text(encoding="utf-8") == PAGE

    (show / "nochmal.url").write_text(f"[InternetShortcut]\nURL={site}/artikel.html?utm_source=mail#oben\n")
    for again in (f"{site}/artikel.html/", "nochmal.url"):
        known = run("new", again, cwd=show)
        assert (known.returncode, known.stdout) == (65, "")
        assert str(episode) in known.stderr

    assert "Brücke wird saniert" in run("script", episode, cwd=show).stdout
    assert len(list(show.glob("20*"))) == 1


def test_a_bare_address_is_read_and_built_and_its_page_kept(site: str, show: Path) -> None:
    said = run("script", f"{site}/artikel.html", cwd=show)
    assert "Ortsfunk" in said.stdout
    assert "Brücke wird saniert" in said.stdout
    assert "(navigation) Start" in said.stdout
    built = run("build", "--engine", "espeak", f"{site}/artikel.html", cwd=show)
    assert built.returncode == 0, built.stderr
    (kept,) = show.glob("*.html")

    again = run("build", "--engine", "espeak", kept.name, cwd=show)
    assert "unchanged" in again.stdout
    assert f"saved from url=({len(site) + 13:04}){site}/artikel.html" in kept.read_text(encoding="utf-8")


def test_a_page_in_a_private_network_is_refused_unless_the_show_names_it(site: str, tmp_path: Path) -> None:
    for command in ("script", "build"):
        refused = run(command, f"{site}/artikel.html", cwd=tmp_path)
        assert refused.returncode == 65
        assert 'private_hosts = ["127.0.0.1"]' in refused.stderr
    assert not list(tmp_path.glob("*.html"))
