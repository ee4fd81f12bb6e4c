"""Run a command and ask the operating system what it cost; repeat, alternate, take medians."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


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
    """A command to be measured, and what has to be done before each run of it.

    Attributes:
        cores: How many it may use; 0: all.
    """

    name: str
    command: Sequence[str]
    prepare: Callable[[], object] = lambda: None
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
    process = subprocess.Popen(command, env=_ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read() if process.stderr else b""
    _pid, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{contender.name} failed: {errors.decode(errors='replace')[-500:]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def compare(contenders: Sequence[Contender], rounds: int, *, warm_up: bool = True) -> dict[str, Cost]:
    """Run all in turn, so that a change of the machine's pace meets everyone, and return the medians by name."""
    for contender in contenders if warm_up else ():
        run(contender)
    costs: dict[str, list[Cost]] = {contender.name: [] for contender in contenders}
    for _ in range(rounds):
        for contender in contenders:
            costs[contender.name].append(run(contender))
    return {
        name: Cost(*(statistics.median(getattr(cost, field) for cost in all_of) for field in ("wall", "cpu", "peak")))
        for name, all_of in costs.items()
    }


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured, and the most it should be."""

    name: str
    value: float
    most: float
    unit: str = ""


def print_costs(costs: dict[str, Cost]) -> None:
    """Print a Markdown table of what each contender took."""
    print("| | wall s | cpu s | peak MB |\n|---|---|---|---|")
    for name, cost in costs.items():
        print(f"| {name} | {cost.wall:.2f} | {cost.cpu:.2f} | {cost.peak:.0f} |")
    print(flush=True)


def print_figures(figures: Sequence[Figure]) -> None:
    """Print a Markdown table of figures beside what they should be."""
    print("| figure | measured | aim |\n|---|---|---|")
    for each in figures:
        unit = f" {each.unit}" if each.unit else ""
        print(f"| {each.name} | {each.value:.2f}{unit} | ≤ {each.most:g}{unit} |")
    print(flush=True)


def remove(*paths: Path) -> None:
    """Delete files and folders."""
    subprocess.run(["rm", "-rf", "--", *map(str, paths)], check=True)
