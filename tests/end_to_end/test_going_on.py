"""A show goes on: on another machine, at another place, with a newer version."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

ARTICLE = "# {title}\n\nDer erste Satz steht hier.\n\n## Mehr\n\nDer zweite Satz auch.\n\n## Noch mehr\n\nDer dritte.\n"
SETTINGS = '[jingles]\nstyle = "none"\n[publication]\nbase_url = "https://podcast.example.org"\n'


def run(*arguments: object, show: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ki_briefing", *map(str, arguments)]
    return subprocess.run(command, cwd=show, capture_output=True, text=True, check=False)


def on_air(show: Path) -> str:
    return (show / "public" / "feed.xml").read_text(encoding="utf-8")


@pytest.fixture
def show(tmp_path: Path) -> Path:
    """Two episodes on air."""
    folder = tmp_path / "show"
    folder.mkdir()
    (folder / "show.toml").write_text(SETTINGS, encoding="utf-8")
    for title in ("Eins", "Zwei"):
        (folder / f"{title}.md").write_text(ARTICLE.format(title=title), encoding="utf-8")
        assert run("new", f"{title}.md", "--date", "2026-01-15T06:00:00+01:00", show=folder).returncode == 0
    assert run("run", show=folder).returncode == 0
    return folder


def test_a_show_that_was_copied_or_moved_has_nothing_to_do(show: Path, tmp_path: Path) -> None:
    before = on_air(show)
    moved = show.rename(tmp_path / "anderswo")
    for path in moved.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    done = run("build", "--json", show=moved)
    (moved / "2026-01-15-eins" / "article.md").write_text("", encoding="utf-8")
    run("run", show=moved)

    assert on_air(moved) == before  # what cannot be built anew stays on air as it was
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["unchanged"] for line in done.stdout.splitlines()] == [True, True]


def test_a_show_of_version_0_1_keeps_guids_addresses_and_dates(show: Path) -> None:
    """It knew its episodes by absolute paths, and held all that is known of a build in build.json."""
    before = on_air(show)
    with closing(sqlite3.connect(show / ".cache" / "publication.sqlite", isolation_level=None)) as ledger:
        for table in ("episode", "item"):
            ledger.execute(f"UPDATE {table} SET folder = ? || folder", (f"{show}/",))
    old = {"audio": "x.mp3", "seconds": 1.0, "integrated": -16.0, "outputs": [], "inputs": "0"}
    for file in show.glob("*/built/build.json"):
        file.write_text(json.dumps(old), encoding="utf-8")
    (show / "2026-01-15-eins" / "article.md").write_text("", encoding="utf-8")
    first = run("run", show=show)
    kept = on_air(show)
    rebuilt = run("build", "2026-01-15-zwei", show=show)
    run("publish", show=show)

    assert first.returncode == 65  # the emptied article
    assert kept == before
    assert rebuilt.returncode == 0
    assert on_air(show) == before
