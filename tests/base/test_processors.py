"""We use the processors that are ours, not all that there are."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ki_briefing.base.processors import available

COUNT = "from ki_briefing.base.processors import available; print(available())"


def test_there_is_at_least_one_and_no_more_than_the_machine_has() -> None:
    assert 1 <= available() <= (os.cpu_count() or 1)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs a system that pins processes to processors")
def test_a_process_pinned_to_one_processor_has_one() -> None:
    one = min(os.sched_getaffinity(0))
    program = f"import os; os.sched_setaffinity(0, {{{one}}}); {COUNT}"

    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "1\n"
