"""Path of an episode or an article -> Workspace: the show, the facts and the folders that belong to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.errors import ArticleMissing, ConfigError
from ki_briefing.base.slug import slugify
from ki_briefing.show.catalogue import episode_names
from ki_briefing.show.reading import EPISODE_FILE, SHOW_FILE, load_episode, load_show
from ki_briefing.show.reading import LEXICON_FILE as LEXICON_FILE
from ki_briefing.show.reading import REASON_FILE as REASON_FILE
from ki_briefing.show.settings import EpisodeFacts, Show, Signing
from ki_briefing.show.voices import EMBEDDED, Cast, Voice

if TYPE_CHECKING:
    from collections.abc import Iterator

BUILT = "built"
TEMPLATES = "templates"
IMPORTED_FEED = "imported-feed.xml"
IMPORTED_SOUNDS = "imported"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_SLUG = 200
_ARTICLES = ("", ".md", ".markdown", ".txt", ".html", ".htm", ".xhtml", ".docx")
_NO_ARTICLES = (SHOW_FILE, EPISODE_FILE, LEXICON_FILE)
_NO_SLUGS = frozenset("backlink backlink-head backlink-player build chapters episode loudness notes waveform".split())
"""Names of other files in the built folder: a slug names the MP3 and the transcripts, so it must be none of these."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """One episode and everything around it that a build needs.

    Attributes:
        article: The source file.
        built: Folder for the finished episode.
        facts: From episode.toml; provisional, without a guid, for a bare article file.
        bare: It is an article file that is no episode: a first try, with the settings of the show in whose folder it
            lies, but without its signature.
    """

    show: Show
    facts: EpisodeFacts
    article: Path
    built: Path
    bare: bool = False

    @property
    def root(self) -> Path:
        """The folder inside which everything is written."""
        inside = self.article.is_relative_to(self.show.folder)
        return self.show.folder if inside else self.article.parent

    @property
    def lexicons(self) -> tuple[Path, ...]:
        """The show's own lexicon, if it has one."""
        return lexicons_in(self.show.folder)


def lexicons_in(folder: Path | None) -> tuple[Path, ...]:
    """Return the lexicon of the show in a folder, if there is one."""
    path = folder / LEXICON_FILE if folder else None
    return (path,) if path and path.is_file() else ()


def show_folder(start: Path) -> Path | None:
    """Return the folder of the show in which a folder stands: itself, or the nearest above; None if there is none."""
    start = start.resolve()
    return next((folder for folder in (start, *start.parents) if (folder / SHOW_FILE).is_file()), None)


def find_show(start: Path) -> Show:
    """Return the show of a folder: the one in it, or the nearest above.

    Raises:
        ConfigError: There is none.
    """
    folder = show_folder(start)
    if folder is None:
        raise ConfigError(
            f"no {SHOW_FILE} in {start.resolve()} or above", hint="Make a new show with: ki-briefing init DIR"
        )
    return load_show(folder)


def surrounding_show(start: Path) -> Show | None:
    """Return the show of a folder, None if it belongs to none.

    Raises:
        ConfigError: Its settings cannot be used.
    """
    start = start.resolve()
    inside = any((folder / SHOW_FILE).is_file() for folder in (start, *start.parents))
    return find_show(start) if inside else None


def find_episodes(show: Show) -> Iterator[Path]:
    """Yield the show's episode folders, oldest name first."""
    return (show.folder / name for name in episode_names(show.folder))


def open_workspace(path: Path) -> Workspace:
    """Return the workspace of an episode's folder, of its article, or of a bare article file.

    Raises:
        ArticleMissing: There is nothing at this path.
        ConfigError: The folder is not an episode's, or a setting cannot be used.
    """
    if not path.exists():
        raise ArticleMissing(f"there is no {path}", hint="Name an episode's folder or an article's file.")
    if path.is_dir():
        path = path.resolve()
        if (path / SHOW_FILE).is_file() and not (path / EPISODE_FILE).is_file():
            raise ConfigError(f"{path} is a show, not an episode", hint="Name one of its episode folders.")
        facts = load_episode(path)
        _check_names(path / EPISODE_FILE, facts)
        if (path / facts.source).is_symlink():
            raise ConfigError(
                f"{path / facts.source} is a symbolic link, and could lead anywhere", hint="Put the article there."
            )
        show = find_show(path.parent)
        facts = replace(facts, date=show.podcast.by_its_clock(facts.date))
        if facts.voice:
            show.voice_named(facts.voice)
            show = replace(show, cast=Cast(default=facts.voice))
        return Workspace(show, facts, path / facts.source, path / BUILT)
    if path.name in _NO_ARTICLES:
        raise ConfigError(f"{path} is no article", hint="Name an episode's folder or an article's file.")
    folder = path.resolve().parent
    if (folder / EPISODE_FILE).is_file() and load_episode(folder).source == path.name:
        return open_workspace(folder)
    return _bare_workspace(path.resolve())


def _check_names(path: Path, facts: EpisodeFacts) -> None:
    """Make sure that slug and source name files inside the episode's folder.

    Raises:
        ConfigError: The slug cannot be used in an address, other files have its name, or the source is elsewhere.
    """
    if not _SLUG.fullmatch(facts.slug) or len(facts.slug) > _LONGEST_SLUG:
        raise ConfigError(
            f"{path}: the slug '{facts.slug}' cannot be used in an address",
            hint=f"Use a-z, 0-9 and single hyphens, at most {_LONGEST_SLUG}.",
        )
    if facts.slug in _NO_SLUGS:
        raise ConfigError(
            f"{path}: the slug '{facts.slug}' is the name of another file of an episode",
            hint=f"Choose another, for example folge-{facts.slug}.",
        )
    if Path(facts.source).name != facts.source or facts.source in ("", ".", ".."):
        raise ConfigError(f"{path}: the source '{facts.source}' is not a file name", hint="Name a file beside it.")


def bare_show(folder: Path) -> Show:
    """Return the show of what is built in a folder without one."""
    return Show(folder / BUILT, voice=Voice(EMBEDDED))


def _bare_workspace(article: Path) -> Workspace:
    around = surrounding_show(article.parent)
    show = replace(around, signing=Signing()) if around else bare_show(article.parent)
    slug, date = _bare_slug(article), _written(article)
    date = show.podcast.by_its_clock(date) if around else date
    facts = EpisodeFacts(guid="", number=1, date=date, slug=slug, source=article.name)
    return Workspace(show, facts, article, (around.folder / BUILT if around else show.folder) / slug, bare=True)


def _bare_slug(article: Path) -> str:
    """Return the name of what is built from an article file; ``artikel.md`` and ``artikel.txt`` do not share one."""
    slug = slugify(article.stem)[:_LONGEST_SLUG].strip("-") or "folge"
    if slug in _NO_SLUGS:
        slug = f"folge-{slug}"
    others = (path for path in article.parent.iterdir() if path.suffix in _ARTICLES and path.name != article.name)
    if any(slugify(path.stem) == slugify(article.stem) for path in others):
        return f"{slug}-{slugify(article.suffix) or 'ohne-endung'}"
    return slug


def _written(article: Path) -> datetime:
    """Return when a file was last changed; a time outside the calendar counts as 1970."""
    try:
        return datetime.fromtimestamp(article.stat().st_mtime).astimezone().replace(microsecond=0)
    except (ValueError, OverflowError):
        return datetime.fromtimestamp(0).astimezone()
