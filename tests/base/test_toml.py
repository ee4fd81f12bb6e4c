"""A producer's TOML is changed only where a value changes."""

from __future__ import annotations

import tomllib
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from ki_briefing.base.toml import to_toml, with_values

WRITTEN = """# our show
[podcast]   # about us
title = "Alt"  # a working title
author   =   'Ada'

# the sound
[sound]
loudness = -16
"""
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
KEYS = TEXTS.filter(bool)
VALUES = st.one_of(
    TEXTS,
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.datetimes().map(lambda at: at.replace(microsecond=0)),
    st.dictionaries(TEXTS, TEXTS, min_size=1, max_size=3),
)
TABLES = st.dictionaries(KEYS, VALUES, max_size=4)


@given(TABLES)
def test_what_is_written_reads_back(values: dict[str, str]) -> None:
    assert tomllib.loads(to_toml(values)) == values


@given(KEYS.filter(lambda name: name not in ("podcast", "sound")), TABLES.filter(bool))
def test_a_new_table_reads_back_and_leaves_the_rest_as_it_was(table: str, values: dict[str, str]) -> None:
    changed = with_values(WRITTEN, table, values)

    assert changed.startswith(WRITTEN)
    assert tomllib.loads(changed) == {**tomllib.loads(WRITTEN), table: values}


def test_comments_order_and_layout_stay() -> None:
    changed = with_values(WRITTEN, "podcast", {"title": "Neu"})

    assert changed == WRITTEN.replace('"Alt"', '"Neu"')
    assert with_values(WRITTEN, "sound", {"bit_rate": 96}) == f"{WRITTEN}bit_rate = 96\n"


def test_keys_above_all_tables_stand_above_them() -> None:
    changed = tomllib.loads(with_values(WRITTEN, "", {"first": True}))

    assert changed["first"] is True
    assert changed["sound"] == {"loudness": -16}


def test_nothing_to_change_changes_nothing() -> None:
    assert with_values(WRITTEN, "podcast", {}) == WRITTEN


def test_a_date_and_a_mapping_are_written_on_one_line_each() -> None:
    at = datetime.fromisoformat("2026-01-15T06:00:00+01:00")

    assert to_toml({"date": at, "word": {"ipa": "aː"}}).splitlines() == [
        "date = 2026-01-15T06:00:00+01:00",
        'word = {ipa = "aː"}',
    ]
