"""Path, schema -> Database: small SQLite files that only remember what the real files say.

A database that is torn, foreign or of another version can be deleted and rebuilt from those files. This is the only
door to sqlite3; its errors become ours here.
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
    """The database file is damaged, foreign or of another version."""


class Database:
    """An open database; a context manager. Every method raises StorageError if the disk refuses."""

    def __init__(self, path: Path, schema: str, version: int) -> None:
        """Open the database, or create it.

        Args:
            schema: Statements that create the tables.
            version: The schema's version; a file with any other version is refused.

        Raises:
            TornDatabase: The file is torn, foreign or of another version.
        """
        self._path = path
        if path.is_symlink():
            raise TornDatabase(f"{path} is a symbolic link")
        with self._storage():
            if path.exists() and not path.is_file():
                raise StorageError(
                    f"cannot use {path}: it is {'a folder' if path.is_dir() else 'no regular file'}",
                    hint="Move it away, then run the same command again: the database will be rebuilt.",
                )
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, isolation_level=None)
        try:
            # The journal keeps its space, so a transaction can finish even if the disk has filled up meanwhile.
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
        """Close the database; completed transactions are kept."""
        self._connection.close()

    @property
    def is_sound(self) -> bool:
        """Whether SQLite finds all its pages intact."""
        return self.one("PRAGMA quick_check(1)") == ("ok",)

    def execute(self, statement: str, values: Sequence[object] = ()) -> None:
        """Run a statement."""
        with self._storage():
            self._connection.execute(statement, values)

    def execute_each(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement once per row."""
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
        """Commit everything the block writes, or nothing."""
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
            raise TornDatabase(f"{self._path} is damaged: {error}", hint="Delete it: it will be rebuilt.") from error


def delete(path: Path) -> None:
    """Delete a database that cannot be used, with its journal."""
    for suffix in ("", "-journal"):
        with contextlib.suppress(OSError):
            path.with_name(path.name + suffix).unlink()


def outer_join(
    names: Iterable[str], rows: Iterator[Row], name_of: Callable[[Row], str]
) -> Iterator[tuple[str | None, Row | None]]:
    """Pair sorted names with sorted rows, in constant memory; None stands where a name or a row has no partner.

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
