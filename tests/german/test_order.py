"""Every rule of the German room is asked, once, where the one list of all says."""

from __future__ import annotations

import pkgutil
from collections import Counter
from importlib import import_module

from ki_briefing import german
from ki_briefing.german.order import ORDER
from ki_briefing.german.scan import DIGIT, LETTER, SIGN, WORD, Rule


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
