"""Real servers on loopback to which a show is mirrored: OpenSSH's sshd, and SeaweedFS, which speaks S3."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

WEED = Path(sys.executable).parent / "weed"
ACCESS_KEY, SECRET_KEY = "ki", "not-so-secret"
BUCKET = "podcast"


@dataclass(frozen=True)
class SshServer:
    """A server that lets in whoever has ``key``; ``known_hosts`` knows it, and ``process`` can be ended."""

    folder: Path
    port: int
    key: Path
    known_hosts: Path
    process: subprocess.Popen[bytes]

    def place(self, folder: Path) -> str:
        return f"sftp://{getpass.getuser()}@127.0.0.1:{self.port}{folder}"


@contextlib.contextmanager
def ssh_server(folder: Path, umask: str = "077") -> Iterator[SshServer]:
    port = _free_port()
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    shutil.copy(folder / "user.pub", folder / "authorized")
    kind, key, *_ = (folder / "host.pub").read_text().split()
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {kind} {key}\n")
    (folder / "config").write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized\n"
        "PidFile none\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin yes\n"
        f"Subsystem sftp internal-sftp -u {umask}\n"
    )
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    sshd = subprocess.Popen(
        [shutil.which("sshd") or "sshd", "-D", "-e", "-f", folder / "config"], stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        yield SshServer(folder, port, folder / "user", folder / "known_hosts", sshd)
    finally:
        sshd.terminate()
        sshd.wait(timeout=10)


@contextlib.contextmanager
def s3_server(folder: Path) -> Iterator[int]:
    """Serve an empty bucket, which everybody may read, and yield the port of the service."""
    rights = [f"{right}:{BUCKET}" for right in ("Read", "Write", "List")]
    (folder / "s3.json").write_text(
        json.dumps(
            {
                "identities": [
                    {
                        "name": "ki",
                        "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
                        "actions": ["Admin", *rights],
                    },
                    {"name": "anonymous", "actions": [f"Read:{BUCKET}"]},
                ]
            }
        )
    )
    server, port = _started(folder)
    try:
        yield port
    finally:
        server.kill()  # it takes its time to end
        server.wait(timeout=10)


def _started(folder: Path, attempts: int = 3) -> tuple[subprocess.Popen[bytes], int]:
    """Start SeaweedFS; again on other ports if somebody took one of them meanwhile."""
    names = [f"{name}.port{kind}" for name in ("master", "volume", "filer", "s3") for kind in ("", ".grpc")]
    ports = dict(zip(names, _free_ports(len(names)), strict=True))
    flags = [f"-{name}={port}" for name, port in ports.items()]
    data = folder / f"data-{attempts}"
    data.mkdir()
    with (folder / f"weed-{attempts}.log").open("wb") as log:
        server = subprocess.Popen(
            [WEED, "server", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3", *flags,
             f"-s3.config={folder}/s3.json", "-volume.max=60", "-volume.minFreeSpace=1",
             "-master.volumeSizeLimitMB=64", "-s3.port.iceberg=0", "-s3.port.lance=0"],
            stdout=log, stderr=log,
        )  # fmt: skip
    try:
        for port in ports.values():
            _wait_for(port, 20)
        if server.poll() is not None:
            raise ConnectionRefusedError
    except OSError:
        server.kill()
        server.wait(timeout=10)
        if attempts > 1:
            return _started(folder, attempts - 1)
        raise
    return server, ports["s3.port"]


class Wire:
    """A way to a server on loopback that can be counted and cut.

    Attributes:
        requests: How many HTTP requests came along.
        left: How many bytes it still carries to the server before it is cut; None: it holds.
    """

    def __init__(self, port: int) -> None:
        self.far = port
        self.requests = 0
        self.left: int | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._ends: list[socket.socket] = []
        self._threads[0].start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        for end in self._ends:
            _shut(end)
        for thread in self._threads[1:]:
            thread.join()
        for end in (*self._ends, self._listener):
            end.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self._ends.append(near)
                if self.left == 0:
                    _shut(near)
                    continue
                far = socket.create_connection(("127.0.0.1", self.far))
                self._ends.append(far)
                for source, sink, is_up in ((near, far, True), (far, near, False)):
                    self._threads.append(threading.Thread(target=self._carry, args=(source, sink, is_up)))
                    self._threads[-1].start()

    def _carry(self, source: socket.socket, sink: socket.socket, is_up: bool) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(1 << 16):
                if is_up:
                    self.requests += chunk.count(b" HTTP/1.1\r\n")
                    if self.left is not None:
                        chunk = chunk[: self.left]
                        self.left -= len(chunk)
                sink.sendall(chunk)
                if is_up and self.left == 0:
                    break
        _shut(source)
        _shut(sink)


def _shut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def web_server(root: Path, folder: Path) -> Iterator[int]:
    """Serve a folder through nginx, and yield the port."""
    port = _free_port()
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = folder / "nginx.conf"
    config.write_text(
        f"{'user root;' if os.getuid() == 0 else ''} daemon off; pid {folder}/pid; events {{}} http {{ access_log off; "
        f"{temporary} server {{ listen 127.0.0.1:{port}; root {root}; }} }}"
    )
    nginx = subprocess.Popen([shutil.which("nginx") or "", "-e", folder / "errors", "-c", config])
    try:
        _wait_for(port)
        yield port
    finally:
        nginx.terminate()
        nginx.wait(timeout=10)


def _free_port() -> int:
    return _free_ports(1)[0]


def _free_ports(number: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(number)]
        return [listener.getsockname()[1] for listener in listeners]


def _wait_for(port: int, seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
