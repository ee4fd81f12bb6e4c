"""A store that hosts share: what one made, another finds; nothing is believed, nothing is replaced."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from ki_briefing.base.errors import StorageError
from ki_briefing.base.pool import FolderPool
from ki_briefing.base.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY = "ab" + 62 * "0"


@pytest.fixture(params=["folder", "bucket"])
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Store]:
    """Return what gives a host of a name its store; all share one pool."""
    if request.param == "folder":
        return lambda name: Store(tmp_path / name / "clips", FolderPool(tmp_path / "shared"), "clips")
    from ki_briefing.base.bucket import BucketPool

    bucket = bucket_in(tmp_path / "bucket")
    return lambda name: Store(tmp_path / name / "clips", BucketPool(bucket, "s3://bucket"), "clips")


def bucket_in(folder: Path) -> Any:
    """Return a bucket without a server: obstore's own store of files, which knows conditional writes, too."""
    from obstore.store import LocalStore

    return LocalStore(folder, mkdir=True)


def test_what_one_host_made_another_finds_and_keeps(host: Callable[[str], Store]) -> None:
    one, other = host("one"), host("other")

    path = one.write(KEY, b"spoken")

    assert other.is_shared(KEY)
    assert other.size(KEY) == len(b"spoken")
    assert other.path(KEY).read_bytes() == path.read_bytes()
    assert other.read(KEY) == b"spoken"


def test_the_first_entry_stays(host: Callable[[str], Store]) -> None:
    host("one").write(KEY, b"first")

    assert host("two").write(KEY, b"second").read_bytes().endswith(b"second")
    assert host("three").read(KEY) == b"first"


def test_a_broken_entry_counts_as_absent_and_is_made_again(host: Callable[[str], Store], tmp_path: Path) -> None:
    host("one").write(KEY, b"spoken")
    (shared,) = [path for path in tmp_path.rglob(KEY) if "one" not in path.parts]
    shared.write_bytes(shared.read_bytes()[:-1] + b"?")

    assert host("two").read(KEY) is None
    assert not host("two").is_shared(KEY)
    host("two").write(KEY, b"spoken")
    assert host("three").read(KEY) == b"spoken"


def test_an_entry_that_broke_here_is_fetched_again(host: Callable[[str], Store]) -> None:
    store = host("one")
    store.write(KEY, b"spoken").write_bytes(b"torn")

    assert store.read(KEY) == b"spoken"


def test_a_pool_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "shared").write_text("no folder", encoding="utf-8")
    store = Store(tmp_path / "here", FolderPool(tmp_path / "shared"), "clips")

    with pytest.raises(StorageError, match="cannot"):
        store.read(KEY)


def test_what_another_host_uses_is_no_longer_old(tmp_path: Path) -> None:
    pool = FolderPool(tmp_path / "shared")
    Store(tmp_path / "one", pool, "clips").write(KEY, b"spoken")
    (entry,) = (tmp_path / "shared").rglob(KEY)
    os.utime(entry, (0, 0))

    assert Store(tmp_path / "two", pool, "clips").read(KEY) == b"spoken"
    assert entry.stat().st_mtime > 0
