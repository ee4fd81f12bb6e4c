"""Plain data (dict, list, str, int, float, bool, None, datetime) <-> frozen dataclasses: our door to TOML and JSON.

Every key must be known and every value must have the type that the dataclass names. Nothing is converted silently,
except a whole number where any number will do.
"""

from __future__ import annotations

import contextlib
import json
import types
import typing
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeAlias, TypeVar

from ki_briefing.base.hints import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
Plain: TypeAlias = "str | int | float | bool | date | time | Options | tuple[Plain, ...]"

_NAMES = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    datetime: "a date with time and zone, like 2026-01-15T06:00:00+01:00",
    Path: "a path",
}
_HINTS = {
    str: 'Write it in quotation marks: "…".',
    int: "Write it without quotation marks: 3.",
    float: "Write it without quotation marks: 1.5.",
    bool: "Write true or false, without quotation marks.",
    datetime: "Write it like 2026-01-15T06:00:00+01:00.",
    Path: 'Write it in quotation marks: "…".',
}
_TABLE = "Write its keys below its name in brackets, or in braces: { key = … }."


@dataclass(frozen=True, slots=True)
class Between:
    """The range of a number, both ends included; for use in ``Annotated``."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Such:
    """A condition on a text, as a test and in words; for use in ``Annotated``.

    Attributes:
        hint: Returns what to do about a text that does not meet it.
        masked: The text may be a secret, so no error shows it.
    """

    holds: Callable[[str], bool]
    meaning: str
    hint: Callable[[str], str] | None = None
    masked: bool = False


@dataclass(frozen=True, slots=True)
class OneOrMore:
    """A list that may also be written as its only entry, or as an empty text; for use in ``Annotated``."""


ONE_OR_MORE = OneOrMore()


@dataclass(frozen=True, slots=True)
class Named(Generic[T]):
    """An entry of a table whose keys are free: a field of the type ``tuple[Named[X], ...]`` takes such a table."""

    name: str
    value: T


@dataclass(frozen=True, slots=True)
class Option:
    """A key of a table and its value; lists have become tuples, tables ``Options``."""

    key: str
    value: Plain


@dataclass(frozen=True, slots=True)
class Options:
    """A field of this type collects the keys of a table that its dataclass does not know, for somebody else to read.

    Attributes:
        place: Where the table is, for error messages; not part of the value.
    """

    items: tuple[Option, ...] = ()
    place: str = field(default="", compare=False, repr=False)


class RecordError(ValueError):
    """The data does not have the shape of the dataclass.

    Attributes:
        place: Where in the data, e.g. ``sound: bit_rate``.
        complaint: What is wrong there.
        word: The unknown key, if that is the fault; else empty.
        known: The keys allowed there.
        hint: What to do about it.
    """

    def __init__(
        self, place: str, complaint: str, word: str = "", known: tuple[str, ...] = (), *, hint: str = ""
    ) -> None:
        super().__init__(f"{place}: {complaint}" if place else complaint)
        self.hint = hint or (nearest(word, known) if word else "")
        self.place = place
        self.complaint = complaint
        self.word = word
        self.known = known


def from_plain(kind: type[T], data: Any, *, place: str = "", given: dict[str, Any] | None = None) -> T:
    """Return plain data as a dataclass.

    Args:
        place: What errors call the data as a whole, e.g. a file's name.
        given: Values of fields that the data must not contain.

    Raises:
        RecordError: A key is unknown or missing, or a value is of another type.
    """
    given = given or {}
    return kind(**given, **_arguments(kind, data, place, frozenset(given)))


def from_options(kind: type[T], options: Options, *, known: tuple[str, ...] = ()) -> T:
    """Return the keys that a table's dataclass did not know as another dataclass.

    Args:
        known: The keys that the first dataclass knew; errors name them too.

    Raises:
        RecordError: A key is unknown or missing, or a value is of another type.
    """
    try:
        return from_plain(kind, _thawed(options), place=options.place)
    except RecordError as error:
        if error.place == options.place and error.word:
            raise RecordError(error.place, error.complaint, error.word, (*known, *error.known)) from error
        raise


def from_json(kind: type[T], text: str) -> T:
    """Return the dataclass that ``to_json`` wrote.

    Raises:
        RecordError: The text is not JSON, or not of this shape.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise RecordError("", f"not JSON: {error}") from error
    return from_plain(kind, data)


def to_plain(value: Any) -> Any:
    """Return a value in JSON's types: dataclasses as objects, tuples as lists, dates as ISO 8601, others as text.

    Fields with ``compare=False`` are left out.
    """
    if is_dataclass(value):
        return {item.name: to_plain(getattr(value, item.name)) for item in fields(value) if item.compare}
    if isinstance(value, dict):
        return {key: to_plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, (str, int, float, type(None))) else str(value)


