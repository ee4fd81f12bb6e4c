"""A cluster of Dask: workers that have no show make what this machine makes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from ki_briefing.base.errors import ConfigError
from ki_briefing.batch.conductor import batch_room, batch_show
from ki_briefing.batch.unit import Unit, pack_show, unpack
from ki_briefing.batch.workers import open_workers
from ki_briefing.build import build_episode
from ki_briefing.show.reading import load_episode, load_show

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ki_briefing.show.settings import EpisodeFacts

SETTINGS = """
[podcast]
description = "Ein Test."
[jingles]
style = "none"
[voices.schnell]
engine = "espeak"
rate = 30
"""
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


def test_a_cluster_makes_what_this_machine_makes_also_in_another_voice(scheduler: str, tmp_path: Path) -> None:
    folder, article = tmp_path / "show", tmp_path / "article.md"
    folder.mkdir()
    (folder / "show.toml").write_text(SETTINGS)
    (folder / "lexicon.toml").write_text('[words]\n"KI" = "Künstliche Intelligenz"\n', encoding="utf-8")
    article.write_text("---\ndate: 2026-01-01\n---\n# Fall 1\n\nHier spricht die KI.\n", encoding="utf-8")
    command = [sys.executable, "-m", "ki_briefing", "batch", str(article), "--show", str(folder), "--json"]

    done = subprocess.run([*command, "--cluster", scheduler], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["made"]) == 1
    (built,) = folder.glob("*/built")
    first = compare_with_build_here(built, tmp_path / "copy")
    show = load_show(folder)
    with closing(open_workers(show, cluster=scheduler)) as workers, batch_room(show) as room:
        assert len(batch_show(show, [], workers, room, now=datetime.now(UTC), voice="schnell").made) == 1
    second = compare_with_build_here(built, tmp_path / "another copy")
    assert (load_episode(built.parent).voice, second.guid) == ("schnell", first.guid)


def compare_with_build_here(built: Path, copy: Path) -> EpisodeFacts:
    """Build a copy of an episode's show, compare the files, and return the episode's facts."""
    shutil.copytree(built.parents[1], copy, ignore=shutil.ignore_patterns("built", ".cache"))
    again = build_episode(copy / built.parent.name).audio.parent
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in built.iterdir()
    }
    return load_episode(built.parent)


def test_a_key_that_signs_does_not_leave_this_machine_unencrypted(tmp_path: Path) -> None:
    (tmp_path / "show.toml").write_text('[signing]\nkey = "key.pem"\ncertificate = "certificate.pem"\n')

    with pytest.raises(ConfigError, match="must not leave this machine"):
        open_workers(load_show(tmp_path), cluster="tcp://127.0.0.1:8786")


def test_keys_that_dask_was_not_told_are_asked_for_at_once(tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="cannot be judged without distributed")
    (tmp_path / "show.toml").touch()

    with pytest.raises(ConfigError, match="by which keys"):
        open_workers(load_show(tmp_path), cluster="tls://127.0.0.1:8786")


def test_a_key_that_signs_is_unpacked_for_nobody_else_to_read(tmp_path: Path) -> None:
    show, worker = tmp_path / "show", tmp_path / "worker"
    show.mkdir()
    (show / "show.toml").write_text('[signing]\nkey = "key.pem"\ncertificate = "certificate.pem"\n')
    (show / "key.pem").write_text("secret")

    unpack(Unit("folge", pack_show(load_show(show)), str(show)), worker)

    assert (worker / "key.pem").read_text() == "secret"
    assert (worker / "key.pem").stat().st_mode & 0o077 == 0
