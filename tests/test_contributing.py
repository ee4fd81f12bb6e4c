"""What CONTRIBUTING says of floors, doors, packages and lengths is what the linter and the files say."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from importlib.metadata import distribution, packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = PROJECT["tool"]["importlinter"]["contracts"]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MOST_MEGABYTES = 220
CODE = sorted(path for folder in ("src", "tests") for path in (ROOT / folder).rglob("*.py"))
LONGEST = {"src": 350, "tests": 500}


def table(first: str) -> list[list[str]]:
    """Return the rows of the table whose first column has this name."""
    found = re.search(rf"^\| {first} \|.*\n\|[-:|]+\|\n((?:\|.*\n)+)", TEXT, re.M)
    assert found, first
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found[1].splitlines()]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def canonical(requirement: str) -> str:
    return canonicalize_name(Requirement(requirement).name)


def doors() -> dict[str, set[str]]:
    """Return by package the modules that the linter lets import it."""
    by_module = packages_distributions()
    found: dict[str, set[str]] = {}
    for contract in CONTRACTS:
        if contract["type"] == "forbidden":
            (module,) = contract["forbidden_modules"]
            importers = {each.split(" -> ")[0].removeprefix("ki_briefing.") for each in contract["ignore_imports"]}
            package = canonicalize_name(by_module[module][0])
            found[package] = {each.removesuffix(".**").replace(".", "/") for each in importers}
    return found


def test_floors_are_those_that_the_linter_holds() -> None:
    (layers,) = (contract["layers"] for contract in CONTRACTS if contract["type"] == "layers")
    held = [[room.strip(" ()") for room in layer.split("|")] for layer in layers]

    assert [names(rooms) for _, rooms, _ in table("floor")] == held
    assert [number for number, _, _ in table("floor")] == [str(number) for number in range(1, len(held) + 1)]


def test_doors_are_those_that_the_linter_holds() -> None:
    said = {names(package)[0]: set(names(door)) for package, door, *_ in table("package") if names(door)}

    assert said == doors()


def test_every_package_that_we_ask_for_is_named_and_no_other() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    ours = [each for extra, packages in extras.items() if extra != "dev" for each in packages]
    asked = [*PROJECT["project"]["dependencies"], *ours]

    assert {names(row[0])[0] for row in table("package")} == {*map(canonical, asked), *doors()}


@cache
def megabytes(package: str) -> float:
    """Return how much of the disk an installed package takes [MB], without what Python compiled."""
    files = [file.locate() for file in distribution(package).files or () if file.suffix != ".pyc"]
    return sum(Path(str(file)).stat().st_size for file in files if Path(str(file)).is_file()) / 1e6


def closure(requirements: list[str]) -> set[str]:
    """Return the packages that are installed with these, on this machine."""
    found: set[str] = set()
    waiting = [Requirement(each) for each in requirements]
    while waiting:
        each = waiting.pop()
        name = canonicalize_name(each.name)
        if name not in found and (each.marker is None or each.marker.evaluate({"extra": ""})):
            found.add(name)
            waiting += map(Requirement, distribution(name).requires or ())
    return found


def test_a_fresh_environment_stays_small_and_the_table_says_where_its_megabytes_lie() -> None:
    installed = closure(PROJECT["project"]["dependencies"])
    said = {names(package)[0]: float(size) for package, _, _, size, _ in table("package")}

    assert sum(map(megabytes, installed)) <= MOST_MEGABYTES
    wrong = {
        name: megabytes(name)
        for name in installed & said.keys()
        if abs(megabytes(name) - said[name]) > max(1.0, said[name] / 3)  # platforms and versions differ a little
    }
    assert wrong == {}


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_and_no_function_grows_too_long(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert len(text.splitlines()) <= LONGEST[path.relative_to(ROOT).parts[0]]
    long = [node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef) and length(node) > 50]
    assert long == []


def length(function: ast.FunctionDef) -> int:
    """Return how many lines a function has, without its docstring."""
    said = function.body[0] if ast.get_docstring(function, clean=False) is not None else None
    quoted = (said.end_lineno or 0) - said.lineno + 1 if said else 0
    return (function.end_lineno or 0) - function.lineno + 1 - quoted


def test_there_is_enough_that_would_notice_a_fault() -> None:
    def lines(folder: str, *endings: str) -> int:
        files = (path for ending in endings for path in (ROOT / folder).rglob(f"*{ending}"))
        return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)

    assert lines("tests", ".py", ".txt") >= 0.6 * lines("src", ".py")  # a line of a case file is a test
