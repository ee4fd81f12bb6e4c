"""The command: logs in, a table, a picture, and what was left out."""

from __future__ import annotations

import gzip
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from public_shows import NOW, build, make_episode, make_show

if TYPE_CHECKING:
    from pathlib import Path

LINE = '203.0.113.%d - - [28/Nov/2026:12:00:00 +0100] "GET /ki/%s HTTP/1.1" 200 9000 "-" "%s"\n'


@pytest.fixture
def show(tmp_path: Path) -> Path:
    show = make_show(tmp_path / "show")
    show.folder.mkdir()
    (show.folder / "show.toml").write_text(
        '[podcast]\ntitle = "KI & Co"\n[publication]\nbase_url = "https://podcast.example.org/ki"\n', encoding="utf-8"
    )
    publish_site(show, [build(show, make_episode(at)) for at in (1, 2)], FolderTarget(show.public), now=NOW)
    return show.folder


def run(folder: Path, *arguments: str, given: bytes = b"") -> tuple[int, str, str]:
    command = [sys.executable, "-m", "ki_briefing", "figures", *arguments]
    done = subprocess.run(command, cwd=folder, input=given, capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_logs_become_a_table_and_a_picture(show: Path) -> None:
    path = next(each.relative_to(show / "public").as_posix() for each in show.rglob("public/**/folge-1*.mp3"))
    (show / "access.log").write_text("nonsense\n" + LINE % (1, path, "AntennaPod/3.4"), encoding="utf-8")
    given = gzip.compress((LINE % (2, path, "VLC/3.0.20 LibVLC/3.0.20") + LINE % (3, path, "curl/8.5.0")).encode())
    code, table, said = run(show, "--svg", "bild.svg", "access.log", "-", given=given)

    assert code == 0
    assert table.splitlines() == [
        "      2  downloads, 2026-11-28 to 2026-11-28 (UTC)",
        "by app",
        "      1  AntennaPod",
        "      1  VLC",
        "by day",
        "      2  2026-11-28",
        "by episode",
        f"      2  {make_episode(1).title} (2026-01-16): AntennaPod 1, VLC 1",
        "      0  1 other episode",
    ]
    assert said.splitlines() == ["left out: 1 programs and servers", "1 of 4 lines are no requests"]
    assert "Downloads von KI &amp; Co: 2" in (show / "bild.svg").read_text(encoding="utf-8")


def test_a_log_or_a_publication_that_is_not_there_is_named(show: Path) -> None:
    (show / "other.log").write_text(LINE % (1, "nichts.mp3", "VLC/3"), encoding="utf-8")
    code, _, said = run(show, "--json", "other.log")
    assert (code, said) == (
        0,
        "no request is for a sound of https://podcast.example.org/ki; of 1, most are for /ki/ (1)\n",
    )
    code, _, said = run(show, "nirgends.log")
    assert (code, said.splitlines()[0]) == (66, "Error: there is no nirgends.log")
    (show / ".cache" / "publication.sqlite").unlink()
    code, _, said = run(show, "-")
    assert (code, said.splitlines()[1]) == (73, "Run ki-briefing publish first.")
