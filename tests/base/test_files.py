"""What files.py promises: whole or absent, one at a time, nothing believed."""

from __future__ import annotations

import inspect
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from types import FrameType

import pytest

from ki_briefing.base.errors import Exit, Locked, StorageError
from ki_briefing.base.files import (
    TEMPORARY,
    digest,
    file_digest,
    lock,
    read_regular,
    set_aside,
    sweep_leftovers,
    write_atomically,
)
from ki_briefing.base.store import Store, read_entry


def test_a_file_is_written_whole_with_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        size = write_atomically(tmp_path / "deep" / "a.txt", iter([b"eins ", b"zwei"]))
    finally:
        os.umask(old)

    assert size == 9
    assert (tmp_path / "deep" / "a.txt").read_bytes() == b"eins zwei"
    assert (tmp_path / "deep" / "a.txt").stat().st_mode & 0o777 == 0o644


def test_a_writer_that_fails_half_way_leaves_the_old_file_and_no_rubbish(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("alt")

    def pieces() -> object:
        yield b"neu"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, pieces())  # type: ignore[arg-type]  # a generator is an iterable of bytes

    assert path.read_text() == "alt"
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # an open file: the process ends anyway
def test_an_interruption_anywhere_leaves_the_old_file_or_the_new_one_and_no_rubbish(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    seen = set()
    for moment in count(1):
        path.write_text("alt")
        interrupted = interrupt(moment, write_atomically, path, "neu")
        seen.add(path.read_text())
        assert [each.name for each in tmp_path.iterdir()] == ["a.txt"], moment
        if not interrupted:
            break

    assert moment > 100
    assert seen == {"alt", "neu"}


def interrupt(moment: int, function: Callable[..., object], *arguments: object) -> bool:
    """Call the function and interrupt it before its nth step of bytecode, as a signal would; tell whether it was."""
    steps = count(1)
    watched = (function.__code__, inspect.unwrap(set_aside).__code__)  # the one works by the other

    def watch(frame: FrameType, event: str, _argument: object) -> object:
        if frame.f_code not in watched:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode" and next(steps) == moment:
            raise KeyboardInterrupt
        return watch

    before = sys.gettrace()
    sys.settrace(watch)  # type: ignore[arg-type]  # typeshed cannot name a function that returns itself
    try:
        function(*arguments)
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def test_a_full_disk_is_a_clear_error_and_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"alt")
    program = (
        "import resource, signal, sys, pathlib\n"
        "from ki_briefing.base.errors import StorageError\n"
        "from ki_briefing.base.files import write_atomically\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    write_atomically(pathlib.Path(sys.argv[1]), b'x' * 5000)\n"
        "except StorageError as error:\n"
        "    print(error.message)\n"
    )

    run = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)

    assert "File too large" in run.stdout
    assert path.read_bytes() == b"alt"
    assert len(list(tmp_path.iterdir())) == 1
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 1000


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StorageError) as caught:
        write_atomically(tmp_path / "file" / "below", b"x")

    assert caught.value.exit_code == Exit.IO
    assert caught.value.hint


def test_leftovers_of_killed_runs_are_swept_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / f"{TEMPORARY}1f-0123abcd-a.mp3").write_text("")
    for name in ("a.mp3", ".~lock.artikel.odt#"):
        (tmp_path / "sub" / name).write_text("")

    assert sweep_leftovers(tmp_path) == 1
    assert sorted(path.name for path in (tmp_path / "sub").iterdir()) == [".~lock.artikel.odt#", "a.mp3"]


def take(path: Path) -> None:
    with lock(path, "the show"):
        pass


def test_the_second_at_work_is_told_that_the_show_is_locked_and_the_first_may_enter_again(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with ThreadPoolExecutor(1) as other:
        with lock(path, "the show"):
            take(path)
            with pytest.raises(Locked) as caught:
                other.submit(take, path).result()
            assert caught.value.exit_code == Exit.LOCKED
        other.submit(take, path).result()


def test_a_file_for_a_web_server_is_readable_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0o077)
    try:
        write_atomically(tmp_path / "public.txt", b"", readable=True)
        write_atomically(tmp_path / "private.txt", b"")
    finally:
        os.umask(old)

    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"public.txt": 0o644, "private.txt": 0o600}


def test_a_killed_process_frees_its_lock(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, signal, sys\n"
        "from ki_briefing.base.files import lock\n"
        "with lock(pathlib.Path(sys.argv[1]), 'x'):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    run = subprocess.run([sys.executable, "-c", program, str(tmp_path / "lock")], check=False)
    assert run.returncode == -9

    with lock(tmp_path / "lock", "the show"):
        pass


def test_a_store_gives_back_what_it_was_given(tmp_path: Path) -> None:
    store = Store(tmp_path)
    key = digest("ein Satz")

    assert store.read(key) is None
    path = store.write(key, b"Klang")
    assert store.read(key) == b"Klang"
    assert read_entry(path) == b"Klang"


@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "foreign"])
def test_a_broken_entry_is_as_good_as_absent(tmp_path: Path, harm: str) -> None:
    store = Store(tmp_path)
    path = store.write(digest("x"), b"Klang" * 100)
    data = bytearray(path.read_bytes())
    data[60] ^= 1
    path.write_bytes({"flip": bytes(data), "cut": bytes(data[:50]), "empty": b"", "foreign": b"RIFF...."}[harm])

    assert store.read(digest("x")) is None
    with pytest.raises(StorageError):
        read_entry(path)


def test_a_digest_knows_where_one_part_ends() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("ä") == digest("ä".encode())


def test_a_file_and_its_bytes_have_one_digest_each(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 100_000)
    (tmp_path / "b").write_bytes(b"x" * 99_999 + b"y")

    assert file_digest(tmp_path / "a") != file_digest(tmp_path / "b")
    with pytest.raises(StorageError):
        file_digest(tmp_path / "absent")


def test_only_a_regular_file_of_bearable_size_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    os.mkfifo(tmp_path / "pipe")

    assert read_regular(tmp_path / "a", 5) == b"12345"
    for path, most in (("a", 4), ("pipe", 9), ("", 9), ("no", 9), ("x" * 5000, 9), ("a\0b", 9), ("/dev/zero", 9)):
        with pytest.raises(OSError, match=r"\w"):
            read_regular(tmp_path / path, most)
