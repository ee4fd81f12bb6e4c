"""Who signs: a private key with its certificates.

PEM files -> Signer. Ed25519 and ECDSA sign deterministically (RFC 8032, RFC 6979); RSA does not. A key that others on
this machine can read, or that lies where the web server serves, is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ki_briefing.base.errors import AuthorityOffline, ConfigError, PublishError
from ki_briefing.base.files import write_atomically
from ki_briefing.episode.manifest import Tagged, encode

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TypeAlias

    from ki_briefing.episode.manifest import Cbor
    from ki_briefing.show.settings import Signing

    Key: TypeAlias = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

KEY_FILE = "signing-key.pem"
CERTIFICATE_FILE = "signing-certificate.pem"
YEARS = 20
"""A manifest without a time stamp is void when its certificate expires, so ours lives long."""

_ALGORITHM, _CHAIN = 1, 33  # COSE header labels (RFC 9052, RFC 9360)
_COSE_SIGN1 = 18
_CURVES = {"secp256r1": (-7, hashes.SHA256()), "secp384r1": (-35, hashes.SHA384()), "secp521r1": (-36, hashes.SHA512())}
_TIMESTAMP_ROOM = 10_000  # bytes kept for the answer of a time stamp authority
_TIMESTAMP_SECONDS = 15


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
    def signature_size(self) -> int:
        """How long every signature of this signer is, as COSE [bytes]."""
        size = len(self._cose(self._sign(b""), {}))
        return size + _TIMESTAMP_ROOM if self.timestamp_url else size

    def sign(self, claim: bytes) -> bytes:
        """Return the COSE signature of a claim.

        Raises:
            AuthorityOffline: The time stamp authority refused or cannot be reached.
        PublishError: Its answer is too long.
        """
        signature = self._sign(encode(["Signature1", self._protected(), b"", claim]))
        if not self.timestamp_url:
            return self._cose(signature, {})
        countersigned = encode(["CounterSignature", self._protected(), b"", encode(signature)])
        token = _fetch_timestamp(self.timestamp_url, countersigned)
        header: dict[str, Cbor] = {"sigTst2": {"tstTokens": [{"val": token}]}}
        free = self.signature_size - len(self._cose(signature, {**header, "pad": bytes(256)}))
        if free < 0:
            raise PublishError(f"the answer of {self.timestamp_url} is too long", hint="Choose another authority.")
        return self._cose(signature, {**header, "pad": bytes(256 + free)})

    def _protected(self) -> bytes:
        ders = [certificate.public_bytes(Encoding.DER) for certificate in self.chain]
        return encode({_ALGORITHM: _algorithm(self.key), _CHAIN: ders if len(ders) > 1 else ders[0]})

    def _cose(self, signature: bytes, unprotected: dict[str, Cbor]) -> bytes:
        return encode(Tagged(_COSE_SIGN1, [self._protected(), unprotected, None, signature]))

    def _sign(self, data: bytes) -> bytes:
        if isinstance(self.key, ed25519.Ed25519PrivateKey):
            return self.key.sign(data)
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        digest = _CURVES[self.key.curve.name][1]
        r, s = decode_dss_signature(self.key.sign(data, ec.ECDSA(digest, deterministic_signing=True)))
        width = (self.key.curve.key_size + 7) // 8
        return r.to_bytes(width, "big") + s.to_bytes(width, "big")


def load_signer(signing: Signing, folder: Path, *, public: Path, now: datetime | None = None) -> Signer | None:
    """Return who signs for a show, or None if it does not sign.

    Args:
        folder: What relative paths start from.
        public: The folder that a web server serves.
        now: For when the certificate must be valid; None: now.

    Raises:
        ConfigError: A file is absent, unfit, open to others, public, or the two do not belong together.
    """
    if not signing.key and not signing.certificate:
        return None
    if not (signing.key and signing.certificate):
        raise ConfigError("[signing] needs both key and certificate", hint="Name both PEM files, or neither.")
    key_path, chain_path = folder / signing.key, folder / signing.certificate
    _refuse_open_key(key_path, public)
    try:
        key = load_pem_private_key(key_path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ConfigError(
            f"cannot use the signing key {key_path}: {error}", hint="It must be an unencrypted PEM."
        ) from error
    try:
        chain = tuple(x509.load_pem_x509_certificates(chain_path.read_bytes()))
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot use {chain_path}: {error}", hint="It must be PEM, the leaf first.") from error
    if not isinstance(key, (ed25519.Ed25519PrivateKey, ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)) or (
        isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name not in _CURVES
    ):
        raise ConfigError(f"{key_path} is of a kind that C2PA does not know", hint="Use Ed25519, ECDSA P-256 or RSA.")
    if key.public_key() != chain[0].public_key():
        raise ConfigError(f"{key_path} is not the key of {chain_path}", hint="The leaf certificate must come first.")
    if signing.timestamp_url and not signing.timestamp_url.startswith(("http://", "https://")):
        raise ConfigError(
            "[signing] timestamp_url is no web address", hint="Write it like https://…, or leave it empty."
        )
    if chain[0].not_valid_after_utc < (now or datetime.now(UTC)):
        raise ConfigError(
            f"{chain_path} has expired", hint="Get a new certificate: listeners' apps would call it void."
        )
    return Signer(key, chain, signing.timestamp_url)


def make_certificate(folder: Path, organisation: str, *, now: datetime | None = None) -> tuple[Path, Path]:
    """Make a key that only its owner can read, and a certificate for it that lives for 20 years.

    Its authority is made for this one certificate, and forgotten: nobody can issue another in its name.

    Returns:
        The paths of key and certificate chain; the chain's last certificate is what others may choose to trust.

    Raises:
        StorageError: The disk refused.
        ConfigError: There is a key already.
    """
    key_path, chain_path = folder / KEY_FILE, folder / CERTIFICATE_FILE
    if key_path.exists():
        raise ConfigError(f"there is a key already: {key_path}", hint="Keep it: older episodes are signed with it.")
    start = (now or datetime.now(UTC)).replace(microsecond=0) - timedelta(minutes=5)
    authority, key = ed25519.Ed25519PrivateKey.generate(), ed25519.Ed25519PrivateKey.generate()
    issuer, subject = _name(organisation, "Podcast authority"), _name(organisation, "Podcast")
    root = _certificate(issuer, issuer, authority, authority, start, is_authority=True)
    leaf = _certificate(subject, issuer, key, authority, start, is_authority=False)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_atomically(chain_path, leaf.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM))
    write_atomically(key_path, secret, mode=0o600)
    return key_path, chain_path


def _refuse_open_key(path: Path, public: Path) -> None:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise ConfigError(f"there is no signing key {path}", hint="Mend [signing] key in show.toml.") from error
    if mode & 0o077:
        raise ConfigError(f"others can read the signing key {path}", hint=f"Run: chmod 600 '{path}'")
    if path.resolve().is_relative_to(public.resolve()):
        raise ConfigError(f"the signing key {path} lies in the public folder", hint="Move it out, and make a new one.")


def _algorithm(key: Key) -> int:
    """Return the algorithm's number in the COSE registry."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return -8
    return -37 if isinstance(key, rsa.RSAPrivateKey) else _CURVES[key.curve.name][0]


