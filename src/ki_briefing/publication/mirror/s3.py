"""A bucket of Amazon S3, or of a service that speaks its protocol, as a target.

Each request is signed together with the digest of what it carries, so the service refuses bytes that are not ours; an
object appears whole or not at all.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)

from ki_briefing.base.bucket import open_bucket
from ki_briefing.base.errors import PublishError, StorageError
from ki_briefing.publication.mirror.web_space import Headers, Seen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from obstore import PutMode

    from ki_briefing.show.targets import MirrorTarget

_OWN = Headers("text/plain; charset=utf-8", "no-store")


class S3Space:
    """The bucket, or a folder of it."""

    def __init__(self, target: MirrorTarget) -> None:
        """Read the key.

        Raises:
            ConfigError: It is not there.
        """
        self._name = target.place
        self._store = open_bucket(
            target.host,
            target.folder,
            endpoint=target.endpoint,
            region=target.region,
            access_key=target.access_key,
            secret_key=target.secret_key,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def put(self, path: str, content: bytes, headers: Headers) -> None:
        """Put the object in one request."""
        with self._refusals(path, "write"):
            self._put(path, content, headers, "overwrite")

    def read(self, path: str) -> Seen | None:
        """Return the object, its entity tag and its time."""
        with self._refusals(path, "read"):
            try:
                answer = obstore.get(self._store, path)
            except FileNotFoundError:
                return None
            return Seen(bytes(answer.bytes()), answer.meta["e_tag"] or "", answer.meta["last_modified"].timestamp())

    def write(self, path: str, content: bytes, seen: Seen | None) -> bool:
        """Put the object on condition that it is the one that was seen, or that there is none."""
        with self._refusals(path, "write"):
            try:
                self._put(path, content, _OWN, {"e_tag": seen.version} if seen else "create")
            except (AlreadyExistsError, PreconditionError, FileNotFoundError):
                return False
            return True

    def delete(self, path: str) -> None:
        """Delete the object."""
        with self._refusals(path, "delete"), contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store, path)

    def _put(self, path: str, content: bytes, headers: Headers, mode: PutMode) -> None:
        attributes = {"Content-Type": headers.content_type, "Cache-Control": headers.cache_control}
        obstore.put(self._store, path, content, attributes=attributes, mode=mode, use_multipart=False)

    @contextlib.contextmanager
    def _refusals(self, path: str, deed: str) -> Iterator[None]:
        try:
            yield
        except (PermissionDeniedError, UnauthenticatedError) as error:
            raise PublishError(
                f"{self._name} does not let us {deed} {path}",
                hint="Check access_key, secret_key, endpoint and region of this target, and the rights of the key.",
            ) from error
        except (BaseError, OSError) as error:
            reason = str(error).splitlines()[0]
            raise StorageError(
                f"cannot {deed} {path} at {self._name}: {reason}", hint="Is the service running, and the bucket there?"
            ) from error
