"""What can be made again takes no more of the disk than it may: what was not used for longest goes first."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from ki_briefing.base.errors import BrokenEntry
from ki_briefing.base.files import digest, mark_used
from ki_briefing.base.store import Store, measure_stores, prune_stores, read_entry

HOUR = 3600
KEYS = [digest(f"key {number}") for number in range(10)]
SIZE = 1036  # of an entry of 1,000 bytes


def age(path: Path, hours: float) -> None:
    moment = time.time() - hours * HOUR
    os.utime(path, (moment, moment))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Return a cache with ten entries in two stores, used from 10 to 100 hours ago."""
    for number, key in enumerate(KEYS):
        path = Store(tmp_path / ("clips", "sound")[number % 2]).write(key, bytes(1000))
        age(path, 10 * (number + 1))
    return tmp_path


def left(cache: Path) -> list[str]:
    return [key for key in KEYS if any(cache.glob(f"*/{key[:2]}/{key}"))]


def test_the_oldest_go_first_down_to_a_little_below_the_limit(cache: Path) -> None:
    assert prune_stores(cache, 6 * SIZE) == 5 * SIZE
    assert left(cache) == KEYS[:5]
    assert prune_stores(cache, 6 * SIZE) == 0


def test_below_the_limit_nothing_goes(cache: Path) -> None:
    assert prune_stores(cache, 10 * SIZE) == 0
    assert left(cache) == KEYS


def test_what_is_read_or_looked_up_is_used_and_stays(cache: Path) -> None:
    assert Store(cache / "sound").read(KEYS[9]) == bytes(1000)
    assert Store(cache / "clips").size(KEYS[8]) == 1000
    prune_stores(cache, 3 * SIZE)

    assert left(cache) == [KEYS[8], KEYS[9]]


def test_what_a_running_build_may_be_using_stays_whatever_the_limit(cache: Path) -> None:
    age(Store(cache / "clips").path(KEYS[0]), 5)

    prune_stores(cache, 0)
    assert left(cache) == KEYS[:1]
    prune_stores(cache, 0, in_use=False)
    assert left(cache) == []


def test_use_is_noted_once_an_hour(cache: Path) -> None:
    path = Store(cache / "clips").path(KEYS[0])
    age(path, 0.5)
    before = path.stat()
    mark_used(path, before)

    assert path.stat().st_mtime_ns == before.st_mtime_ns


def test_what_is_not_ours_is_neither_counted_nor_deleted(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    Store(outside / "store").write(KEYS[0], bytes(1000))
    (cache / "linked").symlink_to(outside / "store")
    (cache / "clips" / "notes.txt").write_text("x" * 5000)
    (cache / "clips" / KEYS[1][:2]).mkdir(exist_ok=True)
    (cache / "clips" / KEYS[1][:2] / KEYS[1]).mkdir()
    (cache / "episodes.sqlite").write_bytes(bytes(5000))
    (cache / "clips" / KEYS[0][:2] / "holiday.jpg").write_bytes(bytes(5000))
    for path in cache.rglob("*"):
        age(path, 200)
    foreign = {path for path in (*cache.rglob("*"), *outside.rglob("*")) if path.name not in KEYS or path.is_dir()}

    assert sum(usage.size for usage in measure_stores(cache)) == 10 * SIZE
    assert prune_stores(cache, 0) == 10 * SIZE
    assert all(path.exists() for path in foreign)
    assert (outside / "store" / KEYS[0][:2] / KEYS[0]).exists()


def test_a_broken_entry_counts_and_is_pruned_like_another(cache: Path) -> None:
    path = Store(cache / "sound").path(KEYS[9])
    path.write_bytes(b"torn")
    age(path, 100)
    prune_stores(cache, 9 * SIZE)

    with pytest.raises(BrokenEntry):
        read_entry(path)


def test_the_stores_say_how_large_and_how_old_they_are(cache: Path) -> None:
    clips, sound = measure_stores(cache)

    assert (clips.name, clips.entries, clips.size) == ("clips", 5, 5 * SIZE)
    assert (sound.name, sound.entries) == ("sound", 5)
    assert time.time() - sound.oldest == pytest.approx(100 * HOUR, abs=60)
    assert measure_stores(cache / "absent") == ()


def test_several_processes_prune_at_once(cache: Path) -> None:
    program = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from ki_briefing.base.store import prune_stores
        prune_stores(Path(sys.argv[1]), int(sys.argv[2]))
        """
    )
    command = [sys.executable, "-c", program, str(cache), str(4 * SIZE)]
    running = [subprocess.Popen(command) for _ in range(4)]

    assert [process.wait() for process in running] == [0, 0, 0, 0]
    assert set(left(cache)) <= set(KEYS[:3])
