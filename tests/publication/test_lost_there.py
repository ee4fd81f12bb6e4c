"""What somebody deletes or spoils in a folder that is a target is put there again."""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING

from ki_briefing.publication.mirror import mirror_show
from ki_briefing.publication.publisher import publish_site
from ki_briefing.publication.target import FolderTarget
from ki_briefing.show.targets import MirrorTarget
from public_shows import NOW, build, make_episode, make_show

if TYPE_CHECKING:
    from pathlib import Path


def test_the_next_run_puts_there_what_a_folder_has_lost_and_nothing_else(tmp_path: Path) -> None:
    web = tmp_path / "web"
    show = dataclasses.replace(make_show(tmp_path / "show"), targets=(MirrorTarget("web", str(web)),))
    publish_site(show, [build(show, make_episode(1))], FolderTarget(show.public), now=NOW)
    mirror_show(show)
    assert [(each.written, each.error) for each in mirror_show(show)] == [((), None)]

    (web / "index.html").unlink()
    with (web / "folge-1.mp3").open("ab") as sound:
        sound.write(b"x")
    (web / "own.html").write_text("not ours")
    os.utime(web / "feed.xml")
    (done,) = mirror_show(show)
    assert (done.written, done.removed, done.error) == (("folge-1.mp3", "index.html"), (), None)
    assert all((web / path).read_bytes() == (show.public / path).read_bytes() for path in done.written)
    assert [each.written for each in mirror_show(show)] == [()]
