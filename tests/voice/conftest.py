"""What the voices' tests share: a stranger's engine, installed."""

from __future__ import annotations

from pathlib import Path

import pytest

import strangers


@pytest.fixture(scope="session")
def tone_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the engine that CONTRIBUTING shows, as pip installed it."""
    return strangers.install(tmp_path_factory.mktemp("tone"))
