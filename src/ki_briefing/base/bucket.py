"""A bucket of Amazon S3, or of a service that speaks its protocol: how it is opened, and as a pool of entries.

Each request is signed together with the digest of what it carries, so the service refuses bytes that are not ours.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import S3Store

from ki_briefing.base.errors import StorageError
from ki_briefing.base.secrets import read_secret

if TYPE_CHECKING:
    from collections.abc import Iterator


def open_bucket(bucket: str, prefix: str, *, endpoint: str, region: str, access_key: str, secret_key: str) -> S3Store:
    """Return a bucket, or a folder of it; nothing is asked yet.

    Args:
        prefix: The folder; empty: all of it.
        endpoint: Address of the service; empty: Amazon's.
        access_key: Names the environment variable that holds the key's id; so ``secret_key``.

    Raises:
        NotReady: The key is not there.
    """
    return S3Store(
        bucket,
        prefix=prefix or None,
        endpoint=endpoint or None,
        region=region,
        access_key_id=read_secret(access_key),
        secret_access_key=read_secret(secret_key),
        virtual_hosted_style_request=not endpoint,
        client_options={
            "allow_http": endpoint.startswith("http://"),
            "connect_timeout": "20s",
            "timeout": "600s",  # of a whole request: an episode over a slow line
        },
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=60)},
    )


class BucketPool:
    """Entries in a bucket."""

    def __init__(self, store: S3Store, name: str) -> None:
        """Take a bucket, and what errors call it."""
        self._store, self._name = store, name

    def get(self, path: str) -> bytes | None:
        """Return the object."""
        with self._refusals("read", path), contextlib.suppress(FileNotFoundError):
            return bytes(obstore.get(self._store, path).bytes())
        return None

    def has(self, path: str) -> bool:
        """Ask for what is known of the object."""
        with self._refusals("read", path), contextlib.suppress(FileNotFoundError):
            obstore.head(self._store, path)
            return True
        return False

    def add(self, path: str, content: bytes) -> None:
        """Put the object on condition that there is none."""
        with self._refusals("write", path), contextlib.suppress(AlreadyExistsError, PreconditionError):
            obstore.put(self._store, path, content, mode="create", use_multipart=False)

    def discard(self, path: str) -> None:
        """Delete the object."""
        with self._refusals("delete", path), contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store, path)

    @contextlib.contextmanager
    def _refusals(self, deed: str, path: str) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError) as error:
            reason = str(error).splitlines()[0]
            raise StorageError(
                f"cannot {deed} {path} at {self._name}: {reason}",
                hint="Is the service running, the bucket there, and are the keys right? See [storage] in show.toml.",
            ) from error
