"""A show's feeds -> new episodes, each article once, the oldest first.

A dead feed or an article that fails stops no other. What cannot be reached is tried again by the next run; an article
of which no episode can be made is tried again for some days, after growing pauses, and when it, or a setting, has
changed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ki_briefing.article import read_source
from ki_briefing.base.errors import AlreadyAnEpisode, ArticleError, BriefingError
from ki_briefing.base.hints import quoted
from ki_briefing.base.web import without_user
from ki_briefing.intake.choosing import Past, choose, fits, is_long_enough, next_try, remember
from ki_briefing.intake.fetching import fetch_item
from ki_briefing.intake.http import open_web
from ki_briefing.intake.newsfeed import feed_address, pages, read_newsfeed
from ki_briefing.new import Taken, correct_episode, make_episode, says_the_same
from ki_briefing.show.catalogue import Catalogue
from ki_briefing.show.feeds import Changed
from ki_briefing.show.lock import show_lock
from ki_briefing.show.sources import Standing, Visit
from ki_briefing.taking.outcome import DEATHS, of_bug, of_deaths

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from ki_briefing.intake.choosing import Choice
    from ki_briefing.intake.http import Response
    from ki_briefing.intake.news import NewsItem
    from ki_briefing.model.source import Source
    from ki_briefing.model.text import Article
    from ki_briefing.show.feeds import Feed
    from ki_briefing.show.settings import Show
    from ki_briefing.show.sources import KnownSource, Sources
    from ki_briefing.taking.outcome import Outcome

_PATIENCE = 30.0  # seconds to wait for somebody else's publication
_PAGES = 50  # of one feed, at most
_PATIENTLY = "It is tried again for five days."


class Feeds:
    """A show's feeds as one run takes them."""

    def __init__(
        self, show: Show, sources: Sources, outcome: Outcome, now: datetime, *, context: str, backfill: int
    ) -> None:
        """Prepare it.

        Args:
            context: A text that changes with the show's settings.
            backfill: Of how many articles of each feed, the newest, there shall be episodes; 0: of those that are new.
        """
        self._show, self._sources, self._outcome, self._now = show, sources, outcome, now
        self._context, self._backfill = context, backfill
        self._web = open_web(show)
        self._suspects: list[Callable[[], None]] = []

    def take(self) -> None:
        """Take what is new, but for the articles over which the program died."""
        for feed in self._show.feeds:
            try:
                self._follow(feed)
            except BriefingError as error:
                self._outcome.note(without_user(feed.url), error, waits=True)
            except Exception as bug:
                self._outcome.bugs.append(bug)
                self._outcome.note(without_user(feed.url), of_bug(bug))

    def take_suspects(self) -> bool:
        """Take the articles over which the program died; tell whether there were any."""
        suspects, self._suspects = self._suspects, []
        for take in suspects:
            take()
        return bool(suspects)

    def _follow(self, feed: Feed) -> None:
        """Take what is new in a feed, if it has changed."""
        last = self._sources.visit(feed.url)
        known = {each.id: each for each in self._sources.known(feed.url)}
        waiting = {each.id for each in known.values() if each.is_due(self._now)}
        is_news_enough = last and last.context == self._context and not (self._backfill or waiting)
        unchanged = last if last and is_news_enough else Visit()
        answer = self._web.get(feed_address(feed.url), etag=unchanged.etag, last_modified=unchanged.last_modified)
        if answer.status == 304:
            return
        items = self._read(feed, answer, waiting)
        past = Past(known, self._episodes(items), last is not None, self._context, self._backfill)
        choice = choose(feed, items, past, self._now)
        gone = waiting - {item.id for item in items}
        self._remember(
            feed, choice, known, [replace(known[each], standing=Standing.PASSED, again=0.0) for each in gone]
        )
        behind = [item for item in choice.changed if not self._note_change(feed, item, known[item.id])]
        due = choice.take[: feed.limit or None]
        for item in due:
            take = partial(self._take, feed, item, self._tries(known.get(item.id), item))
            if self._sources.deaths(_about(feed, item)):
                self._suspects.append(take)
            else:
                take()
        if not (behind or any(each.is_due(self._now) for each in self._sources.known(feed.url))):
            self._sources.note_visit(feed.url, Visit(answer.etag, answer.last_modified, self._context))

    def _read(self, feed: Feed, answer: Response, waiting: set[str]) -> tuple[NewsItem, ...]:
        """Return a feed's items, the newest first: of its first page, and of as many others as are needed.

        Args:
            waiting: The ids of items that must be found again.
        """
        items: dict[str, NewsItem] = {}
        for page in pages(self._web, read_newsfeed(answer.content, answer.url), _PAGES):
            items = {item.id: item for item in page.items} | items
            enough = sum(fits(feed, item, self._now) for item in items.values()) >= self._backfill
            if enough and waiting <= items.keys():
                break
        return tuple(sorted(items.values(), key=lambda item: item.date.timestamp() if item.date else 0.0, reverse=True))

    def _episodes(self, items: tuple[NewsItem, ...]) -> dict[str, str]:
        """Return by id the names of the episodes that were made of items."""
        with show_lock(self._show, patience=_PATIENCE), Catalogue(self._show) as catalogue:
            found = ((item.id, catalogue.find_source(item.id)) for item in items)
            return {id_: folder.name for id_, folder in found if folder}

    def _remember(self, feed: Feed, choice: Choice, known: dict[str, KnownSource], gone: list[KnownSource]) -> None:
        """Remember what was decided before it is done: the next run continues if this one is killed."""
        waiting = (
            remember(item, Standing.WAITING, self._context, tries=self._tries(known.get(item.id), item))
            for item in choice.take
        )
        self._sources.note(feed.url, *choice.settled, *waiting, *gone)
        self._sources.note_visit(feed.url, Visit(context=self._context))

    def _note_change(self, feed: Feed, item: NewsItem, known: KnownSource) -> bool:
        """Do what the show wants if an article has changed; return False if the next run must do it."""
        folder = self._show.folder / known.episode
        if feed.changed is Changed.CORRECT and folder.is_dir() and not self._correct(feed, item, folder):
            return False
        self._sources.note(feed.url, replace(known, latest=item.digest))
        if feed.changed is Changed.HOLD and not self._still_says(item, folder):
            error = ArticleError(
                f"the article of this episode has changed: {item.url}",
                hint=f"If the episode should change too: ki-briefing correct {quoted(folder)} {item.url}",
            )
            self._outcome.note(folder, error)
        return True

    def _correct(self, feed: Feed, item: NewsItem, folder: Path) -> bool:
        """Correct an episode; return False if that may work another time."""
        about = _about(feed, item)
        deaths = self._sources.begin(about)
        try:
            if deaths >= DEATHS:
                self._outcome.note(item.url, of_deaths(deaths, item.url))
                return True
            correct_episode(folder, fetch_item(self._web, item), self._show, now=self._now)
            self._outcome.take(Taken(folder, corrects=True))
        except AlreadyAnEpisode:  # only its entry has changed
            pass
        except BriefingError as error:
            self._outcome.note(folder, error)
            return not error.passing
        except Exception as bug:
            self._outcome.bugs.append(bug)
            self._outcome.note(item.url, of_bug(bug))
        finally:  # also after Ctrl-C and SIGTERM, which do not count as deaths
            self._sources.end(about)
        return True

    def _still_says(self, item: NewsItem, folder: Path) -> bool:
        """Tell whether an item's article says what its episode says, although its entry has changed."""
        try:
            article = read_source(fetch_item(self._web, item), self._show.article)
        except BriefingError:
            return False
        return says_the_same(folder, article, self._show)

    def _tries(self, known: KnownSource | None, item: NewsItem) -> int:
        """Return how many times in a row an item has failed as it is now."""
        return known.tries if known and (known.latest, known.context) == (item.digest, self._context) else 0

    def _take(self, feed: Feed, item: NewsItem, tries: int) -> None:
        """Make an item an episode, and remember what became of it."""
        about = _about(feed, item)
        deaths = self._sources.begin(about)
        standing, episode, again = Standing.WAITING, "", None
        try:
            if deaths >= DEATHS:
                standing = Standing.FAILED
                self._outcome.note(item.url, of_deaths(deaths, item.url))
                return
            source = fetch_item(self._web, item)
            if not self._is_wanted(feed, source):
                standing = Standing.REFUSED
                return
            taken = make_episode(source, self._show, now=self._now)
            self._outcome.take(taken)
            standing, episode = Standing.TAKEN, taken.folder.name
        except AlreadyAnEpisode as known:
            standing, episode = Standing.TAKEN, known.folder.name
        except BriefingError as error:
            if isinstance(error, ArticleError) and not error.passing:
                standing, tries = Standing.FAILED, tries + 1
                again = next_try(tries, self._now)
                error.hint = f"{error.hint} {_PATIENTLY}".strip()
            if tries <= 1:  # it is said once
                self._outcome.note(item.url, error)
        except Exception as bug:
            standing = Standing.FAILED
            self._outcome.bugs.append(bug)
            self._outcome.note(item.url, of_bug(bug))
        finally:  # also after Ctrl-C and SIGTERM, which do not count as deaths
            self._sources.note(feed.url, remember(item, standing, self._context, episode, tries=tries, again=again))
            self._sources.end(about)

    def _is_wanted(self, feed: Feed, source: Source) -> bool:
        """Tell whether a feed's rules want an article of this length."""
        if not (feed.min_length or feed.max_length):
            return True
        return is_long_enough(feed, _length(read_source(source, self._show.article)))


def _about(feed: Feed, item: NewsItem) -> str:
    return f"{feed.url} {item.id}"


def _length(article: Article) -> int:
    """Return how long an article's text is, without headings [characters]."""
    blocks = (block.text for section in article.sections for block in section.blocks)
    return sum(map(len, (article.teaser, *article.key_points, *blocks)))
