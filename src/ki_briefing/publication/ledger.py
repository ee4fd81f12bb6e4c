"""What has been published, in a database in the show's cache, so that an archive of any size costs little.

Per episode it remembers its item in the feed and what its files were made from; and it remembers every path ever
written. So only what changed is made again, and files that nothing names any more can be deleted. If the ledger is
broken or deleted, it is rebuilt, and everything is compared with the target.
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

from ki_briefing.episode.addresses import PLAYER_PATH, asset_path, enclosure_path
from ki_briefing.publication.imported_ledger import ImportedLedger, is_imported
from ki_briefing.publication.older_ledgers import open_ledger

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import Self

    from ki_briefing.model.episode import Release

LEDGER_FILE = "publication.sqlite"

_VERSION = 3
_SCHEMA = """
CREATE TABLE episode (
    folder TEXT PRIMARY KEY, made_of TEXT NOT NULL, placed TEXT NOT NULL, slug TEXT NOT NULL UNIQUE,
    guid TEXT NOT NULL UNIQUE, aired INTEGER NOT NULL, number INTEGER NOT NULL, date TEXT NOT NULL,
    title TEXT NOT NULL, summary TEXT NOT NULL, seconds INTEGER NOT NULL, picture TEXT NOT NULL,
    audio TEXT NOT NULL, size INTEGER NOT NULL, page TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE item (folder TEXT PRIMARY KEY, xml TEXT NOT NULL);
CREATE INDEX newest ON episode (aired DESC, number DESC, slug DESC);
CREATE INDEX pages ON episode (page);
CREATE TABLE document (path TEXT PRIMARY KEY, made_of TEXT NOT NULL, stamp TEXT NOT NULL);
CREATE TABLE file (path TEXT PRIMARY KEY, owner TEXT NOT NULL, retired INTEGER);
CREATE INDEX owners ON file (owner);
CREATE INDEX retirees ON file (retired) WHERE retired IS NOT NULL;
"""
_OURS = re.compile(
    r"(?:[a-z0-9-]+|alte_folgen)/[\w.-]+-[0-9a-f]{10}\.(c2pa|html|jpg|json|m4a|mp3|opus|png|srt|svg|vtt)"
    r"|[a-z0-9-]+/(transcript\.(html|json|srt|vtt)|chapters\.json|audio\.(m4a|opus)|oembed\.json|embed/artikel\.json)"
    r"|artikel-[0-9a-f]{16}\.json"
    r"|feed-\d+\.xml|folgen-\d+\.(html|json)|(style|player|list|cover|thumbnail)-[0-9a-f]{10}\.(css|js|jpg|png)"
)
_NEWEST = "ORDER BY aired DESC, number DESC, slug DESC"


@dataclass(frozen=True, slots=True)
class PublishedEpisode:
    """An episode as it was published.

    Attributes:
        folder: Path of its built folder below the show's folder.
        made_of: Stamp of its ``episode.json``, and digest of everything else that its item and files depend on.
        placed: Stamps of its public folder and of its MP3 after its files were put there.
        aired: Its date [s since 1970, UTC]; lists are sorted by it.
        date: Its date in ISO 8601.
        picture: Path of the picture that lists show of it, below the public folder, or empty.
        audio: Path of its MP3 below the public folder.
        size: Size of its MP3 [bytes].
        page: Key with which its page was made; empty if the page must be made, as the episode or a neighbour changed.
            Of an episode of the host before: the address of its page, or of its sound.
        digest: SHA-256 of its MP3, in hexadecimal; at least its first ten digits.
    """

    folder: str
    made_of: str
    placed: str
    slug: str
    guid: str
    aired: int
    number: int
    date: str
    title: str
    summary: str
    seconds: int
    picture: str
    audio: str
    size: int
    page: str = ""
    digest: str = ""

    @property
    def is_imported(self) -> bool:
        """Whether the host before made it."""
        return is_imported(self.folder)

    @property
    def link(self) -> str:
        """Where a list of episodes leads; an old host's episode may have nothing."""
        return self.page if self.is_imported else f"{self.slug}/index.html"

    @classmethod
    def of(cls, folder: str, made_of: str, release: Release) -> PublishedEpisode:
        """Return what is remembered of an episode that has just been published."""
        episode, picture = release.episode, release.thumbnail or release.picture
        return cls(
            folder=folder,
            made_of=made_of,
            placed="",
            slug=episode.slug,
            guid=episode.guid,
            aired=round(episode.date.timestamp()),
            number=episode.number,
            date=episode.date.isoformat(),
            title=episode.title,
            summary=episode.summary,
            seconds=episode.seconds,
            picture=asset_path(episode.slug, picture) if picture else "",
            audio=enclosure_path(release),
            size=release.audio.size,
            digest=release.audio.digest,
        )


_COLUMNS = ", ".join(item.name for item in fields(PublishedEpisode))
_STATE = "folder, made_of, placed, slug, audio, digest"
_MARKS = ", ".join("?" for _ in fields(PublishedEpisode))


@dataclass(frozen=True, slots=True)
class PublishedState:
    """The part of ``PublishedEpisode`` that shows whether an episode has changed."""

    folder: str
    made_of: str
    placed: str
    slug: str
    audio: str
    digest: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The next newer or older episode, for a link."""

    folder: str
    slug: str
    title: str


class Ledger:
    """The open ledger; a context manager. Every method raises StorageError if the disk refuses.

    Attributes:
        imported: The episodes of the host before; lists and feed hold them too.
    """

    def __init__(self, path: Path) -> None:
        """Open the ledger, or create it.

        Raises:
            TornDatabase: The file is torn, foreign or of another version.
        """
        self._db = open_ledger(path, _SCHEMA, _VERSION)
        self.imported = ImportedLedger(self._db, _COLUMNS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def transaction(self) -> AbstractContextManager[None]:
        """Commit everything the block writes, or nothing."""
        return self._db.transaction()

    @property
    def is_new(self) -> bool:
        """Whether nothing was ever published."""
        return self._db.one("SELECT 1 FROM file LIMIT 1") is None

    # --- episodes ---

    def published(self) -> Iterator[PublishedState]:
        """Yield all episodes, sorted by ``folder``."""
        rows = self._db.rows(f"SELECT {_STATE} FROM episode ORDER BY folder")
        return (PublishedState(*row) for row in rows)

    def state(self, folder: str) -> PublishedState | None:
        """Return what was published of a built folder; None if nothing was."""
        row = self._db.one(f"SELECT {_STATE} FROM episode WHERE folder = ?", (folder,))
        return PublishedState(*row) if row else None

    def claimants(self, slug: str, guid: str) -> tuple[str, ...]:
        """Return the built folders published under this slug or this guid."""
        rows = self._db.rows("SELECT folder FROM episode WHERE slug = ? OR guid = ?", (slug, guid))
        return tuple(row[0] for row in rows)

    def record_episode(self, entry: PublishedEpisode, item: str) -> None:
        """Remember an episode and its item; its page and its neighbours' pages become stale."""
        self._mark_neighbours_stale(entry.folder)
        self._db.execute(f"INSERT OR REPLACE INTO episode ({_COLUMNS}) VALUES ({_MARKS})", astuple(entry))
        self._db.execute("INSERT OR REPLACE INTO item VALUES (?, ?)", (entry.folder, item))
        self._mark_neighbours_stale(entry.folder)

    def forget(self, folder: str) -> None:
        """Forget an episode; its files are still remembered."""
        self._mark_neighbours_stale(folder)
        self._db.execute("DELETE FROM episode WHERE folder = ?", (folder,))
        self._db.execute("DELETE FROM item WHERE folder = ?", (folder,))

    def count(self) -> int:
        """Return how many episodes there are."""
        return sum(row[0] for row in self._db.rows("SELECT count(*) FROM listed"))

    def newest(self, skip: int, length: int) -> Iterator[PublishedEpisode]:
        """Yield ``length`` episodes, newest first."""
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM listed {_NEWEST} LIMIT ? OFFSET ?", (length, skip))
        return (PublishedEpisode(*row) for row in rows)

    def items(self, skip: int, length: int) -> Iterator[str]:
        """Yield the items of ``length`` episodes, newest first."""
        chosen = f"SELECT folder, aired, number, slug FROM listed {_NEWEST} LIMIT ? OFFSET ?"
        rows = self._db.rows(f"SELECT xml FROM ({chosen}) JOIN item USING (folder) {_NEWEST}", (length, skip))
        return (row[0] for row in rows)

    def of_year(self, year: str) -> Iterator[PublishedEpisode]:
        """Yield the episodes of a year, newest first."""
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM listed WHERE substr(date, 1, 4) = ? {_NEWEST}", (year,))
        return (PublishedEpisode(*row) for row in rows)

    def years(self) -> tuple[str, ...]:
        """Return the years in which there are episodes, the latest first."""
        rows = self._db.rows("SELECT DISTINCT substr(date, 1, 4) FROM listed ORDER BY 1 DESC")
        return tuple(row[0] for row in rows)

    def traces(self) -> tuple[tuple[str, str], ...]:
        """Return the year of each episode, newest first, and a text that changes with it: lists are made from these."""
        return tuple(self._db.rows(f"SELECT substr(date, 1, 4), slug || ' ' || made_of FROM listed {_NEWEST}"))

    def neighbours(self, folder: str) -> tuple[Neighbour | None, Neighbour | None]:
        """Return the next newer and the next older episode."""
        place = self._db.one("SELECT aired, number, slug FROM episode WHERE folder = ?", (folder,))
        if place is None:
            return None, None
        columns = "SELECT folder, slug, title FROM episode WHERE (aired, number, slug)"
        newer = self._db.one(f"{columns} > (?, ?, ?) ORDER BY aired, number, slug LIMIT 1", place)
        older = self._db.one(f"{columns} < (?, ?, ?) {_NEWEST} LIMIT 1", place)
        return (Neighbour(*newer) if newer else None, Neighbour(*older) if older else None)

    def _mark_neighbours_stale(self, folder: str) -> None:
        for neighbour in filter(None, self.neighbours(folder)):
            self._db.execute("UPDATE episode SET page = '' WHERE folder = ?", (neighbour.folder,))

    def stale(self, key: str) -> tuple[tuple[str, str], ...]:
        """Return folder and slug of each episode whose page must be made, with this key."""
        rows = self._db.rows("SELECT folder, slug FROM episode WHERE page < ? OR page > ?", (key, key))
        return tuple((folder, slug) for folder, slug in rows)

    def record_page(self, folder: str, key: str, placed: str) -> None:
        """Remember that an episode's page was made, and the stamp of its public folder after that."""
        self._db.execute("UPDATE episode SET page = ?, placed = ? WHERE folder = ?", (key, placed, folder))

    # --- documents and files ---

    def documents(self) -> dict[str, tuple[str, str]]:
        """Return (made_of, stamp) of each page of the feed and the site, by path."""
        return {path: (made_of, at) for path, made_of, at in self._db.rows("SELECT path, made_of, stamp FROM document")}

    def record_document(self, path: str, made_of: str, stamp: str) -> None:
        """Remember a page of the feed or the site."""
        self._db.execute("INSERT OR REPLACE INTO document VALUES (?, ?, ?)", (path, made_of, stamp))

    def claim(self, owner: str, paths: tuple[str, ...], now: int) -> None:
        """Note that exactly these paths belong to an owner, before they are written; its other paths retire."""
        marks = ", ".join("?" for _ in paths)
        self._db.execute(
            f"UPDATE file SET retired = ? WHERE owner = ? AND retired IS NULL AND path NOT IN ({marks})",
            (now, owner, *paths),
        )
        self._db.execute_each("INSERT OR REPLACE INTO file VALUES (?, ?, NULL)", [(path, owner) for path in paths])

    def owner(self, paths: Iterable[str], slugs: Collection[str]) -> str:
        """Return which other slug than these one of the paths belongs to, or an empty text."""
        for path in paths:
            row = self._db.one("SELECT owner FROM file WHERE path = ? AND retired IS NULL", (path,))
            if row and row[0] and row[0] not in slugs:
                return str(row[0])
        return ""

    def adopt(self, paths: Collection[str], now: int) -> list[str]:
        """Note files of unknown origin that have names of ours; they retire unless somebody claims them. Return them.

        An MP3 at the top and a page are ours if the player of an episode stands in the folder of that name.
        """
        players = [path for path in paths if path.endswith(f"/{PLAYER_PATH}index.html")]
        slugs = [path.split("/")[0] for path in players]
        named = {*players, *(name for slug in slugs for name in (f"{slug}.mp3", f"{slug}/index.html"))}
        ours = [path for path in paths if path in named or _OURS.fullmatch(path)]
        self._db.execute_each("INSERT OR IGNORE INTO file VALUES (?, '', ?)", ((path, now) for path in ours))
        return ours

    def lingers(self, slugs: tuple[str, ...], kept: tuple[str, ...]) -> bool:
        """Tell whether an episode has other files than these, under any of its slugs, old versions too."""
        where, values = _others(slugs, kept)
        return self._db.one(f"SELECT 1 FROM file WHERE {where}", values) is not None

    def expel(self, folder: str, slugs: tuple[str, ...], kept: tuple[str, ...], now: int) -> None:
        """Forget an episode; all its files but these, under any of its slugs, old versions too, go at once.

        Args:
            slugs: The present one first.
        """
        self.forget(folder)
        self.claim(slugs[0], kept, now)
        where, values = _others(slugs, kept)
        self._db.execute(f"UPDATE file SET retired = 0 WHERE {where}", values)

    def retire(self, paths: Iterable[str]) -> None:
        """Note that these files are to be deleted at once."""
        self._db.execute_each("UPDATE file SET retired = 0 WHERE path = ?", [(path,) for path in paths])

    def claimed(self, owner: str) -> tuple[str, ...]:
        """Return the paths that belong to an owner."""
        rows = self._db.rows("SELECT path FROM file WHERE owner = ? AND retired IS NULL ORDER BY path", (owner,))
        return tuple(row[0] for row in rows)

    def retired(self, before: int) -> tuple[str, ...]:
        """Return the paths that retired at this time [s since 1970] or before."""
        rows = self._db.rows("SELECT path FROM file WHERE retired <= ? ORDER BY +path", (before,))
        return tuple(row[0] for row in rows)

    def forget_file(self, path: str) -> None:
        """Forget a file that was deleted."""
        self._db.execute("DELETE FROM file WHERE path = ?", (path,))
        self._db.execute("DELETE FROM document WHERE path = ?", (path,))


def _others(slugs: tuple[str, ...], kept: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return the condition for an episode's files but these, whoever owns them, and its values."""
    marks = ", ".join("?" for _ in kept)
    own = " OR ".join("owner = ? OR path = ? OR path LIKE ?" for _ in slugs)
    names = (name for slug in slugs for name in (slug, f"{slug}.mp3", f"{slug}/%"))
    return f"({own}) AND path NOT IN ({marks})", (*names, *kept)
