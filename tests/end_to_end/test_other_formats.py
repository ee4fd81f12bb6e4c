"""Opus and M4A beside the MP3: the same sound and chapters, named in the feed so that apps can choose."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

PODCAST = "{https://podcastindex.org/namespace/1.0}"
ARTICLE = """Ein kurzer Titel
Der erste Satz steht hier, lang genug für einen Absatz. Der zweite Satz auch.
Noch ein Titel
Der dritte Satz hat 12 Wörter und einen Betrag von 3,5 Mio. Euro.
"""
SETTINGS = """
[podcast]
email = "redaktion@example.org"
[publication]
base_url = "https://podcast.example.org"
[sound]
alternates = ["opus", "m4a"]
"""


def run(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ki_briefing", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def built(folder: Path, settings: str = SETTINGS) -> Path:
    """Return the MP3 of a show's only episode."""
    folder.mkdir(exist_ok=True)
    (folder / "show.toml").write_text(settings, encoding="utf-8")
    episode = folder / "2026-01-15-kurz"
    episode.mkdir(exist_ok=True)
    (episode / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (episode / "episode.toml").write_text(
        'guid = "1f0c"\nnumber = 1\ndate = 2026-01-15T06:00:00+01:00\nslug = "kurz"\nsource = "article.txt"\n',
        encoding="utf-8",
    )
    done = run("build", "--json", episode, cwd=folder)
    assert done.returncode == 0, done.stderr
    return Path(json.loads(done.stdout)["audio"])


@pytest.fixture(scope="module")
def audio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("formats") / "show")


def probe(path: Path) -> Any:
    command = ["ffprobe", "-v", "error", "-show_format", "-show_chapters", "-show_streams", "-of", "json", str(path)]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


@pytest.fixture(scope="module", params=["", "channels = 2\nbit_rate = 128\n", "sample_rate = 24_000\nbit_rate = 64\n"])
def master(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("masters") / "show", SETTINGS + request.param)


@pytest.mark.parametrize(("suffix", "codec"), [(".opus", "opus"), (".m4a", "aac")])
@pytest.mark.judge("ffprobe", "ffmpeg")
def test_a_format_has_the_same_length_chapters_names_and_levels(master: Path, suffix: str, codec: str) -> None:
    path = master.with_suffix(suffix)
    mp3, other = probe(master), probe(path)

    streams = list(other["streams"])
    assert [stream["codec_name"] for stream in streams if stream["codec_type"] == "audio"] == [codec]
    tags = dict(other["format"].get("tags") or streams[0]["tags"])  # Ogg tags the stream
    assert {key: tags[key] for key in ("title", "album", "comment")} == {
        "title": "Ein kurzer Titel",
        "album": "KI-Briefing-Daily",
        "comment": "Dieser Beitrag enthält eine synthetische Stimme.",
    }
    marks = [[(c["start_time"], c["tags"]["title"]) for c in each["chapters"]] for each in (mp3, other)]
    assert marks[0] == marks[1]
    raw = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "s16le", "-ac", "1", "-ar", "48000", "-"]
    frames = len(subprocess.run(raw, capture_output=True, check=True).stdout) // 2
    said = json.loads((master.parent / "episode.json").read_text("utf-8"))["episode"]
    wanted = said["frames"] * 48_000 // said["sample_rate"]
    assert wanted <= frames < wanted + 2048
    meter = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"]
    reading = subprocess.run(meter, capture_output=True, text=True, check=True).stderr
    assert float(re.findall(r"I:\s+(-?[\d.]+)", reading)[-1]) == pytest.approx(-16, abs=0.3)
    assert float(re.findall(r"Peak:\s+(-?[\d.]+)", reading)[-1]) <= -1


def test_the_feed_names_every_format_with_size_rate_and_checksum(audio: Path) -> None:
    show = audio.parents[2]
    assert run("publish", "--show", show, cwd=show).returncode == 0

    item = ElementTree.parse(show / "public" / "feed.xml").getroot().find("channel/item")
    assert item is not None
    enclosure = item.find("enclosure")
    assert enclosure is not None
    named = item.findall(f"{PODCAST}alternateEnclosure")
    assert [each.get("type") for each in named] == ["audio/mpeg", "audio/ogg", "audio/mp4"]
    assert [each.get("default") for each in named] == ["true", None, None]
    for each in named:
        source, integrity = each.find(f"{PODCAST}source"), each.find(f"{PODCAST}integrity")
        assert source is not None
        assert integrity is not None
        path = show / "public" / source.attrib["uri"].removeprefix("https://podcast.example.org/")
        data = path.read_bytes()
        assert int(each.attrib["length"]) == len(data)
        assert integrity.attrib == {
            "type": "sri",
            "value": "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode(),
        }
        assert 30_000 < int(each.attrib["bitrate"]) < 200_000
    paths = [each[0].get("uri", "").rpartition(".org/")[2] for each in named]
    assert paths == ["kurz.mp3", "kurz/audio.opus", "kurz/audio.m4a"]
    first = named[0].find(f"{PODCAST}source")
    assert first is not None
    assert first.get("uri") == enclosure.get("url")


def test_two_builds_give_the_same_bytes_and_a_lost_file_is_made_again(audio: Path, tmp_path: Path) -> None:
    again = built(tmp_path / "show")
    for suffix in (".opus", ".m4a"):
        assert again.with_suffix(suffix).read_bytes() == audio.with_suffix(suffix).read_bytes()
    again.with_suffix(".opus").unlink()

    built(tmp_path / "show")

    assert again.with_suffix(".opus").read_bytes() == audio.with_suffix(".opus").read_bytes()


def test_an_unknown_format_and_a_missing_extra_say_what_to_do(audio: Path) -> None:
    show, episode = audio.parents[2], audio.parents[1]
    settings = show / "show.toml"
    settings.write_text(SETTINGS.replace('"m4a"', '"flac"'), encoding="utf-8")
    unknown = run("build", episode, cwd=show)
    settings.write_text(SETTINGS, encoding="utf-8")
    code = (
        "import sys, importlib.util as util; find = util.find_spec;"
        "util.find_spec = lambda name, *rest: None if name == 'av' else find(name, *rest);"
        "from ki_briefing.cli.main import main; sys.argv = ['ki-briefing', 'build', sys.argv[1]]; main()"
    )
    (episode / "built" / "build.json").unlink()
    missing = subprocess.run(
        [sys.executable, "-c", code, episode], cwd=show, capture_output=True, text=True, check=False
    )

    assert unknown.returncode == missing.returncode == 78
    assert "there is no format 'flac'" in unknown.stderr
    assert "m4a, opus" in unknown.stderr
    assert "pip install 'ki-briefing[alternates]'" in missing.stderr
