"""The C library's allocator, set for work that needs the same megabytes again and again."""

from __future__ import annotations

import contextlib
import ctypes
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h
_MEGABYTE = 1 << 20
_DEFAULT = 128 << 10  # bytes, of both


@contextlib.contextmanager
def freed_is_kept() -> Iterator[None]:
    """Have glibc keep what arrays free for the next ones until the block ends; no other C library notices.

    Otherwise it returns an array's pages to the kernel, which zeroes them anew for the next array: five percent of the
    time that mastering takes. At the end it gives back what all threads have kept.
    """
    library = ctypes.CDLL(None)
    if not hasattr(library, "mallopt"):
        yield
        return
    library.mallopt(_M_MMAP_THRESHOLD, 32 * _MEGABYTE)  # the most it allows
    library.mallopt(_M_TRIM_THRESHOLD, 256 * _MEGABYTE)
    try:
        yield
    finally:
        library.mallopt(_M_MMAP_THRESHOLD, _DEFAULT)
        library.mallopt(_M_TRIM_THRESHOLD, _DEFAULT)
        library.malloc_trim(0)
