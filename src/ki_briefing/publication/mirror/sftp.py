"""A folder of an SSH server as a target. The server must be known, and the connection ends if it says nothing."""

from __future__ import annotations

import base64
import contextlib
import hashlib
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import paramiko

from ki_briefing.base.errors import PublishError, StorageError
from ki_briefing.base.files import TEMPORARY
from ki_briefing.base.secrets import read_secret
from ki_briefing.publication.mirror.web_space import Headers, Seen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from ki_briefing.show.targets import MirrorTarget

_PATIENCE = 30.0  # seconds to wait for an answer
_FAULTS = (OSError, EOFError, paramiko.SSHException)


class SftpSpace:
    """The folder; its web server decides how files are served. Everybody may read them, whatever the server's umask."""

    def __init__(self, target: MirrorTarget, show_folder: Path) -> None:
        """Read the known hosts and the secret.

        Raises:
            ConfigError: The password is named, but there is none.
            PublishError: The file of known hosts cannot be read.
        """
        self._target, self._root = target, PurePosixPath(target.folder)
        self._key = str(show_folder / target.key_file) if target.key_file else None
        self._secret = read_secret(target.password) if target.password else None
        self._known = (
            show_folder / target.known_hosts if target.known_hosts else Path("~/.ssh/known_hosts").expanduser()
        )
        self._client = paramiko.SSHClient()
        self._client.set_missing_host_key_policy(_Refuse(self._known))
        try:
            self._client.load_host_keys(str(self._known))
        except FileNotFoundError:
            pass  # then no host is known
        except OSError as error:
            raise PublishError(f"cannot read {self._known}: {error.strerror}", "Check its permissions.") from error

    def __enter__(self) -> Self:
        """Connect.

        Raises:
            PublishError: The server is not known, is another one than is known, or does not let us in.
            StorageError: It cannot be reached.
        """
        target = self._target
        try:
            self._client.connect(
                target.host,
                target.port,
                target.user or None,
                password=None if self._key else self._secret,
                key_filename=self._key,
                passphrase=self._secret if self._key else None,
                timeout=_PATIENCE,
                banner_timeout=_PATIENCE,
                auth_timeout=_PATIENCE,
                allow_agent=not self._key and not self._secret,
                look_for_keys=not self._key and not self._secret,
            )
            self._sftp = self._client.open_sftp()
            channel = self._sftp.get_channel()
            if channel:
                channel.settimeout(_PATIENCE)
        except paramiko.BadHostKeyException as error:
            self._client.close()
            raise PublishError(
                f"{target.host} shows another key than {self._known} has: {_fingerprint(error.key)}",
                hint="Ask whoever runs it. If its key was changed, put the new line into that file.",
            ) from error
        except (paramiko.AuthenticationException, paramiko.PasswordRequiredException) as error:
            self._client.close()
            raise PublishError(
                f"{target.host} does not let '{target.user}' in: {error}",
                hint="Check key_file and password of this target, and whether the server has the public key.",
            ) from error
        except _FAULTS as error:
            self._client.close()
            raise StorageError(
                f"cannot reach {target.host}, port {target.port}: {_reason(error)}", hint="Is the server running?"
            ) from error
        except BaseException:
            self._client.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def put(self, path: str, content: bytes, headers: Headers) -> None:  # noqa: ARG002 - a folder has no headers
        """Write a temporary file beside it, see how long it is, and rename it."""
        with self._refusals(path, "write"):
            self._replace(path, content, 0o644)

    def read(self, path: str) -> Seen | None:
        """Return the file's bytes and time."""
        with self._refusals(path, "read"):
            try:
                with self._sftp.open(self._place(path), "rb") as file:
                    file.prefetch()
                    return Seen(file.read(), "", float(file.stat().st_mtime or 0))
            except FileNotFoundError:
                return None

    def write(self, path: str, content: bytes, seen: Seen | None) -> bool:
        """Write the file, readable for its owner only; a new one with O_EXCL."""
        if seen is not None:
            now = self.read(path)
            if now is None or now.content != seen.content:
                return False
            with self._refusals(path, "write"):
                self._replace(path, content, 0o600)
            return True
        with self._refusals(path, "write"):
            self._make_folder(path)
            try:
                with self._sftp.open(self._place(path), "wx") as file:
                    file.chmod(0o600)
                    file.write(content)
            except OSError:  # SFTP has no word for "exists already"
                if self.read(path) is None:
                    raise
                return False
        return True

    def delete(self, path: str) -> None:
        """Delete the file and what a killed run left of it, then those of its folders that are empty."""
        with self._refusals(path, "delete"):
            for place in (self._place(path), self._temporary(path)):
                with contextlib.suppress(FileNotFoundError):
                    self._sftp.remove(place)
        with contextlib.suppress(OSError):
            for folder in PurePosixPath(path).parents[:-1]:
                self._sftp.rmdir(self._place(folder))

    def _replace(self, path: str, content: bytes, mode: int) -> None:
        temporary = self._temporary(path)
        try:
            file = self._sftp.open(temporary, "wb")
        except FileNotFoundError:
            self._make_folder(path)
            file = self._sftp.open(temporary, "wb")
        with file:
            file.chmod(mode)
            file.set_pipelined(True)
            file.write(content)
        if self._sftp.stat(temporary).st_size != len(content):
            raise OSError("the file is shorter than what was written")
        self._sftp.posix_rename(temporary, self._place(path))

    def _make_folder(self, path: str) -> None:
        for folder in reversed(PurePosixPath(path).parents):  # the outermost is the target itself
            place = self._place(folder)
            try:
                self._sftp.stat(place)
            except FileNotFoundError:
                self._sftp.mkdir(place)
                self._sftp.chmod(place, 0o755)

    def _place(self, path: str | PurePosixPath) -> str:
        return str(self._root / path)

    def _temporary(self, path: str) -> str:
        """Name of a file that is being written: always the same, so that the next run writes it anew."""
        name = PurePosixPath(path)
        return self._place(name.with_name(f"{TEMPORARY}{name.name[-200:]}"))

    @contextlib.contextmanager
    def _refusals(self, path: str, deed: str) -> Iterator[None]:
        try:
            yield
        except _FAULTS as error:
            raise StorageError(
                f"cannot {deed} {self._place(path)} at {self._target.host}: {_reason(error)}",
                hint="Is there space, may the user write there, and does the connection hold?",
            ) from error


class _Refuse(paramiko.MissingHostKeyPolicy):
    """Refuses a server that is not known, with the line that would make it known."""

    def __init__(self, known: Path) -> None:
        self._known = known

    def missing_host_key(self, _client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        """Refuse it."""
        raise PublishError(
            f"{hostname} is not in {self._known}; its key is {_fingerprint(key)}",
            hint="If whoever runs it names the same key, add this line to that file: "
            f"{hostname} {key.get_name()} {key.get_base64()}",
        )


def _fingerprint(key: paramiko.PKey) -> str:
    """Return what ssh-keygen -l shows."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")


def _reason(error: BaseException) -> str:
    return str(getattr(error, "strerror", "") or error or type(error).__name__)
