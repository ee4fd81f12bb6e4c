"""Native libraries speak in processes of their own: whatever happens to those, we go on, and nothing is left over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ki_briefing.base.errors import EngineMissing, SpeechError
from ki_briefing.voice import children as module
from ki_briefing.voice.children import Children

TESTS = str(Path(__file__).parents[1])


def fragile(patience: float = 60.0, command: str = "fragile") -> Children:
    path = os.pathsep.join(filter(None, (TESTS, os.environ.get("PYTHONPATH"))))
    return Children(command, "the fragile voice", "Reinstall it.", {"PYTHONPATH": path}, (patience, 0.0))


def ask(children: Children, text: str) -> str:
    return children.ask(text.encode(), text).decode()


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def wait_for_the_end(*pids: int) -> None:
    until = time.monotonic() + 20
    while any(map(is_running, pids)):
        assert time.monotonic() < until, "its process lives on"
        time.sleep(0.02)


def test_what_was_asked_before_makes_no_difference() -> None:
    children = fragile()

    assert [ask(children, "eins"), ask(children, "eins"), ask(children, "zwei")] == ["EINS 1", "EINS 1", "ZWEI 1"]


@pytest.mark.parametrize("text", ["crash", "raise"])
def test_a_library_that_dies_over_a_text_is_an_error_that_names_it_and_the_next_is_answered(text: str) -> None:
    children = fragile()
    with pytest.raises(SpeechError, match=text) as caught:
        ask(children, text)

    assert caught.value.hint
    assert ask(children, "weiter") == "WEITER 1"


def test_a_library_that_hangs_over_a_text_is_an_error_that_names_it_and_is_ended() -> None:
    children = fragile(patience=0.2)
    with pytest.raises(SpeechError, match="hang on"):
        ask(children, "hang on")
    warm = int(ask(children, "who").split()[0])

    assert Path(f"/proc/{warm}/task/{warm}/children").read_text() == ""


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGSTOP])
def test_what_a_process_did_not_say_that_ends_or_stands_still_is_said_by_a_new_one(
    sent: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_GRACE", 0.2)
    children = fragile(patience=0.2)
    first = int(ask(children, "who").split()[0])
    os.kill(first, sent)

    assert ask(children, "Satz eins") == "SATZ EINS 1"
    assert int(ask(children, "who").split()[0]) != first
    assert not Path(f"/proc/{first}").exists()


def test_what_a_fork_did_not_say_that_was_ended_is_said_again() -> None:
    children = fragile()
    warm = int(ask(children, "who").split()[0])
    with ThreadPoolExecutor(1) as threads:
        answer = threads.submit(ask, children, f"slow {warm}")
        forks = Path(f"/proc/{warm}/task/{warm}/children")
        while not forks.read_text().split():
            time.sleep(0.02)
        os.kill(int(forks.read_text().split()[0]), signal.SIGKILL)

        assert answer.result() == f"SLOW {warm} 1"


@pytest.mark.parametrize("text", ["crash", "raise", "hang on"])
def test_one_that_answers_without_forks_is_replaced_too(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_GRACE", 0.2)
    children = fragile(patience=0.5, command="fragile lasting")
    assert [ask(children, "eins"), ask(children, "eins")] == ["EINS 1", "EINS 2"]
    with pytest.raises(SpeechError, match=text):
        ask(children, text)

    assert ask(children, "weiter") in ("WEITER 1", "WEITER 3")


def test_threads_get_their_own_answers_from_at_most_one_process_per_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "available", lambda: 2)
    children = fragile()
    texts = [f"satz {number}" for number in range(60)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda text: ask(children, text), texts))
        asked = list(threads.map(lambda _: ask(children, "who").split()[0], range(20)))

    assert answers == [f"{text.upper()} 1" for text in texts]
    assert len(set(asked)) <= 2


def test_a_library_that_does_not_start_is_not_installed() -> None:
    children = Children("ki_briefing.voice.no_such_module", "the absent voice", "Install it.")

    with pytest.raises(EngineMissing, match="the absent voice does not start") as caught:
        ask(children, "x")
    assert caught.value.hint == "Install it."


def test_a_fork_of_the_program_has_processes_of_its_own() -> None:
    children = fragile()
    ours = ask(children, "who").split()[0]
    pid = os.fork()
    if not pid:
        os._exit(ask(children, "who").split()[0] == ours)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert ask(children, "who").split()[0] == ours


PROGRAM = f"""
import os, sys, threading
sys.path.insert(0, {TESTS!r})
from ki_briefing.voice.children import Children
children = Children("fragile", "x", "x", {{"PYTHONPATH": os.pathsep.join(sys.path)}}, (60, 0))
print(children.ask(b"who", "").decode().split()[0], flush=True)
children.ask(b"hang", "")
"""


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_nobody_is_left_when_the_program_ends_in_the_middle_of_an_answer(sent: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as running:
        assert running.stdout is not None
        warm = int(running.stdout.readline())
        forks = Path(f"/proc/{warm}/task/{warm}/children")
        while not forks.read_text().split():
            time.sleep(0.02)
        hanging = int(forks.read_text().split()[0])
        if sent is signal.SIGINT:
            os.killpg(running.pid, sent)  # as a terminal does
        else:
            running.send_signal(sent)
        assert running.wait(20) != 0
    wait_for_the_end(warm, hanging)
