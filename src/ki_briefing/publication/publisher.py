"""Built episodes -> an up-to-date target: files, then pages, then the feed; then old files are deleted.

Work grows with what changed, not with the archive: only the time stamps of unchanged episodes are looked at. A run that
is killed leaves a valid publication, and the next run completes it.
"""

from __future__ import annotations

import contextlib
import itertools
import re
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing import __version__
from ki_briefing.base import database, files
from ki_briefing.base.errors import BriefingError, ConfigError, Locked, PublishError, StorageError
from ki_briefing.base.store import Store
from ki_briefing.episode import artwork, notes
from ki_briefing.episode.addresses import PLAYER_PATH, Addresses, asset_path, episode_path
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.publication import feed
from ki_briefing.publication.feed_items import NOTES_LIMIT, rfc2822, write_item
from ki_briefing.publication.ledger import Ledger, PublishedEpisode, PublishedState
from ki_briefing.publication.site import PAGE as LIST_PAGE
from ki_briefing.publication.site import Site, list_path, page_path
from ki_briefing.show.lock import episode_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from ki_briefing.model.episode import Release
    from ki_briefing.publication.feed import Page
    from ki_briefing.publication.mirror import Mirrored
    from ki_briefing.publication.target import Target
    from ki_briefing.show.settings import Show

LEDGER_FILE = "publication.sqlite"

_SITE = "site"  # owner of the files that belong to no episode
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OURS = re.compile(
    r"[a-z0-9-]+/[\w.-]+-[0-9a-f]{10}\.(c2pa|html|jpg|json|m4a|mp3|opus|png|srt|svg|vtt)"
    r"|feed-\d+\.xml|folgen-\d+\.html|(style|player|cover)-[0-9a-f]{10}\.(css|js|jpg|png)"
)
_PLAYER = PLAYER_PATH.rstrip("/")
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Problem:
    """An episode that could not be published; an earlier version of it stays public."""

    folder: Path
    error: BriefingError


@dataclass(frozen=True, slots=True)
class Publication:
    """What was done to the target.

    Attributes:
        episodes: How many the feed names.
        written: Paths of the files made or changed, in order.
        removed: Paths of the files deleted.
        waiting: Built folders of episodes with a future date; a later run puts them on air.
        busy: Built folders of episodes that are being built; until that is done, their public version stays.
        mirrors: What was done to each of the show's targets after that.
    """

    episodes: int
    written: tuple[str, ...]
    removed: tuple[str, ...]
    problems: tuple[Problem, ...]
    waiting: tuple[Path, ...]
    busy: tuple[Path, ...] = ()
    mirrors: tuple[Mirrored, ...] = ()


def publish_site(
    show: Show, built: Iterable[str | Path], target: Target, *, now: int, held: Collection[Path] = ()
) -> Publication:
    """Make the target show these episodes, and only these.

    Call it under the show's lock.

    Args:
        built: The episodes' built folders, in any order; those without ``episode.json`` are not built yet.
        now: The present [s since 1970]. Episodes with a later date wait, unless they are on air already.
        held: Built folders that must not go on air as they are now; their public version stays.

    Raises:
        ConfigError: The show has no base_url, or its cover cannot be used.
        StorageError: The target refused; what is public is as valid as before.
    """
    require_address(show)
    names = sorted(_below(show, folder) for folder in built)
    held_names = frozenset(_below(show, folder) for folder in held)
    path = show.cache / LEDGER_FILE
    try:
        with Ledger(path) as ledger:
            return _Update(show, target, ledger, now).publish(names, held_names)
    except database.TornDatabase:  # nothing is lost: it is rebuilt from the folders
        database.delete(path)
        with Ledger(path) as ledger:
            return _Update(show, target, ledger, now).publish(names, held_names)


def _below(show: Show, folder: str | Path) -> str:
    """Return a built folder's path below the show's folder; the ledger uses it, so that a show can be moved."""
    return str(folder).removeprefix(f"{show.folder}/")


def require_address(show: Show) -> None:
    """Raise ConfigError unless the show says where its public folder is served."""
    if not show.publication.base_url:
        raise ConfigError(
            "the show has no address to be published at", hint='Add to show.toml: [publication] base_url = "https://…"'
        )


