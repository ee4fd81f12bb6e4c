"""The gate lets pass what sounds as it should, whatever its words are like, and names what does not."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from ki_briefing.build import build_episode
from ki_briefing.check import Verdict, check_episode
from ki_briefing.cli import cli
from ki_briefing.model.finding import Finding, Mark
from ki_briefing.model.sound import Clip
from ki_briefing.model.text import Utterance
from ki_briefing.voice.native.espeak import EspeakEngine

EPISODES = Path(__file__).parents[1] / "episodes"

SHORT_WORDS = """# Der Hund und der Mann

Der Hund biss den Mann am Bein. Da schrie der Mann sehr laut. Es half ihm nichts. Der Hund blieb stumm und lief fort.

## Was dann kam

Es ist so, wie es ist, und so ist es gut. Da du es bist, ist er da, und er ist es, da er es so mag.

## Und nun

Ob du es so im Ohr hast, wie er es sagt? Er sagt es ja nie so, wie er es soll, und du hast es ja nie so im Ohr.
"""
LONG_WORDS = """# Bundesverfassungsgerichtsentscheidung

Die Grundstücksverkehrsgenehmigungszuständigkeitsübertragungsverordnung beschäftigt Verwaltungsgerichte.

## Datenschutzgrundverordnungsbestimmungen

Rechtsschutzversicherungsgesellschaften kritisieren Telekommunikationsüberwachungsverordnungen.

## Nachhaltigkeitsberichterstattungspflichten

Wirtschaftsprüfungsgesellschaften verteidigen Qualitätssicherungsmaßnahmen. Forschungseinrichtungen entwickeln
Spracherkennungstechnologien. Aufmerksamkeitsmechanismen berücksichtigen Wahrscheinlichkeitsverteilungen.
"""
INITIALISMS = """# CDU, CSU, SPD und FDP

Die CDU, die CSU, die SPD und die FDP sprechen mit der AfD und dem BSW. Das ZDF, die ARD und der WDR berichten.

## Was es kostet

Am 3. Mai 2026 um 14:30 Uhr waren es 4,5 Mio. Euro, 17 % und 1.234.567 Euro. Am 12.10.2025 noch 98,7 %.

## EU und USA

Die EU, die USA und die UN sagen dazu nichts.
"""
TEXTS = {"short words": SHORT_WORDS, "long words": LONG_WORDS, "initialisms and figures": INITIALISMS}


def checked(folder: Path, text: str, rate: int = 0) -> Verdict:
    """Return the gate's verdict on a text as the default voice speaks it at a rate."""
    (folder / "show.toml").write_text(f"[voice]\nrate = {rate}\n", encoding="utf-8")
    episode = folder / "2026-01-15-text"
    episode.mkdir()
    (episode / "article.md").write_text(text, encoding="utf-8")
    (episode / "episode.toml").write_text(
        'guid = "1f0c"\nnumber = 1\ndate = 2026-01-15T06:00:00+01:00\nslug = "text"\nsource = "article.md"\n',
        encoding="utf-8",
    )
    build_episode(episode)
    return check_episode(episode)


def finding(verdict: Verdict, name: str) -> Finding:
    return next(each for each in verdict.findings if each.name == name)


@pytest.mark.parametrize("text", TEXTS)
def test_the_default_voice_passes_whatever_its_words_are_like(tmp_path: Path, text: str) -> None:
    verdict = checked(tmp_path, TEXTS[text])

    assert verdict.passed, str(verdict)


@pytest.mark.parametrize("name", ["2026-01-15-eu-ki-verordnung-fristen", "2026-01-22-vom-transformer-zum-sprachmodell"])
def test_the_sample_episodes_pass(tmp_path: Path, name: str) -> None:
    show = tmp_path / "show"
    shutil.copytree(EPISODES, show, ignore=shutil.ignore_patterns("built", ".cache", "public"))
    build_episode(show / name)

    verdict = check_episode(show / name)

    assert verdict.passed, str(verdict)


