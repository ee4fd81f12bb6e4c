"""An episode that is built -> a little site of its own, with its page and its sound, for those who may hear it before.

Below the public folder it has a secret address: in no feed and no list, and search engines are asked to pass it by. It
goes when the episode goes on air with these bytes or, since it was made, with others, when it is withdrawn, when it was
there for ``keep_days``, and when nobody knows of it any more.
"""

from __future__ import annotations

import re
import secrets
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ki_briefing.base import files
from ki_briefing.base.errors import BriefingError, ConfigError
from ki_briefing.base.hints import quoted
from ki_briefing.base.records import RecordError, from_json, to_json
from ki_briefing.episode import artwork
from ki_briefing.episode.addresses import asset_path, episode_path
from ki_briefing.publication.site import SUBSCRIBING, Site, is_page, page_path
from ki_briefing.publication.whole import read_whole
from ki_briefing.show.record import Deed, load_record

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.publication.target import FolderTarget
    from ki_briefing.show.settings import Show

_PLACE = re.compile(r"draft-[0-9a-f]{32}")
_NO_INDEX = b'<head>\n<meta name="robots" content="noindex">'


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of a secret address.

    Attributes:
        episode: Name of the episode's folder.
        audio: SHA-256 of its MP3, in hexadecimal.
        at: When it was made.
    """

    episode: str
    audio: str
    at: datetime


def put_draft(show: Show, built: Path, target: FolderTarget, below: str = "") -> str:
    """Put a built episode's site below a folder of the target, and return the path of its page's folder.

    Call it under the episode's lock.

    Args:
        below: Path of the folder, with its slash; empty: the target itself.

    Raises:
        PublishError: It is not built, or not whole.
        StorageError: The target refused.
    """
    release = read_whole(built)
    slug, cover = release.episode.slug, artwork.load_show_cover(show)
    site = Site(show, cover="cover.jpg", thumbnail="thumbnail.jpg")
    pictures = (("cover.jpg", cover.feed), ("thumbnail.jpg", cover.thumbnail))
    page = site.episode_page(release, newer=None, older=None).replace(b"<head>", _NO_INDEX, 1)
    files_of = [(below + asset_path(slug, asset), built / asset.name) for asset in release.assets if not is_page(asset)]
    target.put_together(files_of)
    pages = {page_path(slug): page, **site.transcript_pages(release)}
    for path, content in (*site.loaded.items(), (SUBSCRIBING, site.subscribing_page()), *pictures, *pages.items()):
        target.put(below + path, content)
    return below + episode_path(slug)


def publish_draft(show: Show, built: Path, target: FolderTarget, now: datetime) -> str:
    """Give a built episode a secret address below the public folder, and return the path of its page's folder.

    Call it under the show's and the episode's lock.

    Raises:
        ConfigError: It was withdrawn.
        PublishError: It is not built, or not whole.
        StorageError: The disk refused.
    """
    if load_record(built.parent).withdrawal:
        raise ConfigError(
            f"{built.parent} was withdrawn", hint=f"To bring it back: ki-briefing restore {quoted(built.parent)}"
        )
    place = f"draft-{secrets.token_hex(16)}"
    draft = Draft(built.parent.name, read_whole(built).audio.digest, now)
    files.write_atomically(_notes(show) / place, to_json(draft))  # first: what nobody knows of is deleted
    return put_draft(show, built, target, f"{place}/")


def sweep_drafts(show: Show, now: datetime) -> None:
    """Delete the secret addresses whose time is over; call it under the show's lock.

    Raises:
        StorageError: The disk refused.
    """
    for folder in show.public.glob("draft-*"):
        if _PLACE.fullmatch(folder.name) and not _is_wanted(show, folder.name, now):
            with files.refusals(folder, "delete"):
                shutil.rmtree(folder)
    for note in _notes(show).glob("draft-*"):
        if not (show.public / note.name).exists():
            files.delete_below(show.cache, note)


def _is_wanted(show: Show, place: str, now: datetime) -> bool:
    try:
        draft = from_json(Draft, (_notes(show) / place).read_text(encoding="utf-8"))
        record = load_record(show.folder / draft.episode)
    except (OSError, UnicodeDecodeError, RecordError, BriefingError):
        return False
    made = draft.at.replace(microsecond=0)  # the record of what goes on air counts whole seconds
    aired = any(each.audio == draft.audio or each.at >= made for each in record.entries if each.deed is Deed.AIRED)
    over = now - draft.at > timedelta(days=show.publication.keep_days)
    return not (aired or over or record.withdrawal) and (show.folder / draft.episode).is_dir()


def _notes(show: Show) -> Path:
    return show.cache / "drafts"
