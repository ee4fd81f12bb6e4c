"""A folder as a target: a file is put whole or not at all, and untouched if it holds that already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ki_briefing.base.errors import Exit, PublishError, StorageError
from ki_briefing.base.files import TEMPORARY
from ki_briefing.publication.target import FolderTarget

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def target(tmp_path: Path) -> FolderTarget:
    return FolderTarget(tmp_path / "public")


@pytest.mark.parametrize("as_file", [False, True])
def test_a_file_is_put_once_and_again_when_it_changes(target: FolderTarget, tmp_path: Path, as_file: bool) -> None:
    def put(content: bytes) -> bool:
        if not as_file:
            return target.put("folge-1/a.mp3", content)
        (tmp_path / "source").write_bytes(content)
        return target.put_together([("folge-1/a.mp3", tmp_path / "source")]) == ("folge-1/a.mp3",)

    big = b"x" * 3_000_000  # more than is copied at once
    assert [put(big), put(big), put(big[:-1] + b"y"), put(b"")] == [True, False, True, True]
    assert (tmp_path / "public/folge-1/a.mp3").read_bytes() == b""
    assert target.size("folge-1/a.mp3") == 0
    assert target.stamp("folge-1/a.mp3") != target.stamp("nothing") == ""


def test_of_files_that_belong_together_none_is_replaced_if_one_cannot_be_read(
    target: FolderTarget, tmp_path: Path
) -> None:
    target.put("a.mp3", b"old")
    (tmp_path / "new").write_bytes(b"new")

    for contents in (["new", "gone"], ["gone", "new"]):
        with pytest.raises(StorageError, match="cannot read"):
            target.put_together([(f"{'ab'[at]}.mp3", tmp_path / name) for at, name in enumerate(contents)])
        assert (tmp_path / "public/a.mp3").read_bytes() == b"old"
        assert list(target.names()) == ["a.mp3"]


def test_what_a_killed_run_left_is_not_listed_and_goes(target: FolderTarget, tmp_path: Path) -> None:
    left = tmp_path / "public" / f"{TEMPORARY}1f-0123abcd-a.mp3"
    left.parent.mkdir()
    left.write_bytes(b"half")

    assert list(target.names()) == []
    target.put("b.mp3", b"whole")
    assert not left.exists()


def test_a_deleted_file_takes_its_empty_folders_along(target: FolderTarget, tmp_path: Path) -> None:
    for path in ("one/deep/a", "one/b"):
        target.put(path, b"x")
    target.delete("one/deep/a")
    assert sorted(path.name for path in (tmp_path / "public").rglob("*")) == ["b", "one"]

    target.delete("one/b")
    target.delete("one/b")  # already gone is gone
    assert list((tmp_path / "public").iterdir()) == []


def test_a_disk_that_refuses_is_a_clear_error(target: FolderTarget, tmp_path: Path) -> None:
    target.put("file", b"in the way")
    (tmp_path / "public/folder/below").mkdir(parents=True)

    for attempt in (lambda: target.put("file/below", b"x"), lambda: target.delete("folder/below")):
        with pytest.raises(StorageError) as caught:
            attempt()
        assert (caught.value.exit_code, caught.value.hint != "") == (Exit.IO, True)


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../a", "a/../b", "a//b", ".hidden", "ä", "a b", "a\n"])
def test_no_path_leads_elsewhere(target: FolderTarget, tmp_path: Path, path: str) -> None:
    for attempt in (lambda: target.put(path, b"x"), lambda: target.delete(path)):
        with pytest.raises(PublishError, match="cannot publish at"):
            attempt()
    assert list(tmp_path.rglob("*")) == []
