"""Keys: made once, kept secret, refused when they are not; every usual kind signs what others can verify."""

from __future__ import annotations

import os
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ki_briefing.base.errors import ConfigError
from ki_briefing.episode import certificate as certificates
from ki_briefing.episode.certificate import make_certificate
from ki_briefing.episode.provenance import make_statement
from ki_briefing.episode.signer import Signer, load_signer
from ki_briefing.episode.verdict import Seal, verify
from ki_briefing.show.settings import Signing
from publication_samples import sample_episode
from spoken_episode import sign

PAIR = Signing("signing-key.pem", "signing-certificate.pem")


def load(folder: Path, signing: Signing = PAIR) -> Signer | None:
    return load_signer(signing, folder, public=folder / "public")


def test_a_made_key_is_for_its_owner_only_and_lives_long(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        key, chain = make_certificate(tmp_path, "Redaktion", now=datetime(2026, 1, 1, tzinfo=UTC))
    finally:
        os.umask(before)

    leaf, authority = x509.load_pem_x509_certificates(chain.read_bytes())
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert leaf.not_valid_after_utc.year == 2045
    leaf.verify_directly_issued_by(authority)


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    key, _chain = make_certificate(tmp_path, "Redaktion")
    before = key.read_bytes()

    with pytest.raises(ConfigError, match="there is a key already"):
        make_certificate(tmp_path, "Redaktion")

    assert key.read_bytes() == before


def test_a_show_without_keys_does_not_sign(tmp_path: Path) -> None:
    assert load(tmp_path, Signing()) is None


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    key, _chain = make_certificate(tmp_path, "Redaktion")
    key.chmod(mode)

    with pytest.raises(ConfigError, match="others can read") as caught:
        load(tmp_path)

    assert caught.value.hint == f"Run: chmod 600 '{key}'"


def test_a_key_in_the_public_folder_is_refused_even_through_a_link(tmp_path: Path) -> None:
    make_certificate(tmp_path / "public", "Redaktion")
    (tmp_path / "keys").symlink_to(tmp_path / "public")

    with pytest.raises(ConfigError, match="lies in the public folder"):
        load(tmp_path, Signing("keys/signing-key.pem", "keys/signing-certificate.pem"))


@pytest.mark.parametrize(
    ("signing", "complaint"),
    [
        (Signing(key="signing-key.pem"), "needs both"),
        (Signing(certificate="signing-certificate.pem"), "needs both"),
        (Signing("nothing.pem", "signing-certificate.pem"), "no signing key"),
        (Signing("signing-key.pem", "nothing.pem"), "cannot use"),
        (Signing("rubbish.pem", "signing-certificate.pem"), "cannot use the signing key"),
        (Signing("signing-key.pem", "rubbish.pem"), "cannot use"),
        (Signing("signing-key.pem", "other/signing-certificate.pem"), "is not the key of"),
        (Signing("signing-key.pem", "signing-certificate.pem", "ftp://time"), "no web address"),
    ],
)
def test_a_pair_that_cannot_sign_says_why(tmp_path: Path, signing: Signing, complaint: str) -> None:
    make_certificate(tmp_path, "Redaktion")
    make_certificate(tmp_path / "other", "Andere")
    (tmp_path / "rubbish.pem").write_text("rubbish", encoding="utf-8")
    (tmp_path / "rubbish.pem").chmod(0o600)

    with pytest.raises(ConfigError, match=complaint) as caught:
        load(tmp_path, signing)

    assert caught.value.hint


Purposes = tuple[x509.ObjectIdentifier, ...]
_MAIL, _TIME = ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.TIME_STAMPING
_DOCUMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")
_CLAIMS = x509.ObjectIdentifier("1.3.6.1.4.1.62558.2.1")
NOW = datetime.now(UTC)


def write_pair(
    folder: Path,
    *,
    authority: bool = False,
    uses: str = "digital_signature",
    purposes: Purposes = (_MAIL,),
    starts: datetime = NOW - timedelta(days=2),
    bits: int = 0,
) -> Signer:
    """Write a key and a certificate of another authority; return who would sign with it if nobody refused."""
    key = rsa.generate_private_key(65_537, bits) if bits else ec.generate_private_key(ec.SECP256R1())
    issuer = ec.generate_private_key(ec.SECP256R1())
    names = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
        *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    builder = (
        x509.CertificateBuilder(
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Amt")]),
            x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Muster")]),
            key.public_key(),
            x509.random_serial_number(),
        )
        .not_valid_before(starts)
        .not_valid_after(starts + timedelta(days=3))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False)
    )
    if uses:
        builder = builder.add_extension(x509.KeyUsage(**{name: name in uses for name in names}), critical=True)
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    leaf = builder.sign(issuer, hashes.SHA256())
    folder.mkdir(exist_ok=True)
    (folder / PAIR.certificate).write_bytes(leaf.public_bytes(Encoding.PEM))
    (folder / PAIR.key).write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / PAIR.key).chmod(0o600)
    return Signer(key, (leaf,))


