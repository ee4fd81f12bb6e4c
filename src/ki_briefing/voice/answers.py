"""Believe an online voice's answer only when it is speech: whole, decodable, audible, as long as its text can be.

MP3 bytes and their text -> samples. Services answer with torn files, with pages in place of sound, with the beginning
of a sentence, and call all of that a success.
"""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AUDIBLE = 0.01
"""Peak of the softest speech, full scale 1.0."""

_SECONDS_PER_LETTER = (0.03, 0.3)
_SPARE = 1.5  # seconds: silence around the words, and letters that are spelled
_FADE = 0.002  # seconds

# ISO/IEC 11172-3 and 13818-3, Layer III: bit rates [kbit/s] and sample rates [Hz] by the header's indices
_BIT_RATES = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SAMPLE_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


class NotSpeech(Exception):
    """The answer is not the text's speech; its message says why."""


def believe(mp3: bytes, text: str) -> tuple[NDArray[np.float32], int]:
    """Return the mono samples of an MP3 answer, shape (frames,), and their rate.

    Raises:
        NotSpeech: It is torn, is no MP3, is silent, or is too short or too long for its text.
    """
    import numpy as np
    import soundfile

    if not mp3:
        raise NotSpeech("0 bytes")
    if not _is_whole(mp3):
        raise NotSpeech("no whole MP3")
    try:
        samples, rate = soundfile.read(io.BytesIO(mp3), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise NotSpeech("an MP3 that does not decode") from error
    mono: NDArray[np.float32] = np.ascontiguousarray(samples.mean(axis=1, dtype=np.float32))
    seconds = len(mono) / rate
    if not is_plausible(seconds, text):
        raise NotSpeech(f"{seconds:.1f} s of sound for {len(text)} letters")
    if float(np.abs(mono).max()) < AUDIBLE:
        raise NotSpeech("silence")
    return mono, int(rate)


def is_plausible(seconds: float, text: str) -> bool:
    """Tell whether speech of this length can be the text's."""
    shortest, longest = (each * len(text) for each in _SECONDS_PER_LETTER)
    return shortest <= seconds <= longest + _SPARE


def join(pieces: list[NDArray[np.float32]], sample_rate: int) -> NDArray[np.float32]:
    """Return the pieces one after another; 2 ms of fade on both sides of a join keep it from clicking."""
    import numpy as np

    frames = min(round(_FADE * sample_rate), *(len(piece) // 2 for piece in pieces))
    ramp = np.linspace(0, 1, frames, dtype=np.float32)
    faded = [piece.copy() for piece in pieces]
    for before, after in pairwise(faded):
        before[len(before) - frames :] *= ramp[::-1]
        after[:frames] *= ramp
    return np.concatenate(faded)


def _is_whole(mp3: bytes) -> bool:
    """Tell whether the bytes are MP3 frames from the first to the last, after an ID3 tag if there is one."""
    at = 0
    if mp3[:3] == b"ID3" and len(mp3) > 10:
        at = 10 + sum(byte << shift for byte, shift in zip(mp3[6:10], (21, 14, 7, 0), strict=True))
    frames = 0
    while at < len(mp3):
        if mp3[at : at + 3] == b"TAG" and len(mp3) - at == 128:  # ID3v1 ends a file
            break
        size = _frame_size(mp3[at : at + 4])
        if not size or at + size > len(mp3):
            return False
        at += size
        frames += 1
    return frames > 0


def _frame_size(header: bytes) -> int:
    """Return the bytes of the Layer III frame that begins with this header, 0 if it is none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE6 != 0xE2:
        return 0
    version = header[1] >> 3 & 3
    bit_rate, sample_rate, padding = header[2] >> 4, header[2] >> 2 & 3, header[2] >> 1 & 1
    if version == 1 or bit_rate in (0, 15) or sample_rate == 3:
        return 0
    factor = 144_000 if version == 3 else 72_000
    return factor * _BIT_RATES[version == 3][bit_rate] // _SAMPLE_RATES[version][sample_rate] + padding
