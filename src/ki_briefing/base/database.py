"""Small databases that are a memory, not a truth: torn, foreign or of another version, one is deleted and made anew.

Path, schema -> connection. What they remember can always be found again by looking at the files themselves.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def connect(path: Path, schema: str, version: int) -> sqlite3.Connection:
    """Open a database, or make it.

    Raises:
        sqlite3.OperationalError: The disk refused.
        sqlite3.DatabaseError: It is torn, foreign or of another version.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path, isolation_level=None)
    try:
        # The journal's room stays taken: what was begun can be ended even on a disk that has become full.
        database.execute("PRAGMA journal_mode = PERSIST")
        database.execute("PRAGMA synchronous = NORMAL")
        if database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
            database.executescript(f"BEGIN; PRAGMA user_version = {version}; {schema} COMMIT;")
        elif database.execute("PRAGMA user_version").fetchone() != (version,):
            raise sqlite3.DatabaseError(f"{path} is of another version")
    except BaseException:
        database.close()
        raise
    return database


def delete(path: Path) -> None:
    """Delete a database that cannot be used."""
    for suffix in ("", "-journal"):
        with contextlib.suppress(OSError):
            path.with_name(path.name + suffix).unlink()


@contextlib.contextmanager
def together(database: sqlite3.Connection) -> Iterator[None]:
    """Keep all or nothing of what the block writes."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")
