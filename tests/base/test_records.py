"""What is written as JSON reads back as the same value; what is of another shape is refused with its place."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ki_briefing.base.records import Between, RecordError, Such, from_json, from_plain, to_json, to_plain


class Mood(StrEnum):
    CALM = "calm"
    BRIGHT = "bright"


@dataclass(frozen=True)
class Part:
    name: str
    weight: float = 1.0


@dataclass(frozen=True)
class Whole:
    title: str
    count: int
    share: Annotated[float, Between(0, 1)]
    code: Annotated[str, Such(str.isascii, "ASCII")]
    on: bool
    mood: Mood
    place: Path
    at: datetime | None
    parts: tuple[Part, ...] = ()
    names: tuple[str, ...] = field(default_factory=tuple)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
ZONED = st.datetimes(timezones=st.sampled_from([datetime.fromisoformat("2026-01-15T06:00:00+01:00").tzinfo]))
PARTS = st.builds(Part, TEXTS, st.floats(allow_nan=False))
WHOLES = st.builds(
    Whole,
    title=TEXTS,
    count=st.integers(),
    share=st.floats(0, 1),
    code=st.text(st.characters(max_codepoint=127)),
    on=st.booleans(),
    mood=st.sampled_from(Mood),
    place=TEXTS.map(lambda name: Path(name.replace("\0", ""))),
    at=st.none() | ZONED,
    parts=st.lists(PARTS, max_size=3).map(tuple),
    names=st.lists(TEXTS, max_size=3).map(tuple),
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
GOOD = {
    "title": "T",
    "count": 3,
    "share": 1,
    "code": "A",
    "on": True,
    "mood": "calm",
    "place": "a/b",
    "at": "2026-01-15T06:00:00+01:00",
    "parts": [{"name": "a"}],
}


@given(WHOLES, st.sampled_from([None, 2]))
def test_what_is_written_as_json_reads_back_as_the_same_value(value: Whole, indent: int | None) -> None:
    assert from_json(Whole, to_json(value, indent)) == value


@given(WHOLES)
def test_equal_values_are_equal_text(value: Whole) -> None:
    assert to_json(value) == to_json(from_plain(Whole, to_plain(value)))


@given(PLAIN)
def test_whatever_is_read_is_a_value_or_one_error(data: object) -> None:
    for wrong in (data, GOOD | {"share": data}, GOOD | {"parts": data}, GOOD | {"at": data}, GOOD | {"mood": data}):
        try:
            assert isinstance(from_plain(Whole, wrong), Whole)
        except RecordError as error:
            assert error.complaint  # noqa: PT017 - either is right


@given(st.text())
def test_whatever_text_is_read_is_a_value_or_one_error(text: str) -> None:
    with pytest.raises(RecordError):
        from_json(Whole, text)


def test_a_value_of_each_kind_is_read() -> None:
    read = from_plain(Whole, GOOD)

    assert read == Whole(
        "T", 3, 1.0, "A", True, Mood.CALM, Path("a/b"), datetime.fromisoformat(str(GOOD["at"])), (Part("a"),)
    )
    assert type(read.share) is float  # any number will do where one is asked for


@pytest.mark.parametrize(
    ("change", "place", "complaint"),
    [
        ({"titel": "T"}, "f", "unknown key 'titel'"),
        ({"title": 3}, "f: title", "must be text, not 3"),
        ({"title": None}, "f: title", "must be text, not None"),
        ({"count": 3.0}, "f: count", "must be a whole number, not 3.0"),
        ({"count": True}, "f: count", "must be a whole number, not True"),
        ({"share": True}, "f: share", "must be a number, not True"),
        ({"share": 1.01}, "f: share", "must be from 0 to 1, not 1.01"),
        ({"share": math.nan}, "f: share", "must be from 0 to 1, not nan"),
        ({"code": "ä"}, "f: code", "must be ASCII, not 'ä'"),
        ({"on": 1}, "f: on", "must be true or false, not 1"),
        ({"mood": "loud"}, "f: mood", "must be 'calm' or 'bright', not 'loud'"),
        ({"mood": 3}, "f: mood", "must be 'calm' or 'bright', not 3"),
        ({"place": 3}, "f: place", "must be a path, not 3"),
        (
            {"at": "gestern"},
            "f: at",
            "must be a date with time and zone, like 2026-01-15T06:00:00+01:00, not 'gestern'",
        ),
        ({"at": 3}, "f: at", "must be a date with time and zone, like 2026-01-15T06:00:00+01:00, not 3"),
        ({"parts": {}}, "f: parts", "must be a list"),
        ({"parts": [{}]}, "f: parts", "'name' is missing"),
        ({"parts": [3]}, "f: parts", "must be a table"),
        ({"names": "abc"}, "f: names", "must be a list"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(change: dict[str, object], place: str, complaint: str) -> None:
    with pytest.raises(RecordError) as caught:
        from_plain(Whole, GOOD | change, place="f")

    assert (caught.value.place, caught.value.complaint) == (place, complaint)
    assert caught.value.hint
    assert str(caught.value) == f"{place}: {complaint}"


def test_what_may_be_a_secret_is_not_shown() -> None:
    @dataclass(frozen=True)
    class Keyed:
        key: Annotated[str, Such(str.isalpha, "a name", masked=True)]

    for wrong in ("sk-1234", ["sk-1234"], {"a": "sk-1234"}, True, 1234):
        with pytest.raises(RecordError) as caught:
            from_plain(Keyed, {"key": wrong})
        assert "1234" not in f"{caught.value} {caught.value.hint}"


def test_an_unknown_key_is_told_with_the_known_ones() -> None:
    with pytest.raises(RecordError) as caught:
        from_plain(Part, {"nam": "a"})

    assert (caught.value.word, caught.value.known) == ("nam", ("name", "weight"))


def test_what_is_given_beside_the_data_must_not_stand_in_it() -> None:
    assert from_plain(Part, {"weight": 2}, given={"name": "a"}) == Part("a", 2.0)
    with pytest.raises(RecordError, match="unknown key 'name'"):
        from_plain(Part, {"name": "b"}, given={"name": "a"})


def test_what_json_has_no_word_for_becomes_text() -> None:
    assert to_plain({"a": (Path("b"), Mood.CALM, None)}) == {"a": ["b", "calm", None]}
    assert to_json(Part("\udcff")) == '{"name": "?", "weight": 1.0}'  # a file's name that is no text
