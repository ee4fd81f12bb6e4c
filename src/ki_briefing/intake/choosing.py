"""A feed's rules, its items, what is known of them -> which of them a run takes. Pure.

An item is new if it has not stood in the feed before. What stood there when the feed was first looked at is passed
over, but for the newest. The same holds for what the rules did not want until somebody changed them. An item whose date
is still to come waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ki_briefing.base.patterns import Pattern
from ki_briefing.base.web import without_user
from ki_briefing.show.sources import KnownSource, Standing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ki_briefing.intake.news import NewsItem
    from ki_briefing.show.feeds import Feed, Rules

_FIRST_PAUSE = timedelta(minutes=15)
_TRIES = 9  # the pauses between them add up to five days


@dataclass(frozen=True, slots=True)
class Past:
    """What was before this look at a feed.

    Attributes:
        known: By id, what runs have seen of the feed.
        episodes: By id, the names of the episodes that were made of its items.
        visited: A run has looked at the feed before.
        context: A text that changes with the show's settings.
        backfill: Of how many items, the newest, there shall be episodes, whenever they came; 0: of those that are due.
    """

    known: Mapping[str, KnownSource]
    episodes: Mapping[str, str]
    visited: bool
    context: str
    backfill: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """What a run does with a feed's items.

    Attributes:
        take: Those that become episodes, the oldest first, more than the feed's limit.
        changed: Those that are episodes and have changed since they were seen last.
        settled: What is to be remembered of all others that are not known as they are.
    """

    take: tuple[NewsItem, ...]
    changed: tuple[NewsItem, ...]
    settled: tuple[KnownSource, ...]


def choose(feed: Feed, items: tuple[NewsItem, ...], past: Past, now: datetime) -> Choice:
    """Decide about a feed's items, the newest first.

    Raises:
        ConfigError: A pattern of the rules takes too long.
    """
    take: list[NewsItem] = []
    changed: list[NewsItem] = []
    settled: list[KnownSource] = []
    rank = 0  # how many items that fit are newer
    followed = past.visited
    newer_than_any_episode = bool(past.episodes.keys() & {item.id for item in items})
    for item in items:
        known = past.known.get(item.id)
        if (is_taken := known is not None and known.standing is Standing.TAKEN) or item.id in past.episodes:
            newer_than_any_episode = False
            rank += 1
            if not is_taken:
                settled.append(remember(item, Standing.TAKEN, past.context, past.episodes[item.id]))
            elif known and known.latest != item.digest:
                changed.append(item)
            continue
        if item.date and item.date > now:
            if known is None or known.standing is Standing.WAITING:
                settled.append(remember(item, Standing.WAITING, past.context, again=item.date))
            continue
        if not fits(feed, item, now):
            if known is None or (known.latest, known.context) != (item.digest, past.context):
                settled.append(remember(item, Standing.REFUSED, past.context))
            continue
        rank += 1
        is_new = known is None and (followed or newer_than_any_episode)
        if is_new or _is_due(item, known, past.context, now) or rank <= _wanted(feed, known, past):
            take.append(item)
        elif known is None or (known.standing is Standing.REFUSED and known.context != past.context):
            settled.append(remember(item, Standing.PASSED, past.context))
    return Choice(tuple(reversed(take)), tuple(changed), tuple(settled))


def fits(feed: Feed, item: NewsItem, now: datetime) -> bool:
    """Tell whether a feed's rules want an item, as far as the item tells; its length only the article tells.

    Raises:
        ConfigError: A pattern takes too long.
    """
    if feed.max_age and item.date and now - item.date > timedelta(days=feed.max_age):
        return False
    place = f"[[feeds]] {without_user(feed.url)}"
    wanted = [found for found in _matches(feed.only, item, f"{place}: only") if found is not None]
    unwanted = [found for found in _matches(feed.skip, item, f"{place}: skip") if found is not None]
    return all(wanted) and not any(unwanted)


def is_long_enough(feed: Feed, length: int) -> bool:
    """Tell whether a feed's rules want an article of this length [characters of text]."""
    return feed.min_length <= length and (not feed.max_length or length <= feed.max_length)


def remember(
    item: NewsItem,
    standing: Standing,
    context: str,
    episode: str = "",
    *,
    tries: int = 0,
    again: datetime | None = None,
) -> KnownSource:
    """Return what is to be remembered of an item as it is now."""
    moment = again.timestamp() if again else 0.0
    return KnownSource(item.id, standing, item.digest, item.digest, context, episode, tries, moment)


def next_try(tries: int, now: datetime) -> datetime | None:
    """Return when an item that has failed so often in a row is tried again, after growing pauses; None: no more."""
    return now + _FIRST_PAUSE * 2 ** (tries - 1) if tries <= _TRIES else None


def _is_due(item: NewsItem, known: KnownSource | None, context: str, now: datetime) -> bool:
    """Tell whether a known item waits for this run, or has become another one since it was decided about."""
    if known is None or known.standing is Standing.PASSED:
        return False
    if known.standing is Standing.FAILED:
        return known.is_due(now) or (known.latest, known.context) != (item.digest, context)
    return known.standing is not Standing.REFUSED or known.latest != item.digest


def _wanted(feed: Feed, known: KnownSource | None, past: Past) -> int:
    """Return up to which rank an item is taken that is not due by itself."""
    if known is None or (known.standing is Standing.REFUSED and known.context != past.context):
        return max(feed.first, past.backfill)
    return past.backfill if known.standing is not Standing.FAILED else 0


def _matches(rules: Rules, item: NewsItem, place: str) -> list[bool | None]:
    """Tell for each kind of rule whether the item meets it; None: there is no such rule."""
    return [
        any(Pattern(each, place).stands_in(text) for each in written for text in texts) if written else None
        for written, texts in (
            (rules.category, item.categories),
            (rules.title, (item.title,)),
            (rules.author, (item.author,)),
        )
    ]
