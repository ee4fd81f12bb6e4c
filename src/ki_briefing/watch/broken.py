"""Show's folder -> what somebody must mend: episodes, files of the inbox, articles of feeds, a feed that is gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.base.errors import BriefingError
from ki_briefing.base.files import look_at, refusals
from ki_briefing.episode.addresses import FEED_PATH
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.intake.inbox import failed_files
from ki_briefing.show.record import load_record
from ki_briefing.show.sources import failed_sources
from ki_briefing.show.workspace import BUILT, REASON_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ki_briefing.show.settings import Show


@dataclass(frozen=True, slots=True)
class Broken:
    """What somebody must mend: an episode, a file of the inbox, an article of a feed, the feed that is public.

    Attributes:
        about: Its path or address.
        reason: What a run said of it, or what is wrong with it.
    """

    about: str
    reason: str


def find_broken(show: Show, failed: Iterable[Path], *, on_air: int) -> Iterator[Broken]:
    """Yield what failed and was not mended since.

    Args:
        failed: Folders of the episodes with a reason why they are not on air as they are now.
        on_air: How many episodes the feed ought to name.

    Raises:
        StorageError: The disk refused.
    """
    for folder in failed:
        if not _is_built_since(folder) and not is_settled(folder):
            yield Broken(str(folder), _reason(folder / REASON_FILE))
    for path, reason in failed_files(show.inbox):
        yield Broken(str(path), _reason(reason))
    for address in failed_sources(show):
        yield Broken(address, "no episode can be made of this article of a feed")
    if on_air and not look_at(str(show.public / FEED_PATH)):
        yield Broken(str(show.public / FEED_PATH), "is gone; to write it anew: ki-briefing publish")


def is_settled(folder: Path) -> bool:
    """Tell whether nobody need fix a failed episode: it was withdrawn, or put on air by force."""
    try:
        record = load_record(folder)
        return record.withdrawal is not None or record.was_forced(
            read_release(folder / BUILT / RELEASE_FILE).audio.digest
        )
    except BriefingError:
        return False


def _is_built_since(folder: Path) -> bool:
    """Tell whether somebody built an episode after a run failed at it; the next run checks it."""
    reason, release = look_at(f"{folder}/{REASON_FILE}"), look_at(f"{folder}/{BUILT}/{RELEASE_FILE}")
    return bool(reason and release and release.st_mtime_ns > reason.st_mtime_ns)


def _reason(path: Path) -> str:
    with refusals(path, "read"):
        return path.read_text(encoding="utf-8", errors="replace").partition("\n")[0]
