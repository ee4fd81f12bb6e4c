"""episode.json gives back what was published, or says clearly that it is broken."""

from __future__ import annotations

import resource
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from ki_briefing.base.errors import PublishError, StorageError
from ki_briefing.base.toml import with_values
from ki_briefing.build import build_episode
from ki_briefing.episode.addresses import Addresses, asset_path
from ki_briefing.episode.assets import measure_asset
from ki_briefing.episode.release import RELEASE_FILE, read_release, release_json
from ki_briefing.new import new_episode
from ki_briefing.scaffold import init_show
from ki_briefing.show.reading import load_show
from publication_samples import sample_release


def write(folder: Path, text: str) -> Path:
    path = folder / RELEASE_FILE
    path.write_text(text, encoding="utf-8")
    return path


def test_a_release_comes_back_from_its_json_unchanged(tmp_path: Path) -> None:
    release = sample_release()

    assert read_release(write(tmp_path, release_json(release))) == release


def test_the_same_release_gives_the_same_json() -> None:
    assert release_json(sample_release()) == release_json(sample_release())


@pytest.mark.parametrize(
    "text",
    ["", "[]", "null", "{}", '{"episode": 1}', "{"],
)
def test_a_broken_episode_file_says_to_build_again(text: str, tmp_path: Path) -> None:
    with pytest.raises(PublishError) as caught:
        read_release(write(tmp_path, text))

    assert "Build" in caught.value.hint


def test_a_value_of_the_wrong_kind_is_refused(tmp_path: Path) -> None:
    text = release_json(sample_release()).replace('"number": 7', '"number": "7"')

    with pytest.raises(PublishError, match="must be a whole number"):
        read_release(write(tmp_path, text))


def test_a_missing_episode_file_says_to_build_first(tmp_path: Path) -> None:
    with pytest.raises(PublishError) as caught:
        read_release(tmp_path / "episode.json")

    assert "Build" in caught.value.hint


def test_a_published_name_changes_when_and_only_when_the_bytes_do(tmp_path: Path) -> None:
    path = tmp_path / "folge.mp3"
    path.write_bytes(b"one")
    first = measure_asset(path)
    path.write_bytes(b"two")
    second = measure_asset(path)
    path.write_bytes(b"one")

    assert first.published_name != second.published_name
    assert measure_asset(path) == first
    assert (first.size, first.media_type) == (3, "audio/mpeg")


def test_every_address_lies_below_the_base_address() -> None:
    release = sample_release()
    addresses = Addresses.of("https://podcast.example.org/")

    assert addresses.feed == "https://podcast.example.org/feed.xml"
    assert addresses.site == "https://podcast.example.org/"
    assert addresses.episode("chips") == "https://podcast.example.org/chips/"
    assert addresses.player("chips") == "https://podcast.example.org/chips/embed/"
    assert addresses.asset("chips", release.audio).endswith(asset_path("chips", release.audio))


def test_without_a_base_address_nothing_has_an_address() -> None:
    addresses = Addresses.of("")

    assert [addresses.feed, addresses.site, addresses.episode("x"), addresses.player("x")] == ["", "", "", ""]


@pytest.mark.parametrize(
    ("seconds", "written"), [(0, "PT0S"), (59, "PT59S"), (60, "PT1M0S"), (3600, "PT1H0M0S"), (36_061, "PT10H1M1S")]
)
def test_durations_are_written_as_iso_8601(seconds: int, written: str) -> None:
    assert replace(sample_release().episode, frames=seconds * 48_000).iso_duration == written


def test_a_release_is_complete_or_stays_as_it_was(tmp_path: Path) -> None:
    init_show(tmp_path / "show", sign=True)
    settings = tmp_path / "show" / "show.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(with_values(text, "jingles", {"style": "none"}), encoding="utf-8")
    article, picture = tmp_path / "artikel.md", tmp_path / "bild.jpg"
    Image.new("RGB", (1400, 1400), (200, 90, 40)).save(picture)
    article.write_text("---\nimage: bild.jpg\n---\n\n# Ein Titel\n\nEin erster Satz steht hier.\n", encoding="utf-8")
    episode = new_episode(article, load_show(tmp_path / "show"), now=datetime(2026, 1, 15, tzinfo=UTC))
    build_episode(episode)
    before = {path.name: path.read_bytes() for path in (episode / "built").iterdir()}

    Image.new("RGB", (1400, 1400), (40, 90, 200)).save(episode / "bild.jpg")
    text = (episode / "article.md").read_text(encoding="utf-8")
    (episode / "article.md").write_text(text + "\nUnd noch ein Satz.\n", encoding="utf-8")
    most = max(map(len, before.values()))  # of the MP3, which is to get longer: the disk refuses just that
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, limits[1]))
    try:
        with pytest.raises(StorageError, match=r"\.mp3"):
            build_episode(episode)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert {path.name: path.read_bytes() for path in (episode / "built").iterdir()} == before
