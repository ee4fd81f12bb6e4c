"""A new show is made whole, or it is said why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ki_briefing.base.errors import StorageError
from ki_briefing.scaffold import init_show
from ki_briefing.show.reading import SHOW_FILE

if TYPE_CHECKING:
    from pathlib import Path


def test_a_file_in_the_inboxs_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "inbox").write_text("", encoding="utf-8")

    with pytest.raises(StorageError, match=r"cannot make .*inbox: File exists"):
        init_show(tmp_path)
    assert not (tmp_path / SHOW_FILE).exists()
