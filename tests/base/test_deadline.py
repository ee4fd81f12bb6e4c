"""What hangs is left to itself, whatever it is."""

from __future__ import annotations

import threading

import pytest

from ki_briefing.base.deadline import TooLate, within


def test_work_in_time_gives_its_result_or_its_error() -> None:
    def fail() -> None:
        raise KeyError("x")

    assert within(5, lambda: 3) == 3
    with pytest.raises(KeyError):
        within(5, fail)


def test_work_that_hangs_is_left() -> None:
    end = threading.Event()
    try:
        with pytest.raises(TooLate, match=r"0\.01 seconds"):
            within(0.01, end.wait)
    finally:
        end.set()
