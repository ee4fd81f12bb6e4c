"""Where a user's folders are, also of a user without a name or a home."""

from __future__ import annotations

import pwd
from pathlib import Path
from typing import NoReturn

import pytest

from ki_briefing.base.homes import CACHE, DATA, SETTINGS, user_folder


def test_a_variable_with_a_whole_path_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    monkeypatch.setenv("XDG_CONFIG_HOME", "not/whole")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)

    assert user_folder(DATA) == Path("/data/ki-briefing")
    assert user_folder(SETTINGS) == Path("/home/anna/.config/ki-briefing")
    assert user_folder(CACHE) == Path("/home/anna/.cache/ki-briefing")


def test_who_has_no_home_gets_no_folder_that_others_can_write(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_number: int) -> NoReturn:
        raise KeyError

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)

    assert user_folder(DATA) == Path("/.local/share/ki-briefing")
