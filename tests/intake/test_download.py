"""Large files come whole or not at all, and what has come is not fetched twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ki_briefing.base.errors import AddressOffline, AddressRefused, ArticleError
from ki_briefing.base.partial import Partial
from ki_briefing.intake.download import download
from ki_briefing.intake.http import Web
from ki_briefing.show.settings import Intake
from old_host import OldHost

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PIECE = 1 << 14
CONTENT = bytes(range(256)) * 4000


@pytest.fixture
def host() -> Iterator[OldHost]:
    with OldHost({"/a.mp3": CONTENT}) as running:
        yield running


def web() -> Web:
    return Web(Intake(private_hosts=("127.0.0.1",)))


def test_a_file_that_breaks_off_is_gone_on_with(host: OldHost, tmp_path: Path) -> None:
    host.breaks["/a.mp3"] = 26 * PIECE
    file = Partial(tmp_path / "a.mp3")
    download(web(), f"{host.url}/a.mp3", file)
    assert file.part.read_bytes() == CONTENT
    assert [asked for _, asked in host.asked] == ["", f"bytes={26 * PIECE}-", f"bytes={52 * PIECE}-"]


def test_another_process_goes_on_but_not_with_another_version(host: OldHost, tmp_path: Path) -> None:
    file = Partial(tmp_path / "a.mp3")
    host.breaks["/a.mp3"] = PIECE
    with pytest.raises(AddressOffline):
        download(web(), f"{host.url}/a.mp3", file)
    assert file.size == 3 * PIECE
    host.breaks.clear()
    host.files["/a.mp3"] = CONTENT[::-1]
    download(web(), f"{host.url}/a.mp3", file)
    assert file.part.read_bytes() == CONTENT[::-1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp3.part"]


def test_another_part_than_was_asked_for_is_not_glued_on(host: OldHost, tmp_path: Path) -> None:
    file = Partial(tmp_path / "a.mp3")
    host.breaks["/a.mp3"] = PIECE
    with pytest.raises(AddressOffline):
        download(web(), f"{host.url}/a.mp3", file)
    host.breaks.clear()
    host.astray = 10
    download(web(), f"{host.url}/a.mp3", file)
    assert file.part.read_bytes() == CONTENT


def test_without_a_mark_of_its_version_a_file_begins_anew(host: OldHost, tmp_path: Path) -> None:
    host.marks = False
    host.breaks["/a.mp3"] = PIECE
    file = Partial(tmp_path / "a.mp3")
    with pytest.raises(AddressOffline):
        download(web(), f"{host.url}/a.mp3", file)
    assert [asked for _, asked in host.asked] == ["", "", ""]


def test_it_follows_where_an_address_leads(host: OldHost, tmp_path: Path) -> None:
    host.files |= {"/count/a.mp3": "/b.mp3", "/b.mp3": f"{host.url}/a.mp3", "/circle": "/circle"}
    file = Partial(tmp_path / "a.mp3")
    download(web(), f"{host.url}/count/a.mp3", file)
    assert file.part.read_bytes() == CONTENT
    with pytest.raises(ArticleError, match="without an end"):
        download(web(), f"{host.url}/circle", Partial(tmp_path / "b.mp3"))


def test_what_is_no_file_is_refused(host: OldHost, tmp_path: Path) -> None:
    host.files["/gone.html"] = b"<html>Not here any more</html>"
    for path, why in (("/gone.html", "is a page"), ("/nowhere.mp3", "404")):
        with pytest.raises(ArticleError, match=why):
            download(web(), f"{host.url}{path}", Partial(tmp_path / "a.mp3"))
    with pytest.raises(AddressRefused, match="private network"):
        download(Web(Intake()), f"{host.url}/a.mp3", Partial(tmp_path / "a.mp3"))
    assert list(tmp_path.iterdir()) == []


def test_nobody_is_told_to_open_where_clouds_keep_their_secrets(tmp_path: Path) -> None:
    with pytest.raises(AddressRefused) as refused:
        download(web(), "http://169.254.169.254/a.mp3", Partial(tmp_path / "a.mp3"))
    assert "private_hosts" not in refused.value.hint
