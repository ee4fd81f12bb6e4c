"""Show -> the stores of what can be made again: in its cache, and behind it what its hosts share."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.errors import LibraryMissing, StorageError
from ki_briefing.base.pool import FolderPool
from ki_briefing.base.store import Store

if TYPE_CHECKING:
    from ki_briefing.base.pool import Pool
    from ki_briefing.show.settings import Show, Storage


def open_store(show: Show, name: str) -> Store:
    """Return a store of a show: ``clips`` or ``sound``, which are shared where the show says so.

    Raises:
        LibraryMissing: It is shared in a bucket, and the extra ``s3`` is not installed.
        NotReady: The bucket's key is not there.
        StorageError: The folder is not there.
    """
    return Store(show.cache / name, _open_pool(show.storage), name)


@cache
def _open_pool(storage: Storage) -> Pool | None:
    if not storage.shared:
        return None
    if not storage.shared.startswith("s3://"):
        if not Path(storage.shared).is_dir():
            raise StorageError(
                f"the folder {storage.shared} is not there", hint="Is it mounted? A new one has to be made."
            )
        return FolderPool(Path(storage.shared))
    try:
        from ki_briefing.base.bucket import BucketPool, open_bucket
    except ImportError as error:
        raise LibraryMissing("a store in a bucket needs the library obstore", extra="s3") from error
    bucket, _, prefix = storage.shared.removeprefix("s3://").partition("/")
    return BucketPool(
        open_bucket(
            bucket,
            prefix.strip("/"),
            endpoint=storage.endpoint,
            region=storage.region,
            access_key=storage.access_key,
            secret_key=storage.secret_key,
        ),
        storage.shared,
    )
