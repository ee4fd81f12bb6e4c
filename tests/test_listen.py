"""A finished episode is heard: a good one passes, one with a lost half of a sentence does not, and it is said where."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ki_briefing.cli import cli
from ki_briefing.model.sound import Clip
from ki_briefing.voice.native.pico import PicoEngine
from whisper_model import whisper_model

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.model.text import Utterance

LOST = "Im Sommer fahren viele Familien mit dem Zug an das Meer."
ARTICLE = f"""# Das Wetter bleibt schön

Am Morgen scheint überall die Sonne.

## Reisen

{LOST} Abends gibt es im Süden einige Gewitter.

## Aussichten

Die Woche beginnt mit kühlem Wind.
"""


@pytest.fixture
def episode(tmp_path: Path) -> Path:
    (tmp_path / "show.toml").write_text(
        f'[voice]\nengine = "pico"\n[listening]\nmodel = "{whisper_model()}"\n'
        '[frames]\nnotice = "none"\nnotice_reason = "a test"\n'
        'intro = ["{headline}"]\noutro = []\n[jingles]\nstyle = "calm"\n',
        encoding="utf-8",
    )
    folder = tmp_path / "2026-01-15-wetter"
    folder.mkdir()
    (folder / "article.md").write_text(ARTICLE, encoding="utf-8")
    (folder / "episode.toml").write_text(
        'guid = "1f0c"\nnumber = 1\ndate = 2026-01-15T06:00:00+01:00\nslug = "wetter"\nsource = "article.md"\n',
        encoding="utf-8",
    )
    return folder


def swallow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the voice say only the first third of one sentence, or of any piece of it, and three for two."""
    synthesize = PicoEngine.synthesize

    def half(self: PicoEngine, utterance: Utterance) -> Clip:
        clip = synthesize(self, replace(utterance, spoken=utterance.spoken.replace("zwei", "drei")))
        if utterance.spoken not in LOST:
            return clip
        return replace(clip, samples=clip.samples[: len(clip.samples) // 3].copy())

    monkeypatch.setattr(PicoEngine, "synthesize", half)


def ki_briefing(*command: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, [str(each) for each in command])
    return done.exit_code, done.output


def test_a_good_episode_passes_and_says_what_was_heard_of_each_sentence(episode: Path) -> None:
    assert ki_briefing("build", str(episode))[0] == 0

    code, output = ki_briefing("check", "--listen", "--json", str(episode))

    told = json.loads(output)
    marks = {each["name"]: each["mark"] for each in told["findings"]}
    assert (code, marks["understood"], marks["sentences understood"]) == (0, "ok", "ok")
    found = next(each for each in told["heard"] if each["text"] == LOST)
    assert found["score"] <= 0.1
    assert found["words"] == len(LOST.split())
    assert 0 < found["start"] < 60


def test_a_sentence_that_is_half_lost_fails_and_is_shown_with_its_time(
    episode: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swallow(monkeypatch)
    article = ARTICLE.replace("einige", "zwei")
    (episode / "article.md").write_text(article, encoding="utf-8")
    assert ki_briefing("build", str(episode))[0] == 0

    code, output = ki_briefing("check", "--listen", str(episode))

    assert code == 65
    assert "  warn  numbers understood: 'zwei' as 'drei' in " in output
    assert "lost: " in output
    line = next(line for line in output.splitlines() if "sentences understood" in line)
    assert line.startswith("  FAIL")
    clock = line.rpartition(" ")[2]
    assert f"{clock}  {LOST}" in output

    (episode / "article.md").write_text(article.replace("Wind", "Regen"), encoding="utf-8")
    code, output = ki_briefing("check", "--listen", str(episode))
    assert "The article changed. Build the episode again." in output


def test_a_show_that_listens_says_what_it_could_not_make_understood_also_of_kept_clips(
    episode: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = episode.parent / "show.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("[voice]", "[voice]\nlisten = true"), "utf-8")
    swallow(monkeypatch)
    article = f"# Das Wetter bleibt schön\n\n{LOST}\n"
    (episode / "article.md").write_text(article, encoding="utf-8")

    code, output = ki_briefing("build", str(episode))
    assert code == 0
    assert "not understood at 1" in output
    assert LOST in output

    (episode / "article.md").write_text(f"{article} Abends gibt es im Süden einige Gewitter.\n", encoding="utf-8")
    code, output = ki_briefing("build", "--json", str(episode))
    told = json.loads(output)
    assert told["spoken"] == 1
    assert [each["spoken"] for each in told["misheard"]] == [LOST]
