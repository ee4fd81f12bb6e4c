"""Episode, Master -> the MP3 and everything beside it, as files in the built folder -> Release."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ki_briefing.base.errors import AuthorityOffline
from ki_briefing.base.files import file_digest, write_atomically
from ki_briefing.episode import chapters, notes, pictures, tags, transcript
from ki_briefing.episode.addresses import Addresses
from ki_briefing.episode.assets import measure_alternate, measure_asset
from ki_briefing.episode.backlink import write_snippets
from ki_briefing.episode.media_types import CHAPTERS_TYPE
from ki_briefing.episode.provenance import make_statement, write_sidecar, write_signed
from ki_briefing.episode.release import RELEASE_FILE, release_json
from ki_briefing.model.episode import Output, Release
from ki_briefing.show.record import load_record

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.episode.illustrate import Illustrations
    from ki_briefing.episode.manifest import Statement
    from ki_briefing.episode.signer import Signer
    from ki_briefing.model.episode import Alternate, Episode
    from ki_briefing.model.sound import Master
    from ki_briefing.show.settings import Show


def write_release(
    folder: Path, show: Show, episode: Episode, master: Master, pictured: Illustrations
) -> tuple[Release, tuple[Output, ...], str]:
    """Write the MP3 and everything beside it.

    Returns:
        The release, the files that it does not name, and why the MP3 has no time stamp though it should have one.
    """
    slug = episode.slug
    addresses = Addresses.of(show.publication.base_url)
    speaker = show.podcast.title
    shown = transcript.subtitles(master.timeline)
    texts = {
        "chapters.json": chapters.to_json(episode, show.podcast.title, addresses),
        f"{slug}.vtt": transcript.to_vtt(shown, speaker),
        f"{slug}.json": transcript.to_json(master.timeline, speaker),
        f"{slug}.html": transcript.to_html(episode),
        f"{slug}.srt": transcript.to_srt(shown),
        "notes.txt": notes.to_text(episode),
        "notes.html": notes.to_html(episode),
        "waveform.json": pictures.waveform_json(master.levels, master.timeline),
        "waveform.svg": pictures.waveform_svg(master.levels, master.timeline),
        "loudness.svg": pictures.loudness_svg(master.levels, master.timeline, show.sound.loudness),
    }
    audio = folder / f"{slug}.mp3"
    tag = _tag(show, episode, pictured)
    signer, statement = load_show_signer(show), _statement(show, tag)
    unstamped = _write_mp3(audio, master, tag, statement, signer)
    for name, text in texts.items():
        write_atomically(folder / name, text)
    release = Release(
        episode=episode,
        audio=measure_asset(audio),
        chapters=measure_asset(folder / "chapters.json", CHAPTERS_TYPE),
        transcripts=tuple(measure_asset(folder / f"{slug}.{form}") for form in ("vtt", "json", "html", "srt")),
        picture=pictured.own,
        thumbnail=pictured.thumbnail,
        alternates=_write_alternates(show, episode, master, audio),
        waveform=measure_asset(folder / "waveform.svg"),
        peaks=measure_asset(folder / "waveform.json"),
        enclosure=load_record(folder.parent).enclosure,
    )
    about = {snippet.name: snippet.text for snippet in write_snippets(release, show.podcast, addresses)}
    about[RELEASE_FILE] = release_json(release)
    for name, text in about.items():
        write_atomically(folder / name, text)
    sidecars = [
        write_sidecar(folder / each.asset.name, statement, signer, stamped=not unstamped).name
        for each in release.alternates[1:]
        if signer
    ]
    published = {asset.name for asset in release.assets}
    unpublished = (name for name in (*texts, *about, *sidecars) if name not in published)
    return release, tuple(Output(name, file_digest(folder / name)) for name in unpublished), unstamped


def _tag(show: Show, episode: Episode, pictured: Illustrations) -> tags.Tag:
    addresses = Addresses.of(show.publication.base_url)
    return tags.Tag(
        episode=episode,
        podcast=show.podcast.title,
        author=show.podcast.author,
        copyright=show.podcast.copyright,
        description=notes.to_text(episode),
        episode_url=addresses.episode(episode.slug),
        site_url=addresses.site or show.podcast.link,
        cover=pictured.cover,
        chapter_pictures=pictured.in_tag,
    )


def load_show_signer(show: Show) -> Signer | None:
    """Return a show's signer, or None if it does not sign. A build calls this before the first word is spoken, too.

    Raises:
        ConfigError: Key or certificate cannot be used.
    """
    if not (show.signing.key or show.signing.certificate):
        return None
    from ki_briefing.episode.signer import load_signer  # imports cryptography, which few shows need

    return load_signer(show.signing, show.folder, public=show.public)


def mark_of(show: Show) -> str:
    """Return the key id that a show's sound is marked with; empty if it is not marked.

    Raises:
        ConfigError: Key or certificate cannot be used.
    """
    signer = load_show_signer(show) if show.signing.mark else None
    return signer.key_id if signer else ""


def _statement(show: Show, tag: tags.Tag) -> Statement:
    return make_statement(
        tag.episode,
        podcast=tag.podcast,
        author=show.podcast.author,
        episode_url=tag.episode_url,
        mark=mark_of(show),
    )


def _write_mp3(path: Path, master: Master, tag: tags.Tag, statement: Statement, signer: Signer | None) -> str:
    """Write the MP3, signed if the show has a key; return why it has no time stamp though the show wants one."""
    if signer is None:
        tags.write_mp3(path, master, tag)
        return ""
    rendered, sound = tags.render(tag, master), partial(tags.stream, master)
    try:
        write_signed(path, rendered, sound, statement, signer)
    except AuthorityOffline as error:  # nothing waits for a stamp: stamping.stamp_built adds it
        write_signed(path, rendered, sound, statement, signer, stamped=False)
        return error.message
    return ""


def _write_alternates(show: Show, episode: Episode, master: Master, audio: Path) -> tuple[Alternate, ...]:
    """Write the further formats that the show asks for; return the MP3 and these, or nothing if there are none."""
    if not show.sound.alternates:
        return ()
    from ki_briefing.sound.alternates import Label, write_alternate

    texts = {
        "title": episode.title,
        "artist": episode.author or show.podcast.author,
        "album": show.podcast.title,
        "date": episode.date.date().isoformat(),
        "genre": "Podcast",
        "comment": episode.notice,
    }
    label = Label(tuple(texts.items()), tuple((mark.start * 1000, mark.title) for mark in episode.chapters))
    paths = [audio.with_suffix(f".{name}") for name in show.sound.alternates]
    for path in paths:
        write_alternate(path, master, show.sound, label)
    return tuple(measure_alternate(path, episode) for path in (audio, *paths))
