"""Show's folder -> Status: what is on air, what waits and why, what must be mended, when a run was good last.

Nothing is written and no lock is taken, so it can be asked at any time, also while a run is at work. An archive of any
size costs little: only the time stamps of unchanged episodes are looked at.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.base.database import TornDatabase
from ki_briefing.base.errors import BriefingError
from ki_briefing.base.files import file_digest, look_at, refusals, stamp_of
from ki_briefing.base.store import measure_stores
from ki_briefing.episode.addresses import Addresses
from ki_briefing.episode.built import read_record
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.intake.inbox import count_waiting
from ki_briefing.publication.embargo import Articles
from ki_briefing.publication.gate import Candidate, Gate
from ki_briefing.publication.ledger import LEDGER_FILE, Ledger, PublishedEpisode
from ki_briefing.show.catalogue import degraded_episodes, subfolders
from ki_briefing.show.reading import EPISODE_FILE, TOLD_FILES, load_episode
from ki_briefing.show.record import RECORD_FILE, Deed, load_record
from ki_briefing.show.runs import logged_runs
from ki_briefing.show.workspace import BUILT, REASON_FILE
from ki_briefing.watch.broken import find_broken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime, timedelta
    from pathlib import Path

    from ki_briefing.episode.built import BuildRecord
    from ki_briefing.model.episode import Episode
    from ki_briefing.show.catalogue import Degraded
    from ki_briefing.show.runs import LoggedRun, LoggedTrouble
    from ki_briefing.show.settings import Show
    from ki_briefing.watch.broken import Broken


@dataclass(frozen=True, slots=True)
class Waiting:
    """An episode that is not on air, or not as it is now.

    Attributes:
        why: In one sentence without a full stop.
        until: When it goes on air by itself; None: when somebody acts, or the next run.
    """

    folder: Path
    why: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AwayVoice:
    """A voice that could not say its part: its service refuses, say, and another voice stands in for it.

    Attributes:
        voice: Its name in ``[voices]``, else its engine's.
        why: What it said when it was asked last.
        until: No run asks it before; None: the next one does.
        episodes: In how many episodes another voice speaks until then.
    """

    voice: str
    why: str
    until: datetime | None
    episodes: int


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest episode on air."""

    title: str
    date: str
    number: int


@dataclass(frozen=True, slots=True)
class Status:
    """How a show is.

    Attributes:
        on_air: How many episodes the feed names, those of the host before too.
        inbox: How many articles wait in the inbox.
        next_date: When the next episode goes on air by itself.
        last_run: None: none is known.
        last_good: When the last run began that did all that was due; None: none is known.
        troubles: What the last run met.
        free: Space that is left on the show's disk [bytes].
        cache: What its caches take [bytes].
        cache_limit: What they may take [bytes].
        imported: How many of those on air the host before made.
        away: Voices for which others stand in, by name.
        unstamped: Episodes whose signature lacks its time stamp; later runs add it.
        held: Episodes on air that somebody holds: no newer build of them goes on air.
    """

    title: str
    feed: str
    on_air: int
    newest: Newest | None
    waiting: tuple[Waiting, ...]
    broken: tuple[Broken, ...]
    inbox: int
    next_date: datetime | None
    last_run: datetime | None
    last_exit_code: int | None
    last_good: datetime | None
    troubles: tuple[LoggedTrouble, ...]
    free: int
    cache: int
    cache_limit: int
    away: tuple[AwayVoice, ...] = ()
    unstamped: tuple[Path, ...] = ()
    imported: int = 0
    held: tuple[Waiting, ...] = ()

    def is_overdue(self, most: timedelta, now: datetime) -> bool:
        """Tell whether the last good run is older than this, or there was none."""
        return self.last_good is None or now - self.last_good > most


def read_status(show: Show, now: datetime) -> Status:
    """Return how a show is.

    Raises:
        StorageError: The disk refused.
    """
    public = _read_ledger(show)
    on_air = len(public.made_of) + public.imported
    last, last_good = _last_runs(show)
    seen = tuple(_look(show))
    waiting = tuple(_waiting(show, public, seen, now))
    degraded = tuple(_degraded(show))
    with refusals(show.folder, "look at"):
        free = shutil.disk_usage(show.folder).free
    return Status(
        title=show.podcast.title,
        feed=Addresses.of(show.publication.base_url).feed,
        on_air=on_air,
        imported=public.imported,
        newest=public.newest,
        waiting=waiting,
        broken=tuple(find_broken(show, (show.folder / each.name for each in seen if each.has_reason), on_air=on_air)),
        inbox=count_waiting(show.inbox),
        next_date=min((each.until for each in waiting if each.until), default=None),
        last_run=last.began if last else None,
        last_exit_code=last.exit_code if last else None,
        last_good=last_good.began if last_good else None,
        troubles=last.troubles if last else (),
        free=free,
        cache=sum(store.size for store in measure_stores(show.cache)),
        cache_limit=show.storage.cache_bytes,
        away=tuple(_away(degraded, now)),
        held=tuple(_held_on_air(show, public)),
        unstamped=tuple(each.folder for each, record in degraded if record.unstamped and show.signing.timestamp_url),
    )


def _degraded(show: Show) -> Iterator[tuple[Degraded, BuildRecord]]:
    for each in degraded_episodes(show):
        with contextlib.suppress(BriefingError):  # an older version's record
            yield each, read_record(each.folder / BUILT)


