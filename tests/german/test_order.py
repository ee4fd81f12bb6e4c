"""Every rule of the German room is asked, once, where the one list of all says."""

from __future__ import annotations

import pkgutil
from collections import Counter
from importlib import import_module
from pathlib import Path

from ki_briefing import german
from ki_briefing.german.order import ORDER
from ki_briefing.german.scan import DIGIT, LETTER, PLACE, SIGN, WORD, Rule
from ki_briefing.german.unicode import normalize

CASES = sorted((Path(__file__).parents[1] / "data").glob("*/*.txt"))


def named_rules() -> dict[int, str]:
    """All rules by identity, with the names that the modules give them."""
    modules = [import_module(f"{german.__name__}.{found.name}") for found in pkgutil.iter_modules(german.__path__)]
    return {
        id(value): f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, Rule)
    }


def test_every_rule_stands_in_the_order_and_none_twice() -> None:
    names = named_rules()
    places = Counter(names.get(id(rule), "a rule without a name") for rule in ORDER)

    assert len(names) > 100
    assert {name: places[name] for name in names.values() if places[name] != 1} == {}
    assert "a rule without a name" not in places


def test_every_rule_begins_at_a_place_that_there_is() -> None:
    for rule in ORDER:
        assert rule.starts
        assert set(rule.starts) <= {DIGIT, WORD, LETTER, SIGN}


def test_no_rule_knows_a_place_that_it_does_not_name() -> None:
    names = named_rules()
    lines = {normalize(line) for path in CASES for line in path.read_text(encoding="utf-8").splitlines()}
    unnamed = {
        (names[id(rule)], place.lastgroup, line)
        for line in lines
        for place in PLACE.finditer(line)
        for rule in ORDER
        if place.lastgroup not in rule.starts and rule.match(line, place.start())
    }

    assert unnamed == set()
