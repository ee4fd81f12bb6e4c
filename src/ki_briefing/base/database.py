"""Small databases that are a memory, not a truth: torn, foreign or of another version, one is deleted and made anew.

Path, schema -> Database. What they remember can always be found again by looking at the files themselves. The only
door to sqlite3: its refusals become ours here.
"""

from __future__ import annotations

import contextlib
import sqlite3
from typing import TYPE_CHECKING, Any, Self, TypeVar

from ki_briefing.base.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

Row = TypeVar("Row")


class TornDatabase(StorageError):
    """Its file is damaged, foreign or of another version."""


class Database:
    """An open database; a context manager. Every method raises StorageError where the disk refuses.

    Args:
        schema: Statements that make its tables.
        version: Of the schema: a database of another one is of no use.
    """

    def __init__(self, path: Path, schema: str, version: int) -> None:
        """Open it, or make it.

        Raises:
            TornDatabase: It is torn, foreign or of another version.
        """
        self._path = path
        if path.is_symlink():
            raise TornDatabase(f"{path} is a symbolic link")
        with self._storage():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, isolation_level=None)
        try:
            # The journal's room stays taken: what was begun can be ended even on a disk that has become full.
            self.execute("PRAGMA journal_mode = PERSIST")
            self.execute("PRAGMA synchronous = NORMAL")
            if self.one("SELECT 1 FROM sqlite_master LIMIT 1") is None:
                with self._storage():
                    self._connection.executescript(f"BEGIN; PRAGMA user_version = {version}; {schema} COMMIT;")
            elif self.one("PRAGMA user_version") != (version,):
                raise TornDatabase(f"{path} is of another version")
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close it; what was written stays."""
        self._connection.close()

    @property
    def is_sound(self) -> bool:
        """Whether no page of it is damaged."""
        return self.one("PRAGMA quick_check(1)") == ("ok",)

    def execute(self, statement: str, values: Sequence[object] = ()) -> None:
        """Run a statement."""
        with self._storage():
            self._connection.execute(statement, values)

    def execute_each(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement with each of the rows."""
        with self._storage():
            self._connection.executemany(statement, rows)

    def one(self, query: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """Return the first row, or None if there is none."""
        return next(self.rows(query, values), None)

    def rows(self, query: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows."""
        with self._storage():
            yield from self._connection.execute(query, values)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all or nothing of what the block writes."""
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise

    @contextlib.contextmanager
    def _storage(self) -> Iterator[None]:
        try:
            yield
        except (OSError, sqlite3.OperationalError) as error:
            hint = "Free some space, check who owns the folder, then run the same command again."
            raise StorageError(f"cannot use {self._path}: {error}", hint=hint) from error
        except sqlite3.DatabaseError as error:
            raise TornDatabase(f"{self._path} is damaged: {error}", hint="Delete it: it is made anew.") from error


def delete(path: Path) -> None:
    """Delete a database that cannot be used."""
    for suffix in ("", "-journal"):
        with contextlib.suppress(OSError):
            path.with_name(path.name + suffix).unlink()


def outer_join(
    names: Iterable[str], rows: Iterator[Row], name_of: Callable[[Row], str]
) -> Iterator[tuple[str | None, Row | None]]:
    """Yield each name with its row, or alone, and each row that has no name; memory does not grow with either.

    Args:
        names: Sorted.
        rows: Sorted by name.
    """
    row = next(rows, None)
    for name in names:
        while row is not None and name_of(row) < name:
            yield None, row
            row = next(rows, None)
        if row is not None and name_of(row) == name:
            yield name, row
            row = next(rows, None)
        else:
            yield name, None
    while row is not None:
        yield None, row
        row = next(rows, None)
