"""Article, show -> when the article says that it is published, and what is to be said of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ki_briefing.article.front_matter import UNREADABLE_DATE
from ki_briefing.article.moments import as_named
from ki_briefing.show.reading import load_episode

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ki_briefing.model.text import Article
    from ki_briefing.show.settings import Show


def own_date(article: Article, show: Show) -> datetime | None:
    """Return an article's date by the show's clock, which a date without a zone is of; None: it has none."""
    moment = article.published
    if moment is None:
        return None
    for each in (as_named(moment), moment):  # an hour that is skipped when summer time begins is told by another clock
        try:
            return show.podcast.by_its_clock(each).replace(microsecond=0)
        except (ValueError, OverflowError):
            continue
    return None  # no clock shows it


def date_ahead(article: Article, show: Show, now: datetime) -> datetime | None:
    """Return an article's date by the show's clock if it lies in the future."""
    date = own_date(article, show)
    return date if date and date > now else None


def date_remark(article: Article, ahead: datetime | None) -> str:
    """Return that an episode waits for its article's date, or that this cannot be read; empty if neither."""
    if ahead:
        return f"waits for its date, that of its article: {ahead.isoformat(' ', 'minutes')}"
    written = next((each.text for each in article.omitted if each.reason == UNREADABLE_DATE), "")
    return f"its article's date cannot be read, so it does not wait for it: {written}" if written else ""


def not_moved(folder: Path, article: Article, show: Show, now: datetime) -> str:
    """Return that an article which corrects or repeats an episode names another date ahead; empty if it does not."""
    ahead, date = date_ahead(article, show, now), load_episode(folder).date
    if ahead is None or ahead == date:
        return ""
    stays, named = (show.podcast.by_its_clock(each).isoformat(" ", "minutes") for each in (date, ahead))
    return f"it stays dated {stays}, though the article now names {named}: a correction moves no date"
