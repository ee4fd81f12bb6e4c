"""What somebody names -> articles that are no episodes yet, the oldest first, and episodes that there are.

Folders, files, feeds, pages, and text files that list addresses. What cannot be read is told and stops no other.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.article import read_article, read_source
from ki_briefing.base.errors import ArticleError, ArticleMissing, BriefingError, FeedError
from ki_briefing.base.files import read_regular
from ki_briefing.base.web import is_on_the_web, same_page, without_user
from ki_briefing.intake.address import make_source
from ki_briefing.intake.fetching import fetch_item
from ki_briefing.intake.http import open_web
from ki_briefing.intake.inbox import check_kind, is_left_alone
from ki_briefing.intake.links import ENDINGS, read_link
from ki_briefing.intake.newsfeed import feed_address, pages, read_newsfeed
from ki_briefing.new.dates import own_date
from ki_briefing.show.reading import EPISODE_FILE, SHOW_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from ki_briefing.intake.http import Response, Web
    from ki_briefing.intake.news import NewsItem
    from ki_briefing.model.source import Source
    from ki_briefing.show.catalogue import Catalogue
    from ki_briefing.show.settings import Show
    from ki_briefing.taking.outcome import Outcome

_NO_SENTENCE = 3  # words of a line that is no sentence
_LARGEST = 100_000_000  # bytes of a file
_PAGES = 1000  # of one feed, at most
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".svg")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that is no episode yet.

    Attributes:
        about: Its file or address.
        date: When it was published, by the show's clock; None: it does not say.
        fetch: Returns its file, or what stands at its address now.
        folder: That was named, if its file was found in one.
    """

    about: str
    date: datetime | None
    fetch: Callable[[], Path | Source]
    folder: Path | None = None


@dataclass(slots=True)
class Gathered:
    """What was found.

    Attributes:
        candidates: The oldest first; after them those without a date, in the order in which they were named.
        episodes: Folders of the episodes that were named, or were made of named articles before.
    """

    candidates: list[Candidate]
    episodes: list[Path]


def gather(
    sources: Sequence[Path | str], show: Show, catalogue: Catalogue, outcome: Outcome, *, spool: Path
) -> Gathered:
    """Find the articles that somebody names.

    Args:
        outcome: Is told what cannot be used.
        spool: Folder for pages that have to be read before their turn.
    """
    gathering = _Gathering(show, catalogue, outcome, spool)
    for source in sources:
        with gathering.telling(str(source)):
            gathering.look_at(source)
    ranked = sorted(gathering.found, key=lambda each: each.date.timestamp() if each.date else float("inf"))
    return Gathered(ranked, list(gathering.episodes))


class _Gathering:
    def __init__(self, show: Show, catalogue: Catalogue, outcome: Outcome, spool: Path) -> None:
        self._show, self._catalogue, self._outcome, self._spool = show, catalogue, outcome, spool
        self._web: Web | None = None
        self._seen: set[str] = set()
        self.found: list[Candidate] = []
        self.episodes: dict[Path, None] = {}

    @contextlib.contextmanager
    def telling(self, about: str) -> Iterator[None]:
        """Tell what goes wrong with one source, and go on."""
        try:
            yield
        except BriefingError as error:
            self._outcome.note(without_user(about), error)

    def look_at(self, source: Path | str) -> None:
        if isinstance(source, str):
            self._address(source)
        elif source.is_dir():
            self._folder(source)
        else:
            self._file(source)

    def _folder(self, folder: Path) -> None:
        if (folder / EPISODE_FILE).is_file():
            self.episodes[folder.resolve()] = None
            return
        if (folder / SHOW_FILE).is_file():
            raise ArticleError(f"{folder} is a show, no folder of articles", hint="Name it with --show.")
        for root, folders, names in os.walk(folder):
            folders[:] = sorted(each for each in folders if not each.startswith("."))
            for name in sorted(names):
                path = Path(root, name)
                if not is_left_alone(name) and path.suffix.lower() not in _PICTURES:
                    with self.telling(str(path)):
                        check_kind(path)
                        self._file(path, folder)

    def _file(self, path: Path, folder: Path | None = None) -> None:
        try:
            content = read_regular(path, _LARGEST)
        except OSError as error:
            raise ArticleMissing(f"cannot read {path}: {error.strerror}", hint="Name a readable file.") from error
        if path.suffix.lower() in ENDINGS:
            self._address(read_link(path))
            return
        if addresses := _listed(path, content):
            for address in addresses:
                with self.telling(address):
                    self._address(address)
            return
        if not self._is_new(hashlib.sha256(content).hexdigest(), self._catalogue.find):
            return
        date = own_date(read_article(path, self._show.article), self._show)
        self.found.append(Candidate(str(path), date, lambda: path, folder))

    def _address(self, address: str) -> None:
        if not self._is_new(same_page(address), self._catalogue.find_source):
            return
        self._web = self._web or open_web(self._show)
        answer = self._web.get(feed_address(address))
        try:
            feed = read_newsfeed(answer.content, answer.url)
        except FeedError:
            self._page(address, answer)
            return
        for page in pages(self._web, feed, _PAGES):
            for item in page.items:
                self._item(self._web, item)

    def _page(self, address: str, answer: Response) -> None:
        """Take a page; it is kept in a file until its turn, which its date decides."""
        source = make_source(answer)
        if source.id != same_page(address) and not self._is_new(source.id, self._catalogue.find_source):
            return
        date = own_date(read_source(source, self._show.article), self._show)
        path = self._spool / f"{len(self.found)}.page"
        path.write_bytes(source.content)
        bare = replace(source, content=b"")
        self.found.append(Candidate(source.url, date, lambda: replace(bare, content=path.read_bytes())))

    def _item(self, web: Web, item: NewsItem) -> None:
        if self._is_new(item.id, self._catalogue.find_source):
            date = self._by_our_clock(item.date) if item.date else None
            self.found.append(Candidate(item.url, date, partial(fetch_item, web, item)))

    def _is_new(self, key: str, find: Callable[[str], Path | None]) -> bool:
        """Tell whether an article was not named before; one that is an episode already is noted as that."""
        if key in self._seen:
            return False
        self._seen.add(key)
        folder = find(key)
        if folder:
            self.episodes[folder] = None
        return folder is None

    def _by_our_clock(self, moment: datetime) -> datetime | None:
        try:
            return self._show.podcast.by_its_clock(moment)
        except (ValueError, OverflowError):  # no clock shows it
            return None


def _listed(path: Path, content: bytes) -> tuple[str, ...]:
    """Return the addresses that a text file lists, one a line, but for # remarks; none if it is no list.

    Raises:
        ArticleError: A few lines are no addresses.
    """
    if path.suffix.lower() not in ("", ".txt"):
        return ()
    lines: Iterator[str] = (line.strip() for line in content.decode("utf-8-sig", "replace").splitlines())
    listed = tuple(line for line in lines if line and not line.startswith("#"))
    strays = [line for line in listed if not is_on_the_web(line) or len(line.split()) > 1]
    if 2 * len(strays) >= len(listed) or any(len(line.split()) > _NO_SENTENCE for line in strays):
        return ()  # an article that ends with its sources
    if strays:
        raise ArticleError(f"{path} lists addresses, and {strays[0][:80]!r} is none", hint="Put # before such a line.")
    return listed