def _away(degraded: Iterable[tuple[Degraded, BuildRecord]], now: datetime) -> Iterator[AwayVoice]:
    found: dict[str, dict[Path, tuple[datetime, str]]] = {}
    for each, record in degraded:
        for part in record.voices:
            if part.instead_of:
                found.setdefault(part.instead_of, {})[each.folder] = each.again or now, part.reason
    for voice, episodes in sorted(found.items()):
        until, why = max(episodes.values())
        yield AwayVoice(voice, why, until if until > now else None, len(episodes))


def behind(show: Show) -> Iterator[Waiting]:
    """Yield the episodes that no publication brings up to date: they are not built, or were edited since.

    Only where a file changed after the build is anything read.
    """
    return filter(None, (_behind(show, each) for each in _look(show)))


@dataclass(frozen=True, slots=True)
class _Seen:
    """An episode's folder, unread.

    Attributes:
        built: Stamp of its ``episode.json``; empty if it is not built.
        changed: A file that it is made of was written, renamed or given other rights after the build.
        has_reason: There is a reason why it is not on air as it is now.
    """

    name: str
    built: str
    changed: bool
    has_reason: bool


def _look(show: Show) -> Iterator[_Seen]:
    """Yield the show's episodes by name; each is looked at once, as an archive has many."""
    for name in subfolders(show.folder):
        folder = f"{show.folder}/{name}"
        release = look_at(f"{folder}/{BUILT}/{RELEASE_FILE}")
        then, changed, names = release.st_ctime_ns if release else 0, False, set()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    names.add(entry.name)
                    if not changed and entry.name not in TOLD_FILES and entry.is_file():
                        changed = entry.stat().st_ctime_ns > then
        except OSError:  # it cannot be listed, but perhaps be read
            changed = True
            names = {each for each in (EPISODE_FILE, REASON_FILE) if look_at(f"{folder}/{each}")}
        if EPISODE_FILE in names:
            yield _Seen(name, stamp_of(release) if release else "", changed, REASON_FILE in names)


def _behind(show: Show, seen: _Seen) -> Waiting | None:
    if seen.built and not seen.changed:
        return None
    folder = show.folder / seen.name
    if not seen.built:
        return Waiting(folder, "not built yet")
    try:
        is_edited = _is_edited(folder, read_release(folder / BUILT / RELEASE_FILE).episode)
    except BriefingError as error:
        return Waiting(folder, error.message)
    return Waiting(folder, "edited since it was built") if is_edited else None


def _is_edited(folder: Path, built: Episode) -> bool:
    facts = load_episode(folder)
    wanted = (facts.guid, facts.number, facts.date, facts.slug, facts.season, file_digest(folder / facts.source))
    known = (built.guid, built.number, built.date, built.slug, built.season, built.article_digest)
    return wanted != known or facts.title not in ("", built.title)


@dataclass(frozen=True, slots=True)
class _Public:
    """What is public: by its built folder's path below the show's folder, what each episode's files were made of."""

    made_of: dict[str, str]
    newest: Newest | None = None
    imported: int = 0


def _read_ledger(show: Show) -> _Public:
    path = show.cache / LEDGER_FILE
    if not path.is_file():
        return _Public({})
    try:
        with Ledger(path) as ledger:
            made_of = {each.folder: each.made_of for each in ledger.published()}
            imported = ledger.count() - len(made_of)
            newest = next(ledger.newest(0, 1), None)
    except TornDatabase:  # the next publication rebuilds it
        return _Public({})
    return _Public(made_of, _newest(newest) if newest else None, imported)


def _newest(episode: PublishedEpisode) -> Newest:
    return Newest(episode.title, episode.date, episode.number)


def _last_runs(show: Show) -> tuple[LoggedRun | None, LoggedRun | None]:
    """Return the last run and the last good one."""
    runs = logged_runs(show)
    last = next(runs, None)
    return last, last if last and last.is_good else next((run for run in runs if run.is_good), None)


def _waiting(show: Show, public: _Public, seen: Iterable[_Seen], now: datetime) -> Iterator[Waiting]:
    for each in seen:
        folder, made_of = show.folder / each.name, public.made_of.get(f"{each.name}/{BUILT}")
        is_new = made_of is not None and not made_of.startswith(f"{each.built} ")
        waits = _behind(show, each) or (_held(show, folder, now, on_air=is_new) if made_of is None or is_new else None)
        if waits and not _is_withdrawn(folder):
            yield waits


def _held(show: Show, folder: Path, now: datetime, *, on_air: bool) -> Waiting:
    """Return what keeps a built episode, or a newer build of it, off the air, but for the check."""
    what = "a newer build than the one on air " if on_air else ""
    try:
        release = read_release(folder / BUILT / RELEASE_FILE)
        candidate = Candidate(folder, release, load_record(folder), on_air, same=False)
        held = Gate(show, now, Articles(show)).hindrance(candidate)
    except BriefingError as error:
        return Waiting(folder, f"{what}{error.message}")
    return Waiting(folder, f"{what}{held.message if held else 'waits for a publication'}", held.until if held else None)


def _held_on_air(show: Show, public: _Public) -> Iterator[Waiting]:
    """Yield the episodes on air that somebody holds; only records in which that word stands are parsed."""
    for folder in sorted((show.folder / built).parent for built in public.made_of):
        with contextlib.suppress(OSError, BriefingError):
            if Deed.HELD.encode() in (folder / RECORD_FILE).read_bytes() and (hold := load_record(folder).hold):
                yield Waiting(folder, f"held by {hold.by}" + (f", {hold.note}" if hold.note else ""))


def _is_withdrawn(folder: Path) -> bool:
    try:
        return load_record(folder).withdrawal is not None
    except BriefingError:  # nobody knows
        return False
