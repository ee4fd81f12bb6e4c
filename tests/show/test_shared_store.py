"""Two hosts with the same show: what one has spoken, the other need not speak."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ki_briefing.build import build_episode
from web_spaces import ACCESS_KEY, BUCKET, SECRET_KEY, WEED, s3_server

if TYPE_CHECKING:
    from pathlib import Path

EPISODE = (
    'guid = "g"\nnumber = 1\ndate = 2026-01-15T06:00:00+01:00\nslug = "folge"\nsource = "artikel.md"\n'
    'url = "https://example.org/artikel"\n'
)
ARTICLE = "# Ein Titel\n\nDer erste Satz steht hier. Der zweite Satz auch.\n"


def hosts(tmp_path: Path, storage: str) -> tuple[Path, Path]:
    """Return the folders of an episode on two hosts."""
    for name in ("one", "other"):
        episode = tmp_path / name / "2026-01-15-folge"
        episode.mkdir(parents=True)
        (tmp_path / name / "show.toml").write_text(f"[storage]\n{storage}", encoding="utf-8")
        (episode / "episode.toml").write_text(EPISODE, encoding="utf-8")
        (episode / "artikel.md").write_text(ARTICLE, encoding="utf-8")
    return tmp_path / "one" / "2026-01-15-folge", tmp_path / "other" / "2026-01-15-folge"


def assert_shared(one: Path, other: Path) -> None:
    first = build_episode(one)
    second = build_episode(other)

    assert first.spoken > 0
    assert second.spoken == 0
    assert second.audio.read_bytes() == first.audio.read_bytes()
    shutil.rmtree(other.parent / ".cache")  # a cache that is lost is fetched again
    shutil.rmtree(other / "built")
    assert build_episode(other).spoken == 0


def test_hosts_that_share_a_folder_speak_once(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    assert_shared(*hosts(tmp_path, f'shared = "{tmp_path}/shared"\n'))


@pytest.mark.skipif(not WEED.exists(), reason="cannot be judged without SeaweedFS")
def test_hosts_that_share_a_bucket_speak_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("KEY", SECRET_KEY)
    with s3_server(tmp_path) as port:
        where = f'shared = "s3://{BUCKET}/sound"\nendpoint = "http://127.0.0.1:{port}"\n'
        assert_shared(*hosts(tmp_path, f'{where}access_key = "KEY_ID"\nsecret_key = "KEY"\n'))