def to_json(value: Any, indent: int | None = None) -> str:
    """Return a value as JSON; equal values give equal text."""
    text = json.dumps(to_plain(value), ensure_ascii=False, indent=indent)
    return text.encode("utf-8", "replace").decode()  # file names may hold bytes that are not text


@cache
def _shape(kind: type) -> tuple[dict[str, Any], frozenset[str]]:
    """Return a dataclass's fields with their types, and the names of the fields without a default."""
    hints = typing.get_type_hints(kind, include_extras=True)
    bare = (item.name for item in fields(kind) if item.default is MISSING and item.default_factory is MISSING)
    return {item.name: hints[item.name] for item in fields(kind)}, frozenset(bare)


def _arguments(kind: type, data: Any, place: str, given: frozenset[str] = frozenset()) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise RecordError(place, "must be a table", hint=_TABLE)
    types_by_name, required = _shape(kind)
    known = tuple(name for name, hint in types_by_name.items() if name not in given and hint is not Options)
    others = {key: value for key, value in data.items() if key not in known}
    rest = {
        name: _frozen(others, place) for name, hint in types_by_name.items() if hint is Options and name not in given
    }
    for key in () if rest else others:
        raise RecordError(place, f"unknown key '{key}'", key, known)
    for name in known:
        if name in required and name not in data:
            raise RecordError(place, f"'{name}' is missing", hint=f"Add it: {name} = …")
    own = ((key, value, f"{place}: {key}" if place else key) for key, value in data.items() if key in known)
    return rest | {key: _value(types_by_name[key], value, where) for key, value, where in own}


def _frozen(table: dict[str, Any], place: str = "") -> Options:
    def value(data: Any) -> Plain:
        if isinstance(data, dict):
            return _frozen(data)
        return tuple(map(value, data)) if isinstance(data, list) else data

    return Options(tuple(Option(key, value(each)) for key, each in table.items()), place)


def _thawed(options: Options) -> dict[str, Any]:
    def plain(value: Plain) -> Any:
        if isinstance(value, Options):
            return _thawed(value)
        return [plain(each) for each in value] if isinstance(value, tuple) else value

    return {option.key: plain(option.value) for option in options.items}


def _value(kind: Any, value: Any, place: str) -> Any:
    if typing.get_origin(kind) is Annotated:
        plain, limits = typing.get_args(kind)
        if isinstance(limits, OneOrMore) and type(value) is str:
            value = [value] if value else []
        if isinstance(limits, Such):
            return _such(limits, value, place)
        found = _value(plain, value, place)
        if isinstance(limits, Between) and not limits.least <= found <= limits.most:  # also catches NaN
            spread = f"from {limits.least:n} to {limits.most:n}"
            raise RecordError(place, f"must be {spread}, not {value!r}", hint=f"Choose a number {spread}.")
        return found
    if isinstance(kind, types.UnionType):  # X | None
        return None if value is None else _value(typing.get_args(kind)[0], value, place)
    if isinstance(kind, types.GenericAlias):  # tuple[X, ...]
        entry = typing.get_args(kind)[0]
        if typing.get_origin(entry) is Named:
            return _named(typing.get_args(entry)[0], value, place)
        if not isinstance(value, list):
            raise RecordError(place, "must be a list", hint='Write it in brackets: ["…", "…"].')
        return tuple(_value(entry, each, place) for each in value)
    if is_dataclass(kind):
        return from_plain(typing.cast("type[Any]", kind), value, place=place)
    if kind is float and type(value) is int:
        return float(value)
    if issubclass(kind, StrEnum):
        return _choice(kind, value, place)
    if kind is datetime and type(value) is str:
        with contextlib.suppress(ValueError):
            return datetime.fromisoformat(value)
    if kind is Path and type(value) is str:
        return Path(value)
    if type(value) is not kind:
        raise RecordError(place, f"must be {_NAMES[kind]}, not {value!r}", hint=_HINTS[kind])
    return value


def _such(limits: Such, value: Any, place: str) -> str:
    found = value if type(value) is str or limits.masked else _value(str, value, place)
    if type(found) is not str or not limits.holds(found):
        hint = limits.hint(str(found)) if limits.hint else f"Write {limits.meaning}."
        shown = "" if limits.masked else f", not {value!r}"
        raise RecordError(place, f"must be {limits.meaning}{shown}", hint=hint)
    return found


def _choice(kind: type[StrEnum], value: Any, place: str) -> StrEnum:
    choices = tuple(kind)
    if value not in choices:
        *others, last = (f"'{each}'" for each in choices if each)
        hint = nearest(str(value), filter(None, choices))
        raise RecordError(place, f"must be {', '.join(others)} or {last}, not {value!r}", hint=hint)
    return kind(value)


def _named(kind: Any, table: Any, place: str) -> tuple[Named[Any], ...]:
    if not isinstance(table, dict):
        raise RecordError(place, "must be a table", hint=_TABLE)
    return tuple(Named(key, _value(kind, value, f"{place}: {key}")) for key, value in table.items())
