"""Organisation -> key and certificate chain (PEM) that meet C2PA's profile; a certificate -> why it cannot sign.

Source: C2PA Technical Specification 2.2, section 14.5.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID

from ki_briefing.base.errors import ConfigError
from ki_briefing.base.files import write_atomically
from ki_briefing.sound.codeword import KEY_DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import TypeAlias

    from cryptography.hazmat.primitives.asymmetric import ec

    Key: TypeAlias = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

KEY_FILE = "signing-key.pem"
CERTIFICATE_FILE = "signing-certificate.pem"
YEARS = 20
"""Validity of our certificates. A manifest without a time stamp is void when its certificate expires."""

PURPOSES = (
    "1.3.6.1.5.5.7.3.4",  # emailProtection
    "1.3.6.1.5.5.7.3.36",  # documentSigning
    "1.3.6.1.4.1.62558.2.1",  # C2PA claim signing
)
"""Extended key usages that permit signing claims; a certificate needs one of them."""

_ANYTHING = "2.5.29.37.0"
_EXCLUSIVE = frozenset(("1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9"))  # timeStamping, OCSPSigning
_LEAST_RSA = 2048  # bits
_DIGESTS = frozenset(("sha256", "sha384", "sha512"))


def find_fault(leaf: x509.Certificate, now: datetime) -> str:
    """Return why a certificate cannot sign for C2PA, as the rest of a sentence; empty if it can."""
    if leaf.not_valid_after_utc < now:
        return "has expired"
    if leaf.not_valid_before_utc > now:
        return f"is not valid before {leaf.not_valid_before_utc:%Y-%m-%d %H:%M} UTC"
    try:
        key, extensions = leaf.public_key(), leaf.extensions
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension) as error:
        return f"is broken: {error}"
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < _LEAST_RSA:
        return f"has an RSA key of {key.key_size} bits, at least {_LEAST_RSA} are needed"
    digest = leaf.signature_hash_algorithm
    if digest and digest.name not in _DIGESTS:
        return f"was issued with the weak digest {digest.name}"
    found = {each.oid: each.value for each in extensions}
    return _unfit_usage(
        found.get(ExtensionOID.BASIC_CONSTRAINTS),
        found.get(ExtensionOID.KEY_USAGE),
        found.get(ExtensionOID.EXTENDED_KEY_USAGE),
    ) or ("" if ExtensionOID.AUTHORITY_KEY_IDENTIFIER in found else "has no authority key identifier")


def _unfit_usage(constraints: object, usage: object, purposes: object) -> str:
    """Return why these extensions of a certificate do not let it sign claims; empty if they do."""
    if isinstance(constraints, x509.BasicConstraints) and constraints.ca:
        return "is an authority's: it may issue certificates (CA:TRUE), not sign"
    if not isinstance(usage, x509.KeyUsage) or not usage.digital_signature:
        return "lacks the key usage digitalSignature"
    if usage.key_cert_sign:
        return "has the key usage keyCertSign, which only an authority may have"
    if not isinstance(purposes, x509.ExtendedKeyUsage):
        return "has no extended key usage"
    allowed = {purpose.dotted_string for purpose in purposes}
    if _ANYTHING in allowed:
        return "has the extended key usage anyExtendedKeyUsage, which C2PA forbids"
    if allowed.isdisjoint(PURPOSES):
        return "has no extended key usage for signing: emailProtection, documentSigning or C2PA claim signing"
    if not allowed.isdisjoint(_EXCLUSIVE):
        return "has the extended key usage timeStamping or OCSPSigning beside another, which C2PA forbids"
    return ""


def make_certificate(folder: Path, organisation: str, *, now: datetime | None = None) -> tuple[Path, Path]:
    """Make a key that only its owner can read, and a certificate for it that is valid for 20 years.

    The authority's key is used for this one certificate and discarded, so nobody can issue another in its name.

    Returns:
        The paths of key and certificate chain; the chain's last certificate is the one that others may trust.

    Raises:
        StorageError: The disk refused.
        ConfigError: There already is a key.
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
    """Return a certificate that meets C2PA's profile."""
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


def key_id(certificate: x509.Certificate) -> str:
    """Return what names a certificate's key in a mark: the first 40 bits of its SHA-256, in hexadecimal.

    The digest is that of the key as the certificate holds it (SubjectPublicKeyInfo, DER), so a certificate that is
    renewed for the same key has the same id.
    """
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(key).hexdigest()[:KEY_DIGITS]


def read_certificates(pem: str, source: str) -> list[x509.Certificate]:
    """Return certificates, in their order.

    Args:
        pem: May be empty.
        source: What to call it in an error.

    Raises:
        ConfigError: They are no certificates.
    """
    try:
        return x509.load_pem_x509_certificates(pem.encode()) if pem else []
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ConfigError(f"{source}: {error}", hint="It must be PEM, the leaf first.") from error


def read_key_ids(pem: str, source: str) -> dict[str, str]:
    """Return the key ids of certificates, in their order, and whom each names; the rest is as above."""
    certificates = read_certificates(pem, source)
    try:
        return {key_id(each): _subject(each) for each in certificates}
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ConfigError(f"{source}: {error}", hint="It must be PEM, the leaf first.") from error


def subject_of(ders: Iterable[bytes], serial: int) -> str:
    """Return whom the certificate with this serial number names; empty if it is not among these (DER), or broken."""
    try:
        certificates = [x509.load_der_x509_certificate(each) for each in ders]
        return next((_subject(each) for each in certificates if each.serial_number == serial), "")
    except ValueError:
        return ""


def _subject(certificate: x509.Certificate) -> str:
    """Return whom a certificate names: the organisation, or else the common name."""
    for name in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        for attribute in certificate.subject.get_attributes_for_oid(name):
            return str(attribute.value)
    return ""
