"""A show's pronunciations, to and from other systems as W3C PLS.

Show, file -> lexicon.toml, or PLS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.base.errors import LexiconEmpty
from ki_briefing.base.files import write_atomically
from ki_briefing.base.toml import with_values
from ki_briefing.german.lexicon import read_entries, read_shipped
from ki_briefing.german.pls import to_pls
from ki_briefing.show.workspace import LEXICON_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.model.lexicon import Entry
    from ki_briefing.show.settings import Show


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
        LexiconEmpty: The other one holds no word.
        StorageError: The show's folder cannot be written.
    """
    path = show.folder / LEXICON_FILE
    known = read_entries(path) if path.is_file() else {}
    entries = read_entries(source)
    if not entries:
        raise LexiconEmpty(
            f"there is no word in {source}",
            hint='Name a W3C PLS file, or a lexicon.toml: [words], then "Qwen" = "Kwen".',
        )
    added = {word: entry for word, entry in entries.items() if word not in known}
    if added:
        text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
        values = {word: _value(entry) for word, entry in added.items()}
        write_atomically(path, with_values(text, "words", values))
    return Imported(path, tuple(added), tuple(word for word in entries if word in known))


def export_pronunciations(show: Show, *, shipped: bool = False) -> str:
    """Return the show's pronunciations as W3C PLS.

    Args:
        shipped: Those that come with ki-briefing too.

    Raises:
        ConfigError: The show's lexicon cannot be read.
    """
    path = show.folder / LEXICON_FILE
    own = read_entries(path) if path.is_file() else {}
    return to_pls({**(read_shipped() if shipped else {}), **own})


def _value(entry: Entry) -> str | dict[str, str]:
    """Return the shortest form that says it all: a respelling, IPA between slashes, or a table of both."""
    if entry.ipa and entry.respelling:
        return {"ipa": entry.ipa, "respelling": entry.respelling}
    return f"/{entry.ipa}/" if entry.ipa else entry.respelling
