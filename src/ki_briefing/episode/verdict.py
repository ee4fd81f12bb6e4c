"""MP3 -> Verdict: whether it is as it was signed, and who signed it. The only door to c2pa.

The library of the Content Authenticity Initiative decides, so that we do not mark our own homework. It is large and
needed only here, so it is an extra: ``ki-briefing[verify]``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ki_briefing.base.errors import ArticleMissing, LibraryMissing
from ki_briefing.episode.id3 import read
from ki_briefing.episode.manifest import is_untouched
from ki_briefing.episode.provenance import GENERATOR, SIDECAR, manifest_in, sidecar_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HEAD = 1 << 20  # bytes at the beginning of a file, in which a manifest would leave traces
_TRACES = (b"application/c2pa", b"jumdc2pa", b"c2pa.claim", b"c2pa manifest store")


class Seal(StrEnum):
    """The state of a signature."""

    INTACT = "intact"
    CHANGED = "changed"
    EXPIRED = "expired"
    UNSIGNED = "unsigned"
    UNJUDGED = "unjudged"  # there is one, but no library that judges it


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known about a file's provenance, found offline.

    Attributes:
        signer: Whom the certificate names.
        trusted: The certificate leads to one that you said you trust, or its key is that of one.
        time: When an authority stamped the signature; None without a time stamp.
        time_trusted: The authority's certificate leads to one that you said you trust.
        title: The file's title according to the manifest.
        article: Address of the article that it was made from.
        voice: The voice that speaks.
        published: When it was published, according to the signer.
        mark: Key id of the mark in the sound; empty: there is none; None: nobody looked, as a seal says more.
        mark_of: Whose key that is, according to the certificates at hand; empty: unknown.
        unheard: Why no mark could be looked for.
        show: Title of the show that it was compared with; empty: with none.
        of_show: That show's key made the seal; None: it was compared with none, or there is no seal that holds.
        trust_given: You said whom you trust.
        unjudged: Why the seal was not judged; empty: it was, or there is none.
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
    show: str = ""
    of_show: bool | None = None
    trust_given: bool = False
    unjudged: str = ""

    @property
    def is_good(self) -> bool:
        """Whether nobody changed the file, and it is of the show, and of somebody you trust, where you named them."""
        theirs = self.of_show is not False and (self.trusted or not self.trust_given)
        return self.seal is Seal.INTACT and theirs

    def __str__(self) -> str:
        """Say it in plain words."""
        match self.seal:
            case Seal.UNSIGNED:
                return f"Not signed: this file does not say who made it, or whether it was changed.{self._mark_says()}"
            case Seal.CHANGED:
                by = f" by {self.signer}." if self.signer else "."
                return f"Changed: this file is not what was signed{by}{self._mark_says()}"
            case Seal.UNJUDGED:
                return f"Sealed, but nobody judged the seal: {self.unjudged}{self._mark_says()}"
            case Seal.EXPIRED:
                why = "but the certificate is not valid now and no time stamp says it was then."
                return "\n".join([f"Signed by {self._name}, {why}", *self._belongs()])
        lines = [f"Unchanged since {self._name} signed it.", *self._belongs()]
        by = "you trust" if self.time_trusted else "you did not say you trust"
        stamp = f"Time stamp: {self.time:%Y-%m-%d %H:%M} UTC, by an authority {by}." if self.time else "No time stamp."
        lines.append(stamp)
        known = {"Title": self.title, "Published": self.published, "Article": self.article, "Voice": self.voice}
        return "\n".join([*lines, *(f"{name}: {value}" for name, value in known.items() if value)])

    @property
    def _name(self) -> str:
        if self.trusted or self.of_show or not (self.show or self.trust_given):
            return self.signer
        return f"somebody who calls themselves {self.signer}"

    def _belongs(self) -> Iterator[str]:
        """Yield whose key it is, as far as the certificates at hand say."""
        if self.show:
            yield (
                f"It is of {self.show}: that show's key signed it."
                if self.of_show
                else f"It is NOT of {self.show}: another key signed it."
            )
        if self.trusted:
            yield "The certificate leads to one you trust."
        elif self.trust_given:
            yield "The certificate does NOT lead to one you trust: anybody can take that name."
        elif not self.show:
            yield "The certificate is the signer's own: it proves sameness, not who they are."

    def _mark_says(self) -> str:
        if self.unheard:
            return f"\nNo mark was looked for: {self.unheard}"
        if self.mark is None:
            return ""
        if not self.mark:
            return "\nNo mark: its sound does not say which show it is from either."
        whose = "whose that is, none of the certificates at hand says (--show, --trust)."
        if self.mark_of:
            whose = f"that is {self.mark_of}."
        elif self.show:
            whose = f"that is NOT {self.show}."
        return (
            f"\nIts sound carries the mark of key {self.mark}: {whose}\n"
            "A mark tells where a copy comes from, not whether somebody changed it."
        )


def verify(path: Path, *, trust: str = "", of: str = "") -> Verdict:
    """Return whether an MP3 is signed and unchanged, without using the network.

    Args:
        trust: Certificates (PEM) of authorities that you trust; may be empty, as the signature is checked anyway.
        of: A show's certificates (PEM), the leaf first, to tell whether its key signed the file; may be empty.

    Raises:
        ArticleMissing: The file cannot be read.
        ConfigError: The certificates cannot be read.
        LibraryMissing: It carries a manifest, and the extra ``verify`` is not installed.
    """
    from ki_briefing.episode.certificate import PURPOSES, read_certificates
    from ki_briefing.episode.signer import is_signed_by

    trusted, leaf = read_certificates(trust, "the trusted certificates"), read_certificates(of, "the show's")[:1]
    settings: dict[str, Any] = {
        "verify": {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
        "trust": {"trust_config": "\n".join(PURPOSES)}
        | ({"trust_anchors": trust, "verify_trust_list": True} if trust else {}),
    }
    try:
        if not path.is_file():
            missing = not path.exists()
            raise OSError(0, "there is no such file" if missing else "it is not a regular file")
        sidecar = next((each for each in (sidecar_of(path), path.with_suffix(SIDECAR)) if each.is_file()), None)
        with path.open("rb") as file:
            head = file.read(_HEAD)
            traces = any(trace in head for trace in _TRACES)
            file.seek(0)
            inside = b"".join(map(manifest_in, read(file)[0] or ()))
            file.seek(0)
            stored = inside or (None if traces or not sidecar else sidecar.read_bytes())
            try:
                import c2pa
            except ImportError as error:
                if traces or stored:
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
    store = stored or b""
    verdict = _judge(found, store)
    if verdict.seal in (Seal.INTACT, Seal.EXPIRED):
        known = any(is_signed_by(each, store) for each in trusted)
        theirs = any(is_signed_by(each, store) for each in leaf) if of else None
        return replace(verdict, trusted=verdict.trusted or known, of_show=theirs)
    return verdict


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