class _Update:
    """One update of a target."""

    def __init__(self, show: Show, target: Target, ledger: Ledger, now: int) -> None:
        self._show, self._target, self._ledger, self._now = show, target, ledger, now
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
        self._waiting: list[Path] = []
        self._busy: list[Path] = []

    def publish(self, built: Sequence[str], held: frozenset[str]) -> Publication:
        """Publish files, pages and feed, then sweep; in this order, so that no page names a file that is not there."""
        if self._ledger.is_new:
            self._adopt()
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
            waiting=tuple(self._waiting),
            busy=tuple(self._busy),
        )

    def _adopt(self) -> None:
        """With a new ledger, recognise our files by their names, so that old ones are deleted one day."""
        with self._ledger.transaction():
            for path in self._target.names():
                if _OURS.fullmatch(path):
                    self._ledger.adopt(path, self._now)

    # --- files of the episodes ---

    def _publish_files(self, built: Sequence[str], held: frozenset[str]) -> None:
        """Compare the built folders with what is published; publish what changed, forget what is gone."""
        changed: list[tuple[str, str]] = []
        gone: list[PublishedState] = []
        for name, public in database.outer_join(built, self._ledger.published(), lambda public: public.folder):
            made_of = self._made_of(name) if name else ""
            if name and made_of:
                if name not in held and not (public and self._is_current(public, made_of)):
                    changed.append((name, made_of))
            elif public:
                gone.append(public)
        for public in gone:
            self._forget(public.folder, public.slug)
        for name, made_of in changed:
            folder = self._show.folder / name
            try:
                with episode_lock(self._show, folder):
                    self._publish_episode(name, folder, made_of)
            except Locked:
                self._busy.append(folder)
            except StorageError:
                raise
            except BriefingError as error:
                self._problems.append(Problem(folder, error))

    def _made_of(self, name: str) -> str:
        """Return what an episode's files and item are made from, as a text to compare; empty if it is not built."""
        stamp = files.stamp(f"{self._show.folder}/{name}/{RELEASE_FILE}")
        return f"{stamp} {self._key}" if stamp else ""

    def _is_current(self, public: PublishedState, made_of: str) -> bool:
        return (
            public.made_of == made_of
            and public.placed == self._placed(public.slug)
            and self._target.size(public.audio) == public.size
        )

    def _placed(self, slug: str) -> str:
        path = episode_path(slug).rstrip("/")
        return f"{self._target.stamp(path)} {self._target.stamp(f'{path}/{_PLAYER}')}"

    def _publish_episode(self, name: str, folder: Path, made_of: str) -> None:
        if folder.is_symlink() or folder.parent.is_symlink():
            raise PublishError(f"{folder} is, or lies in, a symbolic link", hint="Replace it with a real folder.")
        release = read_release(folder / RELEASE_FILE)
        slug, guid = release.episode.slug, release.episode.guid
        if not _SLUG.fullmatch(slug) or not guid:
            raise PublishError(
                f"{folder}: slug '{slug}' or guid '{guid}' cannot be published", hint="See episode.toml."
            )
        other = next((each for each in self._ledger.claimants(slug, guid) if each != name), "")
        if other:
            raise PublishError(f"{folder} has the slug or guid of {other}", hint="Give it its own in episode.toml.")
        _check_built(folder, release)
        before = self._ledger.slug(name)
        if release.episode.date.timestamp() > self._now and not before and not self._target.stamp(page_path(slug)):
            self._waiting.append(folder)
            return
        if before not in ("", slug):
            self._forget(name, before)
        paths = (*(asset_path(slug, asset) for asset in release.assets), *_pages(slug))
        with self._ledger.transaction():
            self._ledger.claim(slug, paths, self._now)
        for asset in release.assets:
            self._put(asset_path(slug, asset), folder / asset.name)
        for asset in release.assets:
            if self._target.size(asset_path(slug, asset)) != asset.size:
                raise StorageError(f"{asset_path(slug, asset)} is not whole", hint="Run the same command again.")
        item = write_item(release, self._show.podcast, self._addresses, notes.to_html(release.episode, NOTES_LIMIT))
        with self._ledger.transaction():
            self._ledger.record_episode(PublishedEpisode.of(name, made_of, release), item)

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


def _check_built(folder: Path, release: Release) -> None:
    """Raise PublishError unless every file is the one that the release names."""
    for asset in release.assets:
        path = folder / asset.name
        if files.size(str(path)) != asset.size or files.file_digest(path) != asset.digest:
            raise PublishError(f"{path} is missing or not whole", hint="Build the episode again.")
