"""Who mistypes a word is told which one was meant, or what there is; who misses a package, what installs it here."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ki_briefing.base.hints import nearest, to_install


def test_a_slip_of_the_finger_is_understood() -> None:
    assert nearest("loudnes", ["bit_rate", "loudness", "true_peak"]) == "Did you mean 'loudness'?"


def test_what_is_like_nothing_is_answered_with_all_there_is() -> None:
    assert nearest("xyz", iter(["gtts", "espeak"])) == "Known here: espeak, gtts."


def test_where_nothing_is_known_that_is_said() -> None:
    assert nearest("xyz", ()) == "There is none."


@given(st.text(), st.sets(st.text(min_size=1), min_size=1))
def test_whatever_is_typed_only_known_words_are_named(word: str, known: set[str]) -> None:
    hint = nearest(word, known)

    assert hint in {f"Did you mean '{each}'?" for each in known} | {f"Known here: {', '.join(sorted(known))}."}


@given(st.sets(st.text(min_size=1), min_size=1))
def test_a_word_is_nearest_to_itself(known: set[str]) -> None:
    for word in known:
        assert nearest(word, known) == f"Did you mean '{word}'?"


def test_the_command_that_installs_an_extra_runs_as_it_stands_in_this_environment() -> None:
    command = to_install("--dry-run", "--no-deps", "ki-briefing[web]").removeprefix("Run: ")
    done = subprocess.run(shlex.split(command), capture_output=True, text=True, check=False)

    assert command.startswith(sys.executable)
    assert "'ki-briefing[web]'" in command
    assert done.returncode == 0, done.stderr


def test_without_pip_in_the_environment_uv_is_told_where_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ki_briefing.base.hints.find_spec", lambda _: None)

    assert to_install("gTTS") == f"Run: uv pip install --python {shlex.quote(sys.executable)} gTTS"
