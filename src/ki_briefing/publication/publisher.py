"""Built episodes -> an up-to-date target: files, then pages, then the feed; then old files are deleted.

Work grows with what changed, not with the archive: only the time stamps of unchanged episodes are looked at. A run that
is killed leaves a valid publication, and the next run completes it.
"""

from __future__ import annotations

import contextlib
import itertools
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from ki_briefing import __version__
from ki_briefing.base import database, files
from ki_briefing.base.errors import BriefingError, CheckError, Locked, PublishError, StorageError
from ki_briefing.base.store import Store
from ki_briefing.episode import artwork, notes
from ki_briefing.episode.addresses import PLAYER_PATH, Addresses, asset_path, episode_path
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.publication import feed
from ki_briefing.publication.feed_items import NOTES_LIMIT, rfc2822, write_item
from ki_briefing.publication.gate import Candidate, Gate, Held, Reason, require_address
from ki_briefing.publication.ledger import Ledger, PublishedEpisode, PublishedState
from ki_briefing.publication.report import Problem, Publication
from ki_briefing.publication.site import PAGE as LIST_PAGE
from ki_briefing.publication.site import Site, list_path, page_path
from ki_briefing.publication.whole import is_slug, read_whole, slug_of
from ki_briefing.show.lock import episode_lock
from ki_briefing.show.record import RECORD_FILE, load_record, note_deeds
from ki_briefing.show.workspace import BUILT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from pathlib import Path

    from ki_briefing.model.episode import Release
    from ki_briefing.publication.feed import Page
    from ki_briefing.publication.gate import Inspector
    from ki_briefing.publication.target import Target
    from ki_briefing.show.record import Entry, EpisodeRecord
    from ki_briefing.show.settings import Show

LEDGER_FILE = "publication.sqlite"

_SITE = "site"  # owner of the files that belong to no episode
_PLAYER = PLAYER_PATH.rstrip("/")
_DAY = 86_400


def publish_site(
    show: Show,
    built: Iterable[str | Path],
    target: Target,
    *,
    now: int,
    held: Collection[Path] = (),
    inspector: Inspector | None = None,
    forced_by: str = "",
) -> Publication:
    """Make the target show these episodes, and only these, as far as the gate lets them pass.

    Call it under the show's lock.

    Args:
        built: The episodes' built folders, in any order; those without ``episode.json`` are not built yet.
        now: The present [s since 1970].
        held: Built folders that must not go on air as they are now; their public version stays.
        inspector: Asked by the gate; None: the caller vouches for embargo and check.
        forced_by: Who lets pass what the check does not; empty: nobody.

    Raises:
        ConfigError: The show has no base_url, or its cover cannot be used.
        StorageError: The target refused; what is public is as valid as before.
    """
    require_address(show)
    names = sorted(_below(show, folder) for folder in built)
    held_names = frozenset(_below(show, folder) for folder in held)
    gate = Gate(show, datetime.fromtimestamp(now, UTC).astimezone(), inspector, forced_by=forced_by)
    path = show.cache / LEDGER_FILE
    try:
        with Ledger(path) as ledger:
            return _Update(show, target, ledger, now, gate).publish(names, held_names)
    except database.TornDatabase:  # nothing is lost: it is rebuilt from the folders
        database.delete(path)
        with Ledger(path) as ledger:
            return _Update(show, target, ledger, now, gate).publish(names, held_names)


def _below(show: Show, folder: str | Path) -> str:
    """Return a built folder's path below the show's folder; the ledger uses it, so that a show can be moved."""
    return str(folder).removeprefix(f"{show.folder}/")


