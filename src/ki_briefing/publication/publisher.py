"""Built episodes -> an up-to-date target: files, then pages, then the feed; then old files are deleted.

Work grows with what changed, not with the archive: only the time stamps of unchanged episodes are looked at. A run that
is killed leaves a valid publication, and the next run completes it.

The address of a sound never changes, because some apps keep the first for ever: new bytes take the place of the old.
All files of an episode are written aside before the first takes its place, the sound last. From then until the feed is
written, who loads the sound gets the new one, whole, while the feed still tells the old one's length and checksum: apps
go by the length that the web server tells, and one that compares ``podcast:integrity`` has to try again. Who began
before hears the old sound to its end; who goes on later with ``If-Range`` is given the new one from its start.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ki_briefing import __version__
from ki_briefing.base import database, files
from ki_briefing.base.errors import BriefingError, CheckError, ConfigError, Locked, PublishError, StorageError
from ki_briefing.base.hints import quoted
from ki_briefing.episode import artwork, notes
from ki_briefing.episode.addresses import FEED_PATH, Addresses, asset_path, enclosure_path
from ki_briefing.episode.release import RELEASE_FILE
from ki_briefing.episode.snippets import update_snippets
from ki_briefing.publication import feed, imported, newsroom
from ki_briefing.publication.adoption import adopt_public, require_guid
from ki_briefing.publication.feed_items import NOTES_LIMIT, write_item
from ki_briefing.publication.gate import Candidate, Gate, Held, Reason, require_address
from ki_briefing.publication.ledger import LEDGER_FILE, Ledger, PublishedEpisode, PublishedState
from ki_briefing.publication.lists import Documents, Lists
from ki_briefing.publication.older_ledgers import COMMON
from ki_briefing.publication.pages import Pages, page_paths, placed
from ki_briefing.publication.report import Problem, Publication
from ki_briefing.publication.site import INDEX, Site, is_page, list_path, page_path
from ki_briefing.publication.site import PAGE as LIST_PAGE
from ki_briefing.publication.whole import is_slug, known_as, read_whole
from ki_briefing.show.lock import episode_lock
from ki_briefing.show.record import RECORD_FILE, Deed, Entry, load_record, note_deeds
from ki_briefing.show.workspace import BUILT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from ki_briefing.model.episode import Release
    from ki_briefing.publication.gate import Inspector
    from ki_briefing.publication.target import FolderTarget
    from ki_briefing.show.record import EpisodeRecord
    from ki_briefing.show.settings import Show

_DAY = 86_400


def publish_site(
    show: Show,
    built: Iterable[str | Path],
    target: FolderTarget,
    *,
    now: int,
    held: Collection[Path] = (),
    inspector: Inspector | None = None,
    forced_by: str = "",
) -> Publication:
    """Make the target show these episodes, and only these, as far as the gate lets them pass.

    Call it under the show's lock.

    Args:
        built: The episodes' built folders, in any order; of those without ``episode.json`` stays what is public.
        now: The present [s since 1970].
        held: Built folders that must not go on air as they are now; their public version stays.
        inspector: Asked by the gate; None: the caller vouches for embargo and check.
        forced_by: Who lets pass what the check does not; empty: nobody.

    Raises:
        ConfigError: The show has no base_url, its cover cannot be used, or its podcast's guid would change.
        StorageError: The target refused; what is public is as valid as before.
    """
    require_address(show)
    names = sorted(_below(show, folder) for folder in built)
    held_names = frozenset(_below(show, folder) for folder in held)
    at = datetime.fromtimestamp(now, UTC).astimezone()
    gate = Gate(show, at, inspector, forced_by=forced_by)
    path = show.cache / LEDGER_FILE
    try:
        with Ledger(path) as ledger:
            return _Update(show, target, ledger, at, gate).publish(names, held_names)
    except database.TornDatabase:  # nothing is lost: it is rebuilt from the folders
        database.delete(path)
        with Ledger(path) as ledger:
            return _Update(show, target, ledger, at, gate).publish(names, held_names)


def _below(show: Show, folder: str | Path) -> str:
    """Return a built folder's path below the show's folder; the ledger uses it, so that a show can be moved."""
    return str(folder).removeprefix(f"{show.folder}/")


class _Update:
    """One update of a target."""

    def __init__(self, show: Show, target: FolderTarget, ledger: Ledger, at: datetime, gate: Gate) -> None:
        self._show, self._target, self._ledger, self._at, self._gate = show, target, ledger, at, gate
        self._now = int(at.timestamp())
        self._addresses = Addresses.of(show.publication.base_url, show.publication.prefix)
        picture = artwork.load_show_cover(show)
        cover = f"cover-{files.digest(picture.feed)[:10]}.jpg"
        thumbnail = f"thumbnail-{files.digest(picture.thumbnail)[:10]}.jpg"
        site = Site(show, cover=cover, thumbnail=thumbnail)
        settings = repr((show.podcast, show.publication))
        self._key = files.digest(feed.VERSION, newsroom.VERSION, __version__, settings, cover)[:16]
        self._written: list[str] = []
        pictures = {cover: picture.feed, thumbnail: picture.thumbnail}
        documents = Documents(target, ledger, self._written)
        self._pages = Pages(show, target, ledger, site, documents, pictures)
        self._lists = Lists(show, site, documents, ledger, cover=cover, key=self._key)
        self._left: set[str] = set()
        self._problems: list[Problem] = []
        self._held: list[Held] = []
        self._withdrawn: list[tuple[str, Entry]] = []
        self._busy: list[Path] = []
        self._unbuilt: list[Path] = []
        self._lost = False

    def publish(self, built: Sequence[str], held: frozenset[str]) -> Publication:
        """Publish files, pages and feed, then sweep; in this order, so that no page names a file that is not there."""
        self._keep_guid()
        if self._ledger.is_new:
            adopt_public(self._ledger, self._target, self._show.folder, built, self._now)
        imported.follow(self._show, self._ledger, self._addresses)
        self._publish_files(built, held)
        if self._lost and not (self._ledger.count() or self._target.stamp(FEED_PATH)):  # e.g. a fresh copy of the show
            return self._report(())
        self._written += imported.publish(self._show, self._target, self._ledger, self._held, self._now)
        self._claim_common()
        self._pages.hand_on(self._left, self._now)
        self._pages.publish(self._made_of, self._withdrawn)
        self._lists.publish()
        return self._report(self._sweep())

    def _report(self, removed: tuple[str, ...]) -> Publication:
        return Publication(
            episodes=self._ledger.count(),
            written=tuple(dict.fromkeys(self._written)),
            removed=removed,
            problems=tuple(self._problems),
            waiting=tuple(each.folder / BUILT for each in self._held if each.reason is Reason.DATE),
            busy=tuple(self._busy),
            unbuilt=tuple(self._unbuilt),
            held=tuple(self._held),
        )

    def _keep_guid(self) -> None:
        """Refuse to change the podcast's guid; the public feed is asked only where settings may have changed."""
        newest = next(self._ledger.newest(0, 1), None)
        if not self._show.podcast.guid and not (newest and self._key in newest.made_of):
            require_guid(self._target, feed.podcast_guid(self._show.podcast, self._addresses))

    # --- files of the episodes ---

    def _publish_files(self, built: Sequence[str], held: frozenset[str]) -> None:
        """Compare the built folders with what is published; publish what changed, forget whose folder is gone."""
        changed: list[tuple[str, str]] = []
        gone: list[PublishedState] = []
        for name, public in database.outer_join(built, self._ledger.published(), lambda public: public.folder):
            made_of = self._made_of(name) if name else ""
            if public and made_of and self._is_current(public, made_of):
                continue
            if name and (made_of or public or self._record_stamp(name)):
                changed.append((name, made_of))
            elif public:
                gone.append(public)
        for public in gone:
            self._forget(public.folder)
        for name, made_of in changed:
            folder = self._show.folder / name
            try:
                record = load_record(folder.parent)
                if record.withdrawal:
                    self._withdraw(name, folder.parent, record, record.withdrawal)
                elif not made_of:
                    self._keep(name, folder, record)
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
        return public.made_of == made_of and public.placed == placed(self._target, public.slug, public.audio)

    def _publish_episode(self, name: str, folder: Path, record: EpisodeRecord) -> None:
        release = read_whole(folder)
        slug, guid = release.episode.slug, release.episode.guid
        other = next((each for each in self._ledger.claimants(slug, guid) if each != name), "")
        if other:
            raise ConfigError(
                f"{folder.parent} has the slug or guid of {other.rpartition('/')[0]}",
                hint="Give it its own in episode.toml.",
            )
        public = self._ledger.state(name)
        before, audio = (public.slug, public.audio) if public else (slug, "")
        release = replace(release, enclosure=record.enclosure or audio or enclosure_path(release))
        former = tuple(each for each in dict.fromkeys((*record.former_slugs(slug), before)) if each != slug)
        paths = (*_paths(release), *page_paths(slug), *(path for each in former for path in page_paths(each)))
        if owner := self._ledger.owner(paths, (slug, *former)):
            raise ConfigError(
                f"{folder.parent} has an address of '{owner}'", hint="Give it its own slug in episode.toml."
            )
        deeds = self._asked(folder, release, record, public, before)
        if deeds is None:
            return
        paths += newsroom.paths(release)
        self._left.update(set(self._ledger.claimed(slug)) - set(paths))
        with self._ledger.transaction():
            self._ledger.claim(slug, paths, self._now)
        self._put_files(folder, release)
        item = write_item(release, self._show.podcast, self._addresses, notes.to_html(release.episode, NOTES_LIMIT))
        self._note(folder, release, record, deeds, before)
        with self._ledger.transaction():
            if before != slug:
                self._ledger.claim(before, (), self._now)
            self._ledger.record_episode(PublishedEpisode.of(name, self._made_of(name), release), item)

    def _put_files(self, folder: Path, release: Release) -> None:
        named = zip(_paths(release), release.assets, strict=True)
        # A transcript for people is made with the pages; until then a new one is as it was built.
        paths = {path: asset for path, asset in named if not (is_page(asset) and self._target.size(path))}
        contents = [(path, folder / asset.name) for path, asset in paths.items()]
        self._written += self._target.put_together([*contents[1:], contents[0]])
        for path, asset in paths.items():
            if self._target.size(path) != asset.size:
                raise StorageError(f"{path} is not whole", hint="Run the same command again.")

    def _note(
        self, folder: Path, release: Release, record: EpisodeRecord, deeds: tuple[Entry, ...], before: str
    ) -> None:
        """Write into the record what was done, and what must be known of the addresses even without a cache."""
        slug = release.episode.slug
        if not record.enclosure:
            deeds += (Entry(Deed.ADDRESSED, self._at, note=release.enclosure),)
        if before != slug:
            deeds += (Entry(Deed.RENAMED, self._at, note=before),)
        if deeds:
            note_deeds(self._show, folder.parent, *deeds)
        if not record.enclosure and release.enclosure != asset_path(slug, release.audio):
            with contextlib.suppress(PublishError):  # it has no snippets
                update_snippets(self._show, folder)

    def _asked(
        self, folder: Path, release: Release, record: EpisodeRecord, public: PublishedState | None, before: str
    ) -> tuple[Entry, ...] | None:
        """Ask the gate; return what is to be written into the record, or None if the episode is held.

        Args:
            public: What is on air; None if the ledger knows of nothing.
            before: The slug under which it was on air.
        """
        same = public is not None and release.audio.digest.startswith(public.digest)
        on_air = public is not None
        if not public and not record.left_air and self._target.stamp(page_path(before)):  # the ledger is new
            on_air, same = True, self._target.holds(release.enclosure, folder / release.audio.name)
        answer = self._gate.ask(Candidate(folder.parent, release, record, on_air, same))
        if not isinstance(answer, Held):
            return answer
        if answer.reason is Reason.CHECK:
            raise CheckError(f"{folder.parent} {answer.message}", hint=answer.hint)
        self._held.append(answer)
        return None

    def _withdraw(self, name: str, episode: Path, record: EpisodeRecord, withdrawal: Entry) -> None:
        """Take an episode off the air; a page that was public says so from now on."""
        public = self._ledger.state(name)
        slug = public.slug if public else known_as(episode / BUILT).slug
        if not is_slug(slug) or any(each != name for each in self._ledger.claimants(slug, "")):
            raise PublishError(f"{episode}: the slug '{slug}' is not its own", hint="See episode.toml.")
        slugs = (slug, *record.former_slugs(slug))
        known = not record.deletion and (record.was_aired or self._target.stamp(page_path(slug)))
        kept = tuple(path for each in slugs for path in page_paths(each)) if known else ()
        if public or self._ledger.lingers(slugs, kept) or set(self._ledger.claimed(slug)) != set(kept):
            self._left.update(self._ledger.claimed(slug))
            with self._ledger.transaction():
                self._ledger.expel(name, slugs, kept, self._now)
        if kept:
            self._withdrawn.append((slug, replace(withdrawal, at=self._show.podcast.by_its_clock(withdrawal.at))))
        self._held.append(self._gate.withdrawn(episode, withdrawal))

    def _keep(self, name: str, folder: Path, record: EpisodeRecord) -> None:
        """Let stay what is on air of an episode that is not built here; PublishError if that is not here either."""
        public = self._ledger.state(name)
        if public and self._target.size(public.audio):
            self._unbuilt.append(folder)
        elif public or (record.was_aired and not record.left_air):
            self._forget(name)
            self._lost = True
            raise PublishError(
                f"{folder.parent} was on air, but is neither built nor public here",
                hint=f"Run: ki-briefing build {quoted(folder.parent)}",
            )

    def _forget(self, name: str) -> None:
        if public := self._ledger.state(name):
            self._left.update(self._ledger.claimed(public.slug))
            with self._ledger.transaction():
                self._ledger.claim(public.slug, (), self._now)
                self._ledger.forget(name)

    def _claim_common(self) -> None:
        """Claim the paths of style, script and cover, and of all lists and feed pages."""
        total = self._ledger.count()
        lists = tuple(list_path(page.number) for page in feed.paginate(total, LIST_PAGE))
        feeds = tuple(feed.page_path(page.number) for page in feed.paginate(total))
        indexes = map(INDEX.format, self._ledger.years() if len(lists) > 1 else ())
        wanted = tuple(sorted((*self._pages.common, *lists, *feeds, *indexes)))
        if self._ledger.claimed(COMMON) != wanted:
            with self._ledger.transaction():
                self._ledger.claim(COMMON, wanted, self._now)

    def _sweep(self) -> tuple[str, ...]:
        """Delete files that retired long enough ago; the feed, which is written by now, does not name them."""
        retired = self._ledger.retired(self._now - self._show.publication.keep_days * _DAY)
        for path in retired:
            self._target.delete(path)
            with self._ledger.transaction():
                self._ledger.forget_file(path)
        return retired


def _paths(release: Release) -> tuple[str, ...]:
    """Return the paths of all assets, in their order: the sound first."""
    slug = release.episode.slug
    return (enclosure_path(release), *(asset_path(slug, asset) for asset in release.assets[1:]))
