"""``[sound]`` and ``[jingles]``, checked before the first word is spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ki_briefing.base.files import digest
from ki_briefing.sound import codec
from ki_briefing.sound.alternates import check_alternates
from ki_briefing.sound.jingle import Part, choose
from ki_briefing.sound.mp3 import format_of

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.base.store import Store
    from ki_briefing.show.settings import Jingles, Sound


def preflight(sound: Sound, jingles: Jingles, folder: Path, store: Store) -> None:
    """Make sure that an episode can be mastered with these settings.

    Args:
        folder: Where relative paths of jingles start.
        store: Remembers which of the show's own files could be decoded, so that each is checked once.

    Raises:
        ConfigError: There is no such MP3, further format, style or sound file; it names table and key.
        StorageError: The disk refused.
    """
    format_of(sound)
    check_alternates(sound)
    for part in Part:
        jingle = choose(part, jingles, folder)
        if jingle is None or not jingle.own:
            continue
        checked = digest("jingle 1", part, jingle.digest, str(sound.sample_rate), str(sound.channels))
        if store.read(checked) is None:
            jingle.decode(sound, codec.LONGEST if part is Part.BED else None)
            store.write(checked, b"")
