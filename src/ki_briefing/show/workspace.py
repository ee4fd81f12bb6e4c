"""Where one episode lies and what stands around it. Path -> Workspace."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.errors import ArticleMissing, ConfigError
from ki_briefing.base.slug import slugify
from ki_briefing.show.catalogue import episode_names
from ki_briefing.show.reading import EPISODE_FILE, SHOW_FILE, load_episode, load_show
from ki_briefing.show.settings import EpisodeFacts, Show

if TYPE_CHECKING:
    from collections.abc import Iterator

BUILT = "built"
REPORT_FILE = "build.json"
"""Written last, into the built folder: what was made is complete."""

LEXICON_FILE = "lexicon.toml"
IMPORTED_FEED = "imported-feed.xml"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NO_SLUGS = frozenset("backlink backlink-head backlink-player build chapters episode loudness notes waveform".split())
"""What other files in the built folder are called: an MP3's name must not be theirs, nor its transcripts'."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """One episode and everything around it that a build needs.

    Attributes:
        article: The source file.
        built: Folder for the finished episode.
        facts: From episode.toml; of a bare article file a provisional set without a guid.
        bare: An article file without a show: a first try.
    """

    show: Show
    facts: EpisodeFacts
    article: Path
    built: Path
    bare: bool = False

    @property
    def lexicons(self) -> tuple[Path, ...]:
        """The show's own pronunciations, where it has any."""
        path = self.show.folder / LEXICON_FILE
        return (path,) if path.is_file() else ()


def find_show(start: Path) -> Show:
    """Return the show of a folder: its own or the nearest above it.

    Raises:
        ConfigError: There is none.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / SHOW_FILE).is_file():
            return load_show(folder)
    raise ConfigError(f"no {SHOW_FILE} in {start} or above", hint="Make a new show with: ki-briefing init DIR")


def find_episodes(show: Show) -> Iterator[Path]:
    """Yield the show's episode folders, oldest name first."""
    return (show.folder / name for name in episode_names(show.folder))


def open_workspace(path: Path) -> Workspace:
    """Return the workspace of an episode's folder, of its article, or of a bare article file.

    Raises:
        ArticleMissing: There is nothing at this path.
        ConfigError: A folder that is no episode, or a setting that cannot be used.
    """
    if not path.exists():
        raise ArticleMissing(f"there is no {path}", hint="Name an episode's folder or an article's file.")
    if path.is_dir():
        if (path / SHOW_FILE).is_file() and not (path / EPISODE_FILE).is_file():
            raise ConfigError(f"{path} is a show, not an episode", hint="Name one of its episode folders.")
        facts = load_episode(path)
        _check_names(path / EPISODE_FILE, facts)
        return Workspace(find_show(path.parent), facts, path.resolve() / facts.source, path.resolve() / BUILT)
    folder = path.resolve().parent
    if (folder / EPISODE_FILE).is_file() and load_episode(folder).source == path.name:
        return open_workspace(folder)
    return _bare_workspace(path.resolve())


def _check_names(path: Path, facts: EpisodeFacts) -> None:
    """See that what names files stays inside the episode's folder.

    Raises:
        ConfigError: The slug is no name for an address or that of other files, or the source lies elsewhere.
    """
    if not _SLUG.fullmatch(facts.slug):
        raise ConfigError(
            f"{path}: the slug '{facts.slug}' is no name for an address", hint="Use a-z, 0-9 and single hyphens."
        )
    if facts.slug in _NO_SLUGS:
        raise ConfigError(
            f"{path}: the slug '{facts.slug}' is the name of another file of an episode",
            hint=f"Choose another, for example folge-{facts.slug}.",
        )
    if Path(facts.source).name != facts.source or facts.source in ("", ".", ".."):
        raise ConfigError(f"{path}: the source '{facts.source}' is no file name", hint="Name a file beside it.")


def _bare_workspace(article: Path) -> Workspace:
    written = datetime.fromtimestamp(article.stat().st_mtime).astimezone().replace(microsecond=0)
    slug = slugify(article.stem) or "folge"
    slug = f"folge-{slug}" if slug in _NO_SLUGS else slug
    folder = article.parent / BUILT
    facts = EpisodeFacts(guid="", number=1, date=written, slug=slug, source=article.name)
    return Workspace(Show(folder), facts, article, folder / slug, bare=True)
