"""Ledger, releases -> the pages of episodes that changed, what a newsroom's pages ask for, and what pages load.

New pages are put first, so that none leads to a page that is not there yet.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ki_briefing.base import files
from ki_briefing.base.errors import Locked
from ki_briefing.episode.addresses import PLAYER_PATH, Addresses, episode_path
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.publication import newsroom
from ki_briefing.publication.feed_items import article_of
from ki_briefing.publication.site import SUBSCRIBING, page_path
from ki_briefing.show.lock import episode_lock
from ki_briefing.show.record import load_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ki_briefing.publication.ledger import Ledger, PublishedState
    from ki_briefing.publication.lists import Documents
    from ki_briefing.publication.site import Site
    from ki_briefing.publication.target import FolderTarget
    from ki_briefing.show.record import Entry
    from ki_briefing.show.settings import Show

_TOGETHER = 20  # pages that the ledger notes at once: if the program dies before, they are compared with the target


class Pages:
    """The pages of a show's episodes.

    Attributes:
        common: Paths of what pages load from the top of the site, and of the page that tells how to subscribe.
    """

    def __init__(
        self,
        show: Show,
        target: FolderTarget,
        ledger: Ledger,
        site: Site,
        documents: Documents,
        covers: dict[str, bytes],
    ) -> None:
        """Take the show's cover and its thumbnail under their paths."""
        self._show, self._target, self._ledger = show, target, ledger
        self._site, self._documents = site, documents
        self._addresses = Addresses.of(show.publication.base_url, show.publication.prefix)
        self._loaded = {**covers, **site.loaded}
        self.common = (*self._loaded, SUBSCRIBING)

    def publish(self, made_of: Callable[[str], str], withdrawn: Iterable[tuple[str, Entry]]) -> None:
        """Put what pages load, the pages that must be made anew, and those of withdrawn episodes.

        Args:
            made_of: Tells what the files of an episode would be made from now, by its built folder.
            withdrawn: Slugs that were public, and why they are no more.
        """
        for path, content in self._loaded.items():
            self._documents.publish(path, files.digest(content), partial(bytes, content))
        self._documents.publish(SUBSCRIBING, files.digest(self._site.key, SUBSCRIBING), self._site.subscribing_page)
        key = self._site.key[:16]
        stale = sorted((self._target.stamp(page_path(slug)) != "", name) for name, slug in self._ledger.stale(key))
        for begin in range(0, len(stale), _TOGETHER):
            with self._ledger.transaction():
                for _, name in stale[begin : begin + _TOGETHER]:  # new ones first: no reader is led to a gap
                    with contextlib.suppress(Locked), episode_lock(self._show, self._show.folder / name):
                        # Otherwise its files are public in an earlier version, and so is the page that names them.
                        public = self._ledger.state(name)
                        if public and public.made_of and public.made_of == made_of(name):
                            self._publish_page(public, key)
        for slug, withdrawal in withdrawn:
            for path in page_paths(slug):
                page = partial(self._site.withdrawn_page, path, withdrawal.at)
                self._documents.publish(path, files.digest(self._site.key, withdrawal.at.isoformat()), page)

    def hand_on(self, paths: Iterable[str], now: int) -> None:
        """Let articles whose episode has left them lead to another one that is on air of them, the newest.

        Args:
            paths: What belongs to an episode no more; others may have it by now.
            now: The present [s since 1970].
        """
        left = {path for path in paths if newsroom.is_article_path(path) and not self._ledger.owner((path,), ())}
        count = self._ledger.count() if left else 0
        for episode, item in zip(self._ledger.newest(0, count), self._ledger.items(0, count), strict=True):
            path = newsroom.article_path(article_of(item))
            if path in left and not episode.is_imported:
                left.remove(path)
                with self._ledger.transaction():
                    self._ledger.claim(episode.slug, (*self._ledger.claimed(episode.slug), path), now)
                self._documents.put(path, newsroom.name_episode(episode.slug))

    def _publish_page(self, public: PublishedState, key: str) -> None:
        folder = self._show.folder / public.folder
        release = replace(read_release(folder / RELEASE_FILE), enclosure=public.audio)
        page, player = page_paths(slug := release.episode.slug)
        newer, older = self._ledger.neighbours(public.folder)
        self._documents.put(page, self._site.episode_page(release, newer=newer, older=older))
        self._documents.put(player, self._site.player_page(release))
        for path, content in self._site.transcript_pages(release).items():
            self._documents.put(path, content)
        documents = newsroom.documents(release, self._show.podcast, self._addresses)
        for path in filter(documents.get, self._ledger.claimed(slug)):  # another episode may have the same article
            self._documents.put(path, documents[path])
        for former in load_record(folder.parent).former_slugs(slug):
            for path, target in zip(page_paths(former), (page, player), strict=True):
                self._documents.put(path, self._site.moved_page(path, target.removesuffix("index.html")))
        self._ledger.record_page(public.folder, key, placed(self._target, slug, public.audio))


def page_paths(slug: str) -> tuple[str, str]:
    """Return the paths of an episode's page and of its player."""
    return page_path(slug), f"{episode_path(slug)}{PLAYER_PATH}index.html"


def placed(target: FolderTarget, slug: str, audio: str) -> str:
    """Return a text that changes when somebody touches what is public of an episode."""
    return " ".join(map(target.stamp, (episode_path(slug), episode_path(slug) + PLAYER_PATH, audio)))