def _name(organisation: str, what: str) -> x509.Name:
    """Return a distinguished name; X.520 allows 64 characters each."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{organisation[:44]} {what}"),
        ]
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: Key,
    authority: ed25519.Ed25519PrivateKey,
    start: datetime,
    *,
    is_authority: bool,
) -> x509.Certificate:
    """Return a certificate as C2PA's profile wants it (specification 2.2, section 14.5)."""
    usage = x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=round(YEARS * 365.25)))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if not is_authority:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
        builder = builder.add_extension(identifier, critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return builder.sign(authority, None)


def _fetch_timestamp(url: str, data: bytes) -> bytes:
    """Return the token with which an authority vouches that the data existed (RFC 3161)."""
    import urllib.request  # with ssl it costs more than signing, and few shows need it

    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    imprint = bytes.fromhex("3031300d060960864801650304020105000420") + digest.finalize()
    query = b"\x30\x39\x02\x01\x01" + imprint + b"\x01\x01\xff"  # version 1, imprint, with certificates
    request = urllib.request.Request(url, query, {"Content-Type": "application/timestamp-query"})
    try:
        with urllib.request.urlopen(request, timeout=_TIMESTAMP_SECONDS) as answer:
            response = answer.read(_TIMESTAMP_ROOM)
        return _token(response)
    except (OSError, ValueError, IndexError) as error:
        raise AuthorityOffline(
            f"no time stamp from {url}: {error}", hint="Try again later, or empty [signing] timestamp_url."
        ) from error


def _token(response: bytes) -> bytes:
    """Return the ContentInfo of a TimeStampResp: the second of its two members, after the status."""
    body, _rest = _der(response)
    status, token = _der(body)
    if not status.startswith((b"\x02\x01\x00", b"\x02\x01\x01")) or not token:
        raise ValueError("the authority refused")
    return token


def _der(data: bytes) -> tuple[bytes, bytes]:
    """Return the content of the SEQUENCE that the data begins with, and what comes after it."""
    if data[0] != 0x30:
        raise ValueError("no time stamp response")
    at, size = 2, data[1]
    if size & 0x80:
        at += size & 0x7F
        size = int.from_bytes(data[2:at], "big")
    if len(data) < at + size:
        raise ValueError("a torn time stamp response")
    return data[at : at + size], data[at + size :]
