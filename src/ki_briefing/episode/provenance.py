"""Tag, sound, statement, signer -> signed MP3, with C2PA provenance in its own tag.

The manifest goes into a GEOB frame at the end of our ID3v2.3 tag; all other ID3 frames and the sound stay as they were,
byte for byte. A file without such a tag gets its manifest in a file beside it. Signing needs no C2PA library and only
constant memory. The signature is verified before anything is replaced.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
from functools import partial
from typing import TYPE_CHECKING

from ki_briefing import __version__
from ki_briefing.base.errors import PublishError, StorageError
from ki_briefing.base.files import write_atomically
from ki_briefing.base.web import web_address
from ki_briefing.episode.id3 import HEADER, frame_header, read, tag_header
from ki_briefing.episode.manifest import Assertion, Binding, Statement, measure_manifest, write_manifest
from ki_briefing.episode.timestamp import read_token
from ki_briefing.sound.codeword import MARK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from ki_briefing.episode.manifest import Cbor
    from ki_briefing.episode.signer import Signer
    from ki_briefing.episode.timestamp import Stamp
    from ki_briefing.model.episode import Episode

SIDECAR = ".c2pa"
GENERATOR = "ki-briefing"
"""The name under which we claim to have made a manifest."""

_GEOB = b"\0application/c2pa\0c2pa\0c2pa manifest store\0"  # Latin-1, media type, file name, description
_STAMP = b"sigTst2"  # the header of a COSE signature that holds time stamps (C2PA specification 2.2, 10.3.2.5)
_TOKEN = b"\x63val\x59"  # CBOR: the key of its token, and bytes with a two-byte length
_CHUNK = 1 << 20
_MARK = f"{GENERATOR} {MARK}"


def make_statement(episode: Episode, *, podcast: str, author: str, episode_url: str, mark: str = "") -> Statement:
    """Return what an episode's manifest says: how the voice was made, by whom, and from which article.

    Args:
        mark: Key id that the sound is marked with; empty: it is not marked.
    """
    article = {"@type": "NewsArticle", "url": web_address(episode.article_url), "sha256": episode.article_digest}
    work: dict[str, Cbor] = {
        "@context": "https://schema.org",
        "@type": "PodcastEpisode",
        "name": episode.title,
        "identifier": episode.guid,
        "inLanguage": episode.language,
        "datePublished": episode.date.isoformat(),
        "partOfSeries": {"@type": "PodcastSeries", "name": podcast},
        "author": [{"@type": "Organization", "name": author or podcast}],
        "isBasedOn": {key: value for key, value in article.items() if value},
    }
    if episode_url:
        work["url"] = episode_url
    created: dict[str, Cbor] = {
        "action": "c2pa.created",
        "digitalSourceType": str(episode.digital_source_type),
        "softwareAgent": {"name": episode.engine or GENERATOR},
        "description": " ".join(part for part in (episode.notice, episode.voice_credit) if part),
    }
    edited: dict[str, Cbor] = {
        "action": "c2pa.edited",
        "softwareAgent": {"name": GENERATOR, "version": __version__},
        "description": "Geschnitten, mit Musik gemischt, ausgesteuert und beschriftet.",
    }
    assertions = [
        Assertion(
            "c2pa.actions.v2", {"actions": [created, edited, *([{"action": "c2pa.watermarked"}] if mark else [])]}
        ),
        Assertion("stds.schema-org.CreativeWork", work, is_json=True),
    ]
    if mark:
        bound: dict[str, Cbor] = {"alg": _MARK, "blocks": [{"scope": {}, "value": mark}], "pad": b""}
        assertions.append(Assertion("c2pa.soft-binding", bound))
    return Statement(episode.title, GENERATOR, __version__, tuple(assertions))


def write_signed(
    path: Path,
    tag: bytes,
    sound: Callable[[], Iterable[bytes]],
    statement: Statement,
    signer: Signer,
    *,
    stamped: bool = True,
) -> None:
    """Write a finished MP3 with its manifest, atomically: an older file stays until this one is whole and verified.

    Args:
        tag: An ID3v2.3 tag.
        sound: Yields what follows the tag; called twice, for the digest and for the file.
        stamped: Ask the signer's time stamp authority, if it has one; else there is room for a stamp that ``stamp``
            adds.

    Raises:
        StorageError: The disk refused, or the sound changed between the two calls.
        AuthorityOffline: There is no time stamp.
        PublishError: The signature is not valid.
    """
    others = tag[HEADER:]
    start = HEADER + len(others) + HEADER + len(_GEOB)
    length = measure_manifest(statement, start, signer.signature_size)
    head = tag_header(start + length - HEADER) + others + frame_header(b"GEOB", len(_GEOB) + length) + _GEOB
    digest = _digest(head, sound())
    manifest = _write_manifest(statement, Binding(digest, start, length), signer, stamped=stamped)
    write_atomically(path, _verified(path, head, manifest, sound(), digest))


def stamp(path: Path, signer: Signer, target: Path) -> None:
    """Write a signed MP3 with the time stamp that it lacks; not a byte beside it changes.

    Raises:
        AuthorityOffline: There is no time stamp, still.
        PublishError: It was not signed by this signer.
        StorageError: The disk refused.
    """
    with _reading(path), path.open("rb") as file:
        id3_frames, start = read(file)
        file.seek(0)
        head = file.read(start)
    manifest = manifest_in(id3_frames[-1]) if id3_frames else b""
    if not manifest or not head.endswith(manifest):
        raise PublishError(f"{path} carries no manifest of ours", hint="Build the episode again.")
    after = signer.stamp(manifest)
    write_atomically(target, itertools.chain((head[: -len(manifest)], after), _pieces(path, start)))


def sidecar_of(path: Path) -> Path:
    """Return where the manifest of a file lies that cannot hold it: ``folge.opus.c2pa`` beside ``folge.opus``."""
    return path.with_name(path.name + SIDECAR)


def write_sidecar(path: Path, statement: Statement, signer: Signer, *, stamped: bool = True) -> Path:
    """Sign a file of any kind, with the manifest in a file beside it, and return that.

    Raises:
        StorageError: The file cannot be read, or the disk refused.
        AuthorityOffline: There is no time stamp.
        PublishError: The signature is not valid.
    """
    with _reading(path):
        digest = _digest(b"", _pieces(path, 0))
    sidecar = sidecar_of(path)
    write_atomically(sidecar, _write_manifest(statement, Binding(digest), signer, stamped=stamped))
    return sidecar


def is_signed(path: Path) -> bool:
    """Tell whether an MP3 carries a manifest; whether that is valid says ``verdict``.

    Raises:
        StorageError: The file cannot be read.
    """
    return bool(_manifest(path))


def find_stamp(path: Path) -> Stamp | None:
    """Return what the time stamp in an MP3's manifest says, if it has one; whether that is valid says ``verdict``.

    Raises:
        StorageError: The file cannot be read.
    """
    _, found, after = _manifest(path).partition(_STAMP)
    _, found, token = after.partition(_TOKEN)
    return read_token(token[2 : 2 + int.from_bytes(token[:2], "big")]) if found else None


def _manifest(path: Path) -> bytes:
    """Return the manifest store in an MP3's tag; empty if there is none."""
    with _reading(path), path.open("rb") as file:
        id3_frames, _ = read(file)
    return b"".join(map(manifest_in, id3_frames or ()))


