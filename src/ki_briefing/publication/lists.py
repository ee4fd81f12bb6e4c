"""Ledger -> the documents that list episodes: start page and archive pages, then the feed, its current page last."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from ki_briefing.base import files
from ki_briefing.episode.addresses import Addresses
from ki_briefing.publication import feed
from ki_briefing.publication.feed_items import rfc2822
from ki_briefing.publication.site import INDEX, list_path
from ki_briefing.publication.site import PAGE as LIST_PAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ki_briefing.publication.feed import Page
    from ki_briefing.publication.ledger import Ledger, PublishedEpisode
    from ki_briefing.publication.site import Site
    from ki_briefing.publication.target import FolderTarget
    from ki_briefing.show.settings import Show

_UPDATED = re.compile(r"^<atom:updated>([^<]+)</atom:updated>$", re.MULTILINE)


class Documents:
    """What is written into a target beside the files of the episodes, each only if it has changed."""

    def __init__(self, target: FolderTarget, ledger: Ledger, written: list[str]) -> None:
        """Take the list to which the paths of what is written are added."""
        self._target, self._ledger, self._written = target, ledger, written

    def put(self, path: str, content: bytes) -> None:
        """Put a document."""
        if self._target.put(path, content):
            self._written.append(path)

    def publish(self, path: str, key: str, content: Callable[[], bytes]) -> None:
        """Put a document, unless one of the same key stands there untouched."""
        stamp = self._target.stamp(path)
        if stamp and self._ledger.document(path) == (key, stamp):
            return
        self.put(path, content())
        with self._ledger.transaction():
            self._ledger.record_document(path, key, self._target.stamp(path))


class Lists:
    """The lists of a show's episodes."""

    def __init__(self, show: Show, site: Site, documents: Documents, ledger: Ledger, *, cover: str, key: str) -> None:
        """Take the path of the show's cover, and a digest of all that the feed is made of beside the episodes."""
        self._podcast, self._addresses = show.podcast, Addresses.of(show.publication.base_url)
        self._site, self._documents, self._ledger = site, documents, ledger
        self._cover, self._key = cover, key

    def publish(self) -> None:
        """Publish all pages of the site's list, then of the feed."""
        pages = self._keys(LIST_PAGE)
        if len(pages) > 1:
            self._documents.publish(INDEX, files.digest(self._site.key, *(key for _, key in pages)), self._index)
        for page, key in pages:
            digest = files.digest(self._site.key, key)
            self._documents.publish(list_path(page.number), digest, partial(self._list_page, page))
        mixed = ("mixed",) if self._ledger.imported.has_any else ()
        for page, key in self._keys(feed.PAGE):
            digest = files.digest(self._key, key, *mixed)
            self._documents.publish(feed.page_path(page.number), digest, partial(self._feed_page, page))

    def _list_page(self, page: Page) -> bytes:
        is_start_of_archive = page.older is not None and not page.number
        years = dict.fromkeys(each.date[:4] for each in self._all()) if is_start_of_archive else ()
        return self._site.list_page(page, self._ledger.newest(page.skip, page.length), years)

    def _all(self) -> Iterator[PublishedEpisode]:
        return self._ledger.newest(0, self._ledger.count())

    def _index(self) -> bytes:
        """Return what an archive is searched in: title, day and page of each episode, newest first, as JSON."""
        rows = (json.dumps([each.title, each.date[:10], each.link], ensure_ascii=False) for each in self._all())
        return ("[" + ",\n".join(rows) + "]\n").encode("utf-8", "replace")

    def _feed_page(self, page: Page) -> bytes:
        cover = self._addresses.url(self._cover)
        first = next(iter(self._ledger.newest(page.skip, 1)), None) if page.length else None
        items = tuple(self._ledger.items(page.skip, page.length))
        newest = datetime.fromisoformat(first.date) if first else None
        updated = max((newest, *_corrections(items))) if newest else None
        return feed.write_page(
            page,
            items,
            self._podcast,
            self._addresses,
            cover=cover,
            newest=rfc2822(newest) if newest else "",
            updated=rfc2822(updated) if updated else "",
            only_ours=not self._ledger.imported.has_any,
        )

    def _keys(self, length: int) -> list[tuple[Page, str]]:
        """Return the pages of a list, oldest first and the current one last, each with a digest of its episodes."""
        traces = self._ledger.traces()
        keys: list[tuple[Page, str]] = []
        for page in reversed(feed.paginate(self._ledger.count(), length)):  # newest first, like the traces
            place = f"{page.number} {page.older} {page.newer}"  # not its skip, which grows with every episode
            keys.append((page, files.digest(place, "\n".join(itertools.islice(traces, page.length)))))
        return keys[::-1]


def _corrections(items: Iterable[str]) -> Iterator[datetime]:
    """Yield when episodes were corrected, as their items say."""
    for text in (text for item in items for text in _UPDATED.findall(item)):
        with contextlib.suppress(ValueError):  # the host before wrote it
            moment = datetime.fromisoformat(text)
            if moment.tzinfo:
                yield moment
