"""Keys: made once, kept secret, refused when they are not; every usual kind signs what others can verify."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ki_briefing.base.errors import ConfigError
from ki_briefing.episode import signer as signers
from ki_briefing.episode.provenance import Seal, describe, sign, verify
from ki_briefing.episode.signer import Signer, load_signer, make_certificate
from ki_briefing.show.settings import Signing
from publication_samples import sample_episode

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
        root = signers._certificate(
            authority.subject, authority.subject, authority_key, authority_key, start, is_authority=True
        )
        mine = signers._certificate(leaf.subject, authority.subject, key, authority_key, start, is_authority=False)
        chain_path.write_bytes(mine.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM))
        key_path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path = tmp_path / "sound.mp3"
    path.write_bytes(b"\xff\xfb\x94\xc4" + bytes(284))
    signer = load(tmp_path)
    assert signer is not None

    sign(path, describe(sample_episode(), podcast="P", author="", episode_url=""), signer)

    assert verify(path).seal is Seal.INTACT
