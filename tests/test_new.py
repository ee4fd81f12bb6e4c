"""An article becomes an episode once; what is decided then stays."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from ki_briefing.base.errors import AlreadyAnEpisode, ArticleError, StorageError
from ki_briefing.new import new_episode
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
