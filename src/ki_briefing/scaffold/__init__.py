"""Folder, first settings -> a new show: show.toml, lexicon.toml, an inbox, and an article to try it with."""

from __future__ import annotations

import tomllib
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ki_briefing.base.errors import ConfigError
from ki_briefing.base.files import file_digest, lock, refusals, write_atomically
from ki_briefing.base.toml import to_toml, with_values
from ki_briefing.episode.addresses import Addresses
from ki_briefing.show.guid import guid_of
from ki_briefing.show.podcast import Podcast
from ki_briefing.show.reading import SHOW_FILE, load_show
from ki_briefing.show.settings import Show
from ki_briefing.show.workspace import IMPORTED_FEED, LEXICON_FILE

if TYPE_CHECKING:
    from ki_briefing.base.toml import Value
    from ki_briefing.scaffold.moving import OldFeed

_DATA = Path(__file__).parents[1] / "data"
_EXAMPLE = "beispiel.md"


def init_show(
    folder: Path,
    *,
    title: str = "",
    description: str = "",
    base_url: str = "",
    sign: bool = False,
    timestamp_url: str = "",
    feed: OldFeed | None = None,
) -> tuple[Path, ...]:
    """Make a new show.

    Args:
        sign: Also make a key and a certificate with which episodes are signed.
        timestamp_url: Authority that stamps these signatures; empty: none.
        feed: Another podcast host's feed to continue. Its settings are taken over, and a copy is kept: its episodes
             stay in the feed, and articles of them get their guids and dates.

    Returns:
        The files written.

    Raises:
        ConfigError: There is a show already.
        Locked: Somebody else is making one there.
        StorageError: The folder cannot be written.
    """
    settings = _first_settings(title, description, base_url, feed)
    signing = {"timestamp_url": timestamp_url} if timestamp_url else {}
    load_show(folder, with_values(settings, "signing", signing) if signing else settings)
    with lock(Show(folder).cache / "init", str(folder)):
        if (folder / SHOW_FILE).exists():
            raise ConfigError(
                f"there is a show in {folder} already", hint="Choose another folder, or edit its show.toml."
            )
        return _write_show(folder, settings, signing if sign else None, feed)


def _first_settings(title: str, description: str, base_url: str, feed: OldFeed | None) -> str:
    """Return the text of a new show.toml."""
    podcast = feed.feed.podcast if feed else Podcast()
    settings = (_DATA / "init" / SHOW_FILE).read_text(encoding="utf-8")
    for item in fields(Podcast):
        if (value := getattr(podcast, item.name)) != item.default:
            settings = set_value(settings, item.name, _plain(value))
    guid = guid_of(Addresses.of(base_url).feed) if base_url and not podcast.guid else ""  # it stays if that changes
    given = {"title": title, "description": description, "guid": guid, "base_url": base_url}
    for name, value in given.items():
        if value:
            settings = set_value(settings, name, value)
    return settings


def _write_show(folder: Path, settings: str, signing: dict[str, str] | None, feed: OldFeed | None) -> tuple[Path, ...]:
    """Write a new show's files; show.toml comes last, so a show that was not finished is none.

    Args:
        signing: What ``[signing]`` has beside key and certificate; None: the show does not sign.
    """
    written = []
    if feed:
        write_atomically(folder / IMPORTED_FEED, feed.content)
        written.append(folder / IMPORTED_FEED)
    for name in (LEXICON_FILE, _EXAMPLE, ".gitignore"):
        source = _DATA / "init" / name.removeprefix(".")
        write_atomically(folder / name, source.read_bytes())
        written.append(folder / name)
    inbox = Show(folder).inbox
    with refusals(inbox, "make"):
        inbox.mkdir(exist_ok=True)
    if signing is not None:
        from ki_briefing.episode.certificate import make_certificate

        key, chain = make_certificate(folder / "signing", tomllib.loads(settings)["podcast"]["title"])
        files = {"key": f"signing/{key.name}", "certificate": f"signing/{chain.name}", **signing}
        settings = with_values(settings.partition("# [signing]")[0].rstrip() + "\n", "signing", files)
        written += (key, chain)
    write_atomically(folder / SHOW_FILE, settings)
    return (folder / SHOW_FILE, *written)


def is_described(podcast: Podcast) -> bool:
    """Tell whether somebody has written what the podcast is about, instead of what a new show has there."""
    settings = tomllib.loads((_DATA / "init" / SHOW_FILE).read_text(encoding="utf-8"))
    return podcast.description.strip() not in ("", settings["podcast"]["description"])


def is_example(article_digest: str) -> bool:
    """Tell whether an article, by its SHA-256 in hexadecimal, is the one that a new show has to try it with."""
    return article_digest == file_digest(_DATA / "init" / _EXAMPLE)


def _plain(value: Any) -> Value:
    """Return a setting as TOML has it; what is empty in a table is left out."""
    if isinstance(value, tuple):
        return [_plain(each) for each in value]  # type: ignore[misc] # no lists in lists
    if is_dataclass(value):
        return {item.name: text for item in fields(value) if (text := getattr(value, item.name))}
    return value if isinstance(value, bool) else str(value)


def set_value(settings: str, key: str, value: Value) -> str:
    """Set a value in ``[podcast]`` or ``[publication]``; it replaces the template's commented line, if there is one."""
    lines = settings.splitlines(keepends=True)
    hint = next((index for index, line in enumerate(lines) if line.startswith(f"# {key} = ")), None)
    if hint is None:
        return with_values(settings, "podcast", {key: value})
    lines[hint] = to_toml({key: value})
    return "".join(lines)
