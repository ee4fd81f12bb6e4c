"""Who made this file, with what, and is it unchanged: C2PA provenance in the MP3's own tag.

MP3, statement, signer -> signed MP3; MP3 -> verdict. The manifest goes into a GEOB frame at the end of our ID3v2.3
tag; every other frame and all of the sound stay byte for byte as they were. A file without such a tag gets its manifest
beside it. Signing needs no C2PA library and constant memory; judging is left to the library of the Content Authenticity
Initiative, so that we do not grade our own homework. The only door to c2pa.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ki_briefing import __version__
from ki_briefing.base.errors import ArticleMissing, StorageError
from ki_briefing.base.files import write_atomically
from ki_briefing.base.web import web_address
from ki_briefing.episode.manifest import (
    Assertion,
    Binding,
    Statement,
    is_untouched,
    measure_manifest,
    write_manifest,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from ki_briefing.episode.manifest import Cbor
    from ki_briefing.episode.signer import Signer
    from ki_briefing.model.episode import Episode

SIDECAR = ".c2pa"

_GENERATOR = "ki-briefing"
_HEADER = 10  # bytes of a tag's or frame's header
_GEOB = b"\0application/c2pa\0c2pa\0c2pa manifest store\0"  # Latin-1, media type, file name, description
_CHUNK = 1 << 20
_TRACES = (b"application/c2pa", b"jumdc2pa", b"c2pa.claim", b"c2pa manifest store")


def describe(episode: Episode, *, podcast: str, author: str, episode_url: str) -> Statement:
    """Return what an episode's manifest says: how the voice was made, who made it, and of which article."""
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
    spoken: dict[str, Cbor] = {
        "action": "c2pa.created",
        "digitalSourceType": str(episode.digital_source_type),
        "softwareAgent": {"name": episode.engine or _GENERATOR},
        "description": " ".join(part for part in (episode.notice, episode.voice_credit) if part),
    }
    mixed: dict[str, Cbor] = {
        "action": "c2pa.edited",
        "softwareAgent": {"name": _GENERATOR, "version": __version__},
        "description": "Geschnitten, mit Musik gemischt, ausgesteuert und beschriftet.",
    }
    return Statement(
        episode.title,
        _GENERATOR,
        __version__,
        (
            Assertion("c2pa.actions.v2", {"actions": [spoken, mixed]}),
            Assertion("stds.schema-org.CreativeWork", work, is_json=True),
        ),
    )


def sign(path: Path, statement: Statement, signer: Signer) -> Path:
    """Sign an MP3 where it stands; a manifest it carried before is replaced.

    Returns:
        The file that holds the manifest: the MP3 itself, or one beside it if its tag is not plain ID3v2.3.

    Raises:
        StorageError: The file cannot be read, or the disk refused.
        PublishError: The time stamp authority refused.
    """
    try:
        with path.open("rb") as file:
            kept, audio = _read_tag(file)
            if kept is None:
                return _sign_beside(path, statement, signer)
            frames = b"".join(frame for frame in kept if not _manifest(frame))
            return _sign_inside(path, frames, audio, statement, signer)
    except OSError as error:
        raise StorageError(f"cannot read {path}: {error.strerror}", hint="Build the episode again.") from error


def _sign_beside(path: Path, statement: Statement, signer: Signer) -> Path:
    sidecar = path.with_suffix(SIDECAR)
    write_atomically(sidecar, write_manifest(statement, Binding(_digest(path, 0)), signer.sign))
    return sidecar


def _sign_inside(path: Path, frames: bytes, audio: int, statement: Statement, signer: Signer) -> Path:
    """Write the file anew with its manifest as the last frame; the sound begins at byte ``audio`` of the old one."""
    start = _HEADER + len(frames) + _HEADER + len(_GEOB)
    length = measure_manifest(statement, start, signer.signature_size)
    size = start + length - _HEADER
    tag = b"ID3\3\0\0" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    tag += frames + b"GEOB" + (len(_GEOB) + length).to_bytes(4, "big") + b"\0\0" + _GEOB
    manifest = write_manifest(statement, Binding(_digest(path, audio, tag), start, length), signer.sign)
    write_atomically(path, _pieces(tag + manifest, path, audio))
    return path


