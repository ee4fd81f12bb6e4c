"""Base address, episode, asset -> paths below the public folder, and full addresses; no other module makes these.

Without a base address (an episode that is built but not published) every full address is empty. All are ASCII, because
some players read them as Latin-1.

What apps and people remember keeps its path when its bytes change: the MP3, transcripts, chapters, pages. The MP3 has
the name that listeners see among their downloads; it stands beside the episode's folder, so that no path names an
episode twice. Only the name of a picture depends on its bytes, so that it can be cached for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from ki_briefing.episode.media_types import CHAPTERS_TYPE, MEDIA_TYPES

if TYPE_CHECKING:
    from ki_briefing.model.episode import Asset, Release

FEED_PATH = "feed.xml"
PLAYER_PATH = "embed/"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a show.

    Attributes:
        base: Where the public folder is served, without a trailing slash; empty if it is not served.
        prefix: Address of a service that counts downloads, or empty.
    """

    base: str = ""
    prefix: str = ""

    @classmethod
    def of(cls, base_url: str, prefix: str = "") -> Addresses:
        """Return the addresses below ``[publication] base_url``, with or without its trailing slash."""
        return cls(base_url.rstrip("/"), prefix)

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
        """Return the address of an episode's file; for its MP3, see ``enclosure``."""
        return self.url(asset_path(slug, asset))

    def enclosure(self, release: Release) -> str:
        """Return the address of an episode's MP3, which never changes."""
        return self.url(enclosure_path(release))

    def measured(self, address: str) -> str:
        """Return the address of a sound as the feed names it: by way of the service that counts, if there is one.

        Such services take the rest without ``https://`` and redirect to it; an ``http://`` they have to be told
        (https://github.com/skymethod/op3).
        """
        return self.prefix + address.removeprefix("https://") if self.prefix else address


def episode_path(slug: str) -> str:
    """Return the folder of an episode's page; its ``index.html`` is the page."""
    return f"{slug}/"


def asset_path(slug: str, asset: Asset) -> str:
    """Return the path of an episode's file: ``slug.mp3``, ``slug/transcript.vtt``, ``slug/cover-0123456789.jpg``."""
    name = PurePath(asset.name)
    if asset.media_type == MEDIA_TYPES[".mp3"]:
        return f"{slug}{name.suffix}"
    if name.stem == slug:
        return episode_path(slug) + ("audio" if asset.media_type.startswith("audio/") else "transcript") + name.suffix
    return episode_path(slug) + (asset.name if asset.media_type == CHAPTERS_TYPE else asset.published_name)


def enclosure_path(release: Release) -> str:
    """Return the path of an episode's MP3: the one by which apps know it, or else its slug's."""
    return release.enclosure or asset_path(release.episode.slug, release.audio)