def seal_of(folder: Path, signer: Signer) -> Seal:
    """Return what the c2pa library says of a file that this signer signed."""
    path = folder / "sound.mp3"
    path.write_bytes(b"ID3\x03\0\0\0\0\0\0\xff\xfb\x94\xc4" + bytes(284))
    sign(path, make_statement(sample_episode(), podcast="P", author="", episode_url=""), signer)
    return verify(path).seal


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        ({"authority": True, "uses": "digital_signature key_cert_sign"}, r"CA:TRUE"),
        ({"uses": "digital_signature key_cert_sign"}, "keyCertSign"),
        ({"uses": ""}, "lacks the key usage digitalSignature"),
        ({"purposes": ()}, "has no extended key usage"),
        ({"purposes": (ExtendedKeyUsageOID.SERVER_AUTH,)}, "no extended key usage for signing"),
        ({"purposes": (ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE, _MAIL)}, "anyExtendedKeyUsage"),
        ({"purposes": (_TIME, _MAIL)}, "timeStamping"),
        ({"starts": NOW + timedelta(days=1)}, "is not valid before"),
        ({"starts": NOW - timedelta(days=9)}, "has expired"),
    ],
)
def test_a_certificate_that_cannot_sign_is_refused_for_the_very_reason(
    tmp_path: Path, fault: dict[str, Any], complaint: str
) -> None:
    signer = write_pair(tmp_path, **fault)

    with pytest.raises(ConfigError, match=rf"\[signing\] certificate: .*{complaint}") as caught:
        load(tmp_path)

    assert caught.value.hint
    assert seal_of(tmp_path, signer) is not Seal.INTACT  # the library would not take it either


def test_a_weak_rsa_key_is_refused(tmp_path: Path) -> None:
    write_pair(tmp_path, bits=1024)

    with pytest.raises(ConfigError, match="RSA key of 1024 bits"):
        load(tmp_path)


def test_an_rsa_key_of_unusual_length_signs(tmp_path: Path) -> None:
    write_pair(tmp_path, bits=2560)
    signer = load(tmp_path)

    assert signer is not None
    assert seal_of(tmp_path, signer) is Seal.INTACT


def test_a_certificate_that_only_swears_but_does_not_sign_is_refused(tmp_path: Path) -> None:
    write_pair(tmp_path, uses="content_commitment")  # the library would take it, the specification does not

    with pytest.raises(ConfigError, match="digitalSignature"):
        load(tmp_path)


@pytest.mark.parametrize("purposes", [(_MAIL,), (_DOCUMENTS,), (_CLAIMS,), (_MAIL, ExtendedKeyUsageOID.SERVER_AUTH)])
def test_every_certificate_that_c2pa_lets_sign_signs(tmp_path: Path, purposes: Purposes) -> None:
    write_pair(tmp_path, purposes=purposes)
    signer = load(tmp_path)

    assert signer is not None
    assert seal_of(tmp_path, signer) is Seal.INTACT


@pytest.mark.judge("openssl")
def test_the_certificate_that_openssl_makes_by_default_is_refused(tmp_path: Path) -> None:
    command = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=Muster"
    subprocess.run(
        ["openssl", *command.split(), "-keyout", PAIR.key, "-out", PAIR.certificate],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    (tmp_path / PAIR.key).chmod(0o600)

    with pytest.raises(ConfigError, match="is an authority's"):
        load(tmp_path)


def test_a_pipe_is_no_certificate(tmp_path: Path) -> None:
    make_certificate(tmp_path, "Redaktion")
    (tmp_path / PAIR.certificate).unlink()
    os.mkfifo(tmp_path / PAIR.certificate)

    with pytest.raises(ConfigError, match="no regular file"):
        load(tmp_path)


def test_an_expired_certificate_is_refused(tmp_path: Path) -> None:
    make_certificate(tmp_path, "Redaktion", now=datetime(2000, 1, 1, tzinfo=UTC))

    with pytest.raises(ConfigError, match="has expired"):
        load_signer(PAIR, tmp_path, public=tmp_path / "public", now=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("kind", ["ed25519", "p256", "p384", "p521", "rsa"])
def test_every_usual_kind_of_key_signs_what_others_verify(tmp_path: Path, kind: str) -> None:
    def generate() -> ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey:
        if kind == "rsa":
            return rsa.generate_private_key(65_537, 2048)
        return ec.generate_private_key({"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1()}[kind])

    key_path, chain_path = make_certificate(tmp_path, "Redaktion")
    if kind != "ed25519":
        key = generate()
        leaf, authority = x509.load_pem_x509_certificates(chain_path.read_bytes())
        authority_key = ed25519.Ed25519PrivateKey.generate()
        start = leaf.not_valid_before_utc
        root = certificates._certificate(
            authority.subject, authority.subject, authority_key, authority_key, start, is_authority=True
        )
        mine = certificates._certificate(leaf.subject, authority.subject, key, authority_key, start, is_authority=False)
        chain_path.write_bytes(mine.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM))
        key_path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path = tmp_path / "sound.mp3"
    path.write_bytes(b"\xff\xfb\x94\xc4" + bytes(284))
    signer = load(tmp_path)
    assert signer is not None

    sign(path, make_statement(sample_episode(), podcast="P", author="", episode_url=""), signer)

    assert verify(path).seal is Seal.INTACT
