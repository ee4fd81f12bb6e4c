"""MP3 -> Verdict: whether it is as it was signed, and who signed it. The only door to c2pa.

The library of the Content Authenticity Initiative decides, so that we do not mark our own homework. It is large and
needed only here, so it is an extra: ``ki-briefing[verify]``.
"""

from __future__ import annotations

import errno
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ki_briefing.base.errors import ArticleMissing, LibraryMissing
from ki_briefing.episode.id3 import read
from ki_briefing.episode.manifest import is_untouched
from ki_briefing.episode.provenance import GENERATOR, SIDECAR, manifest_in, sidecar_of

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = 1 << 20  # bytes at the beginning of a file, in which a manifest would leave traces
_TRACES = (b"application/c2pa", b"jumdc2pa", b"c2pa.claim", b"c2pa manifest store")


class Seal(StrEnum):
    """The state of a signature."""

    INTACT = "intact"
    CHANGED = "changed"
    EXPIRED = "expired"
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known about a file's provenance, found offline.

    Attributes:
        signer: Whom the certificate names.
        trusted: The certificate leads to one that you said you trust.
        time: When an authority stamped the signature; None without a time stamp.
        time_trusted: The authority's certificate leads to one that you said you trust.
        title: The file's title according to the manifest.
        article: Address of the article that it was made from.
        voice: The voice that speaks.
        published: When it was published, according to the signer.
        mark: Key id of the mark in the sound; empty: there is none; None: nobody looked, as a seal says more.
        mark_of: Whose key that is, according to the certificates at hand; empty: unknown.
        unheard: Why no mark could be looked for.
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
    mark: str | None = None
    mark_of: str = ""
    unheard: str = ""

    def __str__(self) -> str:
        """Say it in plain words."""
        match self.seal:
            case Seal.UNSIGNED:
                return f"Not signed: this file does not say who made it, or whether it was changed.{self._mark_says()}"
            case Seal.CHANGED:
                by = f" by {self.signer}." if self.signer else "."
                return f"Changed: this file is not what was signed{by}{self._mark_says()}"
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

    def _mark_says(self) -> str:
        if self.unheard:
            return f"\nNo mark was looked for: {self.unheard}"
        if self.mark is None:
            return ""
        if not self.mark:
            return "\nNo mark: its sound does not say which show it is from either."
        whose = (
            f"that is {self.mark_of}."
            if self.mark_of
            else "whose that is, none of the certificates at hand says (--show, --trust)."
        )
        return (
            f"\nIts sound carries the mark of key {self.mark}: {whose}\n"
            "A mark tells where a copy comes from, not whether somebody changed it."
        )


def verify(path: Path, *, trust: str = "") -> Verdict:
    """Return whether an MP3 is signed and unchanged, without using the network.

    Args:
        trust: Certificates (PEM) of authorities that you trust; may be empty, as the signature is checked anyway.

    Raises:
        ArticleMissing: The file cannot be read.
        LibraryMissing: It carries a manifest, and the extra ``verify`` is not installed.
    """
    from ki_briefing.episode.certificate import PURPOSES

    settings: dict[str, Any] = {
        "verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
        "trust": {"trust_config": "\n".join(PURPOSES)}
        | ({"trust_anchors": trust, "verify_trust_list": True} if trust else {}),
    }
    sidecar = next((each for each in (sidecar_of(path), path.with_suffix(SIDECAR)) if each.is_file()), None)
    try:
        if not path.is_file():
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        with path.open("rb") as file:
            head = file.read(_HEAD)
            traces = any(trace in head for trace in _TRACES)
            file.seek(0)
            inside = b"".join(map(manifest_in, read(file)[0] or ()))
            file.seek(0)
            stored = None if traces or not sidecar else sidecar.read_bytes()
            try:
                import c2pa
            except ImportError as error:
                if traces or inside or stored:
                    raise LibraryMissing(
                        "c2pa-python, which judges signatures, is not installed", extra="verify"
                    ) from error
                return Verdict(Seal.UNSIGNED)
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
    if _text(_first(manifest.get("claim_generator_info")), "name") == GENERATOR and not is_untouched(store):
        broken.add("boxes")
    expired = broken and all("expired" in code or "Validity" in code for code in broken)
    seal = (Seal.EXPIRED if expired else Seal.CHANGED) if broken else Seal.INTACT
    assertions = {_text(entry, "label"): _at(entry, "data") for entry in manifest.get("assertions", ())}
    work, actions = assertions.get("stds.schema-org.CreativeWork"), _at(assertions.get("c2pa.actions.v2"), "actions")
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
    """Return a value deep in foreign JSON, or None if the JSON has another shape."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _first(data: Any) -> Any:
    return data[0] if isinstance(data, list) and data else None


def _text(data: Any, *keys: str) -> str:
    """Return a text deep in foreign JSON, without characters that could play tricks on a terminal."""
    text = _at(data, *keys)
    return "".join(filter(str.isprintable, text)) if isinstance(text, str) else ""
