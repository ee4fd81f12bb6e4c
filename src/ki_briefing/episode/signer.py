"""PEM files -> Signer, a private key with its certificates; claim -> COSE signature.

Ed25519 and ECDSA sign deterministically (RFC 8032, RFC 6979); RSA does not. A key is refused if others on this machine
can read it or if it is in the public folder; a certificate is refused if C2PA does not let it sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from ki_briefing.base.errors import AuthorityOffline, ConfigError, PublishError
from ki_briefing.base.files import read_regular
from ki_briefing.episode.certificate import find_fault, key_id
from ki_briefing.episode.manifest import Tagged, encode, read_signature
from ki_briefing.episode.timestamp import fetch_token

if TYPE_CHECKING:
    from pathlib import Path

    from ki_briefing.episode.certificate import Key
    from ki_briefing.episode.manifest import Cbor
    from ki_briefing.show.settings import Signing

_ALGORITHM, _CHAIN = 1, 33  # COSE header labels (RFC 9052, RFC 9360)
_COSE_SIGN1 = 18
_CURVES = {"secp256r1": (-7, hashes.SHA256()), "secp384r1": (-35, hashes.SHA384()), "secp521r1": (-36, hashes.SHA512())}
_PSS = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
_TIMESTAMP_ROOM = 10_000  # bytes reserved for the answer of a time stamp authority
_LARGEST_PEM = 1_000_000  # bytes
_FIT = (
    "Ask for a certificate that may sign documents (C2PA specification, 14.5),"
    " or see how ki-briefing init --sign makes one."
)


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs claims as COSE_Sign1 (RFC 9052).

    Attributes:
        chain: Certificates, leaf first.
        timestamp_url: RFC 3161 time stamp authority; empty: none.
    """

    key: Key
    chain: tuple[x509.Certificate, ...]
    timestamp_url: str = ""

    @property
    def key_id(self) -> str:
        """What names its key in a mark: the first 40 bits of the SHA-256 of the leaf's public key, in hexadecimal."""
        return key_id(self.chain[0])

    @property
    def signature_size(self) -> int:
        """The size of each of this signer's COSE signatures [bytes]."""
        size = len(self._cose(self._sign(b""), {}))
        return size + _TIMESTAMP_ROOM if self.timestamp_url else size

    def sign(self, claim: bytes, *, stamped: bool = True) -> bytes:
        """Return the COSE signature of a claim.

        Args:
            stamped: With a time stamp, if there is an authority; else with room for the one that is to come.

        Raises:
            AuthorityOffline: The authority cannot be reached, refuses, or its answer cannot be used.
        """
        signature = self._sign(_signed_bytes("Signature1", self._protected(), claim))
        return self._stamped(signature) if stamped else self._filled(signature, {})

    def stamp(self, store: bytes) -> bytes:
        """Return a manifest store that this signer signed, with the time stamp that it lacks; it keeps its size.

        Raises:
            AuthorityOffline: The authority cannot be reached, refuses, or its answer cannot be used.
            PublishError: Somebody else signed it.
        """
        if not self.has_signed(store):
            raise PublishError("the manifest was signed with another key", hint="Build the episode again.")
        _claim, _protected, signature = read_signature(store)
        return store[: -self.signature_size] + self._stamped(signature)

    def _stamped(self, signature: bytes) -> bytes:
        if not self.timestamp_url:
            return self._cose(signature, {})
        countersigned = _signed_bytes("CounterSignature", self._protected(), encode(signature))
        token = fetch_token(self.timestamp_url, countersigned, most=_TIMESTAMP_ROOM)
        return self._filled(signature, {"sigTst2": {"tstTokens": [{"val": token}]}})

    def _filled(self, signature: bytes, header: dict[str, Cbor]) -> bytes:
        """Return a COSE signature as long as all of this signer's."""
        if not self.timestamp_url:
            return self._cose(signature, header)
        free = self.signature_size - len(self._cose(signature, {**header, "pad": bytes(256)}))
        if free < 0:
            raise AuthorityOffline(f"the answer of {self.timestamp_url} is too long", hint="Choose another authority.")
        return self._cose(signature, {**header, "pad": bytes(256 + free)})

    def has_signed(self, store: bytes) -> bool:
        """Tell whether a manifest store holds this signer's signature of the claim in it.

        It is verified with the certificate alone, as everybody else will verify it.
        """
        return is_signed_by(self.chain[0], store) and read_signature(store)[1] == self._protected()

    def _protected(self) -> bytes:
        ders = [certificate.public_bytes(Encoding.DER) for certificate in self.chain]
        return encode({_ALGORITHM: _algorithm(self.key), _CHAIN: ders if len(ders) > 1 else ders[0]})

    def _cose(self, signature: bytes, unprotected: dict[str, Cbor]) -> bytes:
        return encode(Tagged(_COSE_SIGN1, [self._protected(), unprotected, None, signature]))

    def _sign(self, data: bytes) -> bytes:
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            return self.key.sign(data)
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, _PSS, hashes.SHA256())
        digest = _CURVES[self.key.curve.name][1]
        r, s = decode_dss_signature(self.key.sign(data, ec.ECDSA(digest, deterministic_signing=True)))
        width = (self.key.curve.key_size + 7) // 8
        return r.to_bytes(width, "big") + s.to_bytes(width, "big")


