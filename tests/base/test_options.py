"""Keys that a table's dataclass leaves to somebody else come through whole, and are checked where they arrive."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

import pytest

from ki_briefing.base.records import Between, Options, RecordError, from_options, from_plain


@dataclass(frozen=True)
class Ours:
    engine: str = ""
    options: Options = field(default_factory=Options)


@dataclass(frozen=True)
class Speed:
    factor: Annotated[float, Between(0.5, 2)] = 1.0


@dataclass(frozen=True)
class Theirs:
    speed: Speed = field(default_factory=Speed)
    names: tuple[str, ...] = ()
    nested: tuple[Speed, ...] = ()
    empty: tuple[str, ...] = ("a",)
    whole: int = 0


def ours(toml: str) -> Ours:
    return from_plain(Ours, tomllib.loads(toml), place="show.toml: voice")


def test_what_is_left_over_is_another_dataclass_wherever_it_is_read() -> None:
    lists = 'names = ["b", "c"]\nempty = []\nnested = [{ factor = 1.5 }, {}]'
    found = ours(f'engine = "x"\nwhole = 3\nspeed = {{ factor = 2 }}\n{lists}')

    assert found.engine == "x"
    assert from_options(Theirs, found.options) == Theirs(Speed(2.0), ("b", "c"), (Speed(1.5), Speed()), (), 3)
    assert from_options(Theirs, ours("").options) == Theirs()


def test_what_is_left_over_is_a_value_and_its_place_is_no_part_of_it() -> None:
    text = 'day = 2026-01-15\nnames = ["b", ["c"]]\ndeep = { a = { b = [{ c = 1 }] } }'
    one, other = ours(text).options, from_plain(Ours, tomllib.loads(text), place="elsewhere").options

    assert one == other
    assert hash(one) == hash(other)
    assert repr(one) == repr(other)
    assert one.items[0].value == date(2026, 1, 15)
    assert one != ours(text.replace("1 }", "2 }")).options


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        ("wholly = 1", "show.toml: voice: unknown key 'wholly'"),
        ("options = 1", "show.toml: voice: unknown key 'options'"),
        ("whole = true", "show.toml: voice: whole: must be a whole number, not True"),
        ("speed = { factor = 3 }", "show.toml: voice: speed: factor: must be from 0.5 to 2, not 3"),
        ("speed = { facto = 3 }", "show.toml: voice: speed: unknown key 'facto'"),
        ('names = "b"', "show.toml: voice: names: must be a list"),
        ("speed = [1]", "show.toml: voice: speed: must be a table"),
    ],
)
def test_what_is_wrong_in_it_is_said_with_the_place_where_it_stood(toml: str, complaint: str) -> None:
    with pytest.raises(RecordError) as caught:
        from_options(Theirs, ours(toml).options, known=("engine",))
    assert str(caught.value) == complaint
    assert ("engine" in caught.value.known) == ("wholly" in toml or "options" in toml)
