"""A new show, from init to publication, and what its producer is told on the way."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from ki_briefing.show.guid import guid_of

SHORT = "Der erste Satz steht hier, lang genug für einen Absatz. Der zweite Satz auch."


def run(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ki_briefing", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def show(tmp_path: Path) -> Path:
    folder = tmp_path / "show"
    about = ("--title", "Probe", "--description", "Proben", "--base-url", "https://podcast.example.org")
    assert run("init", folder, *about, cwd=tmp_path).returncode == 0
    return folder


def own_article(show: Path) -> Path:
    """Return an article made of the example, as a producer begins."""
    article = show / "eigener.md"
    text = (show / "beispiel.md").read_text(encoding="utf-8")
    article.write_text(text.replace("Redaktion", "Zeitung"), encoding="utf-8")
    return article


def test_a_new_show_keeps_the_guid_that_its_first_address_gives_it(show: Path) -> None:
    podcast = tomllib.loads((show / "show.toml").read_text(encoding="utf-8"))["podcast"]

    assert podcast["guid"] == guid_of("https://podcast.example.org/feed.xml")


def test_nothing_that_init_wrote_goes_on_air(tmp_path: Path) -> None:
    show = tmp_path / "neu"
    assert run("init", show, "--base-url", "https://podcast.example.org", cwd=tmp_path).returncode == 0
    for article in (show / "beispiel.md", own_article(show)):
        shutil.copy(article, show / "inbox" / article.name)
        os.utime(show / "inbox" / article.name, (0, 0))

    first = run("run", "--show", show, cwd=tmp_path)
    text = (show / "show.toml").read_text(encoding="utf-8")
    (show / "show.toml").write_text(text.replace("Worum es in diesem Podcast geht.", "Proben."), encoding="utf-8")
    second = run("run", "--show", show, cwd=tmp_path)
    feed = (show / "public" / "feed.xml").read_text(encoding="utf-8")

    assert (first.returncode, first.stderr.count("description: Worum es in diesem Podcast geht")) == (65, 2)
    assert (second.returncode, second.stderr.count("article: the example")) == (65, 1)
    assert (feed.count("<item>"), feed.count("<title>Eine Zeitung l")) == (1, 1)


def test_publish_says_where_the_feed_is_and_which_episodes_are_not_as_they_should_be(show: Path) -> None:
    for name in ("eins", "zwei"):
        (show / f"{name}.md").write_text(f"# {name.title()}\n\n{SHORT}\n", encoding="utf-8")
        assert run("new", f"{name}.md", cwd=show).returncode == 0
    (one,) = show.glob("*-eins")
    assert run("build", one, cwd=show).returncode == 0
    done = run("publish", cwd=show)
    with (one / "article.md").open("a", encoding="utf-8") as article:
        article.write("\nEin Satz mehr steht jetzt hier.\n")
    again = run("-v", "publish", cwd=show)

    assert len(done.stdout.splitlines()) == 1
    assert done.stdout.strip().endswith("/feed.xml")
    assert "not built yet" in done.stderr
    assert one.name not in done.stderr
    assert f"edited since it was built: {one}" in again.stderr


def test_files_of_a_show_that_are_something_else_are_named_as_such(show: Path) -> None:
    (show / "artikel.txt").write_text(SHORT, encoding="utf-8")
    lexicon, settings = run("lexicon", "artikel.txt", cwd=show), run("build", "show.toml", cwd=show)

    assert (lexicon.returncode, settings.returncode) == (78, 78)
    assert "artikel.txt is no lexicon" in lexicon.stderr
    assert "show.toml is no article" in settings.stderr


def test_a_new_show_runs_from_init_to_publication(tmp_path: Path) -> None:
    show = tmp_path / "neu"
    title = "KI-Briefing-Daily"  # as an unset title would be, but not as the first settings say
    address = "https://podcast.example.org"
    about = ("--title", title, "--description", "Nachrichten", "--base-url", address)
    assert run("init", show, *about, cwd=tmp_path).returncode == 0
    article = own_article(show)
    assert run("new", article, "--show", show, cwd=tmp_path).returncode == 0
    assert run("build", cwd=show).returncode == 0
    assert run("check", cwd=show).returncode == 0
    assert run("publish", cwd=show).returncode == 0

    public = tree(show / "public")
    assert b"<enclosure" in public["feed.xml"]
    assert f"<title>{title}</title>".encode() in public["feed.xml"]
    assert run("-v", "publish", cwd=show).stdout == f"{address}/feed.xml\n"
    assert tree(show / "public") == public
    assert run("init", show, cwd=tmp_path).returncode == 78


def test_a_date_is_taken_as_people_write_it_and_said_with_its_zone(show: Path) -> None:
    (show / "a.md").write_text(f"# Titel\n\n{SHORT}\n", encoding="utf-8")
    never = run("new", "a.md", "--date", "29.3.2026 2:30 Uhr", cwd=show)
    made = run("new", "a.md", "--date", "12.3.2026, 18 Uhr", cwd=show)

    assert (never.returncode, made.returncode) == (2, 0)
    assert "no clock shows 29.03.2026 02:30 in Europe/Berlin" in never.stderr
    assert "Goes on air: 12.03.2026 18:00 UTC+0100 (Europe/Berlin)" in made.stderr
    assert "2026-03-12T18:00:00+01:00" in (Path(made.stdout.strip()) / "episode.toml").read_text(encoding="utf-8")