@pytest.mark.parametrize("rate", [-45, 140])
@pytest.mark.parametrize("text", TEXTS)
def test_speech_that_is_far_too_slow_or_too_fast_is_named(tmp_path: Path, text: str, rate: int) -> None:
    verdict = checked(tmp_path, TEXTS[text], rate)

    assert not verdict.passed
    assert finding(verdict, "rate of speech").mark is Mark.FAIL
    assert "[voice] rate" in finding(verdict, "rate of speech").advice


def test_a_finished_episode_that_is_not_as_loud_as_its_show_asks_is_named(tmp_path: Path) -> None:
    checked(tmp_path, SHORT_WORDS)
    (tmp_path / "show.toml").write_text("[sound]\nloudness = -19\ntrue_peak = -3\n", encoding="utf-8")

    verdict = check_episode(tmp_path / "2026-01-15-text")

    assert {each.name for each in verdict.findings if each.mark is Mark.FAIL} == {"loudness", "true peak"}
    assert str(verdict).startswith("FAIL")


LOSSY = SHORT_WORDS.replace("Es half ihm nichts.", "Es half Google (Gemini) nichts.")


def test_a_word_that_the_voice_leaves_out_holds_the_episode_until_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = EspeakEngine.synthesize

    def swallow(self: EspeakEngine, utterance: Utterance) -> Clip:
        """Say spaces of the same length in place of Gemini: the other words stay where they are."""
        rest = tuple(each for each in utterance.pronunciations if utterance.spoken[each.start : each.end] != "Gemini")
        spoken = re.sub("Gemini", "      ", utterance.spoken)
        return whole(self, replace(utterance, spoken=spoken, pronunciations=rest))

    with monkeypatch.context() as damaged:
        damaged.setattr(EspeakEngine, "synthesize", swallow)
        lost = checked(tmp_path, LOSSY)
    held = finding(lost, "words heard")
    episode = tmp_path / "2026-01-15-text"

    assert held.mark is Mark.FAIL
    assert re.fullmatch(r"not as written: Gemini at 0:\d\d\.\d", held.value)
    assert "lexicon.toml" in held.advice
    assert CliRunner().invoke(cli, ["check", str(episode)]).exit_code == 65

    shutil.rmtree(episode / "built")  # the clips are still in the cache, and tell it again
    assert build_episode(episode).spoken == 0
    assert finding(check_episode(episode), "words heard") == held
    assert "Gemini" in CliRunner().invoke(cli, ["build", str(episode)]).output

    shutil.rmtree(tmp_path / ".cache")
    shutil.rmtree(episode / "built")
    build_episode(episode)
    assert finding(check_episode(episode), "words heard").mark is Mark.PASS


def test_a_word_that_the_voice_says_twice_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = EspeakEngine.synthesize

    def stutter(self: EspeakEngine, utterance: Utterance) -> Clip:
        clip = whole(self, utterance)
        *others, last = clip.words
        middle = (last.onset + last.offset) // 2
        again = (replace(last, offset=middle), replace(last, onset=middle))
        return Clip(clip.samples, clip.sample_rate, (*others, *again) if "stumm" in utterance.spoken else clip.words)

    monkeypatch.setattr(EspeakEngine, "synthesize", stutter)

    held = finding(checked(tmp_path, SHORT_WORDS), "words heard")

    assert held.mark is Mark.FAIL
    assert "fort twice at 0:" in held.value


def test_english_is_named_where_the_voice_cannot_read_it(tmp_path: Path) -> None:
    text = SHORT_WORDS.replace("Es half ihm nichts.", "Er rief: „We are at a turning point.“")
    read = finding(checked(tmp_path, text), "misread words")
    (tmp_path / "show.toml").write_text('[voice]\nengine = "gtts"\n', encoding="utf-8")
    unread = finding(check_episode(tmp_path / "2026-01-15-text"), "misread words")

    assert "turning" not in read.value
    assert unread.mark is Mark.WARN
    assert unread.value.startswith("We are at a turning point")
