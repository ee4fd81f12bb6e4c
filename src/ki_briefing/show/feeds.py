"""``[[feeds]]`` of show.toml: addresses whose new articles ``run`` takes, and which of them it takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from ki_briefing.base.records import Between, Such
from ki_briefing.base.web import web_address

_Address = Annotated[str, Such(lambda text: web_address(text) != "", "an address, https://… or http://…")]
_Count = Annotated[int, Between(0, 10_000)]


class Changed(StrEnum):
    """What happens if an article no longer says what its episode says.

    That is seen only if its entry in the feed changes: a page that grows while its entry stays is not looked at again.
    """

    IGNORE = "ignore"
    HOLD = "hold"  # somebody is told, once a change
    CORRECT = "correct"  # so does the episode


@dataclass(frozen=True, slots=True)
class Rules:
    """What articles have in common: a category, words of a title, an author.

    Each entry is words or a regular expression that must stand there, from one word's border to another's; capitals do
    not matter.
    """

    category: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    author: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: RSS, Atom, JSON Feed, a news sitemap, or the posts of WordPress's REST interface.

    Attributes:
        only: Only articles that meet each of these (one entry of a list is enough) are taken.
        skip: Articles that meet any of these are not.
        min_length: Shorter articles are not taken [characters of text].
        max_length: Longer articles are not taken; 0: there is no limit [characters of text].
        max_age: Older articles are not taken; 0: there is no limit [days].
        limit: How many articles a run takes, the oldest first; the next run goes on. 0: all that are new.
        first: How many articles the first run takes, the newest; all others that stand there then are passed over.
        changed: What happens if an article changes after it has become an episode.
    """

    url: _Address
    only: Rules = field(default_factory=Rules)
    skip: Rules = field(default_factory=Rules)
    min_length: Annotated[int, Between(0, 10_000_000)] = 0
    max_length: Annotated[int, Between(0, 10_000_000)] = 0
    max_age: Annotated[float, Between(0, 36_500)] = 0.0
    limit: _Count = 0
    first: _Count = 1
    changed: Changed = Changed.IGNORE
