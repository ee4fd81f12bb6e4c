"""A show's folder: make a show, make an episode, find episodes.

Paths -> Workspace. What is frozen in episode.toml is decided here, once: guid, number, date, slug.
"""

from __future__ import annotations

import re
import shutil
import tomllib
import uuid
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.catalogue import Catalogue, episode_names
from ki_briefing.errors import AlreadyAnEpisode, ArticleError, ArticleMissing, ConfigError, StorageError
from ki_briefing.files import TEMPORARY, file_digest, lock, sweep_leftovers, sync_folder, write_atomically
from ki_briefing.show import EPISODE_FILE, SHOW_FILE, EpisodeFacts, Podcast, Show, load_episode, load_show

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from ki_briefing.publication.feed_import import ImportedFeed

BUILT = "built"
REPORT_FILE = "build.json"
"""Written last, into the built folder: what was made is complete."""

LEXICON_FILE = "lexicon.toml"
IMPORTED_FEED = "imported-feed.xml"
_SLUG_LENGTH = 60
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NO_SLUGS = frozenset("backlink backlink-head backlink-player build chapters episode loudness notes waveform".split())
"""What other files in the built folder are called: an MP3's name must not be theirs, nor its transcripts'."""

_DATA = Path(__file__).parent / "data"
_ARTICLE_ENDINGS = {".md": "article.md", ".markdown": "article.md"}


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


def init_show(
    folder: Path, *, title: str = "", base_url: str = "", sign: bool = False, feed: Path | None = None
) -> tuple[Path, ...]:
    """Make a new show: show.toml, lexicon.toml, an inbox and a first article to try it with.

    Args:
        sign: Make a key and a certificate too, with which its episodes are signed.
        feed: Feed of another podcast host that goes on here; its settings are taken over, and it is kept: articles
            that it has episodes of get their guids and dates.

    Returns:
        The files written.

    Raises:
        ConfigError: There is a show already.
        PublishError: The feed cannot be used.
        StorageError: The folder cannot be written.
    """
    if (folder / SHOW_FILE).exists():
        raise ConfigError(f"there is a show in {folder} already", hint="Choose another folder, or edit its show.toml.")
    podcast = Podcast()
    if feed:
        from ki_briefing.publication.feed_import import load_feed

        podcast = load_feed(feed).podcast
    settings = (_DATA / "init" / SHOW_FILE).read_text(encoding="utf-8")
    for item in fields(Podcast):
        if (value := getattr(podcast, item.name)) != item.default and isinstance(value, (str, bool)):
            settings = _set(settings, item.name, value)
    for name, value in (("title", title), ("base_url", base_url)):
        if value:
            settings = _set(settings, name, value)
    load_show(folder, settings)
    written = []
    if feed:
        write_atomically(folder / IMPORTED_FEED, feed.read_bytes())
        written.append(folder / IMPORTED_FEED)
    for name in (LEXICON_FILE, "beispiel.md", ".gitignore"):
        source = _DATA / "init" / name.removeprefix(".")
        write_atomically(folder / name, source.read_bytes())
        written.append(folder / name)
    Show(folder).inbox.mkdir(exist_ok=True)
    if sign:
        from ki_briefing.publication.signer import make_certificate

        key, chain = make_certificate(folder / "signing", tomllib.loads(settings)["podcast"]["title"])
        settings += f'\n[signing]\nkey = "signing/{key.name}"\ncertificate = "signing/{chain.name}"\n'
        written += (key, chain)
    write_atomically(folder / SHOW_FILE, settings)
    return (folder / SHOW_FILE, *written)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import of pronunciations did to a show's lexicon.

    Attributes:
        added: Words that are new there.
        kept: Words that were there already and stay as they are.
    """

    path: Path
    added: tuple[str, ...]
    kept: tuple[str, ...]


def import_pronunciations(source: Path, show: Show) -> Imported:
    """Add the entries of another lexicon, W3C PLS or TOML, to the show's lexicon.toml.

    Raises:
        ConfigError: One of the two is no lexicon.
        StorageError: The show's folder cannot be written.
    """
    from ki_briefing.german.lexicon import read_entries
    from ki_briefing.german.lexicon_toml import with_words

    path = show.folder / LEXICON_FILE
    known = read_entries(path) if path.is_file() else {}
    entries = read_entries(source)
    added = {word: entry for word, entry in entries.items() if word not in known}
    if added:
        text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
        write_atomically(path, with_words(text, added))
    return Imported(path, tuple(added), tuple(word for word in entries if word in known))


def export_pronunciations(show: Show, *, shipped: bool = False) -> str:
    """Return the show's pronunciations as W3C PLS.

    Args:
        shipped: Those that come with ki-briefing too.

    Raises:
        ConfigError: The show's lexicon cannot be read.
    """
    from ki_briefing.german.lexicon import SHIPPED, read_entries
    from ki_briefing.german.pls import to_pls

    path = show.folder / LEXICON_FILE
    own = read_entries(path) if path.is_file() else {}
    return to_pls({**(read_entries(SHIPPED) if shipped else {}), **own})


def _set(settings: str, key: str, value: str | bool) -> str:
    """Put a value into the template's line ``key = "…"``; without one, at the end of its first table."""
    import tomli_w

    lines = settings.splitlines(keepends=True)
    found = (i for i, line in enumerate(lines) if line.lstrip("# ").startswith(f"{key} = "))
    at = next(found, lines.index("\n", lines.index("[podcast]\n")))
    lines[at] = tomli_w.dumps({key: value}) + ("\n" if lines[at] == "\n" else "")
    return "".join(lines)


