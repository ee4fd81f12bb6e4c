"""TOML text, values -> TOML text, with the producer's comments, order and layout intact. The only door to tomlkit.

Settings are read with the standard library's tomllib, which is strict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import tomlkit

if TYPE_CHECKING:
    from datetime import datetime

    Single: TypeAlias = "str | bool | int | datetime | Mapping[str, str]"
    Value: TypeAlias = "Single | Sequence[Single]"


def with_values(text: str, table: str, values: Mapping[str, Value]) -> str:
    """Return the text with these keys set in a table, which is added if missing.

    A mapping becomes an inline table, a list stands one entry a line.

    Args:
        text: Valid TOML.
        table: The table's name; empty for the keys above all tables.
    """
    document = tomlkit.parse(text)
    if table and table not in document:
        if document.as_string().strip():
            document.add(tomlkit.nl())
        document.add(table, tomlkit.table())
    place = document[table] if table else document
    for key, value in values.items():
        if isinstance(value, Sequence) and not isinstance(value, str):
            place[key] = tomlkit.array().multiline(True)
            for each in value:
                place[key].append(_item(each))
        else:
            place[key] = _item(value)
    return document.as_string()


def _item(value: Single) -> Single:
    if isinstance(value, Mapping):
        inline = tomlkit.inline_table()
        inline.update(value)
        return inline
    return value


def to_toml(values: Mapping[str, Value]) -> str:
    """Return the text of a new file."""
    return with_values("", "", values)
