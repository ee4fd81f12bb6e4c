"""A megabyte of what no newsroom writes beside a megabyte of news: what the worst text costs to put in words on one
core, in time and memory; and what the modules that do it cost to import."""

from __future__ import annotations

import random
import string
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from measure import Contender, Figure, compare, print_costs

import article

PROGRAM = str(Path(sys.executable).with_name("ki-briefing"))
CALL = "import sys; from ki_briefing.german.verbalize import explain; explain(open(sys.argv[1]).read())"
IMPORT = "import ki_briefing.german.verbalize, ki_briefing.german.sentences, os; os._exit(0)"
ROUNDS = 1
_IMPORTS = 15
_SIZE = 1_000_000  # bytes
_REPEATED = "A|a|1|$|½|-|.|'1|ü³|a-|Ab-|1-|1,|1 |1. |A. |II. |Mo, |z. B. |§$%&/()=?+*#<>".split("|")
_MIXED = {
    "any signs of ASCII": string.printable[:95],
    "short lines of them": string.printable[:95] + 10 * "\n",
    "figures and points": "0123456789.,:-/ ",
    "Roman numerals": "IVXLCDM. ",
    "abbreviations": ("z. B. ", "Nr. ", "Dr. ", "A. ", "3. ", "Mio. ", "und ", "der "),
    "short sentences": ("2. ", "IV ", " (", "b", "F#"),
    "half an equation": ("5", "z. B. ", "=", "X", "EU-"),
    "numbers of names": ("X", "1", "Nr. ", ":", "@", "H100", ">", "#"),
    "raised figures": ("^", "3-", "²", "X", "½", " "),
    "a list that goes on": ("V", "usw. ", "-", "2.", "5", "3-", " "),
    "tags and handles": ("α", "*in", "*", "$", "2", "3.", "#", "B"),
}


def measure(work: Path) -> list[Figure]:
    """Return the figures of a megabyte of text."""
    contenders = []
    for number, (name, text) in enumerate(_texts()):
        file = work / f"{number}.txt"
        file.write_bytes(text.encode()[:_SIZE].decode(errors="ignore").encode())
        del text  # a process is counted at least as large as we were at its start
        contenders.append(Contender(name, (PROGRAM, "verbalize", str(file)), cores=1))
        if name in _MIXED:
            contenders.append(Contender(f"{name}, in one call", (sys.executable, "-c", CALL, str(file)), cores=1))
    costs = compare(contenders, ROUNDS, warm_up=False)
    print_costs(costs)
    news = costs.pop("news")
    imports = compare(
        [
            Contender(name, (sys.executable, "-c", code))
            for name, code in (("import", IMPORT), ("Python", "import os; os._exit(0)"))
        ],
        _IMPORTS,
    )
    print_costs(imports)
    return [
        Figure("a megabyte of news, wall", news.wall, 5, "s"),
        Figure("the worst megabyte, wall", max(cost.wall for cost in costs.values()), 60, "s"),
        Figure("the worst megabyte, peak memory", max(cost.peak for cost in costs.values()), 300, "MB"),
        Figure(
            "the import, processor time without Python's own", imports["import"].cpu - imports["Python"].cpu, 0.1, "s"
        ),
    ]


def _texts() -> Iterator[tuple[str, str]]:
    yield "news", article.write(1400)
    for piece in _REPEATED:
        yield f"{piece!r} again and again", piece * _SIZE
    for mark in ".?":
        yield f"a run of {mark!r} and a letter", mark * (_SIZE - 1) + "x"
    for name, pieces in _MIXED.items():
        yield name, _shuffled(pieces)


def _shuffled(pieces: Sequence[str]) -> str:
    """Return a megabyte of the pieces, in an order that is the same every time and repeats nothing."""
    return "".join(random.Random(1).choices(pieces, k=_SIZE))
