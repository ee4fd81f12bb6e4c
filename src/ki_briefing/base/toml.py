"""A producer's TOML, changed where they wrote it: comments, order and layout stay. The only door to tomlkit.

Text, values -> text. Reading is left to the standard library's tomllib, which is strict.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

import tomlkit

if TYPE_CHECKING:
    from datetime import datetime

    Value: TypeAlias = "str | bool | int | datetime | Mapping[str, str]"


def with_values(text: str, table: str, values: Mapping[str, Value]) -> str:
    """Return the text with these keys in a table, which is made if it is not there; an inline table for a mapping.

    Args:
        text: Valid TOML.
        table: Its name; empty for the keys above all tables.
    """
    document = tomlkit.parse(text)
    if table and table not in document:
        if document.as_string().strip():
            document.add(tomlkit.nl())
        document.add(table, tomlkit.table())
    place = document[table] if table else document
    for key, value in values.items():
        if isinstance(value, Mapping):
            inline = tomlkit.inline_table()
            inline.update(value)
            place[key] = inline
        else:
            place[key] = value
    return document.as_string()


def to_toml(values: Mapping[str, Value]) -> str:
    """Return the text of a new file."""
    return with_values("", "", values)
