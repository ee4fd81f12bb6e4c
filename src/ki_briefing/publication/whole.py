"""Built folder -> Release, if every file is there in full and the episode can have an address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ki_briefing.base.errors import PublishError
from ki_briefing.base.files import file_digest, size
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.show.reading import load_episode

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.model.episode import Episode, Release
    from ki_briefing.show.settings import EpisodeFacts

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def is_slug(text: str) -> bool:
    """Tell whether a text can be the name of a public folder."""
    return _SLUG.fullmatch(text) is not None


def read_whole(folder: Path) -> Release:
    """Return the release in a built folder.

    Raises:
        PublishError: It is in or behind a symbolic link, has no usable name, or a file is not the one that was built.
    """
    if folder.is_symlink() or folder.parent.is_symlink():
        raise PublishError(f"{folder} is, or lies in, a symbolic link", hint="Replace it with a real folder.")
    release = read_release(folder / RELEASE_FILE)
    slug, guid = release.episode.slug, release.episode.guid
    if not is_slug(slug) or not guid:
        raise PublishError(f"{folder}: slug '{slug}' or guid '{guid}' cannot be published", hint="See episode.toml.")
    for asset in release.assets:
        path = folder / asset.name
        if size(str(path)) != asset.size or file_digest(path) != asset.digest:
            raise PublishError(f"{path} is missing or not whole", hint="Build the episode again.")
    return release


def known_as(folder: Path) -> Episode | EpisodeFacts:
    """Return by its built folder, whole or not, what tells an episode's slug and guid; else those that it will have.

    Raises:
        ConfigError: Its episode.toml cannot be used either.
    """
    try:
        return read_release(folder / RELEASE_FILE).episode
    except PublishError:
        return load_episode(folder.parent)
