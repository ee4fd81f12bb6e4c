"""Base address, episode, asset -> paths below the public folder, and full addresses. No other module makes them.

Without a base address (an episode that is built but not published) every full address is empty. All are ASCII, because
some players read them as Latin-1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ki_briefing.model.episode import Asset

FEED_PATH = "feed.xml"
PLAYER_PATH = "embed/"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a show.

    Attributes:
        base: Where the public folder is served, without a trailing slash; empty if it is not served.
    """

    base: str = ""

    @classmethod
    def of(cls, base_url: str) -> Addresses:
        """Return the addresses below ``[publication] base_url``, with or without its trailing slash."""
        return cls(base_url.rstrip("/"))

    def url(self, path: str) -> str:
        """Return the full address of a path below the public folder; empty if that is not served."""
        return f"{self.base}/{path}" if self.base else ""

    @property
    def site(self) -> str:
        """The show's start page."""
        return self.url("")

    @property
    def feed(self) -> str:
        """The feed's current page."""
        return self.url(FEED_PATH)

    def episode(self, slug: str) -> str:
        """Return the address of an episode's page."""
        return self.url(episode_path(slug))

    def player(self, slug: str) -> str:
        """Return the address of an episode's embeddable player."""
        return self.url(episode_path(slug) + PLAYER_PATH)

    def asset(self, slug: str, asset: Asset) -> str:
        """Return the address of an episode's file."""
        return self.url(asset_path(slug, asset))


def episode_path(slug: str) -> str:
    """Return the folder of an episode's page; its ``index.html`` is the page."""
    return f"{slug}/"


def asset_path(slug: str, asset: Asset) -> str:
    """Return the path of an episode's file; its name depends on its content, so it may be cached for ever."""
    return f"{episode_path(slug)}{asset.published_name}"
