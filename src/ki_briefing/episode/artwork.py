"""A producer's picture file -> JPEG bytes for the feed, the MP3's tag or a chapter.

Covers must meet the limits of the podcast directories (PSP-1, Apple): square, 1400 to 3000 pixels, RGB. Whatever
colours the file has, they become sRGB with 8 bits per channel; what is transparent becomes white; of a moving picture
the first one is taken. Only the pixels are passed on, so the place and time that a camera recorded are not published.
"""

from __future__ import annotations

import errno
import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.errors import ArticleError, ConfigError
from ki_briefing.base.files import digest, read_regular
from ki_briefing.base.store import Store

if TYPE_CHECKING:
    from PIL.Image import Image

    from ki_briefing.show.settings import Show

SMALLEST, LARGEST = 1400, 3000
"""Smallest and largest side of a cover [pixels]."""

LARGEST_SIDE, MOST_PIXELS = 6000, 36_000_000
"""Limits for an article's picture [pixels]: when it is decoded, each pixel takes four bytes, more than once."""

TAG_SIDE = 800
"""Side of the picture in the MP3's tag [pixels]."""

CHAPTER_SIDE = 600
"""Side of a chapter's picture [pixels]."""

THUMBNAIL_SIDE = 400
"""Side of the picture on pages [pixels]: they show it at 160 or less, a sharp screen has 2.5 for each."""

_FEED_BYTES, _TAG_BYTES, _CHAPTER_BYTES, _THUMBNAIL_BYTES = 500_000, 150_000, 40_000, 30_000
_MOST_BYTES = 30_000_000  # of the file that is read
_RECIPE = "cover 2"  # part of the store's keys: changes whenever the code below begins to make other pictures
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    LookupError,
    ArithmeticError,
    EOFError,
    struct.error,
    zlib.error,
)
"""What Pillow raises for a broken file: it depends on the format, and on where it is broken."""
_LONGEST_NAME = 300  # characters of a path that a message repeats
_COVER = "It is [podcast] cover in show.toml."
_IMAGE = "It is the article's image."
_DEFAULT = Path(__file__).parents[1] / "data" / "cover.jpg"
_DEFAULT_IN_TAG = Path(__file__).parents[1] / "data" / "cover-tag.jpg"
_DEFAULT_THUMBNAIL = Path(__file__).parents[1] / "data" / "cover-thumbnail.jpg"


@dataclass(frozen=True, slots=True)
class Artwork:
    """A cover as it is published; all versions are JPEG, RGB and square.

    Attributes:
        feed: For the feed and directories: as large as the producer's picture, at most 500 kB.
        tag: For the tag of every MP3: 800 pixels, at most 150 kB.
        thumbnail: For pages: 400 pixels, at most 30 kB.
    """

    feed: bytes
    tag: bytes
    thumbnail: bytes


class _Unfit(Exception):
    """A picture that cannot be used; the caller knows whether it is the show's or an article's."""

    def __init__(self, path: Path, reason: str, hint: str) -> None:
        super().__init__()
        self.message = f"the picture {str(path)[:_LONGEST_NAME]!r} {reason}"
        self.hint = hint


def load_cover(path: Path | None, store: Store) -> Artwork:
    """Check a show's cover and return it as it is published; converted once, then taken from the store.

    Args:
        path: A JPEG, PNG, WebP or GIF file; None: the cover that comes with ki-briefing.

    Raises:
        ConfigError: The file does not exist, or cannot be a cover.
        StorageError: The store's disk refused.
    """
    if path is None:
        return Artwork(*(path.read_bytes() for path in (_DEFAULT, _DEFAULT_IN_TAG, _DEFAULT_THUMBNAIL)))
    try:
        return _stored(path, store, side=0)
    except _Unfit as error:
        raise ConfigError(error.message, hint=f"{error.hint} {_COVER}") from error


def load_show_cover(show: Show) -> Artwork:
    """Return a show's cover as it is published; raises as ``load_cover``."""
    own = show.podcast.cover
    return load_cover(show.folder / own if own else None, Store(show.cache / "pictures"))


def load_picture(path: Path, store: Store) -> Artwork:
    """Return an article's picture as its episode's cover: cropped to the square in its middle, 1400 pixels.

    Raises:
        ArticleError: The file does not exist, or cannot be used.
        StorageError: The store's disk refused.
    """
    try:
        return _stored(path, store, side=SMALLEST)
    except _Unfit as error:
        raise ArticleError(error.message, hint=f"{error.hint} {_IMAGE}") from error


