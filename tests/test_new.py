"""An article becomes an episode once; what is decided then stays."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from ki_briefing.base.errors import AlreadyAnEpisode, ArticleError, ConfigError, StorageError
from ki_briefing.build import read_script
from ki_briefing.new import new_episode
from ki_briefing.show.podcast import Podcast
from ki_briefing.show.reading import load_episode, load_show

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime.fromisoformat("2026-01-15T06:00:00+01:00")


def article(folder: Path, name: str, headline: str, text: str = "Ein Satz, der lang genug ist.") -> Path:
    path = folder / name
    path.write_text(f"# {headline}\n\n{text}\n", encoding="utf-8")
    return path


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "desk").mkdir()
    return tmp_path / "desk"


def test_guid_date_number_and_address_are_decided_once(show_folder: Path, desk: Path) -> None:
    show = load_show(show_folder)
    first = new_episode(article(desk, "a.md", "Zölle & Mehr"), show, now=NOW)
    second = new_episode(article(desk, "b.markdown", "Ωμέγα"), show, now=NOW)
    facts = [load_episode(folder) for folder in (first, second)]

    assert [folder.name for folder in (first, second)] == ["2026-01-15-zoelle-mehr", "2026-01-15-folge"]
    assert [each.number for each in facts] == [1, 2]
    assert [each.date for each in facts] == [NOW, NOW]
    assert facts[0].guid != facts[1].guid
    assert (first / facts[0].source).read_bytes() == (desk / "a.md").read_bytes()


def test_the_same_article_is_no_second_episode_and_a_correction_belongs_into_the_first(
    show_folder: Path, desk: Path
) -> None:
    show = load_show(show_folder)
    folder = new_episode(article(desk, "a.md", "Titel"), show, now=NOW)

    with pytest.raises(AlreadyAnEpisode) as again:
        new_episode(article(desk, "copy.md", "Titel"), show, now=NOW)
    with pytest.raises(ArticleError, match="that day and headline") as corrected:
        new_episode(article(desk, "b.md", "Titel", "Ein anderer Satz, auch lang genug."), show, now=NOW)
    assert again.value.folder == folder
    assert "correction" in corrected.value.hint


def test_a_folder_that_cannot_be_made_leaves_no_half_one(show_folder: Path, desk: Path) -> None:
    show = load_show(show_folder)
    (show_folder / ".~new").write_text("in the way")

    with pytest.raises(StorageError):
        new_episode(article(desk, "a.md", "Titel"), show, now=NOW)
    assert not list(show_folder.glob("2026-*"))


def test_a_show_with_a_time_zone_tells_dates_by_its_own_clock(show_folder: Path, desk: Path) -> None:
    (show_folder / "show.toml").write_text('[podcast]\ntimezone = "Europe/Berlin"\n', encoding="utf-8")
    show = load_show(show_folder)
    night = datetime.fromisoformat("2026-06-30T22:30:00+00:00")  # half past midnight in Berlin
    folder = new_episode(article(desk, "a.md", "Titel"), show, now=night)
    facts = (folder / "episode.toml").read_text(encoding="utf-8")
    (folder / "episode.toml").write_text(facts.replace("2026-07-01T00:30:00+02:00", "2026-06-30T22:30:00Z"))
    script = read_script(folder)

    assert "2026-07-01T00:30:00+02:00" in facts
    assert folder.name == "2026-07-01-titel"
    assert script.segments[0].utterances[2].written == "Mittwoch, der 1. Juli 2026."


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2026-01-15T06:00", "2026-01-15T06:00:00+01:00"),
        ("2026-07-15T06:00", "2026-07-15T06:00:00+02:00"),
        ("2026-10-25T02:30", "2026-10-25T02:30:00+02:00"),  # shown twice: the first time
        ("2026-03-29T02:30", None),  # never shown
    ],
)
def test_a_date_without_a_zone_is_by_the_shows_clock(written: str, shown: str | None) -> None:
    podcast, moment = Podcast(timezone="Europe/Berlin"), datetime.fromisoformat(written)

    if shown:
        assert podcast.by_its_clock(moment).isoformat() == shown
    else:
        with pytest.raises(ValueError, match="no clock shows"):
            podcast.by_its_clock(moment)


@pytest.mark.parametrize("zone", ["Europe/Berlim", "Europe", "../etc/passwd", "MEZ+1"])
def test_a_time_zone_that_is_none_is_refused(show_folder: Path, zone: str) -> None:
    (show_folder / "show.toml").write_text(f'[podcast]\ntimezone = "{zone}"\n', encoding="utf-8")

    with pytest.raises(ConfigError, match="timezone: must be a time zone such as Europe/Berlin"):
        load_show(show_folder)
