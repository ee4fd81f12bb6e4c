"""Episode's article -> the embargo that it has now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ki_briefing.article import read_article
from ki_briefing.article.embargo import UNREADABLE
from ki_briefing.publication.gate import Embargo
from ki_briefing.show.reading import load_episode

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.show.settings import Show


class Articles:
    """What the gate asks of a show's articles; for their sound it vouches."""

    def __init__(self, show: Show) -> None:
        self._show = show

    def embargo(self, episode: Path) -> Embargo | None:
        """Return the wish of an episode's article as it is now.

        Raises:
            BriefingError: The article cannot be read.
        """
        return read_embargo(episode / load_episode(episode).source, self._show)

    def failures(self, _: Path) -> tuple[str, ...]:
        """Return nothing: no sound is measured here."""
        return ()


def read_embargo(article: Path, show: Show) -> Embargo | None:
    """Return until when an article must not be public; None if it has no such wish.

    Raises:
        BriefingError: It cannot be read.
    """
    read = read_article(article, show.article)
    unreadable = any(each.reason == UNREADABLE for each in read.omitted)
    return Embargo(read.embargo) if read.embargo or unreadable else None
