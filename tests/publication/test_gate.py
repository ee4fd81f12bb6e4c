"""What may go on air and what may not; and what is left of an episode that was withdrawn: nothing but a word."""

from __future__ import annotations

import dataclasses
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ki_briefing.base.errors import CheckError, ConfigError
from ki_briefing.episode.release import read_release
from ki_briefing.publication.gate import Embargo, Reason
from ki_briefing.publication.ledger import LEDGER_FILE
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.report import Publication
from ki_briefing.publication.target import FolderTarget
from ki_briefing.show.record import Deed, Entry, load_record, note_deeds
from ki_briefing.show.settings import Approval, Show, Sound
from public_shows import NOW, build, make_episode, make_show

THEN = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2101, 1, 1, tzinfo=UTC)


@dataclass
class Opinion:
    """An inspector with an opinion; it counts how often it is asked to measure."""

    wish: Embargo | None = None
    findings: tuple[str, ...] = ()
    asked: list[Path] = field(default_factory=list)

    def embargo(self, episode: Path) -> Embargo | None:
        return self.wish

    def failures(self, episode: Path) -> tuple[str, ...]:
        self.asked.append(episode)
        return self.findings


def publish(show: Show, *folders: Path, opinion: Opinion | None = None, now: int = NOW) -> Publication:
    return publish_site(show, folders, FolderTarget(show.public), now=now, inspector=opinion or Opinion())


def decide(show: Show, built: Path, deed: Deed, audio: str = "") -> None:
    note_deeds(show, built.parent, Entry(deed, THEN, "Erika", audio))


def digest(built: Path) -> str:
    return read_release(built / "episode.json").audio.digest


def reasons(report: Publication) -> list[Reason]:
    return [each.reason for each in report.held]


def files(show: Show) -> set[str]:
    return {str(path.relative_to(show.public)) for path in show.public.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("approval", "again"), [(Approval.FIRST, []), (Approval.ALWAYS, [Reason.APPROVAL])])
def test_what_was_approved_goes_on_air_and_a_correction_if_the_show_says_so(
    tmp_path: Path, approval: Approval, again: list[Reason]
) -> None:
    show = make_show(tmp_path)
    show = dataclasses.replace(show, publication=dataclasses.replace(show.publication, approval=approval))
    built = build(show, make_episode(1))
    assert reasons(publish(show, built)) == [Reason.APPROVAL]
    decide(show, built, Deed.APPROVED, digest(built))
    build(show, make_episode(1), audio=b"other bytes before it was on air")
    assert reasons(publish(show, built)) == [Reason.APPROVAL]
    decide(show, built, Deed.APPROVED, digest(built))
    first = publish(show, built)
    assert (first.episodes, first.held) == (1, ())

    build(show, make_episode(1), audio=b"a correction")
    report = publish(show, built)
    assert reasons(report) == again
    assert report.episodes == 1
    assert all(each.on_air and each.needs_somebody for each in report.held)


