"""A show that had another podcast host goes on here, and its listeners' apps notice nothing."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import uuid
from pathlib import Path

import feedparser

import ki_briefing
from old_host import OldHost, feed_of, mp3

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>Der "alte" Podcast &amp; mehr</title><description>Worum es geht.
Zweite Zeile.</description><language>de-AT</language><link>https://redaktion.example.org</link>
<atom:link rel="self" href="https://alt.example/feed/"/>
<itunes:author>Redaktion</itunes:author><itunes:explicit>yes</itunes:explicit>
<itunes:owner><itunes:email>wir@example.org</itunes:email></itunes:owner>
<itunes:category text="Society &amp; Culture"><itunes:category text="Documentary"/></itunes:category>
<item><title>Chips für alle</title><guid isPermaLink="false">tag:alt,2020:17</guid><itunes:episode>17</itunes:episode>
<pubDate>Mon, 2 Mar 2020 05:00:00 GMT</pubDate>
<enclosure url="https://alt.example/17.mp3" length="1" type="audio/mpeg"/></item></channel></rss>
"""


def run(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ki_briefing", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def facts_of(article: str, name: str, folder: Path) -> dict[str, object]:
    (folder / name).write_text(article, encoding="utf-8")
    made = run("new", name, "--show", "show", cwd=folder)
    assert made.returncode == 0, made.stderr
    return tomllib.loads((Path(made.stdout.strip()) / "episode.toml").read_text("utf-8"))


def test_settings_guids_dates_and_numbers_of_the_old_feed_go_on(tmp_path: Path) -> None:
    (tmp_path / "old.xml").write_text(FEED, encoding="utf-8")
    made = run("init", "show", "--feed", "old.xml", "--base-url", "https://neu.example.org", cwd=tmp_path)
    assert made.returncode == 0, made.stderr

    podcast = tomllib.loads((tmp_path / "show" / "show.toml").read_text("utf-8"))["podcast"]
    assert podcast == {
        "title": 'Der "alte" Podcast & mehr',
        "description": "Worum es geht.\nZweite Zeile.",
        "author": "Redaktion",
        "email": "wir@example.org",
        "link": "https://redaktion.example.org",
        "language": "de-AT",
        "category": "Society & Culture > Documentary",
        "explicit": True,
        "timezone": "Europe/Berlin",
        "guid": str(uuid.uuid5(uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6"), "alt.example/feed")),
    }
    text = "# {}\n\nEin Satz, der lang genug ist.\n{}"
    old = facts_of(text.format("Chips für alle!", ""), "alt.md", tmp_path)
    assert (old["guid"], old["number"], str(old["date"])) == ("tag:alt,2020:17", 17, "2020-03-02 06:00:00+01:00")
    new = facts_of(text.format("Etwas Neues", ""), "neu.md", tmp_path)
    assert (len(str(new["guid"])), new["number"]) == (36, 18)
    again = facts_of(text.format("Chips für alle", "Und noch ein Satz."), "nochmal.md", tmp_path)
    assert (again["guid"] != old["guid"], again["number"]) == (True, 19)


def allow_loopback(show: Path) -> None:
    settings = (show / "show.toml").read_text("utf-8")
    (show / "show.toml").write_text(f'{settings}\n[intake]\nprivate_hosts = ["127.0.0.1"]\n', encoding="utf-8")


def test_the_sounds_come_along_and_a_dead_one_stays_where_it_is(tmp_path: Path) -> None:
    with OldHost() as host:
        cover = f'<itunes:image href="{host.url}/cover"/>'
        feed = feed_of(host, 3, 2, 1, head=cover, seconds=40)
        del host.files["/2.mp3"]
        host.files["/cover"] = (Path(ki_briefing.__file__).parent / "data" / "cover.jpg").read_bytes()
        host.breaks["/1.mp3"] = 1 << 14  # a few tries are not enough
        (tmp_path / "old.xml").write_text(feed, encoding="utf-8")
        command = ("init", "show", "--feed", "old.xml", "--with-audio", "--base-url", "https://neu.example.org")

        made = run(*command, cwd=tmp_path)
        assert made.returncode == 3
        assert made.stderr.count("is in a private network") == 4  # so far nobody allows it
        allow_loopback(tmp_path / "show")
        made = run(*command, cwd=tmp_path)
        assert made.returncode == 3, made.stderr
        assert f"not fetched: “Folge 2”: {host.url}/2.mp3 answers with HTTP 404" in made.stderr
        assert f"not fetched: “Folge 1”: {host.url}/1.mp3 broke off" in made.stderr

        host.breaks.clear()
        host.asked.clear()
        made = run(*command, cwd=tmp_path)
        assert host.asked == [("/2.mp3", ""), ("/1.mp3", f"bytes={3 << 14}-")]
        assert "still at their old addresses: sounds of 1 episodes" in made.stderr
        assert "(HTTP 301) to https://neu.example.org/feed.xml" in made.stderr

    done = run("publish", "--show", "show", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    public = tmp_path / "show" / "public"
    entries = feedparser.parse((public / "feed.xml").read_bytes()).entries
    assert [each.id for each in entries] == ["alt-3", "alt-2", "alt-1"]
    for number, entry in zip((3, 2, 1), entries, strict=True):
        sound = entry.enclosures[0]
        if number == 2:
            assert sound.href == f"{host.url}/2.mp3"
        else:
            file = public / sound.href.removeprefix("https://neu.example.org/")
            assert file.read_bytes() == mp3(40, 300 + number)
            assert sound.length == str(file.stat().st_size)
    assert tomllib.loads((tmp_path / "show" / "show.toml").read_text("utf-8"))["podcast"]["cover"] == "assets/cover.jpg"


def test_a_feed_that_cannot_be_used_leaves_no_show(tmp_path: Path) -> None:
    (tmp_path / "old.xml").write_text("<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>", encoding="utf-8")
    for feed, code, hint in (
        ("old.xml", 65, "Take the <!DOCTYPE …> out"),
        ("absent.xml", 74, "Save the old host's feed as a file"),
        ("http://127.0.0.1:9/feed.xml", 65, "Save the feed as a file, and name that."),
    ):
        made = run("init", "show", "--feed", feed, cwd=tmp_path)
        assert made.returncode == code
        assert hint in made.stderr
        assert not (tmp_path / "show").exists()
