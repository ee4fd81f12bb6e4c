"""Episode -> ID3v2.3 tag -> the finished MP3. The only door to mutagen.

Text is UTF-16. CTOC and the CHAP frames are sorted by time, because ffprobe and players list chapters in the order on
disk; the picture comes last. There is no WFED, because no form of it is read by both TagLib and mutagen.
"""

from __future__ import annotations

import io
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mutagen import id3

from ki_briefing.base.characters import writable
from ki_briefing.base.errors import PublishError, SoundError
from ki_briefing.base.files import write_atomically
from ki_briefing.base.store import read_entry
from ki_briefing.base.web import web_address
from ki_briefing.episode.id3 import HEADER, join, split

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ki_briefing.model.episode import Episode
    from ki_briefing.model.sound import Master

_UTF16 = id3.Encoding.UTF16
_LANGUAGES = {"de": "deu", "en": "eng"}
_REFERENCE = -18.0  # LUFS: ReplayGain 2.0's reference
_NO_OFFSET = 0xFFFFFFFF
_MOST_LISTED = 255  # chapters in a CTOC, which counts them in one byte; any others still have a CHAP frame each

LARGEST_COVER = 300_000
"""Largest cover [bytes]: players must read it before the first sound."""


@dataclass(frozen=True, slots=True)
class Tag:
    """The content of the tag.

    Attributes:
        episode_url: The episode's page; empty if there is none yet.
        site_url: The show's site; empty if there is none.
        cover: JPEG bytes, at most ``LARGEST_COVER``; empty: no picture.
        chapter_pictures: JPEG bytes per chapter, empty for a chapter without a picture; or none at all.
    """

    episode: Episode
    podcast: str
    author: str = ""
    copyright: str = ""
    description: str = ""
    episode_url: str = ""
    site_url: str = ""
    cover: bytes = b""
    chapter_pictures: tuple[bytes, ...] = ()


def write_mp3(path: Path, master: Master, tag: Tag) -> int:
    """Write the finished MP3, unsigned, in constant memory: tag, gapless header, MPEG frames.

    Returns:
        Its size [bytes].

    Raises:
        PublishError: The cover is too large.
        StorageError: The disk refused, or a part is broken.
    """
    return write_atomically(path, itertools.chain((render(tag, master),), stream(master)))


def stream(master: Master) -> Iterator[bytes]:
    """Yield what follows the tag, part by part: gapless header, MPEG frames.

    Raises:
        StorageError: A part is broken.
    """
    yield master.header
    for part in master.parts:
        yield read_entry(part)


@dataclass(frozen=True, slots=True)
class TagSummary:
    """What a player finds in a tag.

    Attributes:
        chapters: Start [ms] and title of each, by start.
        missing: Names of ID3 frames that a podcast MP3 should have and this one has not.
    """

    title: str
    version: tuple[int, ...]
    chapters: tuple[tuple[int, str], ...]
    missing: tuple[str, ...]


_EXPECTED = ("TIT2", "TALB", "TPE1", "TCON", "TLAN", "TDRC", "COMM", "APIC", "CTOC", "CHAP", "USLT", "SYLT", "TRCK")


def read_tag(path: Path) -> TagSummary:
    """Return what a player finds in a file's tag.

    Raises:
        SoundError: There is no tag, or it is broken.
    """
    try:
        found = id3.ID3(path)
    except (id3.error, OSError) as error:
        raise SoundError(f"{path} has no readable tag: {error}", hint="Build the episode again.") from error
    marks = [(chapter.start_time, str(chapter.sub_frames.get("TIT2", ""))) for chapter in found.getall("CHAP")]
    missing = tuple(name for name in _EXPECTED if not found.getall(name))
    return TagSummary(str(found.get("TIT2", "")), tuple(found.version), tuple(sorted(marks)), missing)


def render(tag: Tag, master: Master) -> bytes:
    """Return the tag's bytes; the same tag gives the same bytes.

    Raises:
        PublishError: The cover is too large.
    """
    if len(tag.cover) > LARGEST_COVER:
        raise PublishError(
            f"the cover in the tag has {len(tag.cover) // 1000} kB, at most {LARGEST_COVER // 1000} are allowed",
            hint="Choose a picture with fewer details.",
        )
    made = id3.ID3()
    for id3_frame in (*_texts(tag, master), *_links(tag), *_transcripts(tag.episode), *_chapters(tag)):
        made.add(id3_frame)
    if tag.cover:
        made.add(id3.APIC(encoding=_UTF16, mime="image/jpeg", type=3, desc="Cover", data=tag.cover))
    buffer = io.BytesIO()
    made.save(buffer, v1=0, v2_version=3, padding=lambda _info: 0)
    return _in_order(buffer.getvalue())


