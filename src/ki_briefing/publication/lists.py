"""Ledger -> the documents that list episodes: start page and archive pages, then the feed, its current page last."""

from __future__ import annotations

import contextlib
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
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ki_briefing.publication.feed import Page
    from ki_briefing.publication.ledger import Ledger
    from ki_briefing.publication.site import Site
    from ki_briefing.publication.target import FolderTarget
    from ki_briefing.show.settings import Show

_UPDATED = re.compile(r"^<atom:updated>([^<]+)</atom:updated>$", re.MULTILINE)


class Documents:
    """What is written into a target beside the files of the episodes, each only if it has changed."""

    def __init__(self, target: FolderTarget, ledger: Ledger, written: list[str]) -> None:
        """Take the list to which the paths of what is written are added."""
        self._target, self._ledger, self._written = target, ledger, written
        self._known = ledger.documents()

    def put(self, path: str, content: bytes) -> None:
        """Put a document."""
        if self._target.put(path, content):
            self._written.append(path)

    def publish(self, path: str, key: str, content: Callable[[], bytes]) -> None:
        """Put a document, unless one of the same key stands there untouched."""
        stamp = self._target.stamp(path)
        if stamp and self._known.get(path) == (key, stamp):
            return
        self.put(path, content())
        self._known[path] = key, self._target.stamp(path)
        with self._ledger.transaction():
            self._ledger.record_document(path, *self._known[path])


class Lists:
    """The lists of a show's episodes."""

    def __init__(self, show: Show, site: Site, documents: Documents, ledger: Ledger, *, cover: str, key: str) -> None:
        """Take the path of the show's cover, and a digest of all that the feed is made of beside the episodes."""
        self._podcast, self._addresses = show.podcast, Addresses.of(show.publication.base_url)
        self._site, self._documents, self._ledger = site, documents, ledger
        self._cover, self._key = cover, key

    def publish(self) -> None:
        """Publish all pages of the site's list, then of the feed."""
        traces = self._ledger.traces()
        pages = _keys(traces, LIST_PAGE)
        years: dict[str, list[str]] = {}
        for year, trace in traces if len(pages) > 1 else ():
            years.setdefault(year, []).append(trace)
        for year, own in years.items():
            self._documents.publish(INDEX.format(year), files.digest(year, *own), partial(self._index, year))
        for page, key in pages:
            of_archive = () if page.number else sorted(years, reverse=True)
            digest = files.digest(self._site.key, key, *of_archive)
            self._documents.publish(list_path(page.number), digest, partial(self._list_page, page, of_archive))
        mixed = ("mixed",) if self._ledger.imported.has_any else ()
        for page, key in _keys(traces, feed.PAGE):
            digest = files.digest(self._key, key, *mixed)
            self._documents.publish(feed.page_path(page.number), digest, partial(self._feed_page, page))

    def _list_page(self, page: Page, years: Iterable[str]) -> bytes:
        return self._site.list_page(page, self._ledger.newest(page.skip, page.length), years)

    def _index(self, year: str) -> bytes:
        """Return what a year is searched in: title, day and page of each episode, newest first, as JSON."""
        episodes = self._ledger.of_year(year)
        rows = (json.dumps([each.title, each.date[:10], each.link], ensure_ascii=False) for each in episodes)
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


def _keys(traces: Sequence[tuple[str, str]], length: int) -> list[tuple[Page, str]]:
    """Return the pages of a list, oldest first and the current one last, each with a digest of its episodes.

    Args:
        traces: Of all episodes, newest first, each with its year.
    """
    keys = []
    for page in feed.paginate(len(traces), length):
        place = f"{page.number} {page.older} {page.newer}"  # not its skip, which grows with every episode
        own = (trace for _, trace in traces[page.skip : page.skip + page.length])
        keys.append((page, files.digest(place, "\n".join(own))))
    return keys


def _corrections(items: Iterable[str]) -> Iterator[datetime]:
    """Yield when episodes were corrected, as their items say."""
    for text in (text for item in items for text in _UPDATED.findall(item)):
        with contextlib.suppress(ValueError):  # the host before wrote it
            moment = datetime.fromisoformat(text)
            if moment.tzinfo:
                yield moment
