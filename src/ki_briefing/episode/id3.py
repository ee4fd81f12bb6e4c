"""The bytes of an ID3v2.3 tag <-> its ID3 frames, each as bytes; their content is not interpreted.

Source: https://id3.org/id3v2.3.0, sections 3.1 and 3.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

HEADER = 10
"""Size of the header of a tag, and of an ID3 frame [bytes]."""

_SHIFTS = (21, 14, 7, 0)  # a tag's size has seven bits per byte


def split(body: bytes) -> tuple[bytes, ...]:
    """Return the ID3 frames of a tag's body, each with its own header; padding is dropped."""
    frames: list[bytes] = []
    at = 0
    while at + HEADER <= len(body) and body[at]:
        end = at + HEADER + int.from_bytes(body[at + 4 : at + 8], "big")
        frames.append(body[at:end])
        at = end
    return tuple(frames)


def join(frames: Iterable[bytes]) -> bytes:
    """Return a tag of these ID3 frames, without padding."""
    body = b"".join(frames)
    return tag_header(len(body)) + body


def tag_header(length: int) -> bytes:
    """Return the header of a tag whose ID3 frames have this many bytes together."""
    return b"ID3\3\0\0" + bytes(length >> shift & 0x7F for shift in _SHIFTS)


def frame_header(name: bytes, length: int) -> bytes:
    """Return the header of an ID3 frame with this many bytes of content."""
    return name + length.to_bytes(4, "big") + b"\0\0"


def read(file: BinaryIO) -> tuple[tuple[bytes, ...] | None, int]:
    """Return the ID3 frames of a file (None: it has no plain ID3v2.3 tag) and the offset of its sound [bytes]."""
    header = file.read(HEADER)
    if len(header) < HEADER or header[:4] != b"ID3\3" or header[5]:
        return None, 0
    size = sum(byte << shift for byte, shift in zip(header[6:], _SHIFTS, strict=True))
    return split(file.read(size)), HEADER + size
