"""A newsroom shows what an episode is made of and that it did its duty, years later and for a whole year."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ki_briefing.build import build_episode
from ki_briefing.cli import cli
from ki_briefing.decide import approve_episode
from ki_briefing.new import new_episode
from ki_briefing.publish import publish_show
from ki_briefing.show.reading import load_show

NOW = datetime(2026, 3, 4, 6, 5, tzinfo=UTC)
SETTINGS = """
[podcast]
description = "Proben."
timezone = "Europe/Berlin"
license = "cc-by-4.0"
written_by = "people"
[voice]
cloned = true
consent = "Eva Muster, 1. März 2026"
[jingles]
style = "none"
[publication]
base_url = "https://podcast.example.org"
approval = "first"
"""
ARTICLE = (
    "# {title}\n\nDer Satz steht hier, lang genug.\n\n![Bild](b.jpg)\n\n## Ein Teil\n\nNoch einer.\n\n## Ende\n\nAus.\n"
)


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(each) for each in arguments])


@pytest.fixture(scope="module")
def episode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an episode that was approved, aired and corrected, in a show with one that is not built."""
    folder = tmp_path_factory.mktemp("show")
    (folder / "show.toml").write_text(SETTINGS, encoding="utf-8")
    show = load_show(folder)
    (folder / "artikel.md").write_text(ARTICLE.format(title="=1+1"), encoding="utf-8")
    episode = new_episode(folder / "artikel.md", show, now=NOW)
    build_episode(episode)
    approve_episode(episode, by="Erika", now=NOW)
    publish_show(folder, now=NOW)
    source = next(episode.glob("*.md"))
    source.write_text(source.read_text(encoding="utf-8").replace("Noch einer.", "Und einer."), encoding="utf-8")
    build_episode(episode)
    publish_show(folder, now=NOW + timedelta(hours=1))
    (folder / "neu.md").write_text(ARTICLE.format(title="Neues Jahr"), encoding="utf-8")
    (folder / "show.toml").write_text(SETTINGS.replace('written_by = "people"\n', ""), encoding="utf-8")
    build_episode(new_episode(folder / "neu.md", show, now=NOW + timedelta(days=365)))
    (folder / "show.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "leer.md").write_text(ARTICLE.format(title="Noch nichts"), encoding="utf-8")
    new_episode(folder / "leer.md", show, now=NOW)
    return episode


def test_the_record_tells_all_and_is_kept_beside_the_episode(episode: Path) -> None:
    shown = json.loads(call("record", episode, "--json").output)
    (voice,) = shown["voices"]

    assert shown["article_digest"] == hashlib.sha256(next(episode.glob("*.md")).read_bytes()).hexdigest()
    assert (voice["voice"], voice["kind"], voice["licence"]) == ("espeak", "cloned", "GPL-3.0-or-later")
    assert voice["fingerprint"].startswith("espeak-ng 1.5")
    assert voice["consent"] == "Eva Muster, 1. März 2026"
    assert shown["notice"] == "Dieser Beitrag enthält eine mit KI nachgebildete Stimme."
    assert 0 <= shown["notice_at"] < 8
    (reminder,) = shown["reminders_at"]
    assert shown["notice_at"] < reminder < 60
    assert (shown["verbatim"], shown["written_by"]) == (True, "people")
    moments = (shown["date"], *(each["at"] for each in (*shown["entries"], *shown["corrections"])))
    assert {each[-6:] for each in moments} == {"+01:00"}
    assert [each["text"] for each in shown["omitted"]] == ["Bild"]
    assert (shown["signed"], shown["time_stamp"], shown["mark"], shown["license"]) == (False, "none", "", "cc-by-4.0")
    deeds = [each["deed"] for each in shown["entries"]]
    assert [each for each in deeds if each in ("approved", "aired")] == ["approved", "aired", "aired"]
    assert [each["note"] for each in shown["corrections"]] == [""]
    kept = json.loads((episode / "dossier.json").read_text(encoding="utf-8"))
    assert {**kept, "folder": shown["folder"]} == shown
    assert str(episode.parent) not in (episode / "dossier.json").read_text(encoding="utf-8")


def test_what_was_built_may_get_lost_but_not_what_is_to_be_shown_of_it(episode: Path) -> None:
    before = json.loads(call("record", episode, "--json").output)
    (mp3,) = (episode / "built").glob("*.mp3")
    sound = mp3.read_bytes()
    mp3.write_bytes(sound + b"x")
    altered = call("record", episode)
    (episode / "built").rename(episode / "elsewhere")
    lost = call("record", episode, "--json")
    (episode / "elsewhere").rename(episode / "built")
    mp3.write_bytes(sound)

    assert "as dossier.json kept it: " in altered.output
    assert "is not the MP3 that was built" in altered.output
    kept = json.loads(lost.output)
    assert (lost.exit_code, "built" in kept["kept"], {**kept, "kept": ""}) == (0, True, before)


def test_word_for_word_is_told_whoever_wrote_it(episode: Path) -> None:
    shown = json.loads(call("record", next(episode.parent.glob("*-neues-jahr")), "--json").output)

    assert shown["verbatim"] is True


def test_the_record_of_a_year_is_a_table(episode: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = call("record", "--all", "--csv", "--year", "2026", "--show", episode.parent)
    table = done.stdout if hasattr(done, "stdout") else done.output
    rows = list(csv.DictReader(io.StringIO(table[table.index("number,") :])))

    assert "\\u000d" not in table
    assert [(row["title"], row["approved_by"], row["corrections"]) for row in rows] == [
        ("'=1+1", "", "1"),
        ("", "", ""),
    ]
    assert "consent: Eva Muster" in rows[0]["voices"]
    assert [row["state"].partition(":")[0] for row in rows] == ["built", "not built"]
    assert done.exit_code == 0
    shown = call("record", "--all", "--show", episode.parent).output
    assert "Neues Jahr" in shown
    assert "2026-03-04-noch-nichts: not built (number 3, 2026-03-04 07:05+01:00)" in shown
    assert call("record", "--all", "--csv", "--json", "--show", episode.parent).exit_code == 2
    assert call("record").exit_code == call("record", episode, "--all").exit_code == 2
    assert call("record", episode, "--csv").exit_code == 2
