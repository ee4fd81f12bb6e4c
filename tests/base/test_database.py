"""A database keeps all or nothing, and one that cannot be used is refused, never half read."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ki_briefing.base.database import Database, TornDatabase, delete, outer_join
from ki_briefing.base.errors import Exit, StorageError

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = "CREATE TABLE word (text TEXT PRIMARY KEY);"


def words(database: Database) -> list[str]:
    return [text for (text,) in database.rows("SELECT text FROM word ORDER BY text")]


def test_what_was_written_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "words.sqlite"
    with Database(path, SCHEMA, 1) as database:
        database.execute("INSERT INTO word VALUES (?)", ("eins",))

    with Database(path, SCHEMA, 1) as database:
        assert words(database) == ["eins"]
        assert database.is_sound
        assert database.one("SELECT text FROM word WHERE text = 'zwei'") is None


def test_a_block_that_fails_leaves_nothing_of_what_it_wrote(tmp_path: Path) -> None:
    with Database(tmp_path / "words.sqlite", SCHEMA, 1) as database:
        with database.transaction():
            database.execute_each("INSERT INTO word VALUES (?)", [("a",), ("b",)])
        with pytest.raises(StorageError), database.transaction():
            database.execute_each("INSERT INTO word VALUES (?)", [("c",), ("a",)])
        assert words(database) == ["a", "b"]

        with database.transaction():  # and the next one begins anew
            database.execute("DELETE FROM word")
        assert words(database) == []


def test_another_version_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    Database(path, SCHEMA, 1).close()
    before = path.read_bytes()

    with pytest.raises(TornDatabase, match="another version"):
        Database(path, SCHEMA, 2)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "words.sqlite"
    path.write_bytes(content)

    with pytest.raises(TornDatabase) as caught:
        Database(path, SCHEMA, 1)
    assert caught.value.exit_code == Exit.IO
    assert path.read_bytes() == content


def test_a_damaged_page_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    with Database(path, SCHEMA, 1) as database:
        database.execute_each("INSERT INTO word VALUES (?)", [(f"Wort {number}",) for number in range(999)])
    data = path.read_bytes()
    path.write_bytes(data[:8192] + b"\xff" * 4096 + data[12288:])

    with Database(path, SCHEMA, 1) as database:
        assert not database.is_sound


def test_a_link_to_somebody_elses_file_is_refused(tmp_path: Path) -> None:
    Database(tmp_path / "theirs.sqlite", SCHEMA, 1).close()
    (tmp_path / "words.sqlite").symlink_to("theirs.sqlite")

    with pytest.raises(TornDatabase, match="symbolic link"):
        Database(tmp_path / "words.sqlite", SCHEMA, 1)


def test_a_folder_in_its_place_is_named_as_what_it_is_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    path.mkdir()
    with pytest.raises(StorageError, match=r"words\.sqlite: it is a folder") as caught:
        Database(path, SCHEMA, 1)

    assert "Move it away" in caught.value.hint
    assert not isinstance(caught.value, TornDatabase)
    assert path.is_dir()


def test_a_disk_that_refuses_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "words.sqlite").mkdir()

    with pytest.raises(StorageError, match="cannot use") as caught:
        Database(tmp_path / "words.sqlite", SCHEMA, 1)
    assert caught.value.hint


def test_a_deleted_database_is_made_anew_without_what_its_journal_knew(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    with Database(path, SCHEMA, 1) as database:
        database.execute("INSERT INTO word VALUES ('eins')")
    assert [each.name for each in sorted(tmp_path.iterdir())] == ["words.sqlite", "words.sqlite-journal"]

    delete(path)
    assert list(tmp_path.iterdir()) == []
    delete(path)  # already gone is gone
    with Database(path, SCHEMA, 1) as database:
        assert words(database) == []


def test_a_schema_that_fails_half_way_leaves_no_half_database(tmp_path: Path) -> None:
    path = tmp_path / "words.sqlite"
    with pytest.raises(StorageError):
        Database(path, f"{SCHEMA} CREATE TABLE word (again TEXT);", 1)

    with Database(path, SCHEMA, 1) as database:
        assert words(database) == []


def test_no_word_of_the_driver_reaches_who_uses_it(tmp_path: Path) -> None:
    database = Database(tmp_path / "words.sqlite", SCHEMA, 1)
    other = sqlite3.connect(tmp_path / "words.sqlite")
    other.execute("DROP TABLE word")
    other.close()

    with database, pytest.raises(StorageError, match="no such table"):
        words(database)


@given(st.sets(st.text()), st.sets(st.text()))
def test_sorted_names_and_rows_are_joined(names: set[str], known: set[str]) -> None:
    met = list(outer_join(sorted(names), iter(sorted(known)), str))

    assert met == [(each if each in names else None, each if each in known else None) for each in sorted(names | known)]
