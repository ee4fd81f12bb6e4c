"""A show that had another podcast host goes on here, and its listeners' apps notice nothing."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import uuid
from pathlib import Path

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


def test_a_feed_that_cannot_be_used_leaves_no_show(tmp_path: Path) -> None:
    (tmp_path / "old.xml").write_text("<!DOCTYPE rss [<!ENTITY a 'b'>]><rss/>", encoding="utf-8")
    for feed, code in (("old.xml", 65), ("absent.xml", 74)):
        made = run("init", "show", "--feed", feed, cwd=tmp_path)
        assert made.returncode == code
        assert "Save the old host's feed as a file" in made.stderr
        assert not (tmp_path / "show").exists()
