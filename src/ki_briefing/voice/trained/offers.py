"""Which voices can be installed, and what is known of them: our list, the user's own, and Piper's.

Lists in TOML -> Offer. Ours is ``data/voices.toml``; the user's, of the same form, is ``ki-briefing/voices.toml`` in
the folder of their settings (XDG Base Directory Specification) and comes first. No network.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from ki_briefing.base.errors import ConfigError, NotToml
from ki_briefing.base.hints import nearest
from ki_briefing.base.homes import SETTINGS, user_folder
from ki_briefing.base.records import RecordError, Such, from_plain

HUB = "https://huggingface.co/"
PIPER_LIST = "rhasspy/piper-voices/resolve/main/"
"""Where Piper's own voices are, below the hub."""

_DATA = Path(__file__).parents[2] / "data" / "voices.toml"
_PIPER_NAME = re.compile(r"[a-z]{2,3}_[A-Z]{2}-[^-/]+-(?:x_low|low|medium|high)")
_Name = Annotated[str, Such(lambda text: re.fullmatch(r"[\w][\w.+-]{0,99}", text) is not None, "a name of one word")]
_Answer = Annotated[str, Such(lambda text: text in ("yes", "no", "unclear"), "yes, no or unclear")]


@dataclass(frozen=True, slots=True)
class OfferedFile:
    """A file of a voice.

    Attributes:
        size: In bytes; 0: not known.
        sha256: In hexadecimal; empty: not known.
    """

    name: _Name
    size: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A voice that can be installed.

    Attributes:
        engine: Who speaks with it.
        address: The folder of its files, below the hub or as a whole address; ends with ``/``.
        files: The network's file first.
        listed: Its name in Piper's own list, which tells the files.
        megabytes: About how large it is; 0: not known.
        broadcast: Whether a newsroom may put it on air; ``note`` says why.
        obstacle: Why it cannot be installed; empty: it can.
    """

    name: _Name
    engine: str
    address: str = ""
    files: tuple[OfferedFile, ...] = ()
    listed: str = ""
    aliases: tuple[str, ...] = ()
    language: str = "de"
    megabytes: int = 0
    licence: str = ""
    credit: str = ""
    broadcast: _Answer = "unclear"
    note: str = ""
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class _List:
    voices: tuple[Offer, ...] = ()


def _own_list() -> Path:
    """Return where the user's own list is, if they have one."""
    return user_folder(SETTINGS) / "voices.toml"


def offers() -> tuple[Offer, ...]:
    """Return the voices of the lists; the user's own come first, and hide ours of the same name.

    Raises:
        ConfigError: The user's list cannot be read.
    """
    lists = [_read(path) for path in (_own_list(), _DATA) if path.exists()]
    return tuple({offer.name: offer for each in reversed(lists) for offer in reversed(each)}.values())[::-1]


def find_offer(name: str) -> Offer:
    """Return the voice of this name, whichever list it is in.

    Raises:
        ConfigError: There is none, or it cannot be installed.
    """
    known = {called.casefold(): offer for offer in reversed(offers()) for called in (*offer.aliases, offer.name)}
    offer = known.get(name.casefold())
    if offer is None and _PIPER_NAME.fullmatch(name):
        offer = next((each for each in offers() if each.listed == name), None) or Offer(
            name, "piper", listed=name, language=name[:2], note="Read its MODEL_CARD."
        )
    if offer is None:
        raise ConfigError(f"there is no voice '{name}' to install", nearest(name, [each.name for each in offers()]))
    if offer.obstacle:
        place = offer.address if "://" in offer.address else f"{HUB}{offer.address}"
        hint = f"Its page: {place.partition('/resolve/')[0]}"
        raise ConfigError(f"the voice '{offer.name}' cannot be installed: {offer.obstacle}", hint)
    return offer


def _read(path: Path) -> tuple[Offer, ...]:
    try:
        return from_plain(_List, tomllib.loads(path.read_text(encoding="utf-8")), place=str(path)).voices
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}", "Check its permissions.") from error
    except RecordError as error:
        raise ConfigError(str(error), error.hint or "Mend it.") from error
    except ValueError as error:
        raise NotToml(path, error) from error
