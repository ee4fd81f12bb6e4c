"""A sentence is heard at once, as an episode would have it, with the show's words and with those that are tried."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner, Result
from lxml import html

from ki_briefing.base.records import Option, to_json
from ki_briefing.cli import cli
from ki_briefing.say import ready_voices, voice_of
from ki_briefing.show.reading import load_show
from ki_briefing.sound import loudness
from ki_briefing.voice.online import client
from ki_briefing.voice.trained.installed import FOLDER_VARIABLE, RECORD_FILE, VoiceFile, VoiceRecord

TEXT = "Guten Tag, Qwen."
SHOW = '[voice]\nengine = "espeak"\n[voices.anna]\nengine = "espeak"\nname = "de+f4"\n'


def run(*arguments: object, given: str | None = None) -> Result:
    return CliRunner(mix_stderr=False).invoke(cli, list(map(str, arguments)), input=given)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, in no show."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def show(nowhere: Path) -> Path:
    folder = nowhere / "show"
    folder.mkdir()
    (folder / "show.toml").write_text(SHOW, encoding="utf-8")
    (folder / "lexicon.toml").write_text('[words]\n"Qwen" = "Kwenn"\n', encoding="utf-8")
    return folder


def test_a_sentence_is_written_as_loud_as_an_episode(nowhere: Path) -> None:
    done = run("say", TEXT, "--voice", "espeak", "-o", "tag.wav")
    samples, rate = soundfile.read("tag.wav", dtype="float32", always_2d=True)

    assert (done.exit_code, done.stdout) == (0, "tag.wav\n")
    assert rate == 48_000
    assert loudness.integrated(loudness.energies(samples, rate, rate // 10)) == pytest.approx(-16, abs=0.5)


def test_the_lexicon_is_that_of_the_show_in_which_one_stands(show: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("say", TEXT, "--voice", "espeak", "-o", "plain.wav")
    run("say", TEXT, "--voice", "espeak", "--try", "Qwen=Kwenn", "-o", "tried.wav")
    run("say", TEXT, "--show", "show", "-o", "named.wav")
    monkeypatch.chdir(show)
    run("say", TEXT, "-o", "../inside.wav")
    plain, tried, named, inside = (
        Path(f"../{name}.wav").read_bytes() for name in ("plain", "tried", "named", "inside")
    )

    assert plain != tried
    assert tried == named == inside


def test_what_was_tried_ends_with_the_lines_that_save_it(show: Path) -> None:
    done = run(
        "say", "Qwen und Kohi.", "--show", "show", "--try", "Qwen=/kwɛn/", "--try", "Kohi = Kohie", "-o", "a.wav"
    )

    assert done.exit_code == 0, done.output
    assert done.stdout == 'a.wav\nQwen = "/kwɛn/"\nKohi = "Kohie"\n'
    assert str(show / "lexicon.toml") in done.stderr
    with (show / "lexicon.toml").open("a", encoding="utf-8") as lexicon:
        lexicon.write(done.stdout.splitlines()[2])
    assert run("say", "Kohi.", "--show", "show", "-o", "a.wav").exit_code == 0


def test_what_makes_no_difference_is_told(nowhere: Path) -> None:
    unheard = run("say", TEXT, "--voice", "espeak", "--try", "Kohi=Kohie", "-o", "a.wav")

    assert "What you try changes nothing" in unheard.stderr
    assert (unheard.stdout, "Sounds right?" in unheard.stderr) == ("a.wav\n", False)


def test_an_installed_voice_is_heard_by_its_own_name(show: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(show / "voices"))
    record = VoiceRecord("anton-low", "piper", "de", (VoiceFile("a.onnx", 1, "0"),))
    (show / "voices" / "anton-low").mkdir(parents=True)
    (show / "voices" / "anton-low" / RECORD_FILE).write_text(to_json(record), encoding="utf-8")

    voice = voice_of(load_show(show), "anton-low")

    assert (voice.engine, voice.options.items) == ("piper", (Option("name", "anton-low"),))


def test_a_service_that_is_out_of_reach_is_asked_for_one_of_its_voices_only(
    show: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_PAUSES", ())
    same = '[voices.{0}]\nengine = "http"\naddress = "http://127.0.0.1:{1}"\nname = "{0}"\n'
    voices = ("eins", 9), ("zwei", 9), ("drei", 7)
    (show / "show.toml").write_text(SHOW + "".join(same.format(*each) for each in voices), encoding="utf-8")
    names = [word for name, _ in voices for word in ("--voice", name)]

    done = run("say", TEXT, *names, "--compare", "page", "--show", "show")

    assert done.exit_code == 69
    assert done.stderr.count("cannot be reached") == 2
    assert "Left out with it, for the same reason: zwei\n" in done.stderr


def test_a_voice_of_the_show_speaks_and_the_input_is_read(show: Path) -> None:
    anna = run("say", "-", "--voice", "anna", "--show", "show", "-o", "anna.wav", given=TEXT)
    named = run("say", TEXT, "--voice", "espeak de+f4", "--show", "show", "-o", "named.wav")

    assert (anna.exit_code, named.exit_code) == (0, 0), anna.output + named.output
    assert Path("anna.wav").read_bytes() == Path("named.wav").read_bytes()


def test_voices_are_compared_on_a_page_that_runs_nothing(show: Path) -> None:
    voices = [word for name in ("anna", "espeak", "espeak xx") for word in ("--voice", name)]
    done = run("say", "<b>Qwen</b> & Co.", *voices, "--compare", "page", "--show", "show")
    page: Any = html.fromstring(Path("page/index.html").read_bytes())
    files = page.xpath("//audio/@src")

    assert (done.exit_code, done.stdout) == (78, "page/index.html\n")
    assert "no voice 'xx'" in done.stderr  # it is said, and the others are there
    assert page.xpath("//h2/text()") == ["anna", "espeak"]
    assert len(set(files)) == 2
    assert all(len(soundfile.read(Path("page") / file)[0]) > 10_000 for file in files)
    assert not page.xpath("//script | //b | //@onclick")
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv]/@content")[0]


def test_all_voices_are_those_of_the_show_and_those_of_the_machine(show: Path) -> None:
    voices = ready_voices(load_show(show))

    assert voices[0] == "anna"
    assert {"espeak de", "espeak de+f4"} <= set(voices)
    assert len(set(voices)) == len(voices)


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (("...",), 65, "there is nothing to say"),
        (("Wort " * 1_001,), 65, "more than 5000"),
        ((TEXT, "--voice", "espik"), 78, "there is no voice 'espik'"),
        ((TEXT, "--voice", "espeak", "--all"), 2, "exclude each other"),
        ((TEXT, "--all", "-o", "a.wav"), 2, "--compare"),
        ((TEXT, "-o", "nix/a.wav"), 2, "there is no folder 'nix'"),
        ((TEXT, "-o", "a.mp3"), 2, "does not end in .wav"),
        ((TEXT, "--try", "Qwen"), 2, "is not WORD=SPELLING"),
        ((TEXT, "--try", "Qwen=/kohi:!!/"), 2, "'!' is not a sign"),
        ((TEXT, "--show", "."), 78, "no show.toml"),
    ],
)
def test_what_cannot_be_said_is_named(nowhere: Path, arguments: tuple[str, ...], code: int, complaint: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ki_briefing", "say", *arguments], capture_output=True, text=True, check=False
    )

    assert (done.returncode, complaint in done.stderr) == (code, True), done.stderr
    assert list(nowhere.iterdir()) == []


@pytest.mark.parametrize("plays", [True, False])
def test_it_is_played_on_a_terminal_or_kept_and_named(nowhere: Path, plays: bool) -> None:
    """The player is a program of ours that keeps what it is given."""
    player = nowhere / "bin" / "aplay"
    player.parent.mkdir()
    player.write_text(f"#!/bin/sh\n/bin/cp \"$2\" '{nowhere}/heard.wav'\nexit {0 if plays else 1}\n", encoding="utf-8")
    player.chmod(0o755)
    (nowhere / "tmp").mkdir()
    surroundings = {
        **os.environ, "PATH": str(player.parent), "PULSE_SERVER": "here", "TMPDIR": str(nowhere / "tmp")
    }  # fmt: skip
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "ki_briefing", "say", TEXT, "--voice", "espeak"],
        stdout=subprocess.PIPE, stderr=theirs, env=surroundings, text=True, check=False,
    )  # fmt: skip
    os.close(theirs)
    os.close(ours)
    heard = (nowhere / "heard.wav").read_bytes()

    assert done.returncode == 0
    assert len(soundfile.read(io.BytesIO(heard))[0]) > 20_000
    if plays:
        assert (done.stdout, list((nowhere / "tmp").iterdir())) == ("", [])
    else:
        assert Path(done.stdout.strip()).read_bytes() == heard


def test_verbalize_knows_the_lexicon_of_the_show_in_which_one_stands(
    show: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = run("verbalize", "--explain", given=TEXT)
    named = run("verbalize", "--explain", "--show", "show", given=TEXT)
    monkeypatch.chdir(show)
    inside = run("verbalize", "--explain", given=TEXT)

    assert "Kwenn" not in outside.stdout
    assert named.stdout == inside.stdout
    assert re.search("'Qwen' ♪ Kwenn", inside.stdout)


def test_the_same_sentence_twice_is_the_same_sound(nowhere: Path) -> None:
    for name in ("a.wav", "b.wav"):
        run("say", TEXT, "--voice", "espeak", "-o", name)

    first, second = (soundfile.read(name, dtype="float32")[0] for name in ("a.wav", "b.wav"))
    assert np.array_equal(first, second)
