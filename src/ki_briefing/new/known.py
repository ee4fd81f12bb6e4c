"""Arrival, catalogue -> the episode that was made from the same source, if there is one.

The same source is the same address, the same bytes, or the same file name and recognisably the same article: newsrooms
write many articles into files of one name, and many under one headline. A headline alone never decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.article import read_article
from ki_briefing.base.errors import BriefingError
from ki_briefing.base.hints import quoted
from ki_briefing.base.slug import slugify
from ki_briefing.german import sentences
from ki_briefing.show.reading import load_episode

if TYPE_CHECKING:
    from datetime import date

    from ki_briefing.model.text import Article
    from ki_briefing.new.arrival import Arrival
    from ki_briefing.show.catalogue import Catalogue
    from ki_briefing.show.settings import Show

_NAMESAKES = 5  # of one file name, this many episodes are compared, the newest
_SHARED = 0.5  # of the sentences of the shorter one: then two texts are versions of one article
_SHARED_UNDER_ONE_HEADLINE = 0.25
_SLUG_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Known:
    """The episode that an article is already; ``is_same``: the article says nothing new."""

    folder: Path
    is_same: bool


def find_known(arrival: Arrival, catalogue: Catalogue, show: Show, day: date | None) -> Known | None:
    """Return the episode that was made from the same source.

    Args:
        day: On which an episode of this article would go on air; None: its file's name tells nothing, as its address is
            that of another episode.
    """
    if folder := catalogue.find(arrival.origin):
        return Known(folder, is_same=True)
    folder = catalogue.find_source(arrival.id)
    if not folder and day:
        namesakes = catalogue.find_named(arrival.came_as, _NAMESAKES)
        folder = next((each for each in namesakes if _is_version(arrival, each, show, day)), None)
    return Known(folder, says_the_same(folder, arrival.article, show)) if folder else None


def says_the_same(folder: Path, article: Article, show: Show) -> bool:
    """Tell whether an episode's article is this one, word for word; not if it cannot be read."""
    known = _article_of(folder, show)
    return known is not None and known.wording == article.wording


def is_another(arrival: Arrival, folder: Path, show: Show) -> bool:
    """Tell whether an article is surely another one than that of an episode with its headline: it is no version."""
    known = _article_of(folder, show)
    if known is None:
        return False
    has_another_address = bool(arrival.id and load_episode(folder).url)  # or it would have been found by it
    return has_another_address or _shared(known, arrival.article) < _SHARED_UNDER_ONE_HEADLINE


def headline_slug(article: Article) -> str:
    """Return the first words of its headline's slug, up to a length that suits every file system and address."""
    slug = slugify(article.headline)
    short = slug if len(slug) <= _SLUG_LENGTH else slug[: _SLUG_LENGTH + 1].rpartition("-")[0]
    return short or slug[:_SLUG_LENGTH] or "folge"


def twin(folder: Path, arrival: Arrival) -> Path | None:
    """Return the folder of the episode with the day and headline of a file, if it got a number for that."""
    name, _, number = folder.name.rpartition("-")
    is_second = number.isdecimal() and name.endswith(f"-{headline_slug(arrival.article)}")
    return folder.with_name(name) if is_second and not arrival.source_id else None


def of_its_own(arrival: Arrival, like: Path, first: Path | None) -> str:
    """Return what is said of an episode that could have been meant as a correction of another one."""
    why = f"{like} has that day and headline" if like == first else f"“{arrival.came_as}” came in before as {like}"
    return f"{why}; this became an episode of its own; if it corrects that: ki-briefing correct {quoted(like)} FILE"


def _is_version(arrival: Arrival, folder: Path, show: Show, day: date) -> bool:
    """Tell whether an episode's article, which came in under the same file name, is recognisably the same."""
    known = _article_of(folder, show)
    if known is None:
        return False
    facts = load_episode(folder)
    if arrival.id and facts.url:  # another one, or it would have been found by it
        return False
    share = _shared(known, arrival.article)
    if known.headline != arrival.article.headline:
        return share >= _SHARED
    return share >= _SHARED_UNDER_ONE_HEADLINE or facts.date.date() == day


def _shared(one: Article, other: Article) -> float:
    """Return which part of the sentences of the shorter of two articles stands in the other."""
    first, second = _sentences(one), _sentences(other)
    return len(first & second) / max(1, min(len(first), len(second)))


def _sentences(article: Article) -> set[str]:
    blocks = (block.text for section in article.sections for block in section.blocks)
    return {each for text in (article.teaser, *article.key_points, *blocks) for each in sentences.split(text)}


def _article_of(folder: Path, show: Show) -> Article | None:
    try:
        return read_article(folder / load_episode(folder).source, show.article)
    except BriefingError:
        return None
