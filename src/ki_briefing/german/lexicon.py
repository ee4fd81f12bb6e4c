"""The pronunciation lexicon: which words a German voice needs help with, and how they sound.

lexicon.toml (ours, then the show's over it) -> Lexicon -> the pronunciations of a spoken form. A word is found with the
endings of German (Claudes) and at the beginning of hyphenated compounds (Claude-Modell).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from ki_briefing.errors import ConfigError
from ki_briefing.german.verbalize import verbalize
from ki_briefing.model import Pronunciation
from ki_briefing.records import RecordError, from_plain

_SHIPPED = Path(__file__).parents[1] / "data" / "lexicon.toml"
_ENDINGS = r"(?:s|es|en|n|e)?"


@dataclass(frozen=True, slots=True)
class Entry:
    """How one word or phrase sounds; see ``model.Pronunciation``."""

    ipa: str = ""
    respelling: str = ""
    language: str = ""


@dataclass(frozen=True)
class Lexicon:
    """Words and phrases with their entries; upper and lower case count."""

    entries: dict[str, Entry] = field(default_factory=dict)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        words = sorted(self.entries, key=len, reverse=True)
        return re.compile(
            rf"(?<![\w-])(?P<word>{'|'.join(map(re.escape, words)) or '(?!)'})(?P<ending>{_ENDINGS})(?!\w)"
        )

    def pronunciations(self, spoken: str) -> tuple[Pronunciation, ...]:
        """Return how the known words of a spoken form sound, in order."""
        found = []
        for match in self._pattern.finditer(spoken):
            entry = self.entries[match["word"]]
            respelling = entry.respelling + match["ending"] if entry.respelling else ""
            ipa = entry.ipa if not match["ending"] else ""
            found.append(Pronunciation(match.start(), match.end(), ipa, respelling, entry.language))
        return tuple(found)


def load_lexicon(*paths: Path) -> Lexicon:
    """Read the lexicon that comes with ki-briefing, and others over it; the last one wins.

    A word is written as in an article; it is looked for in its spoken form (*AI Act* as *A I Act*).

    Raises:
        ConfigError: A file is not TOML, or not a lexicon.
    """
    entries: dict[str, Entry] = {}
    for path in (_SHIPPED, *paths):
        entries.update(_read(path))
    return Lexicon(entries)


def with_entry(lexicon: Lexicon, word: str, respelling: str) -> Lexicon:
    """Return the lexicon with one more entry, to try it before it is saved."""
    return replace(lexicon, entries={**lexicon.entries, verbalize(word): Entry(respelling=respelling)})


def _read(path: Path) -> dict[str, Entry]:
    try:
        words = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("words", {})
        return {
            verbalize(word): Entry(respelling=entry)
            if isinstance(entry, str)
            else from_plain(Entry, entry, place=f"{path}: {word}")
            for word, entry in words.items()
        }
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}", hint="Check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError) as error:
        raise ConfigError(
            f"{path} is not a lexicon: {error}", hint='Write: [words], then "Claude" = "Klohd".'
        ) from error
    except RecordError as error:
        raise ConfigError(str(error), hint=f"Known here: {', '.join(error.known) or 'text or a table'}.") from error
