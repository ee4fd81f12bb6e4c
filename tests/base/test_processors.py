"""Work spread over processes comes back whole and in order, whoever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from multiprocessing import active_children
from pathlib import Path

import pytest

from ki_briefing.base.processors import available, spread


def doubled(number: int) -> int:
    return 2 * number


def slower_if_even(number: int) -> tuple[int, int]:
    time.sleep(0.02 * (number % 2 == 0))
    return number, os.getpid()


def slow_at_first(number: int) -> int:
    time.sleep(1.5 * (number == 0))  # longer than a busy machine may need for the others
    return os.getpid()


def killed_at_three(number: int) -> tuple[int, int]:
    if number == 3 and os.getpid() != PARENT:
        os.kill(os.getpid(), signal.SIGKILL)
    return number, os.getpid()


def refused_at_three(number: int) -> int:
    if number == 3:
        raise ValueError("three")
    return number


def sized(letters: str) -> str:
    return letters * 2


PARENT = os.getpid()
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")  # by pytest-xdist


@pytest.fixture
def without_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a command: other tests may have left threads here, and servers."""
    monkeypatch.setattr(threading, "active_count", lambda: 1)


@pytest.mark.usefixtures("without_threads")
@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_results_come_in_the_order_of_their_items(count: int) -> None:
    assert list(spread(doubled, range(count))) == [2 * number for number in range(count)]


@pytest.mark.usefixtures("without_threads")
def test_every_processor_helps_and_the_slower_ones_are_waited_for() -> None:
    found = list(spread(slower_if_even, range(20)))

    assert [number for number, _ in found] == list(range(20))
    assert len({pid for _, pid in found}) == min(available(), 20)
    assert (PARENT in {pid for _, pid in found}) == (available() == 1)


@pytest.mark.usefixtures("without_threads")
def test_who_is_ready_waits_for_no_slower_one() -> None:
    first, *others = spread(slow_at_first, range(8))

    assert first not in others or available() == 1


@pytest.mark.usefixtures("without_threads")
def test_more_than_a_pipe_holds_goes_both_ways() -> None:
    letters = "ä" * 1_000_000

    assert list(spread(sized, [letters] * 9)) == [letters * 2] * 9


@pytest.mark.usefixtures("without_threads")
def test_what_a_killed_process_had_to_do_is_done_here() -> None:
    found = list(spread(killed_at_three, range(40)))

    assert [number for number, _ in found] == list(range(40))
    assert found[3][1] == PARENT


@pytest.mark.usefixtures("without_threads")
def test_what_a_process_killed_in_the_middle_of_its_answer_had_to_do_is_done_here() -> None:
    letters = "ä" * 1_000_000
    results = spread(sized, [letters] * 9)

    assert next(results) == letters * 2
    time.sleep(0.3)  # they are at their answers by now, and nobody takes them
    for helper in active_children():
        helper.kill()
    assert list(results) == [letters * 2] * 8


@pytest.mark.usefixtures("without_threads")
def test_an_error_in_the_function_is_raised_here_in_its_turn(capfd: pytest.CaptureFixture[str]) -> None:
    results = spread(refused_at_three, range(40))

    assert list(islice(results, 3)) == [0, 1, 2]
    with pytest.raises(ValueError, match="three"):
        next(results)
    capfd.readouterr()  # the process that helped shows it too


@pytest.mark.usefixtures("without_threads")
def test_an_error_in_the_items_is_raised_here_in_its_turn() -> None:
    def items() -> Iterator[int]:
        yield from range(5)
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no letter")

    results = spread(slower_if_even, items())

    assert [number for number, _ in islice(results, 5)] == [0, 1, 2, 3, 4]
    with pytest.raises(UnicodeDecodeError):
        next(results)


def where_each_is_done(count: int) -> set[int]:
    return {pid for _, pid in spread(slower_if_even, range(count))}


def test_among_threads_all_is_done_here() -> None:
    with ThreadPoolExecutor(1) as beside_us:
        assert beside_us.submit(where_each_is_done, 4).result() == {PARENT}


@pytest.mark.usefixtures("without_threads")
def test_a_helper_has_no_helpers() -> None:
    for found in spread(where_each_is_done, [4] * 4):
        assert len(found) == 1
        assert found != {PARENT} or available() == 1


@pytest.mark.usefixtures("without_threads")
def test_nobody_is_waiting_to_be_buried_afterwards() -> None:
    helpers = where_each_is_done(20) - {PARENT}

    assert helpers or available() == 1
    assert not [pid for pid in helpers if Path(f"/proc/{pid}").exists()]


@pytest.mark.usefixtures("without_threads")
def test_items_are_taken_as_they_are_needed() -> None:
    taken = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = spread(doubled, items())

    assert list(islice(results, 3)) == [0, 2, 4]
    assert len(taken) <= 3 + 5 * available()  # some are found early
    results.close()  # type: ignore[attr-defined]  # it is a generator


PROGRAM = """
import os, sys, time
from ki_briefing.base.processors import spread

def slow(number):
    time.sleep(0.05)
    return os.getpid()

for pid in spread(slow, range(10_000)):
    print(pid, flush=True)
"""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to see who lives")
@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nobody_is_left_behind(signal_number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as parent:
        assert parent.stdout
        helpers = {int(parent.stdout.readline()) for _ in range(4 * available())}
        assert len(helpers) == available()
        assert all(map(alive, helpers))
        parent.send_signal(signal_number)
        parent.wait(timeout=20)

    for _ in range(200):
        if not any(map(alive, helpers)):
            break
        time.sleep(0.05)
    assert not any(map(alive, helpers))
