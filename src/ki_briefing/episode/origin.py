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
from ki_briefing.episode.verdict import Seal, Verdict, verify
from ki_briefing.sound import codec
from ki_briefing.sound.mark_search import find_mark

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.show.settings import Show

_BLOCK = 10  # seconds
_LARGEST_PEM = 1_000_000  # bytes
_PLAIN = (".mp3", ".wav", ".flac", ".ogg", ".opus")  # what needs no further library


def find_origin(path: Path, *, trust: str = "", show: Show | None = None) -> Verdict:
    """Return what a file's seal says, and if it has none or is broken, what the mark in its sound says.

    Args:
        trust: Certificates (PEM) that you trust: authorities, or those of shows.
        show: A show whose mark it may be.

    Raises:
        ArticleMissing: The file cannot be read.
        ConfigError: The show does not sign, or the certificates cannot be read.
    """
    of = _certificates_of(show) if show else ""
    known = read_key_ids(trust, "the trusted certificates")
    if show:
        known |= dict.fromkeys(list(read_key_ids(of, show.signing.certificate))[:1], show.podcast.title)  # the leaf
    try:
        verdict = verify(path, trust=trust, of=of)
    except LibraryMissing as error:
        verdict = Verdict(Seal.UNJUDGED, unjudged=f"{error.message}. {error.hint}")
    verdict = replace(verdict, show=show.podcast.title if show else "", trust_given=bool(trust))
    if verdict.seal in (Seal.INTACT, Seal.EXPIRED):
        return verdict
    try:
        found = _read_mark(path)
    except (SoundError, LibraryMissing) as error:
        return replace(verdict, unheard=" ".join(filter(None, (f"{error.message}.", error.hint))))
    return replace(verdict, mark=found, mark_of=known.get(found, ""))


def _read_mark(path: Path) -> str:
    """Return the key id of the mark in a file's sound; empty if there is none."""
    if not path.stat().st_size:
        raise SoundError(f"{path} is empty", hint="Check the path.")
    try:
        with codec.play(path, _BLOCK) as sound:
            found = find_mark(sound.blocks, sound.sample_rate)
    except SoundError as broken:
        from ki_briefing.sound.alternates import play

        try:
            with play(path) as sound:
                found = find_mark(sound.blocks, sound.sample_rate)
        except LibraryMissing:
            if path.suffix.casefold() not in _PLAIN:
                raise
            broken.hint = "Check that it is a sound file."
            raise broken from None
    return found.key_id if found else ""


def _certificates_of(show: Show) -> str:
    """Return a show's certificates, the leaf first (PEM)."""
    path = show.folder / show.signing.certificate
    if not show.signing.certificate:
        raise ConfigError(
            f"the show in {show.folder} does not sign", hint="Name its certificate in [signing], or use --trust."
        )
    try:
        return read_regular(path, _LARGEST_PEM).decode("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read {path}: {error}", hint="Correct [signing] certificate in show.toml.") from error
