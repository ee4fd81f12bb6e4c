"""The files that start ``run`` unattended, tried as cron would start it, in a folder with an awkward name."""

from __future__ import annotations

import json
import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest

from environment import NOTHING
from ki_briefing.show.reading import load_show
from ki_briefing.timetable import Timetable, write_timetable

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def show(tmp_path: Path) -> Path:
    folder = tmp_path / "schöne show, 100% $HOME"
    folder.mkdir()
    settings = '[podcast]\ntitle = "Zu 100 %\\nda"\n[publication]\nbase_url = "https://podcast.example.org"\n'
    (folder / "show.toml").write_text(settings, encoding="utf-8")
    return folder


@pytest.fixture
def written(show: Path) -> Timetable:
    return write_timetable(load_show(show))


def runs(show: Path) -> list[int]:
    lines = (show / "log" / "runs.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["exit_code"] for line in lines]


def test_the_line_for_cron_runs_the_show_in_an_empty_environment(show: Path, written: Timetable) -> None:
    command = written.cron.removeprefix("*/5 * * * * ").replace("\\%", "%")  # as cron reads it
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd="/", env=NOTHING, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert runs(show) == [0]
    assert written.cron == written.files[2].read_text(encoding="utf-8").splitlines()[-1]


def test_the_service_runs_the_show(show: Path, written: Timetable) -> None:
    lines = written.files[0].read_text(encoding="utf-8").splitlines()
    (line,) = (line.removeprefix("ExecStart=") for line in lines if line.startswith("ExecStart="))
    words = [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(line)]  # as systemd reads it
    done = subprocess.run(words, cwd="/", env=NOTHING, stdin=subprocess.DEVNULL, capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (0, b"")
    assert runs(show) == [0]
    assert "Description=ki-briefing run: Zu 100 %% da" in lines
    assert f"EnvironmentFile=-{show}/secrets.env".replace("%", "%%") in lines
    assert all(f"#   {command}" in lines for command in written.enable)


@pytest.mark.judge("systemd-analyze")
def test_systemd_finds_nothing_wrong_with_the_units(written: Timetable) -> None:
    done = subprocess.run(
        ["systemd-analyze", "verify", *written.files[:2]], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
