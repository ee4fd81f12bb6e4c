"""One at a time: a file at the target that says who fills it, so that two machines cannot overwrite each other.

A bucket lets nobody create it twice, nor replace another version than was seen; SFTP and folders create it with O_EXCL.
Whoever died leaves it behind: the same show on the same machine takes it over at once, others when it is LOCK_AGE old.
Whoever works writes it anew long before.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.errors import Locked, PublishError
from ki_briefing.publication.mirror.web_space import FOLDER

if TYPE_CHECKING:
    from typing import Self

    from ki_briefing.publication.mirror.web_space import WebSpace

LOCK_FILE = f"{FOLDER}/lock"
LOCK_AGE = 3600.0  # seconds
RENEWAL = 300.0  # seconds after which it is written anew
SETTLE = 1.0  # seconds after which the last of several who break an old lock is known

_HINT = f"Wait until it has finished. The lock of a machine that died is broken after {LOCK_AGE / 60:n} minutes."


class TargetLock:
    """The lock; a context manager."""

    def __init__(self, space: WebSpace, name: str, folder: Path) -> None:
        """Name the target for messages, and the show's folder, which makes its owner."""
        self._space, self._name = space, name
        self._owner = _owner(folder)
        self._content = f"{self._owner} {secrets.token_hex(8)}\n".encode()
        self._written = 0.0

    def __enter__(self) -> Self:
        """Acquire it.

        Raises:
            Locked: Another machine fills the target.
        """
        self._written = time.monotonic()
        if not self._space.write(LOCK_FILE, self._content, None):
            self._take_over()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(PublishError):  # if it stays, the next run takes it over
            if self._is_ours():
                self._space.delete(LOCK_FILE)

    @property
    def is_old(self) -> bool:
        """Whether it should be written anew."""
        return time.monotonic() - self._written > RENEWAL

    def confirm(self) -> None:
        """Make sure that we still have it, and write it anew if it is old.

        Raises:
            Locked: Another machine has broken it.
        """
        seen = self._space.read(LOCK_FILE)
        lost = seen is None or seen.content != self._content
        if not lost and self.is_old:
            self._written = time.monotonic()
            lost = not self._space.write(LOCK_FILE, self._content, seen)
        if lost:
            raise Locked(f"target '{self._name}' has been taken over by another machine", hint=_HINT)

    def _take_over(self) -> None:
        seen = self._space.read(LOCK_FILE)
        if seen and seen.content == self._content:  # our request was repeated on the way
            return
        owner = seen.content.decode("utf-8", "replace").rpartition(" ")[0] if seen else self._owner
        age = time.time() - seen.written if seen else 0.0
        oldest = LOCK_AGE if seen and seen.content else RENEWAL  # an empty one: its machine died while it wrote it
        if (owner == self._owner or age > oldest) and self._space.write(LOCK_FILE, self._content, seen):
            if seen:
                time.sleep(SETTLE)
            if self._is_ours():
                return
        host = owner.partition(" ")[0] or "another machine"
        raise Locked(
            f"target '{self._name}' is being filled by {host}", hint=f"Its lock is {age / 60:.0f} minutes old. {_HINT}"
        )

    def _is_ours(self) -> bool:
        seen = self._space.read(LOCK_FILE)
        return seen is not None and seen.content == self._content


def _owner(folder: Path) -> str:
    """Return the machine's name and a digest of the machine and the show's folder, which tells no path."""
    machine = ""
    with contextlib.suppress(OSError):
        machine = Path("/etc/machine-id").read_text(encoding="ascii", errors="replace")
    host = socket.gethostname()
    return f"{host} {hashlib.sha256(f'{host} {machine} {folder}'.encode('utf-8', 'replace')).hexdigest()[:12]}"
