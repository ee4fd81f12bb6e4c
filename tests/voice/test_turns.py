"""Turns at a service: however many processes and threads ask, only so many at once; no death keeps a turn."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ki_briefing.base.errors import EngineOffline
from ki_briefing.voice.online import turns
from ki_briefing.voice.online.turns import turn

HOLD = """
import os, threading, time
from ki_briefing.voice.online.turns import turn
def hold(number):
    for _ in range(3):
        with turn("a service", 2):
            began = time.monotonic()
            time.sleep(0.01)
            os.write(1, f"{began} {time.monotonic()}\\n".encode())  # whole, whatever other threads write
threads = [threading.Thread(target=hold, args=(number,)) for number in range(3)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""
KEEP = """
import time
from ki_briefing.voice.online.turns import turn
with turn("a service", 1):
    print("mine", flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def start(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def test_processes_and_threads_together_have_no_more_turns_than_one() -> None:
    moments = []
    for said in [process.communicate()[0] for process in [start(HOLD) for _ in range(3)]]:
        for line in said.splitlines():
            began, ended = map(float, line.split())
            moments += [(began, 1), (ended, -1)]
    at_once = [sum(step for _, step in sorted(moments)[: n + 1]) for n in range(len(moments))]

    assert len(moments) == 2 * 27
    assert max(at_once) == 2


def test_a_killed_process_keeps_no_turn() -> None:
    with start(KEEP) as process:
        assert process.stdout
        assert process.stdout.readline() == "mine\n"
        got = threading.Event()

        def take() -> None:
            with turn("a service", 1):
                got.set()

        waiting = threading.Thread(target=take)
        waiting.start()
        assert not got.wait(0.2)
        process.send_signal(signal.SIGKILL)
        waiting.join(10)
        assert got.is_set()


def test_who_waits_for_ever_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_LONGEST_WAIT", 0.1)

    def wait() -> None:
        with turn("a service", 1):
            raise AssertionError("two have it")

    with turn("a service", 1), ThreadPoolExecutor(1) as other:
        error = other.submit(wait).exception()
    assert isinstance(error, EngineOffline)
    assert "keep a service busy" in error.message


def test_where_nothing_can_be_written_nobody_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "below"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    with turn("a service", 1):
        assert list((tmp_path / "temporary").rglob("turns/*"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))

    with turn("a service", 1):
        assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "temporary"]
