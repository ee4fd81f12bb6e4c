"""An episode's record keeps what was decided, whoever writes at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ki_briefing.base.errors import ConfigError
from ki_briefing.base.people import user_name
from ki_briefing.model.episode import Correction
from ki_briefing.show.reading import load_show
from ki_briefing.show.record import RECORD_FILE, Deed, Entry, EpisodeRecord, load_record, note_deeds

THEN = datetime(2026, 1, 15, 6, tzinfo=UTC)
LATER = datetime(2026, 1, 16, 6, tzinfo=UTC)


@pytest.fixture
def episode(show_folder: Path) -> Path:
    folder = show_folder / "2026-01-15-folge"
    folder.mkdir()
    return folder


def test_what_was_written_comes_back_and_a_comment_stays(show_folder: Path, episode: Path) -> None:
    show = load_show(show_folder)
    entries = (Entry(Deed.APPROVED, THEN, 'Erika "Eri" Muß', "ab" * 32), Entry(Deed.HELD, THEN, "Paul", note="warum?"))
    note_deeds(show, episode, entries[0])
    path = episode / RECORD_FILE
    path.write_text(f"# von Hand\n{path.read_text('utf-8')}", encoding="utf-8")

    assert note_deeds(show, episode, entries[1]) == load_record(episode)
    assert load_record(episode).entries == entries
    assert path.read_text("utf-8").startswith("# von Hand\n")
    assert load_record(episode).hold == entries[1]
    assert note_deeds(show, episode, Entry(Deed.UNHELD, THEN)).hold is None


@pytest.mark.parametrize(
    ("article", "wording", "revised"),
    [
        ("a2", "w2", True),
        ("a1", "w2", False),  # we read the same file in another way than then
        ("a2", "w1", False),  # it says the same, in another layout
    ],
)
def test_a_correction_is_another_file_that_says_something_else(article: str, wording: str, revised: bool) -> None:
    aired = Entry(Deed.AIRED, THEN, audio="ab", article="a1", wording="w1")

    assert EpisodeRecord((aired, Entry(Deed.HELD, THEN))).is_revised(article, wording) is revised
    assert EpisodeRecord().is_revised(article, wording) is False


def test_of_what_an_older_version_aired_a_correction_is_known_if_it_was_taken_as_one() -> None:
    aired, revised = Entry(Deed.AIRED, THEN, audio="ab"), Entry(Deed.REVISED, THEN, article="a2")

    assert EpisodeRecord((aired,)).is_revised("a2", "w2") is False
    assert EpisodeRecord((aired, revised)).is_revised("a2", "w2") is True
    assert EpisodeRecord((aired, revised, aired)).is_revised("a2", "w2") is False


def test_a_correction_gets_another_note_and_stays_one_correction() -> None:
    first, other = Entry(Deed.CORRECTED, THEN, note="drei"), Entry(Deed.CORRECTED, LATER, note="Celle")
    record = EpisodeRecord((first, other, replace(first, note="drei, nicht vier")))

    assert record.corrections == (Correction(THEN, "drei, nicht vier"), Correction(LATER, "Celle"))


def test_nobody_who_writes_at_the_same_time_is_lost(show_folder: Path, episode: Path) -> None:
    show = load_show(show_folder)
    names = [f"Nr. {number}" for number in range(20)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: note_deeds(show, episode, Entry(Deed.APPROVED, THEN, name)), names))

    assert sorted(each.by for each in load_record(episode).entries) == sorted(names)


@pytest.mark.parametrize(
    "text", ["[[entries]\n", '[[entries]]\ndeed = "praised"\nat = 2026-01-15T06:00:00Z\n', "x = 1"]
)
def test_a_record_that_cannot_be_read_is_named_and_not_overwritten(show_folder: Path, episode: Path, text: str) -> None:
    (episode / RECORD_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=RECORD_FILE):
        note_deeds(load_show(show_folder), episode, Entry(Deed.APPROVED, THEN, "Erika"))

    assert (episode / RECORD_FILE).read_text("utf-8") == text


def test_a_record_holds_no_control_character(show_folder: Path, episode: Path) -> None:
    with pytest.raises(ConfigError, match="U\\+0007"):
        note_deeds(load_show(show_folder), episode, Entry(Deed.HELD, THEN, "Erika", note="\a"))

    assert load_record(episode).entries == ()


def test_who_sits_here_has_a_name() -> None:
    assert user_name()