def test_an_embargo_holds_until_its_moment_a_newer_build_too(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    built = build(show, make_episode(1))
    held = publish(show, built, opinion=Opinion(Embargo(LATER)))
    assert [(each.reason, each.until, each.needs_somebody) for each in held.held] == [(Reason.EMBARGO, LATER, False)]
    assert files(show).isdisjoint({"folge-1/index.html"})
    assert publish(show, built, opinion=Opinion(Embargo(THEN))).episodes == 1

    build(show, make_episode(1), audio=b"newer")
    before = files(show)
    assert reasons(publish(show, built, opinion=Opinion(Embargo(LATER)))) == [Reason.EMBARGO]
    assert files(show) == before


def test_the_later_one_of_date_and_embargo_is_when_it_goes(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    built = build(show, make_episode(1, date=datetime(2100, 6, 1, tzinfo=UTC)))
    (held,) = publish(show, built, opinion=Opinion(Embargo(LATER))).held

    assert (held.reason, held.until) == (Reason.DATE, LATER)


def test_an_embargo_that_nobody_can_read_waits_for_somebody(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    (held,) = publish(show, build(show, make_episode(1)), opinion=Opinion(Embargo(None))).held

    assert (held.reason, held.until, held.needs_somebody) == (Reason.EMBARGO, None, True)


def test_the_same_bytes_are_checked_once_unless_the_show_wants_another_sound(tmp_path: Path) -> None:
    show, opinion = make_show(tmp_path), Opinion()
    built = build(show, make_episode(1))
    publish(show, built, opinion=opinion)
    shutil.rmtree(show.public)
    shutil.rmtree(show.cache)
    assert publish(show, built, opinion=opinion).episodes == 1
    assert len(opinion.asked) == 1

    shutil.rmtree(show.public)
    shutil.rmtree(show.cache)
    publish(dataclasses.replace(show, sound=Sound(loudness=-19)), built, opinion=opinion)
    assert len(opinion.asked) == 2


def test_what_fails_the_check_is_a_problem_and_is_asked_again(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    built = build(show, make_episode(1))
    (problem,) = publish(show, built, opinion=Opinion(findings=("loudness: -30 LUFS",))).problems

    assert isinstance(problem.error, CheckError)
    assert "loudness: -30 LUFS" in problem.error.message
    assert publish(show, built).episodes == 1


def test_a_version_that_was_replaced_does_not_come_back_past_a_hold(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    built = build(show, make_episode(1), audio=b"wrong")
    publish(show, built)
    build(show, make_episode(1), audio=b"right")
    publish(show, built)
    decide(show, built, Deed.HELD)
    build(show, make_episode(1), audio=b"wrong")

    assert reasons(publish(show, built)) == [Reason.HOLD]
    decide(show, built, Deed.UNHELD)
    assert publish(show, built).held == ()


@pytest.mark.parametrize("forgotten", [False, True])
def test_of_a_withdrawn_episode_no_file_stays_of_any_version_and_no_run_brings_it_back(
    tmp_path: Path, forgotten: bool
) -> None:
    show = make_show(tmp_path)
    first, second, third = (build(show, make_episode(number)) for number in (1, 2, 3))
    publish(show, first, second, third)
    build(show, make_episode(2), audio=b"another version")
    publish(show, first, second, third)
    assert "folge-2.mp3" in files(show)
    if forgotten:
        shutil.rmtree(show.cache)
    decide(show, second, Deed.WITHDRAWN)

    report = publish(show, first, second, third)
    assert (report.episodes, reasons(report)) == (2, [Reason.WITHDRAWN])
    left = {path for path in files(show) if path.startswith("folge-2")}
    assert left == {"folge-2/index.html", "folge-2/embed/index.html"}
    naming = [path for path in files(show) if b"folge-2/" in (show.public / path).read_bytes()]
    assert naming == []
    for _ in range(2):
        again = publish(show, first, second, third)
        assert (again.written, again.removed) == ((), ())
    shutil.rmtree(second)  # its built folder
    publish(show, first, second, third, now=NOW + 30 * 86_400)
    assert left <= files(show)


def test_what_was_never_on_air_gets_no_page_by_being_withdrawn(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    built = build(show, make_episode(1))
    (built.parent / "episode.toml").write_text(
        'guid = "g"\nnumber = 1\ndate = 2026-01-16T06:00:00+01:00\nslug = "folge-1"\n', encoding="utf-8"
    )
    decide(show, built, Deed.WITHDRAWN)

    assert publish(show, built).episodes == 0
    assert not (show.public / "folge-1").exists()


def test_with_a_record_that_cannot_be_read_nothing_new_goes_on_air(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    built = build(show, make_episode(1))
    (built.parent / "record.toml").write_text("[[entries]\n", encoding="utf-8")
    (problem,) = publish(show, built).problems

    assert isinstance(problem.error, ConfigError)
    assert "record.toml" in problem.error.message
    assert not (show.public / "folge-1").exists()


def test_the_record_says_which_bytes_were_checked_and_when_they_went_on_air(tmp_path: Path) -> None:
    show = make_show(tmp_path)
    built = build(show, make_episode(1))
    publish(show, built)
    entries = load_record(built.parent).entries

    assert [(each.deed, each.audio) for each in entries] == [
        (Deed.PASSED, digest(built)),
        (Deed.AIRED, digest(built)),
        (Deed.ADDRESSED, ""),
    ]
    assert entries[0].note == "-16 LUFS, at most -1 dBTP"
    assert (show.cache / LEDGER_FILE).is_file()
    assert publish(show, built).written == ()
    assert load_record(built.parent).entries == entries
