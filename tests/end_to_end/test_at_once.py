"""Several at work on one show: who builds an episode stops nobody who builds another, numbers or publishes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ki_briefing.base.files import lock

if TYPE_CHECKING:
    from collections.abc import Iterator

ARTICLE = "# {title}\n\nDer erste Satz steht hier.\n\n## Mehr\n\nDer zweite Satz auch.\n\n## Noch mehr\n\nDer dritte.\n"
SETTINGS = '[jingles]\nstyle = "none"\n[publication]\nbase_url = "https://podcast.example.org"\n'


def run(*arguments: object, show: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ki_briefing", *map(str, arguments)]
    return subprocess.run(command, cwd=show, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shows") / "show"
    folder.mkdir()
    (folder / "show.toml").write_text(SETTINGS, encoding="utf-8")
    for title in ("Eins", "Zwei"):
        (folder / f"{title}.md").write_text(ARTICLE.format(title=title), encoding="utf-8")
        assert run("new", f"{title}.md", "--date", "2026-01-15T06:00:00+01:00", show=folder).returncode == 0
    assert run("build", show=folder).returncode == 0
    return folder


@pytest.fixture
def show(finished: Path, tmp_path: Path) -> Path:
    shutil.copytree(finished, tmp_path / "show")
    return tmp_path / "show"


def episode(show: Path, title: str) -> Path:
    return show / f"2026-01-15-{title.lower()}"


def on_air(show: Path) -> str:
    return (show / "public" / "feed.xml").read_text(encoding="utf-8")


@contextmanager
def being_built(show: Path, title: str) -> Iterator[None]:
    """Hold the lock of an episode, as whoever builds it does."""
    name = f"{episode(show, title).name}-built"
    with lock(show / ".cache" / "locks" / name, "it"):
        yield


def test_a_build_does_not_stop_the_build_of_another_episode_or_a_new_one(show: Path) -> None:
    with being_built(show, "Eins"):
        same = run("build", episode(show, "Eins"), show=show)
        other = run("build", episode(show, "Zwei"), show=show)
        (show / "b.md").write_text(ARTICLE.format(title="Drei"), encoding="utf-8")
        new = run("new", "b.md", show=show)

    assert (same.returncode, other.returncode, new.returncode) == (75, 0, 0)
    assert "another ki-briefing is at work on" in same.stderr
    assert "2026-01-15-eins" in same.stderr


def test_what_is_being_built_is_published_by_the_next_publication_and_stops_no_other(show: Path) -> None:
    with being_built(show, "Eins"):
        first = run("publish", show=show)
        without = on_air(show)
    run("publish", show=show)

    assert first.returncode == 0
    assert "stays as it is while it is being built" in first.stderr
    assert "<title>Zwei</title>" in without
    assert "<title>Eins</title>" not in without
    assert "<title>Eins</title>" in on_air(show)


def test_an_episode_that_is_built_anew_stays_on_air_meanwhile_as_it_was(show: Path) -> None:
    run("publish", show=show)
    before = on_air(show)
    article = episode(show, "Eins") / "article.md"
    article.write_text(article.read_text(encoding="utf-8") + "\nEin Nachtrag.\n", encoding="utf-8")
    run("build", episode(show, "Eins"), show=show)
    with being_built(show, "Eins"):
        run("publish", show=show)
        meanwhile = on_air(show)
    run("publish", show=show)

    assert meanwhile == before
    assert on_air(show) != before


def test_a_run_leaves_alone_what_somebody_builds_by_hand_and_says_nothing(show: Path) -> None:
    with being_built(show, "Eins"):
        done = run("run", show=show)
        without = on_air(show)
    assert (done.returncode, done.stderr) == (0, "")
    assert "<title>Eins</title>" not in without

    assert run("run", show=show).returncode == 0
    assert "<title>Eins</title>" in on_air(show)


def test_a_release_whose_files_are_not_those_it_names_is_not_published(show: Path) -> None:
    """As a build leaves it that was killed while it put its files in their places."""
    run("publish", show=show)
    before = on_air(show)
    built = episode(show, "Eins") / "built"
    audio = built / "2026-01-15-eins.mp3"
    audio.write_bytes(audio.read_bytes()[:-1] + b"\0")
    os.utime(built / "episode.json")
    done = run("publish", show=show)
    after = on_air(show)
    again = run("build", episode(show, "Eins"), show=show)

    assert done.returncode == 73
    assert "is missing or not whole" in done.stderr
    assert after == before
    assert again.returncode == 0
    assert run("publish", show=show).returncode == 0