def new_episode(source: Path, show: Show, *, date: datetime | None = None, now: datetime) -> Path:
    """Make an article an episode of the show: its folder with the source and episode.toml.

    Args:
        date: When it goes on air; None: now.
        now: The present, with its time zone.

    Returns:
        The episode's folder.

    Raises:
        ArticleError: The source is no article, or there is an episode of that day and headline.
        AlreadyAnEpisode: An episode was made of these very bytes.
        Locked: Another ki-briefing works on the show.
    """
    from ki_briefing.article import read_article
    from ki_briefing.article.pictures import find_pictures
    from ki_briefing.slug import slugify

    with show_lock(show), Catalogue(show) as catalogue:
        article = read_article(source)
        origin = file_digest(source)
        if known := catalogue.find(origin):
            raise AlreadyAnEpisode(known)
        before = _imported(show)
        old = before.find(title=article.headline, link=article.url) if before else None
        if old and catalogue.has_guid(old.guid):
            old = None
        aired = (date or (old.date if old else now)).replace(microsecond=0)
        slug = _shortened(slugify(article.headline)) or "folge"
        folder = show.folder / f"{aired:%Y-%m-%d}-{slug}"
        if folder.exists():
            raise ArticleError(
                f"there is an episode of that day and headline already: {folder}",
                hint="Is this a correction? Then edit its article there. If not, change the headline.",
            )
        facts = EpisodeFacts(
            guid=old.guid if old else str(uuid.uuid4()),
            number=(old.number if old else 0) or max(catalogue.next_number(), before.last_number + 1 if before else 1),
            season=old.season if old else 0,
            date=aired,
            slug=folder.name,
            source=_ARTICLE_ENDINGS.get(source.suffix.lower(), "article.txt"),
            url=article.url,
            origin=origin,
        )
        _make_folder(folder, facts, source, find_pictures(source, article))
    return folder


def _imported(show: Show) -> ImportedFeed | None:
    """Return the feed that goes on here, if the show had another host before."""
    path = show.folder / IMPORTED_FEED
    if not path.is_file():
        return None
    from ki_briefing.publication.feed_import import load_feed

    return load_feed(path)


def _make_folder(folder: Path, facts: EpisodeFacts, source: Path, pictures: tuple[Path, ...]) -> None:
    """Make an episode's folder; it appears when it is complete, never half."""
    import tomli_w

    new = folder.with_name(f"{TEMPORARY}new")
    shutil.rmtree(new, ignore_errors=True)  # left by a killed run
    try:
        write_atomically(new / facts.source, source.read_bytes())
        if file_digest(new / facts.source) != facts.origin:
            raise StorageError(f"{source} changed while it was read", hint="Run the same command again.")
        for picture in pictures:
            write_atomically(new / picture.relative_to(source.parent), picture.read_bytes())
        write_atomically(
            new / EPISODE_FILE, tomli_w.dumps({name: value for name, value in asdict(facts).items() if value})
        )
        new.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise StorageError(f"cannot make {folder}: {error.strerror}", hint="Check who owns the folder.") from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _shortened(slug: str) -> str:
    """Return whole words of a slug, up to a length that every file system and address takes."""
    return slug if len(slug) <= _SLUG_LENGTH else slug[: _SLUG_LENGTH + 1].rpartition("-")[0] or slug[:_SLUG_LENGTH]


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
    from ki_briefing.slug import slugify

    written = datetime.fromtimestamp(article.stat().st_mtime).astimezone().replace(microsecond=0)
    slug = slugify(article.stem) or "folge"
    slug = f"folge-{slug}" if slug in _NO_SLUGS else slug
    folder = article.parent / BUILT
    facts = EpisodeFacts(guid="", number=1, date=written, slug=slug, source=article.name)
    return Workspace(Show(folder), facts, article, folder / slug, bare=True)


def show_lock(show: Show) -> AbstractContextManager[None]:
    """Return the show's lock, to be held by whoever writes in its folder."""
    return lock(show.cache / "lock")


def sweep(workspace: Workspace) -> None:
    """Delete what a killed run left in the folders that a build writes; call it under the lock."""
    for folder in (workspace.show.cache, workspace.built.parent):
        sweep_leftovers(folder)
