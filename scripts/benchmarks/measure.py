"""Run a command and ask the operating system what it cost; repeat, alternate, take medians."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process and its children took.

    Attributes:
        wall: Seconds on the clock.
        cpu: Seconds of processor time, user and system.
        peak: Largest resident set of one of the processes [MB].
    """

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True, slots=True)
class Contender:
    """A command to be measured, and what has to be done before each run of it."""

    name: str
    command: Sequence[str]
    prepare: Callable[[], object] = lambda: None
    environment: tuple[tuple[str, str], ...] = ()
    cores: int = 0


def run(contender: Contender) -> Cost:
    """Run it once.

    Raises:
        RuntimeError: It failed.
    """
    contender.prepare()
    command = list(contender.command)
    if contender.cores:
        command = ["taskset", "--cpu-list", f"0-{contender.cores - 1}", *command]
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, **dict(contender.environment)}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    errors = process.stderr.read() if process.stderr else b""
    _pid, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{contender.name} failed: {errors.decode(errors='replace')[-500:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def compare(contenders: Sequence[Contender], rounds: int) -> dict[str, Cost]:
    """Run all in turn, so that a change of the machine's pace meets everyone, and return the medians by name."""
    for contender in contenders:
        run(contender)  # warm-up
    costs: dict[str, list[Cost]] = {contender.name: [] for contender in contenders}
    for _ in range(rounds):
        for contender in contenders:
            costs[contender.name].append(run(contender))
    return {
        name: Cost(*(statistics.median(getattr(cost, field) for cost in all_of) for field in ("wall", "cpu", "peak")))
        for name, all_of in costs.items()
    }


def print_table(costs: dict[str, Cost], baseline: str) -> None:
    """Print a Markdown table with each figure's ratio to the baseline's."""
    base = costs[baseline]
    print(f"| | wall s | cpu s | peak MB | wall / {baseline} | cpu / {baseline} |\n|---|---|---|---|---|---|")
    for name, cost in costs.items():
        ratios = f"{cost.wall / base.wall:.2f} | {cost.cpu / base.cpu:.2f}"
        print(f"| {name} | {cost.wall:.2f} | {cost.cpu:.2f} | {cost.peak:.0f} | {ratios} |")
    print()


def remove(*paths: Path) -> None:
    """Delete files and folders."""
    subprocess.run(["rm", "-rf", "--", *map(str, paths)], check=True)
