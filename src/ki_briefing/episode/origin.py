"""Sound file -> Verdict: its seal, and where the seal is gone, whose mark is in the sound.

The seal is judged by ``verdict``, the mark is read by ``sound.mark_search``. A mark holds only a key's id; the
certificates at hand say whose key that is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ki_briefing.base.errors import ConfigError, LibraryMissing, SoundError
from ki_briefing.base.files import read_regular
from ki_briefing.episode.certificate import read_key_ids
from ki_briefing.episode.verdict import Seal, verify
from ki_briefing.sound import codec
from ki_briefing.sound.mark_search import find_mark

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ki_briefing.episode.verdict import Verdict
    from ki_briefing.show.settings import Show

_BLOCK = 10  # seconds
_LARGEST_PEM = 1_000_000  # bytes


def find_origin(path: Path, *, trust: str = "", show: Show | None = None) -> Verdict:
    """Return what a file's seal says, and if it has none or is broken, what the mark in its sound says.

    Args:
        trust: Certificates (PEM) that you trust: authorities, or those of shows.
        show: A show whose mark it may be.

    Raises:
        ArticleMissing: The file cannot be read.
        ConfigError: The show does not sign, or the certificates cannot be read.
        LibraryMissing: The file is sealed, and the extra ``verify`` is not installed.
    """
    known = {**read_key_ids(trust, "the trusted certificates"), **(_key_of(show) if show else {})}
    verdict = verify(path, trust=trust)
    if verdict.seal not in (Seal.UNSIGNED, Seal.CHANGED):
        return verdict
    try:
        found = _read_mark(path)
    except (SoundError, LibraryMissing) as error:
        return replace(verdict, unheard=" ".join(filter(None, (f"{error.message}.", error.hint))))
    return replace(verdict, mark=found, mark_of=known.get(found, ""))


def _read_mark(path: Path) -> str:
    """Return the key id of the mark in a file's sound; empty if there is none."""
    try:
        with codec.play(path, _BLOCK) as sound:
            found = find_mark(sound.blocks, sound.sample_rate)
    except SoundError:
        from ki_briefing.sound.alternates import play

        with play(path) as sound:
            found = find_mark(sound.blocks, sound.sample_rate)
    return found.key_id if found else ""


def _key_of(show: Show) -> Mapping[str, str]:
    """Return a show's key id and title."""
    path = show.folder / show.signing.certificate
    if not show.signing.certificate:
        raise ConfigError(
            f"the show in {show.folder} does not sign", hint="Name its certificate in [signing], or use --trust."
        )
    try:
        keys = read_key_ids(read_regular(path, _LARGEST_PEM).decode("ascii"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read {path}: {error}", hint="Correct [signing] certificate in show.toml.") from error
    return dict.fromkeys(list(keys)[:1], show.podcast.title)  # the leaf is the first