class Seal(StrEnum):
    """What became of a signature."""

    INTACT = "intact"
    CHANGED = "changed"
    EXPIRED = "expired"
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of a file's provenance, found offline.

    Attributes:
        signer: Who the certificate names.
        trusted: The certificate leads to one that you said you trust.
        time: When an authority vouched for the signature; None without a time stamp.
        time_trusted: Its certificate leads to one that you said you trust.
        title: What the manifest calls the file.
        article: Address of the article it was made of.
        voice: What spoke it.
        published: When the signer says it was published.
    """

    seal: Seal
    signer: str = ""
    trusted: bool = False
    time: datetime | None = None
    time_trusted: bool = False
    title: str = ""
    article: str = ""
    voice: str = ""
    published: str = ""

    def __str__(self) -> str:
        """Say it in plain words."""
        match self.seal:
            case Seal.UNSIGNED:
                return "Not signed: nobody can tell from this file who made it, or whether it was changed."
            case Seal.CHANGED:
                return "Changed: this file is not what was signed" + (f" by {self.signer}." if self.signer else ".")
            case Seal.EXPIRED:
                return (
                    f"Signed by {self.signer}, but the certificate is not valid now and no time stamp says it was then."
                )
        lines = [f"Unchanged since {self.signer} signed it."]
        trust = (
            "leads to one you trust" if self.trusted else "is the signer's own: it proves sameness, not who they are"
        )
        lines.append(f"The certificate {trust}.")
        by = "you trust" if self.time_trusted else "you did not say you trust"
        stamp = f"Time stamp: {self.time:%Y-%m-%d %H:%M} UTC, by an authority {by}." if self.time else "No time stamp."
        lines.append(stamp)
        known = {"Title": self.title, "Published": self.published, "Article": self.article, "Voice": self.voice}
        return "\n".join([*lines, *(f"{name}: {value}" for name, value in known.items() if value)])


def verify(path: Path, *, trust: str = "") -> Verdict:
    """Return whether an MP3 is signed and unchanged; asks nobody on the network.

    Args:
        trust: Certificates (PEM) of authorities that you trust; empty: none, the signature is checked all the same.

    Raises:
        ArticleMissing: The file cannot be read.
    """
    import c2pa

    settings: dict[str, Any] = {
        "verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
        "trust": {"trust_anchors": trust, "verify_trust_list": True} if trust else {},
    }
    sidecar = path.with_suffix(SIDECAR)
    try:
        with path.open("rb") as file:
            head = file.read(_CHUNK)
            traces = any(trace in head for trace in _TRACES)
            file.seek(0)
            inside = b"".join(map(_manifest, _read_tag(file)[0] or ()))
            file.seek(0)
            stored = None if traces or not sidecar.is_file() else sidecar.read_bytes()
            context = c2pa.Context(settings=c2pa.Settings.from_dict(settings))
            try:
                with c2pa.Reader("audio/mpeg", file, manifest_data=stored, context=context) as reader:
                    found = json.loads(reader.json())
            except c2pa.C2paError:
                return Verdict(Seal.CHANGED if traces or stored else Seal.UNSIGNED)
    except OSError as error:
        raise ArticleMissing(f"cannot read {path}: {error.strerror}", hint="Check the path.") from error
    return _judge(found, inside or stored or b"")


def _judge(found: dict[str, Any], store: bytes) -> Verdict:
    results = _at(found, "validation_results", "activeManifest")
    failures, successes = (
        {_text(entry, "code") for entry in _at(results, key) or ()} for key in ("failure", "success")
    )
    broken = failures - {"signingCredential.untrusted"}
    manifest = _at(found, "manifests", str(found.get("active_manifest")))
    if manifest is None:
        return Verdict(Seal.CHANGED)
    if _text(_first(manifest.get("claim_generator_info")), "name") == _GENERATOR and not is_untouched(store):
        broken.add("boxes")
    expired = broken and all("expired" in code or "Validity" in code for code in broken)
    seal = (Seal.EXPIRED if expired else Seal.CHANGED) if broken else Seal.INTACT
    said = {_text(entry, "label"): _at(entry, "data") for entry in manifest.get("assertions", ())}
    work, actions = said.get("stds.schema-org.CreativeWork"), _at(said.get("c2pa.actions.v2"), "actions")
    time = _text(manifest, "signature_info", "time")
    return Verdict(
        seal,
        signer=_text(manifest, "signature_info", "issuer") or "somebody",
        trusted=found.get("validation_state") == "Trusted" and not failures,
        time=datetime.fromisoformat(time).astimezone(UTC) if time else None,
        time_trusted="timeStamp.trusted" in successes,
        title=_text(manifest, "title"),
        article=_text(work, "isBasedOn", "url"),
        voice=_text(_first(actions), "softwareAgent", "name"),
        published=_text(work, "datePublished"),
    )


def _at(data: Any, *keys: str) -> Any:
    """Return what stands deep in foreign JSON, or None where it has another shape."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _first(data: Any) -> Any:
    return data[0] if isinstance(data, list) and data else None


def _text(data: Any, *keys: str) -> str:
    """Return a text that stands deep in foreign JSON, without what could play tricks on a terminal."""
    text = _at(data, *keys)
    return "".join(filter(str.isprintable, text)) if isinstance(text, str) else ""


def _read_tag(file: BinaryIO) -> tuple[tuple[bytes, ...] | None, int]:
    """Return the tag's frames without padding, and where the sound begins; None: not our tag."""
    header = file.read(_HEADER)
    if len(header) < _HEADER or header[:4] != b"ID3\3" or header[5]:
        return None, 0
    size = sum(byte << shift for byte, shift in zip(header[6:], (21, 14, 7, 0), strict=True))
    return tuple(_frames(file.read(size))), _HEADER + size


def _frames(body: bytes) -> Iterator[bytes]:
    at = 0
    while at + _HEADER <= len(body) and body[at]:
        end = at + _HEADER + int.from_bytes(body[at + 4 : at + 8], "big")
        yield body[at:end]
        at = end


def _manifest(frame: bytes) -> bytes:
    """Return the manifest in a frame, or nothing if it holds none."""
    start = _HEADER + len(_GEOB)
    return frame[start:] if frame.startswith(b"GEOB") and frame[_HEADER:start] == _GEOB else b""


def _digest(path: Path, start: int, before: bytes = b"") -> bytes:
    digest = hashlib.sha256()
    for piece in _pieces(before, path, start):
        digest.update(piece)
    return digest.digest()


def _pieces(before: bytes, path: Path, start: int) -> Iterator[bytes]:
    """Yield some bytes, then a file from a position on."""
    yield before
    with path.open("rb") as file:
        file.seek(start)
        while piece := file.read(_CHUNK):
            yield piece
