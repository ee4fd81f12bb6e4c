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
    build_episode(new_episode(folder / "neu.md", show, now=NOW + timedelta(days=365)))
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
    assert shown["verbatim"] is True
    assert [each["text"] for each in shown["omitted"]] == ["Bild"]
    assert (shown["signed"], shown["time_stamp"], shown["mark"], shown["license"]) == (False, "none", "", "cc-by-4.0")
    deeds = [each["deed"] for each in shown["entries"]]
    assert [each for each in deeds if each in ("approved", "aired")] == ["approved", "aired", "aired"]
    assert [each["note"] for each in shown["corrections"]] == [""]
    kept = json.loads((episode / "dossier.json").read_text(encoding="utf-8"))
    assert {**kept, "folder": shown["folder"]} == shown
    assert str(episode.parent) not in (episode / "dossier.json").read_text(encoding="utf-8")


def test_the_record_of_a_year_is_a_table(episode: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = call("record", "--all", "--csv", "--year", "2026", "--show", episode.parent)
    table = done.stdout if hasattr(done, "stdout") else done.output
    rows = list(csv.DictReader(io.StringIO(table[table.index("number,") :])))

    assert [(row["title"], row["approved_by"], row["corrections"]) for row in rows] == [("'=1+1", "", "1")]
    assert "consent: Eva Muster" in rows[0]["voices"]
    assert "cannot read" in table  # the one that is not built is named, and the others are told
    assert done.exit_code == 73
    assert "Neues Jahr" in call("record", "--all", "--show", episode.parent).output
    assert call("record").exit_code == call("record", episode, "--all").exit_code == 2
    assert call("record", episode, "--csv").exit_code == 2
