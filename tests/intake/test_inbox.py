"""What is dropped into the inbox is taken once it is complete, in order; what cannot be used waits with its reason."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from ki_briefing.base.errors import ArticleError, Exit, StorageError
from ki_briefing.base.files import file_digest
from ki_briefing.intake import inbox
from ki_briefing.intake.inbox import (
    FAILED,
    REASON,
    arrivals,
    check_kind,
    is_complete,
    remove,
    remove_pictures,
    set_aside,
    strangers,
)

HOUR = 3600.0


def drop(path: Path, age: float = HOUR) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("Text", encoding="utf-8")
    os.utime(path, (time.time() - age,) * 2)
    return path


def names(folder: Path, patience: float = 0.0) -> list[str]:
    return [path.name for path in arrivals(folder, patience)]


def test_articles_come_oldest_first_and_those_of_one_moment_by_name(tmp_path: Path) -> None:
    for name, age in (("c.md", 1 * HOUR), ("a.md", 2 * HOUR), ("b.txt", 3 * HOUR)):
        drop(tmp_path / name, age)
    for name in ("e.md", "d.md"):
        os.utime(drop(tmp_path / name), (1_000_000_000, 1_000_000_000))

    assert names(tmp_path) == ["d.md", "e.md", "b.txt", "a.md", "c.md"]


@pytest.mark.parametrize(
    "name",
    (
        ".versteckt.md ~$artikel.docx #artikel# _entwurf.md a.md~ a.md.part a.TMP a.crdownload bild.PNG bild.jpeg "
        f"a.md{REASON} .~1f-0123abcd-a.md"
    ).split(),
)
def test_what_is_temporary_or_a_picture_is_not_taken(tmp_path: Path, name: str) -> None:
    drop(tmp_path / name)

    assert names(tmp_path) == []


def test_folders_links_and_pipes_are_not_taken_and_said(tmp_path: Path) -> None:
    (tmp_path / "ordner.md").mkdir()
    (tmp_path / "link.md").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "rohr.md")
    set_aside(drop(tmp_path / "a.md"), "no sentence")

    assert names(tmp_path) == []
    said = {path.name: error.message for path, error in strangers(tmp_path)}
    assert said == {
        "link.md": "a link in the inbox is not taken",
        "ordner.md": "a folder in the inbox is not taken",
        "rohr.md": "a pipe in the inbox is not taken",
    }
    assert list(strangers(tmp_path / "absent")) == []


def test_an_upload_that_stands_still_is_waited_for_until_its_writer_closes_it(tmp_path: Path) -> None:
    path = drop(tmp_path / "halb.md")
    with path.open("a", encoding="utf-8") as upload:
        upload.write(", und der Rest")
        upload.flush()
        os.utime(path, (time.time() - HOUR,) * 2)
        assert (names(tmp_path), is_complete(path, patience=0)) == ([], False)
        assert [(each, error.message) for each, error in strangers(tmp_path)] == [
            (path, "a program has it open and writes nothing")
        ]
    os.utime(path, (time.time() - HOUR,) * 2)

    with path.open(encoding="utf-8"):  # who reads it does not disturb
        assert (names(tmp_path), is_complete(path, patience=0)) == (["halb.md"], True)


def test_an_inbox_that_is_not_there_is_empty_and_one_that_is_none_says_so(tmp_path: Path) -> None:
    assert names(tmp_path / "absent") == []
    with pytest.raises(StorageError) as caught:
        names(drop(tmp_path / "a.md"))
    assert (caught.value.exit_code, caught.value.hint != "") == (Exit.IO, True)


def test_a_file_that_is_still_being_written_is_left_to_the_next_run(tmp_path: Path) -> None:
    drop(tmp_path / "fertig.md")
    growing = drop(tmp_path / "wächst.md", age=0)

    assert names(tmp_path) == ["fertig.md"]
    assert not is_complete(growing, patience=0)
    os.utime(growing, (time.time() - HOUR,) * 2)
    assert is_complete(growing, patience=0)
    assert names(tmp_path) == ["fertig.md", "wächst.md"]


def test_a_file_of_tomorrow_is_as_complete_as_one_of_yesterday(tmp_path: Path) -> None:
    assert names(drop(tmp_path / "a.md", age=-HOUR).parent) == ["a.md"]  # another machine's clock


def test_a_file_that_becomes_complete_meanwhile_is_taken_and_each_only_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "SETTLED", 0.5)
    drop(tmp_path / "fertig.md")
    drop(tmp_path / "wächst.md", age=0)

    assert names(tmp_path, patience=60) == ["fertig.md", "wächst.md"]
    drop(tmp_path / "neu.md", age=0)
    assert is_complete(tmp_path / "neu.md", patience=60)


def test_a_file_that_somebody_deletes_meanwhile_is_no_error(tmp_path: Path) -> None:
    path = drop(tmp_path / "a.md", age=0)
    threading.Timer(0.3, path.unlink).start()

    assert names(tmp_path, patience=60) == []
    assert is_complete(path)  # whoever opens it is told


@pytest.mark.parametrize("name", ["a.md", "a.MARKDOWN", "a.txt", "artikel"])
def test_text_and_markdown_are_articles(name: str) -> None:
    check_kind(Path(name))


@pytest.mark.parametrize("name", ["a.odt", "a.pdf", "a.md.exe", "a.html.zip"])
def test_what_is_no_article_is_answered_with_what_to_do(name: str) -> None:
    with pytest.raises(ArticleError, match="not an article") as caught:
        check_kind(Path(name))
    assert ".md" in caught.value.hint


def test_what_cannot_be_used_waits_with_its_reason_until_somebody_mends_it(tmp_path: Path) -> None:
    place = set_aside(drop(tmp_path / "a.md"), "no sentence \udcff")

    assert place == tmp_path / FAILED / "a.md"
    assert (tmp_path / FAILED / f"a.md{REASON}").read_text("utf-8") == "no sentence ?\n"
    assert names(tmp_path) == []
    time.sleep(0.02)  # the clock of a file system moves in steps
    drop(place)
    assert names(tmp_path) == ["a.md"]
    assert set_aside(place, "still none") == place
    assert names(tmp_path) == []


def test_what_failed_before_is_not_overwritten(tmp_path: Path) -> None:
    places = [set_aside(drop(tmp_path / "a.md"), str(number)) for number in range(3)]

    assert [place.name for place in places] == ["a.md", "a-2.md", "a-3.md"]
    assert [Path(f"{place}{REASON}").read_text() for place in places] == ["0\n", "1\n", "2\n"]


def test_what_became_an_episode_goes_and_its_old_reason_with_it(tmp_path: Path) -> None:
    place = set_aside(drop(tmp_path / "a.md"), "no sentence")
    digest = file_digest(place)
    remove(place, digest)
    remove(place, digest)  # already gone is gone
    remove(drop(tmp_path / "b.md"), digest)

    assert [path.name for path in tmp_path.rglob("*")] == [FAILED]


def test_a_text_that_somebody_saves_meanwhile_stays(tmp_path: Path) -> None:
    path = drop(tmp_path / "a.md")
    digest = file_digest(path)
    path.write_text("Ein anderer Text", encoding="utf-8")
    remove(path, digest)
    half = drop(tmp_path / "b.md")
    with half.open("a", encoding="utf-8"):  # the next letters are on their way
        remove(half, digest)

    assert (path.read_text(encoding="utf-8"), half.exists()) == ("Ein anderer Text", True)


def test_pictures_leave_with_their_article_unless_another_one_waits(tmp_path: Path) -> None:
    inbox_folder, episode = tmp_path / "inbox", tmp_path / "folge"
    for name in ("bild.jpg", "bilder/zwei.PNG", "fremd.png", "anders.png"):
        drop(inbox_folder / name)
    for name in ("bild.jpg", "bilder/zwei.PNG", "anders.png"):
        drop(episode / name)
    (inbox_folder / "anders.png").write_text("ein anderes Bild")
    waits = drop(inbox_folder / "wartet.md")
    remove_pictures(inbox_folder, [episode])
    assert (inbox_folder / "bild.jpg").exists()
    waits.unlink()
    remove_pictures(inbox_folder, [episode])

    assert {path.name for path in inbox_folder.rglob("*.*")} == {"fremd.png", "anders.png"}


@pytest.mark.parametrize("name", ["a" * 252 + ".md", "ü" * 126 + ".md", "😀" * 62 + ".docx", "x" * 255])
def test_a_name_as_long_as_a_name_can_be_is_set_aside_too(tmp_path: Path, name: str) -> None:
    places = [set_aside(drop(tmp_path / name), "no sentence") for _ in range(2)]

    assert [place.parent.name for place in places] == [FAILED] * 2
    assert {place.suffix for place in places} == {Path(name).suffix}
    assert names(tmp_path) == []
    drop(tmp_path / FAILED / name)  # as a release before this one left it
    assert names(tmp_path) == [name]
    set_aside(tmp_path / FAILED / name, "no sentence")
    assert names(tmp_path) == []


def test_a_disk_that_refuses_is_a_clear_error(tmp_path: Path) -> None:
    drop(tmp_path / FAILED)  # a file where the folder should be

    with pytest.raises(StorageError, match="cannot move"):
        set_aside(drop(tmp_path / "a.md"), "no sentence")
    (tmp_path / "ordner").mkdir()
    with pytest.raises(StorageError, match="cannot read"):
        remove(tmp_path / "ordner", "")
    assert (tmp_path / "a.md").exists()
