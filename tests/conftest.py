"""What every stage's tests share: judges, and the switch that forbids skipping."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

NO_SKIPS = bool(os.environ.get("KI_BRIEFING_NO_SKIPS"))


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
    skipped = {report.longrepr[2] for report in terminalreporter.stats.get("skipped", []) if report.longrepr}
    if skipped:
        terminalreporter.section("not judged on this machine")
        for reason in sorted(skipped):
            terminalreporter.write_line(str(reason).removeprefix("Skipped: "))


@pytest.fixture
def show_folder(tmp_path: Path) -> Path:
    """Return an empty show with default settings."""
    (tmp_path / "show.toml").write_text("", encoding="utf-8")
    return tmp_path
