"""Small files that name an article by its address."""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING

import pytest

from ki_briefing.base.errors import ArticleError
from ki_briefing.intake.links import read_link

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = "https://example.org/artikel?id=3"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.url", f"[InternetShortcut]\r\nIconIndex=0\r\nURL={ADDRESS}\r\n".encode()),
        ("a.url", f"\ufeff{ADDRESS}\n".encode()),
        ("a.webloc", plistlib.dumps({"URL": ADDRESS})),
        ("a.webloc", plistlib.dumps({"URL": ADDRESS}, fmt=plistlib.FMT_BINARY)),
    ],
)
def test_the_address_is_found(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)

    assert read_link(tmp_path / name) == ADDRESS


@pytest.mark.parametrize("name", ["a.url", "a.webloc"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[InternetShortcut]\nURL=file:///etc/passwd",
        b"<plist><dict/></plist>",
        b"bplist00\xff\xff",
        b"\0" * 99,
        b"https://a.org\nTitel",
        b"x" * 100_001,
    ],
)
def test_what_names_no_web_address_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ArticleError, match="no web address"):
        read_link(tmp_path / name)


@pytest.mark.parametrize("between", ["\n", "\r\n\r\n", " "])
def test_two_addresses_are_never_glued_into_one(tmp_path: Path, between: str) -> None:
    (tmp_path / "a.url").write_text(f"{ADDRESS}{between}https://example.org/b\n", newline="")
    with pytest.raises(ArticleError, match="more than one") as caught:
        read_link(tmp_path / "a.url")

    assert not caught.value.passing
