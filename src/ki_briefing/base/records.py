"""Plain data (dict, list, str, int, float, bool, None, datetime) <-> frozen dataclasses: our door to TOML and JSON.

Every key must be known and every value must have the type that the dataclass names. Nothing is converted silently,
except a whole number where any number will do.
"""

from __future__ import annotations

import json
import types
import typing
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, TypeVar

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
}


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
    """

    holds: Callable[[str], bool]
    meaning: str
    hint: Callable[[str], str] | None = None


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
        hint: What to do about it, if the condition knows.
    """

    def __init__(
        self, place: str, complaint: str, word: str = "", known: tuple[str, ...] = (), *, hint: str = ""
    ) -> None:
        super().__init__(f"{place}: {complaint}" if place else complaint)
        self.hint = hint
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
        raise RecordError(place, "must be a table")
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
            raise RecordError(place, f"'{name}' is missing")
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
        found = _value(plain, value, place)
        if isinstance(limits, Such):
            if not limits.holds(found):
                hint = limits.hint(found) if limits.hint else ""
                raise RecordError(place, f"must be {limits.meaning}, not {value!r}", hint=hint)
        elif not limits.least <= found <= limits.most:  # also catches NaN
            raise RecordError(place, f"must be from {limits.least:n} to {limits.most:n}, not {value!r}")
        return found
    if isinstance(kind, types.UnionType):  # X | None
        return None if value is None else _value(typing.get_args(kind)[0], value, place)
    if isinstance(kind, types.GenericAlias):  # tuple[X, ...]
        if not isinstance(value, list):
            raise RecordError(place, "must be a list")
        entry = typing.get_args(kind)[0]
        return tuple(_value(entry, each, place) for each in value)
    if is_dataclass(kind):
        return from_plain(typing.cast("type[Any]", kind), value, place=place)
    if kind is float and type(value) is int:
        return float(value)
    try:
        if kind is datetime and type(value) is str:
            return datetime.fromisoformat(value)
        if issubclass(kind, (StrEnum, Path)) and type(value) is str:
            return kind(value)
    except ValueError as error:
        raise RecordError(place, str(error)) from error
    if type(value) is not kind:
        raise RecordError(place, f"must be {_NAMES.get(kind, kind.__name__)}, not {value!r}")
    return value
