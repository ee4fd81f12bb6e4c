"""What the public folder holds and what a target holds, as digests: here in a database, and at the target as text.

At the target, ``.ki-briefing/ledger`` is written as ``sha256sum`` writes: a digest, two spaces, a path. Beside it,
``changes`` says what has changed since, and whose mirror it is; so a new episode in a large archive costs little. A
path stands there as ``begun`` before its file is written, so that nothing is ever put there of which nobody knows.
Another machine that has the show goes on from these files; if they are deleted, everything is put there anew.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ki_briefing.base import database, files
from ki_briefing.base.errors import PublishError
from ki_briefing.publication.mirror.web_space import FOLDER, is_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from typing import Self

    from ki_briefing.publication.mirror.public_files import PublicFiles
    from ki_briefing.publication.mirror.web_space import Seen, WebSpace

LEDGER_FILE = f"{FOLDER}/ledger"
CHANGES_FILE = f"{FOLDER}/changes"

_VERSION = 2
_SCHEMA = """
CREATE TABLE file (path TEXT PRIMARY KEY, stamp TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE held (path TEXT PRIMARY KEY, digest TEXT NOT NULL, changed INTEGER NOT NULL);
CREATE TABLE looked (path TEXT PRIMARY KEY, stamp TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_BEGUN, _GONE = "begun", "gone"
_FEW = 500  # changes from which the ledger is written anew, if they are a tenth of it
_HEAD = re.compile(r"# ki-briefing mirror 1 (\S+) ([0-9a-f]{64}|-)\n")
_LINE = re.compile(rf"([0-9a-f]{{64}}|{_BEGUN}|{_GONE})  (.+)\n")


class MirrorMemory:
    """The open database of one target; a context manager. Every method raises StorageError if a disk refuses."""

    def __init__(self, path: Path, place: str, show: str) -> None:
        """Open it, or create it.

        Args:
            place: The target's; another one makes everything unknown.
            show: The show's guid.
        """
        self._db = database.open_or_remake(path, _SCHEMA, _VERSION)
        self._show = show
        self._seen: Seen | None = None
        if self._fact("place") != place:
            with self._db.transaction():
                for table in ("held", "looked", "fact"):
                    self._db.execute(f"DELETE FROM {table}")
                self._note("place", place)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    # --- the public folder ---

    def known(self) -> PublicFiles:
        """Return the public files as they were seen last."""
        return {path: (stamp, digest) for path, stamp, digest in self._db.rows("SELECT * FROM file")}

    def note_public(self, now: PublicFiles) -> None:
        """Remember what is public now, and nothing else."""
        self._keep("file", self.known(), now)

    # --- the target ---

    @property
    def is_settled(self) -> bool:
        """Whether the target, as we left it, holds what is public, and its ledger says so."""
        return self._fact("settled") == "yes" and not self.missing() and not self.surplus()

    def missing(self) -> dict[str, str]:
        """Return by path the digest of each file that the target does not have as it is public.

        What it does not have at all comes first, and what lies at the top after what lies in folders.
        """
        query = (
            "SELECT path, file.digest FROM file LEFT JOIN held USING (path) WHERE held.digest IS NOT file.digest"
            " ORDER BY coalesce(held.digest, ?) <> ?, path NOT LIKE '%/%', path"
        )
        return dict(self._pairs(query, (_GONE, _GONE)))

    def surplus(self) -> tuple[str, ...]:
        """Return the paths of what we put there and is public no more."""
        query = "SELECT path FROM held WHERE digest <> ? AND path NOT IN (SELECT path FROM file) ORDER BY path"
        return tuple(row[0] for row in self._db.rows(query, (_GONE,)))

    def count(self) -> int:
        """Return how many files the target holds that we put there."""
        return sum(row[0] for row in self._db.rows("SELECT count(*) FROM held WHERE digest <> ?", (_GONE,)))

    def held(self, path: str) -> str:
        """Return the digest of a file that the target holds in full; empty if it does not."""
        row = self._db.one("SELECT digest FROM held WHERE path = ?", (path,))
        return row[0] if row and row[0] not in (_BEGUN, _GONE) else ""

    def altered(self, folder: Path) -> tuple[str, ...]:
        """Return the paths of what the target, a folder of this machine, does not hold any more as we left it.

        A file is read if its time or size is not the one that was seen last.
        """
        seen = {path: (stamp, digest) for path, stamp, digest in self._db.rows("SELECT * FROM looked")}
        now: PublicFiles = {}
        altered = []
        query = "SELECT path, digest FROM held WHERE digest NOT IN (?, ?) ORDER BY path"
        for path, digest in self._pairs(query, (_BEGUN, _GONE)):
            place = f"{folder}/{path}"
            stamp = files.stamp(place)
            if path in seen and seen[path][0] == stamp:
                now[path] = seen[path]
            elif files.size(place) is not None:
                now[path] = stamp, files.file_digest(folder / path)
            if path not in now or now[path][1] != digest:
                altered.append(path)
        self._keep("looked", seen, now)
        return tuple(altered)

    def begin(self, paths: Iterable[str]) -> None:
        """Note that files are about to be written or deleted."""
        with self._db.transaction():
            self._note("settled", "no")
            self._db.execute_each("INSERT OR REPLACE INTO held VALUES (?, ?, 1)", ((path, _BEGUN) for path in paths))

    def note_put(self, path: str, digest: str) -> None:
        """Note that the target has a file."""
        self._db.execute("INSERT OR REPLACE INTO held VALUES (?, ?, 1)", (path, digest))

    def note_deleted(self, path: str) -> None:
        """Note that the target has a file no more."""
        self.note_put(path, _GONE)

    # --- its ledger ---

    def read_ledger(self, space: WebSpace) -> None:
        """Learn what the target holds, if somebody else has changed it.

        Raises:
            PublishError: It holds something else than this show.
        """
        seen = space.read(CHANGES_FILE)
        self._seen = seen
        if seen is None:
            if space.read("index.html") and not space.read("feed.xml"):
                raise PublishError(
                    "there is a website already that is not ours", hint="Give the mirror its own folder."
                )
            self._replace_held({}, {}, "-")
            return
        text = seen.content.decode("utf-8", "replace")
        head = _HEAD.match(text)
        if head is None or head[1] != self._show:
            raise PublishError(
                "there is the mirror of another show",
                hint=f"Give each show its own folder. If its address has changed, delete {FOLDER} there.",
            )
        if files.digest(seen.content) != self._fact("changes"):
            ledger = space.read(LEDGER_FILE)
            held = dict(_lines(ledger.content.decode("utf-8", "replace"))) if ledger else {}
            self._replace_held(held, dict(_lines(text)), head[2])

    def write_ledger(self, space: WebSpace, *, finished: bool) -> None:
        """Write at the target what it holds.

        Raises:
            PublishError: Another machine has written it meanwhile.
        """
        changed = dict(self._pairs("SELECT path, digest FROM held WHERE changed ORDER BY path"))
        ledger = self._fact("ledger") or "-"
        if finished and len(changed) > max(_FEW, self.count() / 10):
            query = "SELECT path, digest FROM held WHERE digest <> ? ORDER BY path"
            content = _text(self._pairs(query, (_GONE,)))
            before = space.read(LEDGER_FILE)
            self._demand(space.write(LEDGER_FILE, content, before))
            changed, ledger = {}, files.digest(content)
        head = f"# ki-briefing mirror 1 {self._show} {ledger}\n".encode()
        content = head + _text(changed.items())
        if self._seen is None or self._seen.content != content:
            self._demand(space.write(CHANGES_FILE, content, self._seen))
            self._seen = space.read(CHANGES_FILE)
        with self._db.transaction():
            if not changed:
                self._db.execute("DELETE FROM held WHERE digest = ?", (_GONE,))
                self._db.execute("UPDATE held SET changed = 0")
            self._note("changes", files.digest(content))
            self._note("ledger", ledger)
            self._note("settled", "yes" if finished else "no")

    @staticmethod
    def _demand(written: bool) -> None:
        if not written:
            raise PublishError("another machine has changed the ledger meanwhile", hint="Run the same command again.")

    def _replace_held(self, ledger: dict[str, str], changes: dict[str, str], digest: str) -> None:
        with self._db.transaction():
            self._db.execute("DELETE FROM held")
            for entries, changed in ((ledger, 0), (changes, 1)):
                self._db.execute_each(
                    "INSERT OR REPLACE INTO held VALUES (?, ?, ?)", ((*each, changed) for each in entries.items())
                )
            self._note("ledger", digest)
            self._note("settled", "no")

    def _keep(self, table: str, before: PublicFiles, now: PublicFiles) -> None:
        with self._db.transaction():
            gone = ((path,) for path in before.keys() - now.keys())
            self._db.execute_each(f"DELETE FROM {table} WHERE path = ?", gone)
            changed = ((path, *facts) for path, facts in now.items() if before.get(path) != facts)
            self._db.execute_each(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", changed)

    def _pairs(self, query: str, values: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
        return ((row[0], row[1]) for row in self._db.rows(query, values))

    def _fact(self, name: str) -> str:
        row = self._db.one("SELECT value FROM fact WHERE name = ?", (name,))
        return row[0] if row else ""

    def _note(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))


def _text(entries: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{digest}  {path}\n" for path, digest in entries).encode()


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield path and digest of each line; what is no such line says nothing."""
    for line in text.splitlines(keepends=True):
        if (found := _LINE.fullmatch(line)) and is_path(found[2]):
            yield found[2], found[1]
