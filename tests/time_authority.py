"""A time stamp authority on loopback, whose stamps openssl makes."""

from __future__ import annotations

import contextlib
import http.server
import subprocess
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
        """Answer a query."""
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
        """Say nothing."""


def openssl(folder: Path, command: str) -> None:
    """Run a command of openssl in a folder."""
    subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)


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


@contextlib.contextmanager
def authority_in(folder: Path) -> Iterator[str]:
    """Serve an authority, and return its address."""
    handler = type("Here", (Authority,), {"folder": folder})
    server = http.server.HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
