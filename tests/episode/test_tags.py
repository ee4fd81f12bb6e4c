"""The tag: every frame a podcast MP3 carries, in an order and a form that every reader understands."""

from __future__ import annotations

import io
import itertools
import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from mutagen.id3 import ID3
from mutagen.mp3 import MP3, BitrateMode
from PIL import Image

from ki_briefing.base.errors import PublishError, SoundError
from ki_briefing.episode.tags import LARGEST_COVER, read_tag, render, write_mp3
from ki_briefing.model.episode import ChapterMark
from ki_briefing.model.text import SegmentKind
from publication_samples import ARTICLE_URL
from spoken_episode import Spoken, speak_episode, tag_of, write_episode


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Spoken:
    return speak_episode(tmp_path_factory.mktemp("spoken"))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory, spoken: Spoken) -> Path:
    return write_episode(tmp_path_factory.mktemp("tagged") / "folge.mp3", spoken)


def frame_names(data: bytes) -> list[str]:
    size = sum(byte << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    names, at = [], 10
    while at < 10 + size:
        names.append(data[at : at + 4].decode())
        at += 10 + int.from_bytes(data[at + 4 : at + 8], "big")
    assert at == 10 + size
    return names


def test_the_tag_is_plain_id3v23_without_a_second_one(path: Path) -> None:
    data = path.read_bytes()

    assert data[:6] == b"ID3\x03\x00\x00"
    assert data[-128:-125] != b"TAG"


def test_every_expected_frame_is_there_and_wfed_is_not(path: Path) -> None:
    wanted = (
        "TIT2 TPE1 TALB TCON TRCK TPOS TYER TDAT TIME TLAN TLEN TCOP COMM USLT SYLT WOAF WOAS WORS WXXX APIC CHAP"
        " CTOC TXXX PCST TGID TDES TKWD TSSE"
    )

    names = frame_names(path.read_bytes())

    assert set(wanted.split()) <= set(names)
    assert "WFED" not in names
    assert read_tag(path).missing == ()


def test_chapters_stand_in_the_order_of_time_and_the_picture_last(path: Path, spoken: Spoken) -> None:
    names = frame_names(path.read_bytes())
    marks = spoken.episode.chapters

    assert names[-len(marks) - 2 :] == ["CTOC", *["CHAP"] * len(marks), "APIC"]
    data = path.read_bytes()
    places = [data.index(f"chp{index:03}".encode() + b"\0", data.index(b"CHAP")) for index in range(len(marks))]
    assert places == sorted(places)


def test_chapters_cover_the_whole_episode_without_a_gap(path: Path, spoken: Spoken) -> None:
    chapters = sorted(ID3(path).getall("CHAP"), key=lambda chapter: chapter.start_time)

    assert [(chapter.start_time, str(chapter.sub_frames["TIT2"])) for chapter in chapters] == [
        (mark.start * 1000, mark.title) for mark in spoken.episode.chapters
    ]
    assert chapters[0].start_time == 0
    assert all(one.end_time == two.start_time for one, two in itertools.pairwise(chapters))
    assert chapters[-1].end_time == round(MP3(path).info.length * 1000)
    assert chapters[2].sub_frames["WXXX:"].url == ARTICLE_URL + "#forscher-sehen-grenzen"


def test_title_date_and_addresses_are_what_readers_find(path: Path, spoken: Spoken) -> None:
    tag = ID3(path)

    assert str(tag["TIT2"]) == spoken.episode.title
    assert (str(tag["TRCK"]), str(tag["TALB"]), str(tag["TLAN"])) == ("7", "KI-Briefing-Daily", "deu")
    assert str(tag["TDRC"]) == "2026-01-15 06:30:00"
    assert tag["WXXX:Artikel"].url == ARTICLE_URL
    assert tag["WOAF"].url == "https://podcast.example.org/chips-fuer-deepseek/"
    assert str(tag["TGID"]) == spoken.episode.guid
    assert str(tag["TXXX:DigitalSourceType"]).endswith("/algorithmicMedia")


def test_replay_gain_brings_the_episode_to_minus_18_lufs(path: Path, spoken: Spoken) -> None:
    gain = float(str(ID3(path)["TXXX:replaygain_track_gain"]).removesuffix(" dB"))

    assert gain == pytest.approx(-18 - spoken.master.loudness.integrated, abs=0.005)


def test_lyrics_show_every_sentence_at_its_time(path: Path, spoken: Spoken) -> None:
    tag = ID3(path)
    sentences = spoken.episode.sentences

    assert tag.getall("SYLT")[0].text == [(sentence.text, sentence.start) for sentence in sentences]
    assert str(tag.getall("USLT")[0]).split() == " ".join(sentence.text for sentence in sentences).split()


def test_the_stream_is_gapless_and_constant(path: Path, spoken: Spoken) -> None:
    info = MP3(path).info

    assert info.bitrate_mode == BitrateMode.CBR
    assert info.encoder_info.startswith("LAME")
    assert info.length == pytest.approx(spoken.episode.frames / spoken.episode.sample_rate, abs=1e-6)


def test_the_same_episode_gives_the_same_bytes(path: Path, spoken: Spoken, tmp_path: Path) -> None:
    assert write_episode(tmp_path / "noch einmal.mp3", spoken).read_bytes() == path.read_bytes()


def test_more_chapters_than_a_table_of_contents_can_list_are_all_there(spoken: Spoken, tmp_path: Path) -> None:
    marks = tuple(ChapterMark(second, f"Kapitel {second}", "", SegmentKind.SECTION) for second in range(300))
    tag = tag_of(replace(spoken.episode, chapters=marks))

    (tmp_path / "tag.mp3").write_bytes(render(tag, spoken.master))

    assert read_tag(tmp_path / "tag.mp3").chapters == tuple((1000 * mark.start, mark.title) for mark in marks)
    assert len(ID3(tmp_path / "tag.mp3")["CTOC:toc"].child_element_ids) == 255


def test_links_that_apps_would_mangle_stay_out_of_the_tag(spoken: Spoken) -> None:
    marks = [
        replace(mark, url=url)
        for mark, url in zip(
            spoken.episode.chapters,
            ("https://a.example/%C3%BC", "https://a.example/seite#:~:text=Chips%20fehlen", "https://a.example/#ok"),
            strict=True,
        )
    ]

    tag = render(tag_of(replace(spoken.episode, chapters=tuple(marks))), spoken.master)

    assert b"%C3%BC" not in tag
    assert b"https://a.example/seite" in tag
    assert b":~:" not in tag
    assert b"https://a.example/#ok" in tag


def test_text_that_utf16_cannot_carry_is_left_out(spoken: Spoken, tmp_path: Path) -> None:
    episode = replace(
        spoken.episode,
        title="A\0B\ud800C\ufffe",
        article_url="javascript:alert(1)",
        chapters=(ChapterMark(0, "x\0y", "x", spoken.episode.chapters[0].kind),),
    )
    path = tmp_path / "x.mp3"

    write_mp3(path, spoken.master, tag_of(episode))

    tag = ID3(path)
    assert str(tag["TIT2"]) == "ABC"
    assert tag.getall("WXXX") == []
    assert str(tag.getall("CHAP")[0].sub_frames["TIT2"]) == "xy"


def test_a_cover_that_is_too_large_is_refused_and_nothing_is_written(spoken: Spoken, tmp_path: Path) -> None:
    path = tmp_path / "folge.mp3"
    tag = replace(tag_of(spoken.episode), cover=bytes(LARGEST_COVER + 1))

    with pytest.raises(PublishError, match="at most 300"):
        write_mp3(path, spoken.master, tag)

    assert list(tmp_path.iterdir()) == []


def test_a_file_without_a_tag_says_to_build_again(tmp_path: Path) -> None:
    path = tmp_path / "leer.mp3"
    path.write_bytes(b"")

    with pytest.raises(SoundError) as caught:
        read_tag(path)

    assert "Build" in caught.value.hint


@pytest.mark.judge("ffprobe")
def test_ffprobe_lists_the_chapters_in_order(path: Path, spoken: Spoken) -> None:
    command = ["ffprobe", "-v", "error", "-show_chapters", "-of", "json", str(path)]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["chapters"]

    assert [(round(float(each["start_time"])), each["tags"]["title"]) for each in found] == [
        (mark.start, mark.title) for mark in spoken.episode.chapters
    ]


@pytest.mark.judge("ffprobe")
def test_players_list_every_chapter_when_chapters_have_pictures(spoken: Spoken, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (600, 600), (200, 90, 40)).save(buffer, "JPEG")
    count = len(spoken.episode.chapters)
    pictured = replace(tag_of(spoken.episode), chapter_pictures=(b"", *[buffer.getvalue()] * (count - 1)))
    write_mp3(tmp_path / "bunt.mp3", spoken.master, pictured)
    command = ["ffprobe", "-v", "error", "-show_chapters", "-of", "json", str(tmp_path / "bunt.mp3")]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["chapters"]

    assert [each["tags"]["title"] for each in found] == [mark.title for mark in spoken.episode.chapters]
    frames = ID3(tmp_path / "bunt.mp3")
    assert [len(each.sub_frames.getall("APIC")) for each in frames.getall("CHAP")] == [0] + [1] * (count - 1)


@pytest.mark.judge("mp3val")
def test_mp3val_has_nothing_to_say(path: Path) -> None:
    said = subprocess.run(["mp3val", str(path)], capture_output=True, text=True, check=True).stdout

    assert "WARNING" not in said
    assert "ERROR" not in said


@pytest.mark.judge("mediainfo")
def test_mediainfo_reads_title_and_album(path: Path, spoken: Spoken) -> None:
    said = subprocess.run(["mediainfo", "--Output=JSON", str(path)], capture_output=True, text=True, check=True).stdout
    general = json.loads(said)["media"]["track"][0]

    assert general["Track"] == spoken.episode.title
    assert general["Album"] == "KI-Briefing-Daily"


@pytest.mark.judge("kid3-cli")
def test_kid3_reads_words_links_and_chapters_in_order(path: Path, spoken: Spoken) -> None:
    said = subprocess.run(["kid3-cli", "-c", "get all 2", str(path)], capture_output=True, text=True, check=True).stdout
    found = [" ".join(line.split()) for line in said.splitlines()]

    assert f"Title {spoken.episode.title}" in found
    assert f"Artikel {spoken.episode.article_url}" in found
    assert f"DigitalSourceType {spoken.episode.digital_source_type}" in found
    assert [line for line in found if line.startswith("Chapter ")] == [
        "Chapter chp000",
        "Chapter chp001",
        "Chapter chp002",
    ]
    assert "Table of Contents toc" in found
    assert spoken.episode.sentences[-1].text in said


def test_the_text_names_a_speaker_where_another_begins(spoken: Spoken, tmp_path: Path) -> None:
    names = ("Anna", "Anna", "Ben", *("Anna",) * 99)
    said = tuple(replace(each, speaker=name) for each, name in zip(spoken.episode.sentences, names, strict=False))
    path = write_episode(tmp_path / "zwei.mp3", replace(spoken, episode=replace(spoken.episode, sentences=said)))

    text = str(ID3(path).getall("USLT")[0])
    assert text.startswith(f"Anna: {said[0].text}")
    assert f"\nBen: {said[2].text}\nAnna: {said[3].text}" in text
