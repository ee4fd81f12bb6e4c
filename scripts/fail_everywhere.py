"""What scripts/faults does: every point at which a run can fail, in an order that is mixed and always the same."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import fault_points as faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MANY = 20
SMALLEST, STEP = 20_000, 35_000  # bytes of the 20 small disks beside the show


def main() -> int:
    """Try the points, print what does not hold, and return the exit code."""
    parser = argparse.ArgumentParser(description="Fail a run everywhere, and see what holds.", prog="scripts/faults")
    parser.add_argument("--most", type=int, default=0, metavar="N", help="try only N points at system calls")
    parser.add_argument("--minutes", type=float, default=0.0, metavar="M", help="begin no point after M minutes")
    parser.add_argument("--seed", type=int, default=0, help="mix them in another order")
    wanted = parser.parse_args()
    if os.geteuid():
        print("left out, because only root can mount them: small disks", file=sys.stderr)
    if not shutil.which("strace"):
        print("left out, because there is no strace: all system calls", file=sys.stderr)
    begun = time.monotonic()
    faults.warm_up()
    memory = Path("/dev/shm")  # a kill does not ask whether a disk has what was written
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as place:
        template, folder = faults.make_show(Path(place) / "template"), Path(place) / "tried"
        trials: list[tuple[str, Callable[[], Iterable[str]]]] = []
        if not wanted.most:
            trials.append((f"{MANY} at once", partial(faults.run_at_once, template, folder, MANY)))
        if not (wanted.most or os.geteuid()):
            sizes = range(SMALLEST, SMALLEST + MANY * STEP, STEP)
            trials += [(f"{each} bytes", partial(faults.run_out_of_space, template, folder, each)) for each in sizes]
        if shutil.which("strace"):
            counts = faults.count_calls(template, folder)
            points = faults.points_of(counts)
            print(f"{sum(counts.values())} calls, {len(points)} points: {counts}", file=sys.stderr)
            random.Random(wanted.seed).shuffle(points)
            chosen = points[: wanted.most or None]
            trials += [(str(each), partial(faults.fail, template, folder, each)) for each in chosen]
        tried = broken = 0
        for name, trial in trials:
            if wanted.minutes and time.monotonic() - begun > 60 * wanted.minutes:
                break
            tried += 1
            if problems := list(trial()):
                broken += 1
                print(f"{name}: " + "\n  ".join(problems), flush=True)
                shutil.rmtree(folder, ignore_errors=True)
            if tried % 20 == 0:
                print(f"{tried} of {len(trials)} tried, {broken} with violations", file=sys.stderr, flush=True)
    print(f"{tried} of {len(trials)} points tried, {broken} with violations")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
