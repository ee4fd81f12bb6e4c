"""What lies in a show's inbox becomes episodes; nothing is lost, nothing is ignored in silence, nothing blocks."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Any

import pytest

from ki_briefing.base.errors import Exit
from ki_briefing.base.files import stamp
from ki_briefing.intake.inbox import FAILED, REASON
from ki_briefing.new import Taken, new_episode, take_article
from ki_briefing.show.reading import load_show
from ki_briefing.show.record import Deed, Entry, note_deeds
from ki_briefing.show.sources import Sources
from ki_briefing.taking import from_inbox
from ki_briefing.taking.from_inbox import Inbox
from ki_briefing.taking.outcome import Outcome
from news_site import NOW, NewsSite, report, write_show

TEXT = "# Eine Überschrift\n\nEin Satz steht hier, und zwar ein ganzer.\n"


@pytest.fixture
def show(tmp_path: Path) -> Path:
    write_show(tmp_path)
    return tmp_path


def drop(show: Path, name: str, text: str = TEXT) -> Path:
    path = show / "inbox" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - 3600,) * 2)
    return path


def take(show: Path, *, suspects: bool = True) -> Outcome:
    loaded, outcome = load_show(show), Outcome()
    with Sources(loaded) as sources:
        inbox = Inbox(loaded, sources, outcome, NOW)
        inbox.take()
        if suspects:
            inbox.take_suspects()
    return outcome


def test_a_correction_saved_while_its_article_is_taken_is_not_deleted_unread(
    show: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(show, "a.md")

    def interrupted(*args: Any, **options: Any) -> Taken:
        taken = take_article(*args, **options)
        drop(show, "a.md", TEXT.replace("ganzer", "halber"))
        monkeypatch.undo()
        return taken

    monkeypatch.setattr(from_inbox, "take_article", interrupted)
    first = take(show)
    assert (len(first.taken), first.troubles, "halber" in path.read_text("utf-8")) == (1, [], True)
    second = take(show)

    assert (second.taken, second.corrected, second.troubles) == ([], first.taken, [])
    assert "halber" in (first.taken[0] / "article.md").read_text("utf-8")
    assert (first.taken[0] / "earlier" / "1-article.md").read_text("utf-8") == TEXT
    assert not path.exists()


def test_a_correction_of_what_was_edited_in_its_folder_is_set_aside_and_of_what_was_withdrawn_is_said(
    show: Path,
) -> None:
    drop(show, "a.md")
    drop(show, "b.md", "# Anders\n\nHier steht ein Satz, und zwar ein ganz anderer.\n")
    edited, withdrawn = take(show).taken
    (edited / "article.md").write_text(TEXT.replace("ganzer", "besserer"), "utf-8")
    note_deeds(load_show(show), withdrawn, Entry(Deed.AIRED, NOW), Entry(Deed.WITHDRAWN, NOW, "Erika"))
    drop(show, "a.md", TEXT.replace("ganzer", "halber"))
    drop(show, "b.md", "# Anders\n\nHier steht ein Satz, und zwar ein richtiger.\n")
    outcome = take(show)

    assert outcome.corrected == [withdrawn]
    assert [(Path(each.path).name, each.exit_code) for each in outcome.troubles] == [
        ("a.md", Exit.DATA),
        (withdrawn.name, Exit.DONE),
    ]
    assert "besserer" in (edited / "article.md").read_text("utf-8")
    assert "halber" in (show / "inbox" / FAILED / "a.md").read_text("utf-8")


def test_an_article_that_comes_again_after_its_episode_was_edited_is_set_aside_with_the_way_back(show: Path) -> None:
    drop(show, "a.md")
    (folder,) = take(show).taken
    (folder / "article.md").write_text(TEXT.replace("ganzer", "besserer"), "utf-8")
    drop(show, "a.md")
    (trouble,) = take(show).troubles

    assert (trouble.path, trouble.message) == (
        show / "inbox" / FAILED / "a.md",
        f"this article is an episode already: {folder}",
    )
    assert trouble.hint.endswith(f"To go back to this text: ki-briefing correct {folder} FILE")
    assert "besserer" in (folder / "article.md").read_text("utf-8")


def test_what_is_no_file_and_what_is_there_twice_is_said_and_is_no_failure(show: Path) -> None:
    drop(show, "a.md")
    drop(show, "b.md")
    (show / "inbox" / "ordner").mkdir()
    outcome = take(show)

    assert [(Path(each.path).name, each.exit_code) for each in outcome.troubles] == [
        ("b.md", Exit.DONE),
        ("ordner", Exit.DONE),
    ]
    assert [path.name for path in (show / "inbox").iterdir()] == ["ordner"]


def test_an_article_that_comes_again_with_another_date_ahead_is_told_that_this_moves_nothing(show: Path) -> None:
    text = "---\ndate: 2999-{}\n---\n" + TEXT
    drop(show, "a.md", text.format("12-24"))
    waits = take(show)
    drop(show, "a.md", text.format("12-31"))
    again = take(show)

    assert [each.message.rpartition(": ")[0] for each in waits.troubles] == ["waits for its date, that of its article"]
    (trouble,) = again.troubles
    assert re.search("stays dated 2999-12-24 .*, though .* now names 2999-12-31 .*; this copy", trouble.message)


def test_a_file_that_holds_an_address_goes_when_the_page_is_an_episode(show: Path) -> None:
    with NewsSite([report(1)]) as site:
        drop(show, "a.url", f"[InternetShortcut]\r\nURL={site.url}/artikel/1/?utm_source=mail\r\n")
        first = take(show)
        drop(show, "b.url", f"{site.url}/artikel/1")
        second = take(show)
        site.change(1, status=404)
        drop(show, "c.url", f"{site.url}/artikel/2")
        third = take(show)

    assert ([len(each.taken) for each in (first, second, third)], first.troubles) == ([1, 0, 0], [])
    assert [each.exit_code for each in second.troubles] == [Exit.DONE]
    assert [each.exit_code for each in third.troubles] == [Exit.DATA]
    assert [path.name for path in (show / "inbox").iterdir()] == [FAILED]


def test_a_file_that_holds_an_address_corrects_the_episode_if_its_page_has_changed(show: Path) -> None:
    with NewsSite([report(1)]) as site:
        drop(show, "a.url", f"{site.url}/artikel/1/")
        taken = take(show).taken
        site.change(1, text=report(1).text.replace("gestern", "heute"))
        drop(show, "b.url", f"{site.url}/artikel/1/#oben")
        outcome = take(show)

    assert (outcome.taken, outcome.corrected, outcome.troubles) == ([], taken, [])
    assert list((show / "inbox").iterdir()) == []


def test_what_a_killed_run_left_is_no_duplicate(show: Path) -> None:
    path = drop(show, "a.md")
    new_episode(path, load_show(show), now=NOW)
    with Sources(load_show(show)) as sources:
        sources.begin(f"inbox/a.md {stamp(str(path))}")  # and it is killed
    outcome = take(show)

    assert (outcome.taken, outcome.troubles, path.exists()) == ([], [], False)


def test_an_article_over_which_the_program_dies_comes_last_and_is_set_aside(show: Path) -> None:
    path = drop(show, "a.md")
    drop(show, "b.md", TEXT.replace("Eine", "Keine"))
    with Sources(load_show(show)) as sources:
        for _ in range(3):
            sources.begin(f"inbox/a.md {stamp(str(path))}")  # and it dies
    first = take(show, suspects=False)
    assert ([folder.name for folder in first.taken], path.exists()) == (["2026-11-28-keine-ueberschrift"], True)
    (trouble,) = take(show).troubles

    assert "died 3 times" in trouble.message
    assert "died 3 times" in (show / "inbox" / FAILED / f"a.md{REASON}").read_text("utf-8")
    drop(show, f"{FAILED}/a.md")  # somebody mends it
    assert [folder.name for folder in take(show).taken] == ["2026-11-28-eine-ueberschrift"]
    assert list((show / "inbox" / FAILED).iterdir()) == []


@pytest.mark.parametrize("name", ["b" * 250 + ".md", "bild", "a.md"])
def test_what_cannot_be_used_is_set_aside_and_the_next_run_is_silent(show: Path, name: str) -> None:
    drop(show, name, "").write_bytes(b"\xff\xfe\xfd" * 500 if name == "bild" else b"")
    os.utime(show / "inbox" / name, (time.time() - 3600,) * 2)
    first, second = take(show), take(show)

    assert (len(first.troubles), first.bugs, second.troubles) == (1, [], [])
    assert [path.name for path in (show / "inbox").iterdir()] == [FAILED]
    assert len(list((show / "inbox" / FAILED).iterdir())) == 2