def load_chapter_picture(path: Path, store: Store) -> bytes:
    """Return a section's picture as JPEG for its chapter: cropped to a square, 600 pixels, at most 40 kB.

    Empty if the picture cannot be used: it may be an icon, or no picture at all.
    """
    try:
        content = _read(path)
        key = digest(_RECIPE, "chapter", content)
        made = store.read(key)
        if made is None:
            picture = _open(content, path, side=CHAPTER_SIDE)
            made = _jpeg(picture, CHAPTER_SIDE, _CHAPTER_BYTES, path)
            store.write(key, made)
    except _Unfit:
        return b""
    return made


def _stored(path: Path, store: Store, *, side: int) -> Artwork:
    content = _read(path)
    keys = tuple(digest(_RECIPE, str(side), use, content) for use in ("feed", "tag", "thumbnail"))
    feed, tag, thumbnail = (store.read(key) for key in keys)
    if feed is not None and tag is not None and thumbnail is not None:
        return Artwork(feed, tag, thumbnail)
    picture = _open(content, path, side=side)
    made = Artwork(
        feed=_jpeg(picture, picture.width, _FEED_BYTES, path),
        tag=_jpeg(picture, TAG_SIDE, _TAG_BYTES, path),
        thumbnail=_jpeg(picture, THUMBNAIL_SIDE, _THUMBNAIL_BYTES, path),
    )
    for key, jpeg in zip(keys, (made.feed, made.tag, made.thumbnail), strict=True):
        store.write(key, jpeg)
    return made


def _check_size(picture: Image, path: Path, *, side: int) -> None:
    width, height = picture.size
    size = f"is {width} by {height} pixels"
    if side and 2 * min(width, height) < side:  # it is enlarged to double size at most
        raise _Unfit(path, f"{size}, too small", f"Its shorter side needs {side // 2} pixels, better {side}.")
    if side and (max(width, height) > LARGEST_SIDE or width * height > MOST_PIXELS):
        most = f"at most {LARGEST_SIDE} each way and {MOST_PIXELS // 1_000_000} million in all are taken"
        raise _Unfit(path, f"{size}; {most}", "Scale it down.")
    if not side and width != height:
        raise _Unfit(path, f"{size}, not square", "Crop it to a square.")
    if not side and not SMALLEST <= width <= LARGEST:
        hint = f"Scale it to {LARGEST} by {LARGEST} pixels."
        raise _Unfit(path, f"{size}; directories take {SMALLEST} to {LARGEST}", hint)


def _read(path: Path) -> bytes:
    try:
        return read_regular(path, _MOST_BYTES)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise _Unfit(path, f"has more than {_MOST_BYTES // 1_000_000} MB", "Save it as JPEG.") from error
        raise _Unfit(path, f"cannot be read: {error.strerror}", "Name a JPEG, PNG, WebP or GIF file.") from error


def _open(content: bytes, path: Path, *, side: int) -> Image:
    """Return the picture upright and in sRGB, cropped to a square of this side; uncropped if the side is 0.

    Everything in its header is checked before any pixel is decoded.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise _Unfit(path, "is neither JPEG, PNG, WebP nor GIF", "Save it as JPEG or PNG.") from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _Unfit(path, "has far too many pixels", f"Scale it to {LARGEST} by {LARGEST} pixels.") from error
    except _BROKEN as error:
        raise _Unfit(path, f"is broken: {error}", "Save it anew.") from error
    _check_size(picture, path, side=side)
    try:
        ImageOps.exif_transpose(picture, in_place=True)
        plain = _in_srgb(picture)
        return ImageOps.fit(plain, (side, side), Image.Resampling.LANCZOS) if side else plain
    except _BROKEN as error:
        raise _Unfit(path, f"is broken: {error}", "Save it anew.") from error


def _in_srgb(picture: Image) -> Image:
    """Return the picture in sRGB, on white, with 8 bits per channel and nothing else."""
    from PIL import Image, ImageCms

    profile = picture.info.get("icc_profile")
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen).convert("RGB")
    elif picture.mode.startswith("I"):  # 16 bits
        picture = picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    elif picture.mode not in {"RGB", "L", "CMYK"}:
        picture = picture.convert("RGB")
    plain = None
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            plain = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):  # a profile that is broken, or one of other colours
            plain = None
    plain = plain or picture.convert("RGB")
    plain.info = {}
    return plain


def _jpeg(picture: Image, side: int, most: int, path: Path) -> bytes:
    """Return the picture as JPEG, in the best quality that fits into ``most`` bytes."""
    from PIL import Image

    scaled = picture if picture.width == side else picture.resize((side, side), Image.Resampling.LANCZOS)
    for quality in (92, 88, 84, 80, 74, 66, 58, 48, 36):
        buffer = io.BytesIO()
        scaled.save(buffer, "JPEG", quality=quality, optimize=True)
        if buffer.tell() <= most:
            return buffer.getvalue()
    raise _Unfit(path, f"has too much fine detail for {most // 1000} kB", "Make it smoother, or scale it down.")
