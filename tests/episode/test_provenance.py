"""Signed episodes: nothing else changes, everybody can check it, and no changed byte goes unnoticed."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from click.testing import CliRunner
from mutagen.id3 import ID3

from ki_briefing.base.errors import BriefingError, StorageError
from ki_briefing.cli import cli
from ki_briefing.episode.certificate import make_certificate
from ki_briefing.episode.id3 import HEADER, frame_header, tag_header
from ki_briefing.episode.manifest import Binding, Statement, measure_manifest, write_manifest
from ki_briefing.episode.origin import find_origin
from ki_briefing.episode.provenance import make_statement, write_sidecar, write_signed
from ki_briefing.episode.signer import Signer, load_signer
from ki_briefing.episode.verdict import Seal, Verdict, verify
from ki_briefing.show.podcast import Podcast
from ki_briefing.show.settings import Show, Signing
from spoken_episode import Spoken, sign, speak_episode, write_episode


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Spoken:
    return speak_episode(tmp_path_factory.mktemp("spoken"))


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    make_certificate(folder, "Redaktion Beispiel")
    return folder


@pytest.fixture(scope="module")
def signer(keys: Path) -> Signer:
    found = load_signer(Signing("signing-key.pem", "signing-certificate.pem"), keys, public=keys / "public")
    assert found is not None
    return found


@pytest.fixture
def unsigned(tmp_path: Path, spoken: Spoken) -> Path:
    return write_episode(tmp_path / "folge.mp3", spoken)


@pytest.fixture
def signed(unsigned: Path, spoken: Spoken, signer: Signer) -> Path:
    return sign_episode(unsigned, spoken, signer)


def sign_episode(path: Path, spoken: Spoken, signer: Signer) -> Path:
    sign(path, statement_of(spoken), signer)
    return path


def statement_of(spoken: Spoken) -> Statement:
    return make_statement(
        spoken.episode,
        podcast="KI-Briefing-Daily",
        author="KI-Briefing",
        episode_url="https://podcast.example.org/chips-fuer-deepseek/",
    )


def frames_of(data: bytes) -> list[bytes]:
    size = sum(byte << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    at, frames = 10, []
    while at < 10 + size:
        end = at + 10 + int.from_bytes(data[at + 4 : at + 8], "big")
        frames.append(data[at:end])
        at = end
    return [*frames, data[10 + size :]]


def test_a_signed_episode_says_who_made_it_with_what_and_of_which_article(signed: Path, spoken: Spoken) -> None:
    verdict = verify(signed)

    assert verdict == Verdict(
        Seal.INTACT,
        signer="Redaktion Beispiel",
        title=spoken.episode.title,
        article=spoken.episode.article_url,
        voice=spoken.episode.engine,
        published="2026-01-15T06:30:00+01:00",
    )
    assert str(verdict).startswith("Unchanged since Redaktion Beispiel signed it.\nThe certificate is the signer's own")


def test_a_certificate_that_you_trust_is_called_so(signed: Path, keys: Path) -> None:
    chain = (keys / "signing-certificate.pem").read_text()
    authority = chain[chain.rindex("-----BEGIN") :]

    assert verify(signed, trust=authority).trusted


def test_another_authority_is_not_trusted(signed: Path, tmp_path: Path) -> None:
    _key, chain = make_certificate(tmp_path / "others", "Redaktion Beispiel")

    verdict = verify(signed, trust=chain.read_text())

    assert (verdict.seal, verdict.trusted) == (Seal.INTACT, False)


def test_a_sealed_file_is_of_the_show_whose_key_signed_it_and_of_no_namesake(
    signed: Path, keys: Path, tmp_path: Path
) -> None:
    _key, namesake = make_certificate(tmp_path / "others", "Redaktion Beispiel")
    podcast, files = Podcast(title="Mein Podcast"), Signing("signing-key.pem", "signing-certificate.pem")
    chain = (keys / "signing-certificate.pem").read_text()
    leaf = chain[: chain.rindex("-----BEGIN")]
    ours = find_origin(signed, show=Show(keys, podcast=podcast, signing=files))
    others = find_origin(signed, show=Show(tmp_path / "others", podcast=podcast, signing=files))

    assert (ours.is_good, ours.of_show, "It is of Mein Podcast" in str(ours)) == (True, True, True)
    assert (others.seal, others.is_good, others.of_show) == (Seal.INTACT, False, False)
    assert "somebody who calls themselves Redaktion Beispiel" in str(others)
    assert "It is NOT of Mein Podcast" in str(others)
    assert find_origin(signed, trust=leaf).is_good
    done = CliRunner().invoke(cli, ["verify", str(signed), "--trust", str(namesake), "--json"])
    assert (done.exit_code, json.loads(done.output)["trusted"]) == (65, False)
    assert find_origin(signed).is_good


@pytest.mark.parametrize("first", [True, False])
def test_a_show_s_own_seal_of_another_file_vouches_for_no_stranger(
    signed: Path, keys: Path, tmp_path: Path, spoken: Spoken, *, first: bool
) -> None:
    *frames, seal, sound = frames_of(signed.read_bytes())
    others = tmp_path / "others"
    make_certificate(others, "Redaktion Beispiel")
    stranger = load_signer(Signing("signing-key.pem", "signing-certificate.pem"), others, public=tmp_path / "public")
    assert stranger is not None
    named = b"\0application/c2pa\0c2pa\0another description\0"
    before, after = (b"", b"".join((*frames, seal))) if first else (b"".join((*frames, seal)), b"")
    start = HEADER + len(before) + HEADER + len(named)
    length = measure_manifest(statement_of(spoken), start, stranger.signature_size)
    head = (
        tag_header(start - HEADER + length + len(after)) + before + frame_header(b"GEOB", len(named) + length) + named
    )
    binding = Binding(hashlib.sha256(head + after + sound).digest(), start, length)
    signed.write_bytes(head + write_manifest(statement_of(spoken), binding, stranger.sign) + after + sound)
    found = verify(signed, of=(keys / "signing-certificate.pem").read_text())

    assert not (found.seal is Seal.INTACT and found.of_show)


def test_signing_leaves_every_other_frame_and_all_of_the_sound_as_they_were(
    unsigned: Path, spoken: Spoken, signer: Signer
) -> None:
    before = frames_of(unsigned.read_bytes())
    after = frames_of(sign_episode(unsigned, spoken, signer).read_bytes())

    assert after[:-2] + after[-1:] == before
    assert after[-2].startswith(b"GEOB")
    assert len(ID3(unsigned).getall("CHAP")) == 3


def test_the_same_episode_signed_elsewhere_has_the_same_bytes(
    signed: Path, spoken: Spoken, signer: Signer, tmp_path: Path
) -> None:
    other = sign_episode(write_episode(tmp_path / "andere.mp3", spoken), spoken, signer)

    assert other.read_bytes() == signed.read_bytes()


def test_no_changed_byte_of_the_manifest_goes_unnoticed(signed: Path, tmp_path: Path) -> None:
    data = signed.read_bytes()
    start = data.index(b"GEOB")
    end = start + len(frames_of(data)[-2])
    changed = tmp_path / "verfaelscht.mp3"

    unnoticed = []
    for at in range(start, end, 11):
        changed.write_bytes(data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :])
        if verify(changed).seal is Seal.INTACT:
            unnoticed.append(at - start)

    assert unnoticed == []


@pytest.mark.parametrize("where", ["magic", "size", "title", "picture", "header frame", "sound", "last byte"])
def test_one_changed_byte_is_noticed(signed: Path, where: str) -> None:
    data = bytearray(signed.read_bytes())
    at = {
        "magic": 0,
        "size": 8,
        "title": data.index(b"TIT2") + 16,
        "picture": data.index(b"APIC") + 100,
        "header frame": data.index(b"Info") + 4,
        "sound": len(data) - 3000,
        "last byte": len(data) - 1,
    }[where]
    data[at] ^= 1
    signed.write_bytes(data)

    verdict = verify(signed)

    assert verdict.seal is Seal.CHANGED
    assert str(verdict).startswith("Changed: this file is not what was signed")


def test_a_changed_byte_in_any_frame_of_the_tag_is_noticed(signed: Path, tmp_path: Path) -> None:
    data = signed.read_bytes()
    changed = tmp_path / "verfaelscht.mp3"
    start, seals = 10, {}
    for frame in frames_of(data):
        for at in (0, 7, 9, len(frame) // 2, len(frame) - 1):
            changed.write_bytes(data[: start + at] + bytes([frame[at] ^ 1]) + data[start + at + 1 :])
            seals[frame[:4], at] = verify(changed).seal
        start += len(frame)

    assert len(seals) > 100
    assert set(seals.values()) == {Seal.CHANGED}


@pytest.mark.parametrize("damage", ["cut", "longer", "second tag"])
def test_a_cut_or_longer_file_is_noticed(signed: Path, damage: str) -> None:
    data = signed.read_bytes()
    signed.write_bytes({"cut": data[:-288], "longer": data + data[-288:], "second tag": data[:-128] + b"TAG"}[damage])

    assert verify(signed).seal is Seal.CHANGED


def test_an_unsigned_file_is_called_unsigned(unsigned: Path) -> None:
    verdict = verify(unsigned)

    assert verdict.seal is Seal.UNSIGNED
    assert "Not signed" in str(verdict)


def test_what_is_no_mp3_is_called_unsigned(tmp_path: Path) -> None:
    path = tmp_path / "brief.txt"
    path.write_text("Guten Tag", encoding="utf-8")

    assert verify(path).seal is Seal.UNSIGNED


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BriefingError, match=r"cannot read .*nichts\.mp3"):
        verify(tmp_path / "nichts.mp3")


def test_a_file_without_our_tag_gets_its_manifest_beside_it(unsigned: Path, spoken: Spoken, signer: Signer) -> None:
    sound = frames_of(unsigned.read_bytes())[-1]
    unsigned.write_bytes(sound)

    sidecar = write_sidecar(unsigned, statement_of(spoken), signer)

    assert sidecar == unsigned.with_name("folge.mp3.c2pa")
    assert unsigned.read_bytes() == sound
    assert verify(unsigned).seal is Seal.INTACT
    unsigned.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    assert verify(unsigned).seal is Seal.CHANGED


def test_a_file_of_another_kind_is_sealed_from_beside_it(tmp_path: Path, spoken: Spoken, signer: Signer) -> None:
    path = tmp_path / "folge.opus"
    path.write_bytes(b"OggS" + bytes(5000))
    statement = make_statement(spoken.episode, podcast="P", author="", episode_url="")

    assert write_sidecar(path, statement, signer).name == "folge.opus.c2pa"
    assert verify(path).seal is Seal.INTACT
    path.write_bytes(b"OggS" + bytes(4999) + b"1")
    assert verify(path).seal is Seal.CHANGED


def test_the_seal_tells_which_mark_is_in_the_sound(unsigned: Path, spoken: Spoken, signer: Signer) -> None:
    statement = make_statement(spoken.episode, podcast="P", author="", episode_url="", mark=signer.key_id)
    sign(unsigned, statement, signer)

    assert verify(unsigned).seal is Seal.INTACT
    assert b"c2pa.watermarked" in unsigned.read_bytes()
    assert signer.key_id.encode() in unsigned.read_bytes()


def test_signing_does_not_hold_the_file_in_memory(unsigned: Path, spoken: Spoken, signer: Signer) -> None:
    with unsigned.open("ab") as file:
        file.write(bytes(40_000_000))
    tracemalloc.start()

    sign(unsigned, statement_of(spoken), signer)

    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000


def test_a_sidecar_of_another_file_does_not_vouch(unsigned: Path, spoken: Spoken, signer: Signer) -> None:
    bare = unsigned.with_name("nackt.mp3")
    bare.write_bytes(frames_of(unsigned.read_bytes())[-1])
    sidecar = write_sidecar(bare, statement_of(spoken), signer)
    shutil.copy(sidecar, unsigned.with_name("folge.mp3.c2pa"))

    assert verify(unsigned).seal is Seal.CHANGED


def test_what_is_not_the_same_twice_is_not_signed_and_the_old_file_stays(
    signed: Path, spoken: Spoken, signer: Signer
) -> None:
    before = signed.read_bytes()
    statement = make_statement(spoken.episode, podcast="P", author="", episode_url="")
    sounds = iter((b"\xff\xfb one", b"\xff\xfb two"))

    with pytest.raises(StorageError, match="changed while it was signed"):
        write_signed(signed, before[:10], lambda: (next(sounds),), statement, signer)

    assert signed.read_bytes() == before
    assert list(signed.parent.iterdir()) == [signed]


def test_a_signature_is_proved_by_the_certificate_and_over_the_claim_beside_it(
    signed: Path, signer: Signer, tmp_path: Path
) -> None:
    frame = frames_of(signed.read_bytes())[-2]
    store = frame[frame.index(b"manifest store\0") + len("manifest store\0") :]
    make_certificate(tmp_path / "others", "Andere")
    pair = Signing("signing-key.pem", "signing-certificate.pem")
    other = load_signer(pair, tmp_path / "others", public=tmp_path / "public")
    at = store.index(b"dc:title") + 12

    assert signer.has_signed(store)
    assert not signer.has_signed(store[:at] + bytes([store[at] ^ 1]) + store[at + 1 :])
    assert not signer.has_signed(store[:-1] + bytes([store[-1] ^ 1]))
    assert not signer.has_signed(store[:-9])
    assert not signer.has_signed(b"")
    assert other is not None
    assert not other.has_signed(store)


def test_without_the_library_verify_says_which_extra_it_needs_and_looks_for_the_mark(signed: Path) -> None:
    program = "import sys; sys.modules['c2pa'] = None; from ki_briefing.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "verify", str(signed)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 69
    assert "pip install 'ki-briefing[verify]'" in done.stderr
    assert "Sealed, but nobody judged the seal" in done.stdout
    assert "No mark:" in done.stdout
    assert "Traceback" not in done.stderr
