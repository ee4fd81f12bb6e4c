"""A cluster of Dask: workers that have no show make what this machine makes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from ki_briefing.base.errors import ConfigError
from ki_briefing.batch.workers import open_workers
from ki_briefing.build import build_episode
from ki_briefing.show.reading import load_show

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLUSTER = """
from distributed import LocalCluster
cluster = LocalCluster(n_workers=1, threads_per_worker=1, processes=False, protocol="tcp://", dashboard_address=None)
print(cluster.scheduler_address, flush=True)
input()
"""


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """Yield the address of a scheduler with one worker, in a process of their own."""
    if find_spec("distributed") is None:
        pytest.skip("cannot be judged without distributed")
    cluster = subprocess.Popen(
        [sys.executable, "-c", CLUSTER],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert cluster.stdout
    assert cluster.stdin
    yield cluster.stdout.readline().strip()
    cluster.kill()
    cluster.wait()
    cluster.stdout.close()
    cluster.stdin.close()


def test_a_cluster_makes_what_this_machine_makes(scheduler: str, tmp_path: Path) -> None:
    show, articles = tmp_path / "show", tmp_path / "articles"
    for folder in (show, articles):
        folder.mkdir()
    (show / "show.toml").write_text('[podcast]\ndescription = "Ein Test."\n[jingles]\nstyle = "none"\n')
    (show / "lexicon.toml").write_text('[words]\n"KI" = "Künstliche Intelligenz"\n', encoding="utf-8")
    for day in (1, 2):
        text = f"---\ndate: 2026-01-0{day}T08:00:00+01:00\n---\n# Fall {day}\n\nHier spricht die KI.\n"
        (articles / f"{day}.md").write_text(text, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "ki_briefing",
        "batch",
        str(articles),
        "--show",
        str(show),
        "--json",
        "--cluster",
        scheduler,
    ]

    done = subprocess.run([*command, "--cluster", scheduler], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["made"]) == 2
    copy = shutil.copytree(show, tmp_path / "copy", ignore=shutil.ignore_patterns("built", ".cache"))
    for built in show.glob("*/built"):
        again = build_episode(copy / built.parent.name).audio.parent
        assert {path.name: path.read_bytes() for path in again.iterdir()} == {
            path.name: path.read_bytes() for path in built.iterdir()
        }


def test_a_key_that_signs_does_not_leave_this_machine_unencrypted(tmp_path: Path) -> None:
    (tmp_path / "show.toml").write_text('[signing]\nkey = "key.pem"\ncertificate = "certificate.pem"\n')

    with pytest.raises(ConfigError, match="must not leave this machine"):
        open_workers(load_show(tmp_path), cluster="tcp://127.0.0.1:8786")
