"""The pronunciation lexicon: which words a German voice needs help with, and how they sound.

data/lexicon/*.tsv, then the show's lexicon.toml over them -> Lexicon -> the pronunciations of a spoken form. A word is found with
German endings (*Claudes*), in hyphenated compounds (*Claude-Modell*) and, where its entry says so, in closed ones
(*Chipimporte*, *Grafikchips*); a phrase with spaces or hyphens between its words. The longest match wins.

Which form is for whom: ``ipa`` for engines that take phonemes; ``respelling`` for those that only read letters, and
only if they would read the word wrong. An entry without a respelling leaves the word to such a voice as it stands.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ki_briefing.base.errors import ConfigError, NotToml
from ki_briefing.base.hints import nearest
from ki_briefing.base.records import RecordError, from_plain
from ki_briefing.german.ipa import LONGEST_WORD, has_sound, is_too_long, wrong_sign
from ki_briefing.german.verbalize import verbalize
from ki_briefing.model.lexicon import Entry
from ki_briefing.model.spans import Pronunciation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHIPPED = Path(__file__).parents[1] / "data" / "lexicon"
_TABLES = ("names", "words")
_CHANGES_WHEN_SPOKEN = re.compile(r"[^\w\s'’.-]|\d|[A-ZÄÖÜ]{2}|\b[A-ZÄÖÜ]\b|\.\s|\.$")
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]*)?")
_LETTERS = re.compile(r"[A-Z]s['’]?")
_LETTER_BEFORE = re.compile(r"(?<![^\W_])[^\W\d_] $")  # the s of "G P Us", not "All of Us", "Plan A. Es"
_SIBILANTS = ("s", "z", "ʃ", "ʒ")
_ENDINGS = {  # longest first: written -> IPA
    "innen": "ɪnən", "ern": "ɐn", "in": "ɪn", "es": "əs", "en": "ən", "er": "ɐ", "em": "əm", "e": "ə", "n": "n",
}  # fmt: skip
_GENITIVES = ("'s", "’s", "s", "'", "’")
_ALL_ENDINGS = (*_GENITIVES, *_ENDINGS)
_SHORTEST_PARTNER = 3  # letters of the other part of a closed compound


@dataclass(frozen=True, slots=True)
class _Found:
    """A piece of a word, ``word[start:end]``, and how it sounds with its ending."""

    start: int
    end: int
    ipa: str
    respelling: str
    language: str


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Words and phrases, as they stand in a spoken form, with their entries."""

    entries: dict[str, Entry] = field(default_factory=dict)

    def pronunciations(self, spoken: str) -> tuple[Pronunciation, ...]:
        """Return how the known words of a spoken form sound, in order, without overlap."""
        found: list[Pronunciation] = []
        done = 0
        for token in _TOKEN.finditer(spoken):
            word = token[0]
            if (start := token.start()) >= done and (known := self._look_up(word)):
                phrase = _phrase(known.phrases, spoken, start)
                pieces = (phrase,) if phrase else known.pieces
                if _LETTER_BEFORE.search(spoken, max(0, start - 2), start) or not _LETTERS.fullmatch(word):
                    found += (
                        Pronunciation(start + each.start, start + each.end, each.ipa, each.respelling, each.language)
                        for each in pieces
                    )
                done = start + phrase.end if phrase else token.end()
        return tuple(found)

    def knows(self, word: str) -> bool:
        """Tell whether a single word has an entry, bare, with an ending or in a compound."""
        known = self._look_up(word)
        return known is not None and bool(known.pieces)

    # --- single words -------------------------------------------------------------------------------------------------

    @cached_property
    def _words(self) -> dict[str, tuple[str, Entry]]:
        return {word.casefold(): (word, entry) for word, entry in self.entries.items() if _TOKEN.fullmatch(word)}

    @cached_property
    def _joints(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """What a closed compound begins with, and what it ends with."""
        stems = sorted((word for word, entry in self.entries.items() if entry.joins), key=len, reverse=True)
        letters = rf"[a-zäöüß]{{{_SHORTEST_PARTNER}}}"
        last = _either(stem.casefold() for stem in stems)
        return (
            re.compile(rf"({_either(stems)})(?={letters})"),
            re.compile(rf"(?<={letters})({last})((?:{_either(['s', *_ENDINGS])})?)$"),
        )

    def _look_up(self, word: str) -> _Known | None:
        phrases = tuple(each for each in self._phrases.get(word.casefold(), ()) if each.begins(word))
        if entry := self._exact(word):
            return _Known((_found(0, len(word), entry),), phrases)
        for ending in _ALL_ENDINGS if word.endswith(_ALL_ENDINGS) else ():
            entry = self._exact(word[: -len(ending)]) if word.endswith(ending) else None
            if entry and (ending in _GENITIVES or not entry.name):
                return _Known((_found(0, len(word), entry, ending),), phrases)
        pieces = self._in_compound(word)
        return _Known(pieces, phrases) if pieces or phrases else None

    def _in_compound(self, word: str) -> tuple[_Found, ...]:
        first, last = self._joints
        found = []
        if (match := first.match(word)) and (entry := self._exact(match[0])):
            found.append(_found(0, match.end(), entry))
        if (match := last.search(word)) and (entry := self._exact(match[1].capitalize())):
            found.append(_found(match.start(), match.end(), entry, match[2]))
        return tuple(found)

    def _exact(self, word: str) -> Entry | None:
        """Return a word's entry: a capital must be one in both, a word in small letters may begin a sentence."""
        if word in self.entries:
            return self.entries[word]
        known = self._words.get(word.casefold())
        if known is None:
            return None
        written, entry = known
        if (len(written) < 4 and entry.name) or written.isupper():
            return None
        return entry if written[0] == word[:1] or not entry.name or written.islower() else None

    # --- phrases ------------------------------------------------------------------------------------------------------

    @cached_property
    def _phrases(self) -> dict[str, list[_Phrase]]:
        """First word -> the phrases that begin with it, the longest first."""
        phrases: dict[str, list[_Phrase]] = {}
        for written, entry in self.entries.items():
            words = _TOKEN.findall(written)
            if len(words) > 1:
                phrases.setdefault(words[0].casefold(), []).append(_Phrase(written, tuple(words), entry))
        for known in phrases.values():
            known.sort(key=lambda phrase: len(phrase.words), reverse=True)
        return phrases


@dataclass(frozen=True)
class _Phrase:
    """Several words that sound together; spaces and hyphens between them are alike."""

    written: str
    words: tuple[str, ...]
    entry: Entry

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What it looks like in a text, with the genitive's s."""
        words = "(?:[ -]| - )".join(map(re.escape, self.words))
        spelled = all(len(word) == 1 for word in self.words)
        before, after = (r"(?<!\b[A-Z] )", r"(?! [A-Z]s?\b)") if spelled else ("", "")  # not within a longer acronym
        return re.compile(
            rf"{before}{words}(?P<ending>(?:['’]?s|['’])?)(?![^\W_]){after}", 0 if spelled else re.IGNORECASE
        )

    def begins(self, word: str) -> bool:
        """Tell whether it may begin with this word: a name keeps its capital."""
        return not self.entry.name or word[0].isupper() or self.words[0] == word


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a word: the entries in it, the phrases that begin with it."""

    pieces: tuple[_Found, ...]
    phrases: tuple[_Phrase, ...]


def _either(words: Iterable[str]) -> str:
    """Return a pattern of any of the words; without a word, of nothing."""
    return "|".join(map(re.escape, words)) or "(?!)"


def _phrase(phrases: tuple[_Phrase, ...], spoken: str, start: int) -> _Found | None:
    for phrase in phrases:
        if match := phrase.pattern.match(spoken, start):
            return _found(0, match.end() - start, phrase.entry, match["ending"])
    return None


def _found(start: int, end: int, entry: Entry, ending: str = "") -> _Found:
    letters = ending.strip("'’")
    ipa = entry.ipa + _ending(entry.ipa, letters) if entry.ipa else ""
    return _Found(start, end, ipa, entry.respelling + letters if entry.respelling else "", entry.language)


def _ending(ipa: str, letters: str) -> str:
    """Return how an ending sounds after a stem: *Chips*, but *Releases* with a vowel."""
    if letters == "s":
        return "ɪs" if ipa.endswith(_SIBILANTS) else "s"
    return _ENDINGS.get(letters, letters)


def load_lexicon(*paths: Path) -> Lexicon:
    """Read the lexicon that comes with ki-briefing, and others over it; the last one wins.

    A file has the tables ``[names]`` and ``[words]``. A word is written as in an article and looked for in its spoken
    form (*AI Act* as *A I Act*). Its entry is a respelling, IPA between slashes, or a table of ``Entry``'s fields.
    A file named ``.pls`` is a W3C Pronunciation Lexicon.

    Raises:
        ConfigError: A file is not TOML, not a lexicon, or an entry cannot be said.
    """
    entries = read_shipped()
    for path in paths:
        entries.update((_as_spoken(word), entry) for word, entry in read_entries(path).items())
    return Lexicon(entries)


def read_shipped() -> dict[str, Entry]:
    """Return the entries that come with ki-briefing, by their words in spoken form.

    Their files are tables, as TOML of this size takes ten times as long to read: word, kind, IPA, respelling, language.
    The kind is ``name`` or ``word``; with ``+`` it is found in closed compounds too.
    """
    entries: dict[str, Entry] = {}
    for path in sorted(_SHIPPED.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and line[0] != "#":
                word, kind, ipa, respelling, language, *_ = (*line.split("\t"), "", "", "")
                entries[word] = Entry(ipa, respelling, language, name=kind[:4] == "name", joins=kind[-1] == "+")
    return entries


def with_entry(lexicon: Lexicon, word: str, sound: str) -> Lexicon:
    """Return the lexicon with one more entry, a respelling or ``/IPA/``, to try it before it is saved.

    Raises:
        ConfigError: It cannot be said.
    """
    return replace(lexicon, entries={**lexicon.entries, _as_spoken(word): _entry(sound, False, word)})


def read_entries(path: Path) -> dict[str, Entry]:
    """Return the entries of one file, a lexicon.toml or a PLS document, by their words as written there.

    Raises:
        ConfigError: It is neither, or an entry cannot be said.
    """
    import tomllib

    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".pls":
            return _from_pls(path, text)
        tables = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}", hint="Check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        if path.suffix != ".toml":
            raise ConfigError(
                f"{path} is no lexicon", hint="Name a W3C PLS file, its name ends in .pls, or a lexicon.toml."
            ) from error
        raise NotToml(path, error) from error
    entries: dict[str, Entry] = {}
    for name, table in tables.items():
        if name not in _TABLES or not isinstance(table, dict):
            raise ConfigError(
                f"{path}: unknown table '{name}'",
                hint=f'{nearest(name, _TABLES)} Write: [words], then "Qwen" = "Kwen".',
            )
        for word, value in table.items():
            with _placed(path, text, word):
                entries[word] = _entry(value, name == "names", word)
    return entries


def _from_pls(path: Path, text: str) -> dict[str, Entry]:
    from ki_briefing.german.pls import from_pls  # XML comes with half the internet's protocols

    entries = from_pls(text, str(path))
    for word, entry in entries.items():
        with _placed(path, text, word):
            _check(entry, word)
    return entries


@contextlib.contextmanager
def _placed(path: Path, text: str, word: str) -> Iterator[None]:
    """Let errors say in which file, and in which line of its text, a word has its entry."""
    try:
        yield
    except ConfigError as error:
        entry = re.compile(rf"""(?:^|["'>])\s*{re.escape(word)}\s*(?:["'<=]|$)""")
        found = (number for number, line in enumerate(text.splitlines(), 1) if entry.search(line))
        line = next(found, 0)
        place = f"{path}, line {line}" if line else str(path)
        raise ConfigError(f"{place}: {error.message}", error.hint) from error


def _entry(value: Any, is_name: bool, word: str) -> Entry:
    if isinstance(value, str):
        entry = replace(_short(value), name=is_name)
    elif isinstance(value, dict):
        try:
            entry = from_plain(Entry, {"name": is_name, **value}, place=word)
        except RecordError as error:
            hint = nearest(error.word, error.known) if error.known else "Fix that value."
            raise ConfigError(str(error), hint=hint) from error
    else:
        raise ConfigError(f"{word} must be text or a table, not {value!r}", hint='Write: "Qwen" = "Kwen".')
    _check(entry, word)
    return entry


def _check(entry: Entry, word: str) -> None:
    """Refuse an entry that no voice can say."""
    if not (entry.ipa or entry.respelling or entry.language):
        raise ConfigError(f"{word} does not say how it sounds", hint="Give it ipa, respelling or language.")
    if "/" in entry.respelling:
        raise ConfigError(
            f"{word}: IPA stands between two slashes, and {entry.respelling!r:.99} has one at one end only",
            hint=f'Write "{word}" = "/{entry.respelling.strip("/")}/", or a respelling without a slash.',
        )
    if sign := wrong_sign(entry.ipa):
        raise ConfigError(
            f"{word}: {sign!r} is not a sign of the phonetic alphabet (IPA), in /{entry.ipa:.99}/",
            hint='Take it out, or write a respelling without slashes: "Qwen" = "Kwen".',
        )
    if entry.ipa and not has_sound(entry.ipa):
        raise ConfigError(f"{word}: there is no sound in /{entry.ipa:.99}/", hint='Write IPA as in "/kwɛn/".')
    if is_too_long(entry.ipa):
        raise ConfigError(
            f"{word}: a word of more than {LONGEST_WORD} signs is too long for every voice, in /{entry.ipa:.60}…/",
            hint="Put spaces between the words in the IPA, or shorten it.",
        )


def _short(sound: str) -> Entry:
    """Return the entry of a respelling, or of IPA between slashes."""
    sound = sound.strip()
    if len(sound) > 1 and sound[0] == sound[-1] == "/":
        return Entry(ipa=sound[1:-1].strip())
    return Entry(respelling=sound)


def _as_spoken(word: str) -> str:
    return verbalize(word) if _CHANGES_WHEN_SPOKEN.search(word) else word
