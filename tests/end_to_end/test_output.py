"""What a command prints: whole, once, and no traceback where it cannot be read or written."""

from __future__ import annotations

import json
import os
import select
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ki_briefing.base.records import to_plain
from ki_briefing.cli.readable import explained
from ki_briefing.german.lexicon import load_lexicon
from ki_briefing.script import read_aloud

ROOT = Path(__file__).parents[2]
EPISODE = ROOT / "episodes/2026-01-22-vom-transformer-zum-sprachmodell"
PROGRAM = (sys.executable, "-m", "ki_briefing")
BOOK = [
    f"{number}. Satz: {number**2} Euro, z. B. für Nr. {number}. Und GPT-{number} kam am {number % 28 + 1}. März.\n"
    for number in range(3000)
]
"""More than a pipe holds."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("book") / "book.txt"
    path.write_text("".join(BOOK) + "\n\n" + " ".join(line.strip() for line in BOOK) + "\n", encoding="utf-8")
    return path


def printed(*options: str, book: Path) -> str:
    done = subprocess.run([*PROGRAM, "verbalize", *options, book], capture_output=True, check=True, encoding="utf-8")
    assert done.stderr == ""
    return done.stdout


def test_a_book_is_said_line_by_line_as_each_line_is_said_alone(tmp_path: Path) -> None:
    book = tmp_path / "book.txt"
    book.write_text("".join(BOOK[:1000]) + "\n\n" + " ".join(map(str.strip, BOOK[:1000])) + "\n", encoding="utf-8")
    lexicon = load_lexicon()
    said = [tuple(read_aloud(line, lexicon)) for line in book.read_text(encoding="utf-8").splitlines()]

    assert printed(book=book) == "".join(" ".join(each.spoken for each in line) + "\n" for line in said)
    assert printed("--explain", book=book) == "".join("\n".join(map(explained, line)) + "\n" for line in said)
    shown = [json.loads(line)["sentences"] for line in printed("--json", "--explain", book=book).splitlines()]
    assert [[(each["text"], each["spoken"], each["spans"]) for each in line] for line in shown] == [
        [(each.written, each.spoken, to_plain(each.spans)) for each in line] for line in said
    ]
    assert [len(line) for line in shown[-3:]] == [0, 0, 2000]


@pytest.mark.parametrize(("options", "lines"), [([], 1), (["--explain"], 2), (["--json"], 1)])
def test_a_line_is_said_before_the_next_one_is_written(options: list[str], lines: int) -> None:
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        [*PROGRAM, "verbalize", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=usual
    ) as process:
        assert process.stdin
        assert process.stdout
        for figure, word in (("2", "zweiten"), ("3", "dritten")):
            process.stdin.write(f"Am {figure}. Mai.\n".encode())
            process.stdin.flush()
            answer = b"".join(process.stdout.readline() for _ in range(lines))
            assert f"Am {word} Mai." in answer.decode()


@pytest.mark.parametrize("end", ["", "\n"])
def test_few_words_are_said_too(end: str) -> None:
    done = subprocess.run([*PROGRAM, "verbalize"], input=f"Am 3. Mai.\n\n2 KI{end}".encode(), capture_output=True)

    assert done.stdout.decode() == "Am dritten Mai.\n\nzwei K I\n"


@pytest.mark.parametrize("command", [["verbalize"], ["verbalize", "--json"], ["script", EPISODE]])
def test_a_closed_input_is_an_empty_one(command: list[str | Path]) -> None:
    program = shlex.join(map(str, [*PROGRAM, *command]))
    closed, empty = (
        subprocess.run(["sh", "-c", f"exec {program} {how}"], capture_output=True) for how in ("<&-", "</dev/null")
    )

    assert closed.stderr == b""
    assert (closed.returncode, closed.stdout) == (0, empty.stdout)


@pytest.mark.parametrize("options", [[], ["--explain"], ["--json"]])
def test_a_text_that_is_no_utf8_is_named(tmp_path: Path, options: list[str]) -> None:
    path = tmp_path / "alt.txt"
    path.write_bytes("Ein Café.\n".encode("cp1252"))
    done = subprocess.run([*PROGRAM, "verbalize", *options, path], capture_output=True, text=True)

    assert done.returncode == 65
    assert done.stderr.startswith(f"Error: {path} is not UTF-8\n")
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", [["verbalize"], ["verbalize", "--explain"], ["script"], ["voices"], ["--help"]])
def test_a_full_disk_is_said_in_one_line(command: list[str], book: Path) -> None:
    source = {"verbalize": [book], "script": [EPISODE]}.get(command[0], [])
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*PROGRAM, *command, *source], stdout=full, stderr=subprocess.PIPE, text=True)

    assert done.returncode == 74
    assert done.stderr.startswith("Error: the output cannot be written: No space left on device\n")
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.parametrize("options", [[], ["--explain"]])
def test_a_reader_that_has_seen_enough_is_no_error(options: list[str], book: Path) -> None:
    with subprocess.Popen(
        [*PROGRAM, "verbalize", *options, book], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline()
        process.stdout.close()

        assert process.stderr.read() == b""
        assert process.wait(timeout=30) == 0


@pytest.mark.parametrize(("signal_number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_in_the_middle_of_a_book_ends_it_without_a_traceback(
    signal_number: signal.Signals, code: int, book: Path
) -> None:
    reading, writing = os.pipe()  # nobody reads: the program waits in the middle, with something still to write
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(
        [*PROGRAM, "verbalize", book],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=usual,
    ) as process:
        try:
            assert select.select([reading], [], [], 60)[0]
            time.sleep(0.5)
            os.killpg(process.pid, signal_number)  # as a terminal does
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    os.close(reading)
    os.close(writing)

    assert process.returncode == code
    assert "Traceback" not in said
