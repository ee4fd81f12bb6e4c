"""Release <-> ``episode.json`` in the built folder, by which an episode is published without being built again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ki_briefing.base import records
from ki_briefing.base.errors import PublishError
from ki_briefing.model.episode import Release

if TYPE_CHECKING:
    from pathlib import Path

RELEASE_FILE = "episode.json"


def release_json(release: Release) -> str:
    """Return the text of ``episode.json``; the same release gives the same text."""
    return records.to_json(release, indent=1) + "\n"


def read_release(path: Path) -> Release:
    """Return the release of an ``episode.json``.

    Raises:
        PublishError: The file does not exist, cannot be read, or is broken.
    """
    try:
        return records.from_json(Release, path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise PublishError(f"nothing is built in {path.parent}", hint="Build the episode first.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise PublishError(f"cannot read {path}: {error}", hint="Build the episode first.") from error
    except records.RecordError as error:
        raise PublishError(f"{path} is not a built episode: {error}", hint="Build the episode again.") from error
