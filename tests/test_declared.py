"""A finished episode says first that a machine speaks, in words that are true of who spoke, or does not go on air."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from ki_briefing.build import build_episode
from ki_briefing.check import check_episode
from ki_briefing.cli import cli
from ki_briefing.episode.declared import check_declared
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.model.episode import Episode
from ki_briefing.model.finding import Finding, Mark
from ki_briefing.show.settings import Show
from ki_briefing.show.voices import Voice
from ki_briefing.voice.credit import credit_of
from ki_briefing.voice.engines import load_speaker
from public_shows import make_episode

ARTICLE = """# Ein Satz über Chips

Der Satz steht hier, lang genug für einen Absatz.

## Ein Teil

Noch ein Satz steht hier.
"""
LONG = "Was heute wichtig ist, und was morgen: das hört ihr hier. " * 3
SHOW = '[jingles]\nstyle = "none"\n'


def episode_of(folder: Path, settings: str, article: str = ARTICLE) -> Path:
    (folder / "show.toml").write_text(SHOW + settings, encoding="utf-8")
    episode = folder / "2026-01-15-chips"
    episode.mkdir(exist_ok=True)
    (episode / "article.md").write_text(article, encoding="utf-8")
    (episode / "episode.toml").write_text(
        'guid = "1f0c"\nnumber = 1\ndate = 2026-01-15T06:00:00+01:00\nslug = "chips"\n', encoding="utf-8"
    )
    return episode


def built(folder: Path, settings: str, article: str = ARTICLE) -> Episode:
    episode = episode_of(folder, settings, article)
    build_episode(episode)
    return read_release(episode / "built" / RELEASE_FILE).episode


def finding(episode: Path, name: str) -> Finding | None:
    return next((each for each in check_episode(episode).findings if each.name == name), None)


def test_the_notice_is_worded_by_who_really_spoke(tmp_path: Path) -> None:
    absent = '[voice]\nengine = "piper"\nfallback = ["espeak"]\n'
    stood_in = built(tmp_path, absent + 'title = "Anna"\n')  # no voice of piper's is installed: espeak speaks

    assert stood_in.sentences[0].text == stood_in.notice == "Dieser Beitrag enthält eine synthetische Stimme."
    compared = finding(tmp_path / "2026-01-15-chips", "coverage")
    assert compared
    assert compared.mark is Mark.PASS, compared
    cloned = built(tmp_path, '[voice]\nengine = "espeak"\ncloned = true\nconsent = "Eva Muster, 1. März 2026"\n')
    assert cloned.sentences[0].text == "Dieser Beitrag enthält eine mit KI nachgebildete Stimme."


@pytest.mark.parametrize(
    ("intro", "mark", "said"),
    [
        ('["{notice}", "{podcast}."]', Mark.PASS, "begins 0.0 s"),
        ('["{podcast}.", "{notice}"]', Mark.WARN, "begins"),
        ('["{podcast}."]', Mark.FAIL, "nobody is told"),
        (
            f'["{LONG}", "{{notice}}"]',
            Mark.FAIL,
            "begins",
        ),
    ],
    ids=["first", "early", "lost", "late"],
)
def test_a_notice_that_is_lost_or_late_does_not_pass(tmp_path: Path, intro: str, mark: Mark, said: str) -> None:
    episode = episode_of(tmp_path, f"[frames]\nintro = {intro}\n")
    output = CliRunner().invoke(cli, ["build", str(episode)]).output
    found = finding(episode, "notice")

    assert found
    assert (found.mark, found.value.startswith(said)) == (mark, True), found
    assert ('begin with "{notice}"' in found.advice) == (mark is not Mark.PASS)
    assert "too late" not in found.advice
    assert ("[frames] intro" in output) == (mark is not Mark.PASS)
    assert ("[frames] intro" in CliRunner().invoke(cli, ["script", str(episode)]).output) == (mark is not Mark.PASS)


def test_a_show_that_switches_it_off_says_why_in_the_check(tmp_path: Path) -> None:
    episode = episode_of(tmp_path, '[frames]\nnotice = "none"\nnotice_reason = "Nur im Haus."\n')
    build_episode(episode)

    assert finding(episode, "notice") == Finding("notice", Mark.PASS, "switched off by [frames] notice: Nur im Haus.")
    assert read_release(episode / "built" / RELEASE_FILE).episode.notice_start is None
    shown = read_release(episode / "built" / RELEASE_FILE).episode.notice  # where there is a screen, it stays
    assert shown == "Dieser Beitrag enthält eine synthetische Stimme."


def test_a_credit_that_a_licence_asks_for_cannot_be_taken_out() -> None:
    facts = load_speaker(Voice()).facts
    free, by, rail = (
        replace(facts, licence=name, credit="Stimme: Eva") for name in ("GPL-3.0", "CC-BY-4.0", "OpenRAIL-M")
    )

    assert credit_of(free, Voice()) == "Stimme: Eva"
    assert credit_of(free, Voice(credit="Unsere Stimme")) == "Unsere Stimme"
    assert credit_of(by, Voice(credit="Unsere Stimme")) == "Unsere Stimme · Stimme: Eva"
    assert credit_of(replace(by, credit=""), Voice()) == "Stimme: espeak (CC-BY-4.0)"
    assert "Nutzungsbeschränkungen der Lizenz OpenRAIL-M" in credit_of(rail, Voice(credit="Unsere Stimme"))


@pytest.mark.parametrize(
    ("notice", "mark"),
    [
        ("Hallo zusammen.", Mark.WARN),
        ("Es spricht kein Mensch, sondern ein Computer.", Mark.PASS),
        ("Das liest eine KI-Stimme.", Mark.PASS),
        ("Schön ist der Kiosk am Skilift.", Mark.WARN),
        ("…", Mark.FAIL),
        ("🤖", Mark.FAIL),
    ],
)
def test_the_words_of_a_notice_say_that_a_machine_speaks(notice: str, mark: Mark) -> None:
    first, *others = make_episode(1).sentences
    episode = replace(make_episode(1), notice=notice, sentences=(replace(first, text=notice), *others))
    (found,) = (each for each in check_declared(Show(Path()), episode) if each.name == "notice")

    assert found.mark is mark
    assert ("{voices}" in found.advice) == (mark is Mark.WARN)
