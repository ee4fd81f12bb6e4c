"""Samples -> MPEG frames, stretch by stretch, and the header that makes them one gapless MP3.

Each stretch is encoded by its own LAME instance and ends in silence, so stretches can be joined between MPEG frames and
every decoder returns exactly the planned samples. At 48 and 24 kHz an MPEG frame lasts 24 ms.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing.base.errors import ConfigError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ki_briefing.show.settings import Sound

ENCODER_DELAY = 576
"""Sample frames that LAME puts before the signal."""

DELAY = ENCODER_DELAY + 529
"""Sample frames that a decoder puts before the signal unless a header tells it to drop them."""

TAIL = 1152
"""Sample frames of silence at the end of each stretch: more than the delay."""

_LAME_GAINS = ((160, 0.95), (192, 0.97), (224, 0.98), (320, 1.0))  # LAME's own scaling up to a bit rate [kbit/s]
_QUALITY = 5
_INFO_SIZE = 156  # bytes of the Info header, its LAME extension and checksum
_HEADER_FLAGS = 0x0F  # count of MPEG frames, byte count, seek table, quality
_BIT_RATES = {
    48_000: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    24_000: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_LEAST = {48_000: 32, 24_000: 64}
"""Lowest bit rates [kbit/s]. At 24 kHz and lower bit rates decoders differ, so no level can be promised: one file
measured +2.3 dBTP in ffmpeg and -0.4 dBTP in libsndfile."""


@dataclass(frozen=True, slots=True)
class Format:
    """The format of an MP3 with constant bit rate.

    Attributes:
        length: Length of an MPEG frame in sample frames: 1152 in MPEG-1, 576 in MPEG-2.
        size: Size of an MPEG frame [bytes].
    """

    sample_rate: int
    bit_rate: int
    channels: int
    length: int
    size: int


def format_of(sound: Sound) -> Format:
    """Return the format that a show's ``[sound]`` asks for.

    Raises:
        ConfigError: There is no such MP3 with MPEG frames of exactly 24 ms.
    """
    least = _LEAST.get(sound.sample_rate)
    if least is None:
        raise ConfigError(f"[sound] sample_rate: {sound.sample_rate} Hz is not possible", hint="Use 48000 or 24000.")
    rates = tuple(rate for rate in _BIT_RATES[sound.sample_rate] if rate >= least)
    if sound.bit_rate not in rates:
        raise ConfigError(
            f"[sound] bit_rate: {sound.bit_rate} kbit/s is not possible at {sound.sample_rate} Hz",
            hint=f"Use one of {', '.join(map(str, rates))}.",
        )
    if sound.channels not in (1, 2):
        raise ConfigError(f"[sound] channels: {sound.channels} are not possible", hint="Use 1 or 2.")
    length = 1152 if sound.sample_rate == 48_000 else 576
    return Format(sound.sample_rate, sound.bit_rate, sound.channels, length, 3 * sound.bit_rate)


def encode(samples: NDArray[np.float32], form: Format) -> bytes:
    """Return the MPEG frames of a stretch, exactly as many as its samples fill.

    Args:
        samples: Shape (frames, channels); a whole number of MPEG frames, of which the last ``TAIL`` frames are silent.
    """
    import lameenc
    import numpy as np

    encoder = lameenc.Encoder()
    encoder.set_bit_rate(form.bit_rate)
    encoder.set_in_sample_rate(form.sample_rate)
    encoder.set_out_sample_rate(form.sample_rate)
    encoder.set_channels(form.channels)
    encoder.set_quality(_QUALITY)
    encoder.silence()
    scaled = next(gain for most, gain in _LAME_GAINS if form.bit_rate <= most)
    loud = samples[: len(samples) - TAIL] * np.float32(32767 / scaled)
    pcm = np.clip(np.round(loud), -32768, 32767).astype(np.int16)
    stream = bytes(encoder.encode(pcm.tobytes())) + bytes(encoder.flush())
    expected = len(samples) // form.length * form.size
    if len(stream) != expected:
        raise AssertionError(f"LAME made {len(stream)} bytes, not {expected}")
    return stream


def info_header(first_header: bytes, form: Format, mpeg_frames: int) -> bytes:
    """Return the MPEG frame that tells a decoder the exact length of the stream (Info header with LAME's extension).

    If the stream's MPEG frames are too small for it, this one has a higher bit rate.

    Source: LAME project, LAME tag specification, revision 1.

    Args:
        first_header: The four header bytes of the stream's first MPEG frame.
        mpeg_frames: Number of MPEG frames in the stream, without this one.
    """
    side = {(48_000, 1): 17, (48_000, 2): 32, (24_000, 1): 9, (24_000, 2): 17}[form.sample_rate, form.channels]
    at = 4 + side
    rates = _BIT_RATES[form.sample_rate]
    bit_rate = next(rate for rate in rates if rate >= form.bit_rate and 3 * rate >= at + _INFO_SIZE)
    mpeg_frame = bytearray(3 * bit_rate)
    mpeg_frame[:4] = first_header
    mpeg_frame[2] = rates.index(bit_rate) + 1 << 4 | first_header[2] & 0x0F
    size = len(mpeg_frame) + mpeg_frames * form.size
    table = bytes(min(255, percent * 256 // 100) for percent in range(100))
    mpeg_frame[at : at + 120] = struct.pack(">4sIII100sI", b"Info", _HEADER_FLAGS, mpeg_frames, size, table, 50)
    at += 120
    padding = mpeg_frames * form.length - ENCODER_DELAY - planned_frames(form, mpeg_frames)
    lame = struct.pack(
        ">9sBB8sBB3sBBHIH",
        b"LAME3.100",
        0x01,  # revision 0, constant bit rate
        0,  # low-pass unknown
        bytes(8),  # no peak, no ReplayGain
        0,
        min(form.bit_rate, 255),
        (ENCODER_DELAY << 12 | padding).to_bytes(3, "big"),
        0,
        0,
        0,
        size,
        0,  # no checksum of the music: it would cost a pass over the whole file
    )
    mpeg_frame[at : at + len(lame)] = lame
    at += len(lame)
    mpeg_frame[at : at + 2] = _crc16(bytes(mpeg_frame[:at])).to_bytes(2, "big")
    return bytes(mpeg_frame)


def planned_frames(form: Format, mpeg_frames: int) -> int:
    """Return how many sample frames a decoder returns for a stream of this many MPEG frames."""
    return mpeg_frames * form.length - TAIL


def _crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc
