"""Where everything is served: the one place that knows how addresses and paths in the public folder are made.

Base address, episode, asset -> path below the public folder, or full address. Without a base address (an episode that
is built but not published) every full address is empty. All are ASCII, because some players read them as Latin-1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

if TYPE_CHECKING:
    from ki_briefing.publication.episode import Asset

FEED_PATH = "feed.xml"
PLAYER_PATH = "embed/"

_SAFE = "!$%&'()*+,-./:;=?@_~"  # what an address may hold as it is; all else is percent-encoded


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a show.

    Attributes:
        base: Where the public folder is served, without a trailing slash; empty if it is not.
    """

    base: str = ""

    @classmethod
    def of(cls, base_url: str) -> Addresses:
        """Return the addresses below ``[publication] base_url``, with or without its trailing slash."""
        return cls(base_url.rstrip("/"))

    def url(self, path: str) -> str:
        """Return the full address of a path below the public folder, or nothing if it is not served."""
        return f"{self.base}/{path}" if self.base else ""

    @property
    def site(self) -> str:
        """The show's start page."""
        return self.url("")

    @property
    def feed(self) -> str:
        """The feed, its first page."""
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
    """Return the path of an episode's file: its name tells its content, so it may be cached for ever."""
    return f"{episode_path(slug)}{asset.published_name}"


def web_address(address: str) -> str:
    """Return an ``http`` or ``https`` address in ASCII, or nothing if it is another kind of address.

    What an article gives as its address ends up in links: a ``javascript:`` or ``file:`` address must not.
    """
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # UnicodeError is one
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    if ":" in host:
        host = f"[{host}]"
    path, query, fragment = (quote(part, safe=_SAFE) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, host + port, path, query, fragment))
