"""What every stage's tests share: judges, the switch that forbids skipping, and calm words about how far it is."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NO_SKIPS = bool(os.environ.get("KI_BRIEFING_NO_SKIPS"))
STEP = 10  # percent

# The same examples everywhere, and no time limit on one of them: a machine may be busy.
hypothesis.settings.register_profile(
    "suite", derandomize=True, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")


def pytest_configure(config: pytest.Config) -> None:
    """Say how far it is instead of a dot a test, unless somebody wants to see more."""
    if config.get_verbosity() < 0 and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Progress(), "progress in percent")


class Progress:
    """One line a step, and at once one for each test that fails."""

    def __init__(self) -> None:
        self._done = self._said = 0
        self._failed: set[str] = set()

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Learn how many tests there are, and where to say it."""
        self._session = session
        terminal = session.config.pluginmanager.get_plugin("terminalreporter")
        self._say: Callable[[str], None] = terminal.write_line if terminal else print

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Count as pytest does, without its letters."""
        if report.outcome == "passed":
            return ("passed" if report.when == "call" else ""), "", ""
        if report.outcome == "failed":
            return ("failed", "", "FAILED") if report.when == "call" else ("error", "", "ERROR")
        return None if hasattr(report, "wasxfail") else ("skipped", "", "SKIPPED")

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Say what there is to say."""
        if report.failed:
            self._failed.add(report.nodeid)
            self._say(f"FAILED {report.nodeid}")
        if report.when != "teardown":
            return
        self._done += 1
        percent = 100 * self._done // max(self._session.testscollected, 1)
        if percent // STEP > self._said:
            self._said = percent // STEP
            failed = f", {len(self._failed)} failed" if self._failed else ""
            self._say(f"[{percent:3}%] {self._done} of {self._session.testscollected} tests{failed}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose system judges are absent, and remember which; fail it where skipping is forbidden."""
    for mark in item.iter_markers("judge"):
        absent = [program for program in mark.args if shutil.which(program) is None]
        if absent and NO_SKIPS:
            pytest.fail(f"skipping is forbidden and the judge is missing: {', '.join(absent)}")
        if absent:
            pytest.skip(f"cannot be judged without {', '.join(absent)}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what could not be judged on this machine."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        if report.longrepr:
            reason = str(report.longrepr[2]).removeprefix("Skipped: ")
            reasons[reason] = reasons.get(reason, 0) + 1
    if reasons:
        terminalreporter.section("not judged on this machine")
        for reason, count in sorted(reasons.items()):
            terminalreporter.write_line(f"{count} {'test' if count == 1 else 'tests'}: {reason}")


@pytest.fixture
def show_folder(tmp_path: Path) -> Path:
    """Return an empty show with default settings."""
    (tmp_path / "show.toml").write_text("", encoding="utf-8")
    return tmp_path
