"""An article whose own date lies ahead becomes an episode of that date."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from ki_briefing.new import new_episode, take_article
from ki_briefing.show.reading import load_episode, load_show

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.fromisoformat("2026-01-15T06:00:00+01:00")


@pytest.mark.parametrize(
    ("written", "aired"),
    [
        ("2026-12-24T18:00", "2026-12-24T18:00:00-05:00"),
        ("2026-12-24 18:00:00", "2026-12-24T18:00:00-05:00"),
        ("2026-12-24 18 Uhr", "2026-12-24T18:00:00-05:00"),
        ("24.12.2026, 18 Uhr", "2026-12-24T18:00:00-05:00"),
        ("2026-12-24T18:00:00+01:00", "2026-12-24T12:00:00-05:00"),
        ("2026-12-24", "2026-12-24T00:00:00-05:00"),
        ("2027-03-14T02:30", "2027-03-13T20:30:00-05:00"),  # never shown there: by the clock of Berlin
        ("9999-12-31", "9999-12-31T00:00:00-05:00"),
        ("2026-01-15", "2026-01-15T00:00:00-05:00"),  # that day has begun
        ("2025-12-24T18:00", "2026-01-15T00:00:00-05:00"),
        ("bald", "2026-01-15T00:00:00-05:00"),
    ],
)
def test_an_article_whose_own_date_is_ahead_waits_for_it(
    show_folder: Path, tmp_path: Path, written: str, aired: str
) -> None:
    (show_folder / "show.toml").write_text('[podcast]\ntimezone = "America/New_York"\n', encoding="utf-8")
    show, path = load_show(show_folder), tmp_path / "a.md"
    path.write_text(f"---\ndate: {written}\n---\n# Titel\n\nEin Satz.\n", encoding="utf-8")
    taken = take_article(path, show, now=NOW)
    other = new_episode(path, show, date=NOW, now=NOW, again=True)

    assert load_episode(taken.folder).date.isoformat() == aired
    assert ("waits for its date" in taken.remark) == (datetime.fromisoformat(aired) > NOW)
    assert ("cannot be read, so it does not wait for it: bald" in taken.remark) == (written == "bald")
    assert load_episode(other).date == NOW


def test_a_page_that_names_a_date_ahead_waits_for_it_and_a_correction_moves_none(
    show_folder: Path, tmp_path: Path
) -> None:
    show = load_show(show_folder)
    page = "<html><head><meta property='article:published_time' content='2026-12-{}T18:00:00+01:00'></head><body>{}"
    text = "<article><h1>Titel</h1><p>Ein Satz über Heiligabend, der lang genug ist.</p>"
    path = tmp_path / "a.html"
    path.write_text(page.format(24, text), encoding="utf-8")
    folder = take_article(path, show, now=NOW).folder
    text += "<p>Auch am zweiten Tag der Feier wird noch gesungen.</p>"
    path.write_text(page.format(31, text), encoding="utf-8")
    taken = take_article(path, show, now=NOW)
    date = datetime.fromisoformat("2026-12-24T18:00:00+01:00")

    assert (taken.folder, taken.corrects, load_episode(folder).date) == (folder, True, date)
    assert "it stays dated 2026-12-24" in taken.remark
