"""What the voices' tests share: a stranger's engine, installed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import strangers


@pytest.fixture(scope="session")
def tone_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the engine that CONTRIBUTING shows, as pip installed it."""
    return strangers.install(tmp_path_factory.mktemp("tone"))


@pytest.fixture(autouse=True)
def _own_turns(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests at the same time are other machines: they take no turns from this one."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture(autouse=True)
def _each_stranger_is_new() -> Iterator[None]:
    """Several tests have a module of a stranger's, each its own, under one name."""
    sys.modules.pop("tone", None)
    yield
    sys.modules.pop("tone", None)
