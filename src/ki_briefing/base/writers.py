"""A file -> whether a process is still writing it."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROCESSES = Path("/proc")
_FLAGS = re.compile(r"^flags:\s*([0-7]+)$", re.M)


def has_writer(path: Path) -> bool:
    """Tell whether any process has a file open for writing, as far as this system tells.

    Linux lends a file for reading only while nobody can write it (fcntl(2), "Leases"). It lends us our own files only;
    for others', and file systems that do not lend, the processes that we may look into are asked.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (OSError, ValueError):
        return False
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN or _is_in_use(os.fstat(handle))
    except AttributeError:  # not Linux
        return False
    finally:
        os.close(handle)
    return False


def _is_in_use(status: os.stat_result) -> bool:
    wanted = (status.st_dev, status.st_ino)
    return any(found == wanted for found in _written())


def _written() -> Iterator[tuple[int, int]]:
    """Yield device and inode of all files that processes have open for writing, as far as we may see them."""
    for process in _PROCESSES.glob("[0-9]*"):
        with contextlib.suppress(OSError):
            for each in (process / "fd").iterdir():
                with contextlib.suppress(OSError):
                    flags = _FLAGS.search((process / "fdinfo" / each.name).read_text())
                    if flags and int(flags[1], 8) & os.O_ACCMODE != os.O_RDONLY:
                        status = each.stat()
                        yield status.st_dev, status.st_ino
