"""Statement, digest of the file, signature -> a C2PA manifest store: JUMBF boxes for an MP3's tag or a file beside it.

Pure: no files, no keys, no clock and no random salts, so the same episode signed with the same key gives the same
bytes.

Sources: C2PA Technical Specification 2.2 (claims, assertions, hashed URIs), ISO/IEC 19566-5 (JUMBF), RFC 8949 (CBOR).
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Cbor: TypeAlias = "int | str | bytes | Tagged | Sequence[Cbor] | Mapping[int, Cbor] | Mapping[str, Cbor] | None"

_UUID_TAIL = bytes.fromhex("00110010800000aa00389b71")  # a JUMBF content type is its four letters and this
_KINDS = {
    "c2pa": b"c2pa",
    "c2pa.assertions": b"c2as",
    "c2pa.claim.v2": b"c2cl",
    "c2pa.signature": b"c2cs",
}
_LABELLED = 3  # toggles: requestable, has a label
_SIGNATURE_SIZES = (64, 96, 132, *range(256, 1025))  # Ed25519 and P-256, P-384, P-521, RSA of 2,048 to 8,192 bits
_HASH = "sha256"


@dataclass(frozen=True, slots=True)
class Tagged:
    """A CBOR value with a tag number."""

    number: int
    value: Cbor


@dataclass(frozen=True, slots=True)
class Assertion:
    """One thing that the manifest says.

    Attributes:
        label: The specification's name for it, e.g. ``c2pa.actions.v2``.
        content: Its fields.
        is_json: It is written as JSON-LD instead of CBOR.
    """

    label: str
    content: Mapping[str, Cbor]
    is_json: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """Everything that the manifest says; ``generator`` is the program that makes the claim."""

    title: str
    generator: str
    generator_version: str
    assertions: tuple[Assertion, ...]


@dataclass(frozen=True, slots=True)
class Binding:
    """The bytes that the manifest is about.

    Attributes:
        digest: SHA-256 of the file without the excluded range.
        start: Offset of the excluded range, which holds the manifest itself [bytes].
        length: Its length [bytes]; 0: nothing is excluded, because the manifest is in another file.
    """

    digest: bytes
    start: int = 0
    length: int = 0


def write_manifest(statement: Statement, binding: Binding, sign: Callable[[bytes], bytes]) -> bytes:
    """Return the manifest store.

    Args:
        sign: Returns the COSE signature of a claim's bytes.
    """
    assertions = encode([[each.label, each.content] for each in statement.assertions])
    name = _uuid(statement.title.encode(), assertions, binding.digest)
    label = f"urn:c2pa:{name}"
    boxes = [_assertion(each) for each in (*statement.assertions, _data_hash(binding))]
    claim: dict[str, Cbor] = {
        "instanceID": f"xmp:iid:{name}",
        "claim_generator_info": {"name": statement.generator, "version": statement.generator_version},
        "signature": f"self#jumbf=/c2pa/{label}/c2pa.signature",
        "created_assertions": [
            {"url": f"self#jumbf=c2pa.assertions/{name}", "hash": hashlib.sha256(box[8:]).digest()}
            for name, box in boxes
        ],
        "dc:title": statement.title,
        "alg": _HASH,
    }
    claimed = encode(claim)
    manifest = _super_box(
        label,
        _super_box("c2pa.assertions", *(box for _name, box in boxes)),
        _super_box("c2pa.claim.v2", _box(b"cbor", claimed)),
        _super_box("c2pa.signature", _box(b"cbor", sign(claimed))),
    )
    return _super_box("c2pa", manifest)


def measure_manifest(statement: Statement, start: int, signature_size: int) -> int:
    """Return the length of the manifest [bytes] for this offset in the file and this size of the signature."""
    length, before = 1, 0
    while length != before:
        before = length
        binding = Binding(bytes(32), start, before)
        length = len(write_manifest(statement, binding, lambda _claim: bytes(signature_size)))
    return length


def is_untouched(store: bytes) -> bool:
    """Tell whether everything around the hashed and signed parts is exactly as ``write_manifest`` makes it.

    Verifiers check the contents of boxes; the boxes themselves are covered by no hash.
    """
    try:
        return b"".join(_rebuild(box) for box in _split(store)) == store
    except (ValueError, IndexError, RecursionError):
        return False


def read_signature(store: bytes) -> tuple[bytes, bytes, bytes]:
    """Return claim, protected header and signature from a manifest store made by ``write_manifest``.

    Raises:
        ValueError: The store was made by somebody else, or is torn.
    """
    (whole,) = _split(store)
    _kind, manifest = _split(whole[8:])
    _kind, _assertions, claim, signature = _split(manifest[8:])
    (_kind, claimed), (_kind, signed) = _split(claim[8:]), _split(signature[8:])
    cose = signed[8:]
    size = next((size for size in _SIGNATURE_SIZES if _ends_in_signature(cose, size)), 0)
    if not size or cose[2] != 0x59:  # 0x59: bytes with a two-byte length; a certificate is never shorter
        raise ValueError("no signature of ours")
    return claimed[8:], cose[5 : 5 + int.from_bytes(cose[3:5], "big")], cose[-size:]


def encode(value: Cbor) -> bytes:
    """Return CBOR with definite lengths; maps keep their order."""
    if value is None:
        return b"\xf6"
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        data = value.encode("utf-8", "replace")
        return _head(3, len(data)) + data
    if isinstance(value, Tagged):
        return _head(6, value.number) + encode(value.value)
    if isinstance(value, Mapping):
        return _head(5, len(value)) + b"".join(encode(key) + encode(entry) for key, entry in value.items())
    return _head(4, len(value)) + b"".join(map(encode, value))


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    width = next(width for width in (0, 1, 2, 3) if number < 1 << (8 << width))
    return bytes([kind << 5 | 24 + width]) + number.to_bytes(1 << width, "big")


def _data_hash(binding: Binding) -> Assertion:
    content: dict[str, Cbor] = {"name": "jumbf manifest", "alg": _HASH, "hash": binding.digest, "pad": b""}
    if binding.length:
        content = {"exclusions": [{"start": binding.start, "length": binding.length}], **content}
    return Assertion("c2pa.hash.data", content)


def _assertion(assertion: Assertion) -> tuple[str, bytes]:
    if assertion.is_json:
        data = json.dumps(assertion.content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        return assertion.label, _super_box(assertion.label, _box(b"json", data))
    return assertion.label, _super_box(assertion.label, _box(b"cbor", encode(assertion.content)))


def _super_box(label: str, *boxes: bytes) -> bytes:
    """Return a labelled box; its kind follows from its label or from its first content."""
    kind = _KINDS.get(label) or (b"c2ma" if label.startswith("urn:c2pa:") else boxes[0][4:8])
    description = kind + _UUID_TAIL + bytes([_LABELLED]) + label.encode() + b"\0"
    return _box(b"jumb", _box(b"jumd", description), *boxes)


def _box(kind: bytes, *contents: bytes) -> bytes:
    content = b"".join(contents)
    return (8 + len(content)).to_bytes(4, "big") + kind + content


def _split(data: bytes) -> list[bytes]:
    boxes = []
    while data:
        size = int.from_bytes(data[:4], "big")
        if not 8 <= size <= len(data):
            raise ValueError("a torn box")
        boxes.append(data[:size])
        data = data[size:]
    return boxes


def _rebuild(box: bytes) -> bytes:
    if box[4:8] != b"jumb":
        return box
    description, *contents = _split(box[8:])
    label = description[25:-1].decode()
    if label == "c2pa.signature" and not any(_ends_in_signature(contents[0], size) for size in _SIGNATURE_SIZES):
        raise ValueError("the signature has a payload, though the claim is detached")
    return _super_box(label, *map(_rebuild, contents))


def _ends_in_signature(cose: bytes, size: int) -> bool:
    """Tell whether a COSE_Sign1 ends with an empty payload and a signature of this many bytes."""
    return cose.endswith(b"\xf6" + _head(2, size) + cose[-size:])


def _uuid(*parts: bytes) -> uuid.UUID:
    """Return a UUID derived from content: as unique as the content, and of the form that readers expect."""
    return uuid.UUID(bytes=hashlib.sha256(b"\0".join(parts)).digest()[:16], version=4)