def _texts(tag: Tag, master: Master) -> Iterator[id3.Frame]:
    episode = tag.episode
    date = episode.date
    texts = {
        "TIT2": episode.title,
        "TPE1": tag.author or tag.podcast,
        "TPE2": tag.podcast,
        "TALB": tag.podcast,
        "TCON": "Podcast",
        "TRCK": str(episode.number),
        "TYER": f"{date:%Y}",
        "TDAT": f"{date:%d%m}",
        "TIME": f"{date:%H%M}",
        "TLAN": _language(episode),
        "TLEN": str(episode.milliseconds),
        "TCOP": tag.copyright,
        "TDES": tag.description,
        "TGID": episode.guid,
        "TKWD": ", ".join(episode.keywords or (tag.podcast, "Podcast")),
        "TSSE": "ki-briefing, LAME",
    }
    for name, text in texts.items():
        if text:
            yield getattr(id3, name)(encoding=_UTF16, text=[writable(text)])
    if episode.season:
        yield id3.TPOS(encoding=_UTF16, text=[str(episode.season)])
    comment = " ".join(part for part in (episode.summary, episode.label) if part)
    yield id3.COMM(encoding=_UTF16, lang=_language(episode), desc="", text=[writable(comment)])
    gain = _REFERENCE - master.loudness.integrated
    peak = 10 ** (master.loudness.true_peak / 20)
    for name, value in (
        ("replaygain_track_gain", f"{gain:+.2f} dB"),
        ("replaygain_track_peak", f"{peak:.6f}"),
        ("DigitalSourceType", str(episode.digital_source_type)),
    ):
        yield id3.TXXX(encoding=_UTF16, desc=name, text=[value])
    yield id3.PCST(value=1)


def _links(tag: Tag) -> Iterator[id3.Frame]:
    article, page, site = map(web_address, (tag.episode.article_url, tag.episode_url, tag.site_url))
    if page or article:
        yield id3.WOAF(url=page or article)
    if article:
        yield id3.WOAS(url=article)
        yield id3.WXXX(encoding=_UTF16, desc="Artikel", url=article)
    if site:
        yield id3.WORS(url=site)


def _transcripts(episode: Episode) -> Iterator[id3.Frame]:
    language, what = _language(episode), "Transkript"
    pieces: list[str] = []
    for before, sentence in zip((None, *episode.sentences), episode.sentences, strict=False):
        if before:
            pieces.append(" " if before.paragraph == sentence.paragraph else "\n")
        if sentence.speaker and not (before and before.speaker == sentence.speaker):
            pieces.append(f"{writable(sentence.speaker)}: ")
        pieces.append(writable(sentence.text))
    yield id3.USLT(encoding=_UTF16, lang=language, desc=what, text="".join(pieces))
    lines = [(writable(sentence.text), sentence.start) for sentence in episode.sentences]
    yield id3.SYLT(encoding=_UTF16, lang=language, format=2, type=2, desc=what, text=lines)


def _chapters(tag: Tag) -> Iterator[id3.Frame]:
    episode = tag.episode
    pictures = tag.chapter_pictures or (b"",) * len(episode.chapters)
    names = [f"chp{index:03}" for index in range(len(episode.chapters))]
    title = id3.TIT2(encoding=_UTF16, text=["Kapitel"])
    flags = id3.CTOCFlags.TOP_LEVEL | id3.CTOCFlags.ORDERED
    yield id3.CTOC(element_id="toc", flags=flags, child_element_ids=names[:_MOST_LISTED], sub_frames=[title])
    for index, (name, chapter, picture) in enumerate(zip(names, episode.chapters, pictures, strict=True)):
        inside = [id3.TIT2(encoding=_UTF16, text=[writable(chapter.title)])]
        if url := _plain_url(chapter.url):
            inside.append(id3.WXXX(encoding=id3.Encoding.LATIN1, desc="", url=url))
        if picture:
            inside.append(id3.APIC(encoding=_UTF16, mime="image/jpeg", type=0, desc="", data=picture))
        yield id3.CHAP(
            element_id=name,
            start_time=chapter.start * 1000,
            end_time=episode.chapter_end(index),
            start_offset=_NO_OFFSET,
            end_offset=_NO_OFFSET,
            sub_frames=inside,
        )


def _plain_url(url: str) -> str:
    """Return an address that AntennaPod cannot mangle when it decodes it: without its fragment, or none at all."""
    plain = (each for each in (url, url.partition("#")[0]) if "%" not in each and "+" not in each)
    return next(plain, "")


def _language(episode: Episode) -> str:
    """Return the language's ISO 639-2 code."""
    return _LANGUAGES.get(episode.language[:2].lower(), "und")


def _in_order(tag: bytes) -> bytes:
    """Return an ID3v2.3 tag with its ID3 frames sorted: text, CTOC, CHAP by start time, picture."""
    return join(sorted(split(tag[HEADER:]), key=_place))


def _place(id3_frame: bytes) -> tuple[int, int, bytes]:
    name = id3_frame[:4]
    if name == b"CHAP":
        start = id3_frame.index(b"\0", HEADER) + 1
        return 2, int.from_bytes(id3_frame[start : start + 4], "big"), id3_frame
    return {b"CTOC": 1, b"APIC": 3}.get(name, 0), 0, id3_frame
