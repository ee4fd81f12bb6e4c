"""A time stamp authority may vouch for when an episode was signed; without it, signing says why it failed."""

from __future__ import annotations

import contextlib
import http.server
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ki_briefing.base.errors import AuthorityOffline, PublishError
from ki_briefing.episode.certificate import make_certificate
from ki_briefing.episode.provenance import make_statement, sign
from ki_briefing.episode.signer import Signer, load_signer
from ki_briefing.episode.timestamp import fetch_token
from ki_briefing.episode.verdict import Seal, verify
from ki_briefing.show.settings import Signing
from publication_samples import sample_episode

CONFIG = """
[tsa]
default_tsa = authority
[authority]
serial = serial
default_policy = 1.2.3.4.1
signer_digest = sha256
digests = sha256
ess_cert_id_alg = sha256
[stamp]
basicConstraints = critical,CA:FALSE
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
"""


class Authority(http.server.BaseHTTPRequestHandler):
    """Answers as ``folder`` says: with openssl's time stamp, or with what stands in the file ``answer``."""

    folder: Path

    def do_POST(self) -> None:
        (self.folder / "query").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
        fixed = self.folder / "answer"
        if not fixed.exists():
            openssl(
                self.folder,
                "ts -reply -config ts.cnf -queryfile query -signer ts.pem -inkey ts.key -chain ca.pem -out reply",
            )
            fixed = self.folder / "reply"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(fixed.read_bytes())

    def log_message(self, *args: object) -> None:
        pass


def openssl(folder: Path, command: str) -> None:
    subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[str]:
    handler = type("Here", (Authority,), {"folder": tmp_path})
    server = http.server.HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


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


def establish(folder: Path) -> None:
    """Make what openssl needs to answer as an authority."""
    (folder / "ts.cnf").write_text(CONFIG, encoding="utf-8")
    (folder / "serial").write_text("01", encoding="utf-8")
    for command in (
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=Amt -days 9",
        "req -newkey rsa:2048 -nodes -keyout ts.key -out ts.csr -subj /CN=Zeit",
        "x509 -req -in ts.csr -CA ca.pem -CAkey ca.key -set_serial 2 -out ts.pem -days 9 -extfile ts.cnf"
        " -extensions stamp",
    ):
        openssl(folder, command)


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