def manifest_in(frame: bytes) -> bytes:
    """Return the manifest store in an ID3 frame; empty if it holds none."""
    start = HEADER + len(_GEOB)
    return frame[start:] if frame.startswith(b"GEOB") and frame[HEADER:start] == _GEOB else b""


def _write_manifest(statement: Statement, binding: Binding, signer: Signer, *, stamped: bool = True) -> bytes:
    manifest = write_manifest(statement, binding, partial(signer.sign, stamped=stamped))
    if not signer.has_signed(manifest):
        raise PublishError(
            "the signature that was just made is not valid by its own certificate",
            hint="Sign again, or with another key. If this persists, check the machine.",
        )
    return manifest


def _verified(path: Path, head: bytes, manifest: bytes, sound: Iterable[bytes], digest: bytes) -> Iterator[bytes]:
    """Yield the finished file; raise StorageError at its end unless all but the manifest has the signed digest."""
    state = hashlib.sha256(head)
    yield head
    yield manifest
    for piece in sound:
        state.update(piece)
        yield piece
    if state.digest() != digest:
        raise StorageError(f"the sound of {path} changed while it was signed", hint="Build the episode again.")


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}", hint="Build the episode again.") from error


def _digest(head: bytes, sound: Iterable[bytes]) -> bytes:
    state = hashlib.sha256(head)
    for piece in sound:
        state.update(piece)
    return state.digest()


def _pieces(path: Path, start: int) -> Iterator[bytes]:
    """Yield a file's content from an offset [bytes]."""
    with path.open("rb") as file:
        file.seek(start)
        while piece := file.read(_CHUNK):
            yield piece
