"""A time stamp authority may vouch for when an episode was signed; without it, signing says why it failed."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ki_briefing.base.errors import AuthorityOffline, PublishError
from ki_briefing.episode.certificate import make_certificate
from ki_briefing.episode.provenance import make_statement, stamp, write_signed
from ki_briefing.episode.signer import Signer, load_signer
from ki_briefing.episode.timestamp import fetch_token
from ki_briefing.episode.verdict import Seal, verify
from ki_briefing.show.settings import Signing
from publication_samples import sample_episode
from spoken_episode import sign
from time_authority import CONFIG, authority_in, establish, openssl


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[str]:
    with authority_in(tmp_path) as address:
        yield address


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    make_certificate(tmp_path / "keys", "Redaktion")
    pair = Signing("signing-key.pem", "signing-certificate.pem")
    found = load_signer(pair, tmp_path / "keys", public=tmp_path / "public")
    assert found is not None
    return found


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "sound.mp3"
    path.write_bytes(b"ID3\x03\0\0\0\0\0\0\xff\xfb\x94\xc4" + bytes(284))
    return path


STATEMENT = make_statement(sample_episode(), podcast="KI-Briefing-Daily", author="", episode_url="")


@pytest.mark.judge("openssl")
def test_a_time_stamp_tells_when_it_was_signed(tmp_path: Path, authority: str, signer: Signer, sound: Path) -> None:
    establish(tmp_path)

    sign(sound, STATEMENT, replace(signer, timestamp_url=authority))

    verdict = verify(sound)
    assert verdict.seal is Seal.INTACT
    assert verdict.time is not None
    assert "by an authority you did not say you trust" in str(verdict)


@pytest.mark.judge("openssl")
def test_a_token_is_kept_as_the_authority_sent_it(tmp_path: Path, authority: str) -> None:
    establish(tmp_path)

    token = fetch_token(authority, b"data", most=10_000)

    openssl(tmp_path, "ts -reply -in reply -token_out -out token")
    assert token == (tmp_path / "token").read_bytes()


@pytest.mark.judge("openssl")
@pytest.mark.parametrize(
    ("data", "complaint"), [(b"other data", "for other data"), (b"data", "answers another request")]
)
def test_a_token_that_was_made_for_something_else_is_refused(
    tmp_path: Path, authority: str, data: bytes, complaint: str
) -> None:
    establish(tmp_path)
    fetch_token(authority, data, most=10_000)
    (tmp_path / "reply").rename(tmp_path / "answer")

    with pytest.raises(AuthorityOffline, match=complaint):
        fetch_token(authority, b"data", most=10_000)


@pytest.mark.judge("openssl")
def test_an_authority_that_refuses_is_quoted(tmp_path: Path, authority: str) -> None:
    establish(tmp_path)
    (tmp_path / "ts.cnf").write_text(CONFIG.replace("digests = sha256", "digests = sha512"), encoding="utf-8")

    with pytest.raises(AuthorityOffline, match="refused, status 2"):
        fetch_token(authority, b"data", most=10_000)


def test_an_answer_that_is_too_long_is_named(tmp_path: Path, authority: str) -> None:
    (tmp_path / "answer").write_bytes(bytes(10_001))

    with pytest.raises(PublishError, match="is too long"):
        fetch_token(authority, b"data", most=10_000)


@pytest.mark.parametrize("speech", [b"HTTP/1.0 200 OK\r\n\r\n", b"HTTP/1.0 200 OK\r\nX: ", b""])
def test_an_authority_that_drips_its_answer_is_not_waited_for(speech: bytes) -> None:
    done = threading.Event()

    def drip() -> None:
        connection = listener.accept()[0]
        with connection, contextlib.suppress(OSError):
            connection.sendall(speech)
            while speech and not done.wait(0.05):
                connection.sendall(b"0")
            done.wait()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip)
        thread.start()
        try:
            with pytest.raises(AuthorityOffline, match=r"no whole answer within|timed out"):
                fetch_token(f"http://127.0.0.1:{listener.getsockname()[1]}/", b"data", most=10_000, seconds=0.4)
        finally:
            done.set()
            thread.join()


def test_an_authority_that_does_not_speak_http_is_named() -> None:
    def greet() -> None:
        with listener.accept()[0] as connection:
            connection.recv(10_000)
            connection.sendall(b"220 smtp ready\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=greet)
        thread.start()
        with pytest.raises(AuthorityOffline, match="does not speak HTTP"):
            fetch_token(f"http://127.0.0.1:{listener.getsockname()[1]}/", b"data", most=10_000)
        thread.join()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>busy</html>",
        b"\x30\x05\x30\x03\x02\x01\x02",
        b"\x30\x82\xff\xff\x30",
        b"\x30\x05\x30\x03\x02\x01\x00",
    ],
)
def test_an_answer_that_is_no_time_stamp_leaves_the_episode_as_it_was(
    tmp_path: Path, authority: str, signer: Signer, sound: Path, answer: bytes
) -> None:
    (tmp_path / "answer").write_bytes(answer)
    before = sound.read_bytes()

    with pytest.raises(PublishError, match="no time stamp from") as caught:
        sign(sound, STATEMENT, replace(signer, timestamp_url=authority))

    assert "timestamp_url" in caught.value.hint
    assert sound.read_bytes() == before


def test_an_authority_that_is_not_there_is_named(signer: Signer, sound: Path) -> None:
    with pytest.raises(PublishError, match="no time stamp from http://127"):
        sign(sound, STATEMENT, replace(signer, timestamp_url="http://127.0.0.1:9/"))


@pytest.mark.judge("openssl")
def test_a_stamp_that_comes_later_changes_nothing_else(
    tmp_path: Path, authority: str, signer: Signer, sound: Path
) -> None:
    pieces = (b"\xff\xfb\x94\xc4", bytes(284))
    away = replace(signer, timestamp_url="http://127.0.0.1:9/")
    with pytest.raises(AuthorityOffline):
        write_signed(sound, sound.read_bytes()[:10], lambda: pieces, STATEMENT, away)
    write_signed(sound, sound.read_bytes()[:10], lambda: pieces, STATEMENT, away, stamped=False)
    before, first = sound.read_bytes(), verify(sound)
    establish(tmp_path)

    stamp(sound, replace(signer, timestamp_url=authority), sound)

    after, second = sound.read_bytes(), verify(sound)
    changed = [at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    assert (first.seal, first.time) == (Seal.INTACT, None)
    assert (second.seal, second.time is None) == (Seal.INTACT, False)
    assert changed[0] > 1000  # the manifest's signature, at the end of the tag
    assert after.endswith(b"".join(pieces))


def test_only_who_signed_it_adds_the_stamp(tmp_path: Path, signer: Signer, sound: Path) -> None:
    write_signed(sound, sound.read_bytes()[:10], lambda: (b"\xff\xfb",), STATEMENT, signer)
    make_certificate(tmp_path / "other", "Andere")
    other = load_signer(
        Signing("signing-key.pem", "signing-certificate.pem"), tmp_path / "other", public=tmp_path / "public"
    )

    assert other
    with pytest.raises(PublishError, match="another key"):
        stamp(sound, other, sound)
