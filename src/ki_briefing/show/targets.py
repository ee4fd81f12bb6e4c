"""``[[targets]]`` of show.toml: where the public folder is mirrored to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from urllib.parse import unquote, urlsplit

from ki_briefing.base.records import Such
from ki_briefing.base.secrets import SecretName
from ki_briefing.show.limits import Address, FileName

_SFTP = re.compile(r"sftp://([^\s/:@]+@)?(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?/\S*", re.A)
_S3 = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w./-]*)?", re.A)
_FOLDER = re.compile(r"(/|\.\.?/).+")


class Kind(StrEnum):
    """How files get to a target."""

    FOLDER = "folder"
    SFTP = "sftp"
    S3 = "s3"


def _is_place(text: str) -> bool:
    return any(kind.fullmatch(text) for kind in (_SFTP, _S3, _FOLDER))


Place = Annotated[str, Such(_is_place, "sftp://user@host/folder, s3://bucket/folder, /folder or ../folder")]
SharedPlace = Annotated[
    str,
    Such(lambda text: re.fullmatch(f"(/.+|{_S3.pattern})?", text, re.A) is not None, "s3://bucket/folder or /folder"),
]
"""Where hosts share a store; may be empty."""

TargetName = Annotated[str, Such(lambda text: re.fullmatch(r"[a-z0-9-]{1,40}", text) is not None, "a name like 'web'")]


@dataclass(frozen=True, slots=True)
class MirrorTarget:
    """A place of which a web server makes what the public folder is; it holds nothing else.

    Attributes:
        name: What messages call it; also the name of what is remembered of it, so it stays the same.
        place: ``sftp://user@host:22/folder`` (``/~/folder``: below the user's home), ``s3://bucket/folder``, or a
            folder, absolute or relative to the show's.
        key_file: SFTP: private key, relative to the show's folder; empty: the keys of the SSH agent.
        known_hosts: SFTP: file with the hosts' keys, relative to the show's folder; empty: ``~/.ssh/known_hosts``.
        password: SFTP: where the password is, of the user or of the key file; empty: there is none.
        endpoint: S3: address of the service; empty: Amazon's.
        region: S3: as the service calls it.
        access_key: S3: where the key's id is.
        secret_key: S3: where the key's secret is.
    """

    name: TargetName
    place: Place
    key_file: FileName = ""
    known_hosts: FileName = ""
    password: SecretName = ""
    endpoint: Address = ""
    region: str = "us-east-1"
    access_key: SecretName = "AWS_ACCESS_KEY_ID"
    secret_key: SecretName = "AWS_SECRET_ACCESS_KEY"

    @property
    def kind(self) -> Kind:
        """How files get there."""
        scheme = self.place.partition("://")[0]
        return Kind(scheme) if scheme in (Kind.SFTP, Kind.S3) else Kind.FOLDER

    @property
    def user(self) -> str:
        """The user of an SFTP server; empty: the one who runs this program."""
        return unquote(urlsplit(self.place).username or "")

    @property
    def host(self) -> str:
        """An SFTP server's host, or a bucket."""
        return urlsplit(self.place).hostname or ""

    @property
    def port(self) -> int:
        """An SFTP server's port."""
        return urlsplit(self.place).port or 22

    @property
    def folder(self) -> str:
        """The folder there: ``.`` is an SFTP user's home; a bucket's has no slash at either end."""
        if self.kind is Kind.FOLDER:
            return self.place
        path = unquote(urlsplit(self.place).path)
        if self.kind is Kind.S3:
            return path.strip("/")
        return f".{path[2:]}".rstrip("/") if path.startswith("/~") else path.rstrip("/") or "/"