def is_signed_by(certificate: x509.Certificate, store: bytes) -> bool:
    """Tell whether a manifest store of ours holds a signature of the claim in it that this certificate's key made."""
    try:
        claim, protected, signature = read_signature(store)
        _verify(certificate.public_key(), signature, _signed_bytes("Signature1", protected, claim))
    except (ValueError, LookupError, InvalidSignature):
        return False
    return True


def _verify(public_key: object, signature: bytes, data: bytes) -> None:
    """Raise InvalidSignature unless this key made this signature of the data; KeyError: an unknown curve."""
    match public_key:
        case ed25519.Ed25519PublicKey() as key:
            key.verify(signature, data)
        case rsa.RSAPublicKey() as key:
            key.verify(signature, data, _PSS, hashes.SHA256())
        case ec.EllipticCurvePublicKey() as key:
            half = len(signature) // 2
            r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
            key.verify(encode_dss_signature(r, s), data, ec.ECDSA(_CURVES[key.curve.name][1]))
        case _:
            raise InvalidSignature


def load_signer(signing: Signing, folder: Path, *, public: Path, now: datetime | None = None) -> Signer | None:
    """Return a show's signer, or None if it does not sign.

    Args:
        folder: Where relative paths start.
        public: The folder that a web server serves.
        now: When the certificate must be valid; None: now.

    Raises:
        ConfigError: A file is missing or unfit, the key can be read by others, or the two do not belong together.
    """
    if not signing.key and not signing.certificate:
        return None
    if not (signing.key and signing.certificate):
        raise ConfigError("[signing] needs both key and certificate", hint="Name both PEM files, or neither.")
    if signing.timestamp_url and not signing.timestamp_url.startswith(("http://", "https://")):
        raise ConfigError(
            "[signing] timestamp_url is no web address", hint="Write it like https://…, or leave it empty."
        )
    key_path, chain_path = folder / signing.key, folder / signing.certificate
    key, chain = _load_key(key_path, public), _load_chain(chain_path)
    if fault := find_fault(chain[0], now or datetime.now(UTC)):
        raise ConfigError(f"[signing] certificate: {chain_path} {fault}", hint=_FIT)
    if key.public_key() != chain[0].public_key():
        raise ConfigError(f"{key_path} is not the key of {chain_path}", hint="The leaf certificate must come first.")
    return Signer(key, chain, signing.timestamp_url)


def _load_key(path: Path, public: Path) -> Key:
    _refuse_open_key(path, public)
    try:
        key = load_pem_private_key(read_regular(path, _LARGEST_PEM), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ConfigError(
            f"cannot use the signing key {path}: {error}", hint="It must be an unencrypted PEM."
        ) from error
    if not isinstance(key, (ed25519.Ed25519PrivateKey, ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)) or (
        isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name not in _CURVES
    ):
        raise ConfigError(f"{path} is of a kind that C2PA does not know", hint="Use Ed25519, ECDSA P-256 or RSA.")
    return key


def _load_chain(path: Path) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(read_regular(path, _LARGEST_PEM)))
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"[signing] certificate: cannot use {path}: {error}", hint="It must be PEM, the leaf first."
        ) from error


def _refuse_open_key(path: Path, public: Path) -> None:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise ConfigError(f"there is no signing key {path}", hint="Correct [signing] key in show.toml.") from error
    if mode & 0o077:
        raise ConfigError(f"others can read the signing key {path}", hint=f"Run: chmod 600 '{path}'")
    if path.resolve().is_relative_to(public.resolve()):
        raise ConfigError(f"the signing key {path} lies in the public folder", hint="Move it out, and make a new one.")


def _algorithm(key: Key) -> int:
    """Return the algorithm's number in the COSE registry."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return -8
    return -37 if isinstance(key, rsa.RSAPrivateKey) else _CURVES[key.curve.name][0]


def _signed_bytes(context: str, protected: bytes, payload: bytes) -> bytes:
    """Return the Sig_structure, the bytes that a COSE signature signs (RFC 9052, section 4.4)."""
    return encode([context, protected, b"", payload])