class _Update:
    """One update of a target."""

    def __init__(self, show: Show, target: Target, ledger: Ledger, now: int, gate: Gate) -> None:
        self._show, self._target, self._ledger, self._now, self._gate = show, target, ledger, now, gate
        self._addresses = Addresses.of(show.publication.base_url)
        own = show.podcast.cover
        store = Store(show.cache / "pictures")
        self._cover = artwork.load_cover(show.folder / own if own else None, store).feed
        self._cover_path = f"cover-{files.digest(self._cover)[:10]}.jpg"
        self._site = Site(show, cover=self._cover_path)
        settings = repr((show.podcast, show.publication))
        self._key = files.digest(feed.VERSION, __version__, settings, self._cover_path)[:16]
        self._written: list[str] = []
        self._problems: list[Problem] = []
        self._held: list[Held] = []
        self._withdrawn: list[tuple[str, Entry]] = []
        self._busy: list[Path] = []

    def publish(self, built: Sequence[str], held: frozenset[str]) -> Publication:
        """Publish files, pages and feed, then sweep; in this order, so that no page names a file that is not there."""
        if self._ledger.is_new:
            self._ledger.adopt(self._target.names(), self._now)
        self._publish_files(built, held)
        self._publish_common()
        self._publish_pages()
        self._publish_lists()
        self._publish_feed()
        removed = self._sweep()
        return Publication(
            episodes=self._ledger.count(),
            written=tuple(self._written),
            removed=removed,
            problems=tuple(self._problems),
            waiting=tuple(each.folder / BUILT for each in self._held if each.reason is Reason.DATE),
            busy=tuple(self._busy),
            held=tuple(self._held),
        )

    # --- files of the episodes ---

    def _publish_files(self, built: Sequence[str], held: frozenset[str]) -> None:
        """Compare the built folders with what is published; publish what changed, forget what is gone."""
        changed: list[tuple[str, str]] = []
        gone: list[PublishedState] = []
        for name, public in database.outer_join(built, self._ledger.published(), lambda public: public.folder):
            made_of = self._made_of(name) if name else ""
            if public and made_of and self._is_current(public, made_of):
                continue
            if name and (made_of or self._record_stamp(name)):
                changed.append((name, made_of))
            elif public:
                gone.append(public)
        for public in gone:
            self._forget(public.folder, public.slug)
        for name, made_of in changed:
            folder = self._show.folder / name
            try:
                record = load_record(folder.parent)
                if record.withdrawal:
                    self._withdraw(name, folder.parent, record, record.withdrawal)
                elif not made_of:
                    self._forget(name, self._ledger.slug(name))
                elif name not in held:
                    with episode_lock(self._show, folder):
                        self._publish_episode(name, folder, record)
            except Locked:
                self._busy.append(folder)
            except StorageError:
                raise
            except BriefingError as error:
                self._problems.append(Problem(folder, error))

    def _made_of(self, name: str) -> str:
        """Return what an episode's files and item are made from, as a text to compare; empty if it is not built."""
        stamp = files.stamp(f"{self._show.folder}/{name}/{RELEASE_FILE}")
        return f"{stamp} {self._key} {self._record_stamp(name)}".rstrip() if stamp else ""

    def _record_stamp(self, name: str) -> str:
        return files.stamp(f"{self._show.folder}/{name.rpartition('/')[0]}/{RECORD_FILE}")

    def _is_current(self, public: PublishedState, made_of: str) -> bool:
        return (
            public.made_of == made_of
            and public.placed == self._placed(public.slug)
            and self._target.size(public.audio) == public.size
        )

    def _placed(self, slug: str) -> str:
        path = episode_path(slug).rstrip("/")
        return f"{self._target.stamp(path)} {self._target.stamp(f'{path}/{_PLAYER}')}"

    def _publish_episode(self, name: str, folder: Path, record: EpisodeRecord) -> None:
        release = read_whole(folder)
        slug, guid = release.episode.slug, release.episode.guid
        other = next((each for each in self._ledger.claimants(slug, guid) if each != name), "")
        if other:
            raise PublishError(f"{folder} has the slug or guid of {other}", hint="Give it its own in episode.toml.")
        before = self._ledger.slug(name)
        deeds = self._asked(folder.parent, release, record, self._ledger.audio(name))
        if deeds is None:
            return
        if before not in ("", slug):
            self._forget(name, before)
        paths = (*(asset_path(slug, asset) for asset in release.assets), *_pages(slug))
        with self._ledger.transaction():
            self._ledger.claim(slug, paths, self._now)
        for asset in release.assets:
            self._put(asset_path(slug, asset), folder / asset.name)
            if self._target.size(asset_path(slug, asset)) != asset.size:
                raise StorageError(f"{asset_path(slug, asset)} is not whole", hint="Run the same command again.")
        item = write_item(release, self._show.podcast, self._addresses, notes.to_html(release.episode, NOTES_LIMIT))
        if deeds:
            note_deeds(self._show, folder.parent, *deeds)
        with self._ledger.transaction():
            self._ledger.record_episode(PublishedEpisode.of(name, self._made_of(name), release), item)

    def _asked(self, episode: Path, release: Release, record: EpisodeRecord, public: str) -> tuple[Entry, ...] | None:
        """Ask the gate; return what is to be written into the record, or None if the episode is held.

        Args:
            public: Path of the MP3 that is on air; empty if the ledger knows of none.
        """
        slug, audio = release.episode.slug, asset_path(release.episode.slug, release.audio)
        on_air, same = public != "", public == audio
        if not public and not record.left_air and self._target.stamp(page_path(slug)):  # the ledger is new
            on_air, same = True, self._target.size(audio) == release.audio.size
        answer = self._gate.ask(Candidate(episode, release, record, on_air, same))
        if not isinstance(answer, Held):
            return answer
        if answer.reason is Reason.CHECK:
            raise CheckError(f"{episode} {answer.message}", hint=answer.hint)
        self._held.append(answer)
        return None

    def _withdraw(self, name: str, episode: Path, record: EpisodeRecord, withdrawal: Entry) -> None:
        """Take an episode off the air; a page that was public says so from now on."""
        slug = self._ledger.slug(name) or slug_of(episode / BUILT)
        if not is_slug(slug) or any(each != name for each in self._ledger.claimants(slug, "")):
            raise PublishError(f"{episode}: the slug '{slug}' is not its own", hint="See episode.toml.")
        known = not record.deletion and (record.was_aired or self._target.stamp(page_path(slug)))
        kept = _pages(slug) if known else ()
        if self._ledger.slug(name) or self._ledger.lingers(slug, kept) or set(self._ledger.claimed(slug)) != set(kept):
            with self._ledger.transaction():
                self._ledger.expel(name, slug, kept, self._now)
        if kept:
            self._withdrawn.append((slug, withdrawal))
        self._held.append(self._gate.withdrawn(episode, withdrawal))

    def _forget(self, name: str, slug: str) -> None:
        with self._ledger.transaction():
            self._ledger.claim(slug, (), self._now)
            self._ledger.forget(name)

    def _put(self, path: str, content: bytes | Path) -> None:
        if self._target.put(path, content):
            self._written.append(path)

    # --- pages ---

    def _publish_common(self) -> None:
        """Publish style, script and cover, and claim the paths of all lists and feed pages."""
        common = {**self._site.common, self._cover_path: self._cover}
        total = self._ledger.count()
        lists = tuple(list_path(page.number) for page in feed.paginate(total, LIST_PAGE))
        feeds = tuple(feed.page_path(page.number) for page in feed.paginate(total))
        wanted = tuple(sorted((*common, *lists, *feeds)))
        if self._ledger.claimed(_SITE) != wanted:
            with self._ledger.transaction():
                self._ledger.claim(_SITE, wanted, self._now)
        for path, content in common.items():
            self._publish_document(path, path, partial(bytes, content))

    def _publish_pages(self) -> None:
        key = self._site.key[:16]
        for name in self._ledger.stale(key):
            with contextlib.suppress(Locked), episode_lock(self._show, self._show.folder / name):
                # Otherwise its files are public in an earlier version, and so is the page that names them.
                if self._ledger.made_of(name) == self._made_of(name):
                    self._publish_page(name, key)
        for slug, withdrawal in self._withdrawn:
            for path in _pages(slug):
                page = partial(self._site.withdrawn_page, path, withdrawal.at)
                self._publish_document(path, files.digest(self._site.key, withdrawal.at.isoformat()), page)

    def _publish_page(self, name: str, key: str) -> None:
        release = read_release(self._show.folder / name / RELEASE_FILE)
        slug = release.episode.slug
        page, player = _pages(slug)
        newer, older = self._ledger.neighbours(name)
        self._put(page, self._site.episode_page(release, newer=newer, older=older))
        self._put(player, self._site.player_page(release))
        with self._ledger.transaction():
            self._ledger.record_page(name, key, self._placed(slug))

    def _publish_lists(self) -> None:
        for page, key in self._keys(LIST_PAGE):
            self._publish_document(
                list_path(page.number),
                files.digest(self._site.key, key),
                partial(self._list_page, page),
            )

    def _list_page(self, page: Page) -> bytes:
        return self._site.list_page(page, self._ledger.newest(page.skip, page.length))

    # --- feed ---

    def _publish_feed(self) -> None:
        for page, key in self._keys(feed.PAGE):
            self._publish_document(
                feed.page_path(page.number),
                files.digest(self._key, key),
                partial(self._feed_page, page),
            )

    def _feed_page(self, page: Page) -> bytes:
        cover = self._addresses.url(self._cover_path)
        first = next(iter(self._ledger.newest(page.skip, 1)), None) if page.length else None
        updated = rfc2822(datetime.fromisoformat(first.date)) if first else ""
        items = self._ledger.items(page.skip, page.length)
        return b"".join(feed.write_page(page, items, self._show.podcast, self._addresses, cover=cover, updated=updated))

    def _keys(self, length: int) -> list[tuple[Page, str]]:
        """Return the pages of a list, oldest first and the current one last, each with a digest of its episodes."""
        traces = self._ledger.traces()
        keys: list[tuple[Page, str]] = []
        for page in reversed(feed.paginate(self._ledger.count(), length)):  # newest first, like the traces
            place = f"{page.number} {page.older} {page.newer}"  # not its skip, which grows with every episode
            keys.append((page, files.digest(place, "\n".join(itertools.islice(traces, page.length)))))
        return keys[::-1]

    def _publish_document(self, path: str, key: str, content: Callable[[], bytes]) -> None:
        stamp = self._target.stamp(path)
        if stamp and self._ledger.document(path) == (key, stamp):
            return
        self._put(path, content())
        with self._ledger.transaction():
            self._ledger.record_document(path, key, self._target.stamp(path))

    def _sweep(self) -> tuple[str, ...]:
        """Delete files that retired long enough ago; the feed, which is written by now, does not name them."""
        retired = self._ledger.retired(self._now - self._show.publication.keep_days * _DAY)
        for path in retired:
            self._target.delete(path)
            with self._ledger.transaction():
                self._ledger.forget_file(path)
        return retired


def _pages(slug: str) -> tuple[str, str]:
    return page_path(slug), f"{episode_path(slug)}{PLAYER_PATH}index.html"
