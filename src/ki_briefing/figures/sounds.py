"""What is public -> which sound a path in a log means, and how many bytes of it are a minute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ki_briefing.base import files
from ki_briefing.base.database import TornDatabase
from ki_briefing.base.errors import PublishError
from ki_briefing.publication.ledger import LEDGER_FILE, Ledger

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ki_briefing.publication.ledger import PublishedEpisode
    from ki_briefing.show.settings import Show

_SUFFIXES = (".mp3", ".opus", ".m4a")
_MINUTE = 60  # seconds
_TAG_HEADER = 10  # bytes


@dataclass(frozen=True, slots=True)
class Sound:
    """An episode's sound.

    Attributes:
        slug: Of its episode.
        minute: What must have been sent of it so that it counts [bytes]: its tag and a minute, or all of it.
    """

    slug: str
    minute: int


class Sounds:
    """The sounds of the episodes on air, by their paths.

    An address that the feed named earlier counts as well: any sound in the folder of an episode is that episode's.

    Attributes:
        host: The show's host.
        episodes: Newest first.
    """

    def __init__(self, public: Path, base_url: str, episodes: Iterable[PublishedEpisode]) -> None:
        base = urlsplit(base_url)
        self.host, self._base, self._public = base.hostname or "", base.path.rstrip("/"), public
        self.episodes = tuple(episodes)
        self._by_audio = {each.audio: each for each in self.episodes}
        self._by_slug = {each.slug: each for each in self.episodes}
        self._found: dict[str, Sound | None] = {}

    def find(self, path: str) -> Sound | None:
        """Return the sound at a path of the server; None if no episode on air has it."""
        below = path.removeprefix(self._base).lstrip("/")
        if below not in self._found:
            episode = self._by_audio.get(below) or self._by_slug.get(below.partition("/")[0] if is_sound(below) else "")
            self._found[below] = Sound(episode.slug, self._minute(episode, below)) if episode else None
        return self._found[below]

    def _minute(self, episode: PublishedEpisode, path: str) -> int:
        file = next((each for each in (path, episode.audio) if files.size(f"{self._public}/{each}")), "")
        size = (files.size(f"{self._public}/{file}") if file else None) or episode.size
        tag = min(_tag(self._public / file) if file else 0, size)
        return min(size, tag + (size - tag) * _MINUTE // max(episode.seconds, 1))


def is_sound(path: str) -> bool:
    """Tell whether a path is that of a sound."""
    return path.endswith(_SUFFIXES)


def read_sounds(show: Show) -> Sounds:
    """Return the sounds of the episodes on air.

    Raises:
        PublishError: Nothing has been published.
        StorageError: The disk refused.
    """
    path = show.cache / LEDGER_FILE
    try:
        if path.is_file():
            with Ledger(path) as ledger:
                return Sounds(show.public, show.publication.base_url, ledger.newest(0, ledger.count()))
    except TornDatabase:  # the next publication rebuilds it
        pass
    raise PublishError(f"nothing is known of what {show.folder} has on air", hint="Run ki-briefing publish first.")


def _tag(file: Path) -> int:
    """Return the length of an MP3's tag [bytes]; 0 if it has none (https://id3.org/id3v2.3.0, section 3.1)."""
    with files.refusals(file, "read"), file.open("rb") as opened:
        header = opened.read(_TAG_HEADER)
    if len(header) < _TAG_HEADER or header[:3] != b"ID3":
        return 0
    return _TAG_HEADER + sum((byte & 0x7F) << shift for byte, shift in zip(header[6:], (21, 14, 7, 0), strict=True))
