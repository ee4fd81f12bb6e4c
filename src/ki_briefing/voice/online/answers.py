"""Believe an online voice's answer only when it is speech: whole, decodable, audible, as long as its text can be.

Bytes of a coding and their text -> samples. Services answer with torn files, with pages in place of sound, with the
beginning of a sentence, and call all of that a success.
"""

from __future__ import annotations

import io
import struct
from enum import StrEnum
from typing import TYPE_CHECKING

from ki_briefing.voice.online.pace import is_lively, speech_seconds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ki_briefing.voice.online.pace import Pace

AUDIBLE = 0.01
"""Peak of the softest speech, full scale 1.0."""

PCM_RATE = 24_000
"""Of sound without a header, 16 bits, little-endian, mono: as OpenAI's service sends it [Hz]."""

_MOST_FRAMES = 8_000_000  # nearly three minutes at 48 kHz
_SECONDS_PER_LETTER = (0.03, 0.3)
_SPARE = 1.5  # seconds: silence around the words, and letters that are spelled
_UNKNOWN_SIZES = (0x7FFFFFFF, 0xFFFFFFFF)  # of a WAV that was sent before it was finished

# ISO/IEC 11172-3 and 13818-3, Layer III: bit rates [kbit/s] and sample rates [Hz] by the header's indices
_BIT_RATES = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SAMPLE_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


class Coding(StrEnum):
    """How sound is sent: OpenAI's ``response_format``."""

    MP3 = "mp3"
    WAV = "wav"
    FLAC = "flac"
    OPUS = "opus"
    PCM = "pcm"


_TOLD_BY_BYTES = (Coding.WAV, Coding.FLAC, Coding.OPUS, Coding.MP3)


class NotSpeech(Exception):
    """The answer is not the text's speech; its message says why."""


def believe(data: bytes, text: str, pace: Pace, coding: Coding = Coding.MP3) -> tuple[NDArray[np.float32], int]:
    """Return the mono samples of an answer, shape (frames,), and their rate.

    Args:
        coding: What was asked for. Many servers have one coding only: what is a whole file of another one is taken.

    Raises:
        NotSpeech: It is torn, is of no coding, is silent, is noise, or is too short or too long for its text.
    """
    import numpy as np

    if not data:
        raise NotSpeech("0 bytes")
    coding = next((each for each in _TOLD_BY_BYTES if _is_whole(data, each)), coding)
    if not _is_whole(data, coding):
        raise NotSpeech(f"no whole {coding.upper()}")
    mono, rate = _decode(data, coding)
    seconds = len(mono) / rate
    if not is_plausible(seconds, text):
        raise NotSpeech(f"{seconds:.1f} s of sound for {len(text)} letters")
    if not np.isfinite(mono).all() or float(np.abs(mono).max()) < AUDIBLE:
        raise NotSpeech("silence")
    if not is_lively(mono, rate):
        raise NotSpeech("noise")
    if not pace.fits(heard := speech_seconds(mono, rate), text):
        raise NotSpeech(f"{heard:.1f} s of speech for {len(text)} letters, not this voice's pace")
    return mono, rate


def is_plausible(seconds: float, text: str) -> bool:
    """Tell whether speech of this length can be the text's."""
    shortest, longest = (each * len(text) for each in _SECONDS_PER_LETTER)
    return shortest <= seconds <= longest + _SPARE


def _decode(data: bytes, coding: Coding) -> tuple[NDArray[np.float32], int]:
    """Return the mono samples and their rate; fewer than the file promises are torn."""
    import numpy as np
    import soundfile

    if coding is Coding.PCM:
        return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32768), PCM_RATE
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            rate, promised = file.samplerate, file.frames
            if (
                promised > _MOST_FRAMES
            ):  # a FLAC that was sent before its length was known: libsndfile cannot seek in it
                file.seekable = lambda: False
            samples = file.read(min(promised, _MOST_FRAMES), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise NotSpeech(f"{coding.upper()} that does not decode") from error
    if coding is Coding.FLAC and len(samples) < promised <= _MOST_FRAMES:
        raise NotSpeech("no whole FLAC")
    if not len(samples):
        raise NotSpeech("0 samples")
    return np.ascontiguousarray(samples.mean(axis=1, dtype=np.float32)), int(rate)


def _is_whole(data: bytes, coding: Coding) -> bool:
    """Tell whether the bytes are of this coding, from the first to the last."""
    if coding is Coding.MP3:
        return _is_whole_mp3(data)
    if coding is Coding.WAV:
        return _is_whole_wav(data)
    if coding is Coding.FLAC:
        return data.startswith(b"fLaC")  # how many samples there must be stands in its head
    if coding is Coding.OPUS:
        return _is_whole_ogg(data)
    return len(data) % 2 == 0 and any(byte < 9 or byte > 126 for byte in data[:64])  # a page calls itself sound, too


def _is_whole_wav(wav: bytes) -> bool:
    """Tell whether a WAV has all of its samples, by its chunks."""
    if wav[:4] != b"RIFF" or wav[8:12] != b"WAVE":
        return False
    at = 12
    while at + 8 <= len(wav):
        name, size = wav[at : at + 4], int.from_bytes(wav[at + 4 : at + 8], "little")
        if name == b"data":
            return size in _UNKNOWN_SIZES or at + 8 + size <= len(wav)
        at += 8 + size + size % 2
    return False


def _is_whole_ogg(ogg: bytes) -> bool:
    """Tell whether the bytes are Ogg pages from the first to the one that ends the stream (RFC 3533)."""
    at, last = 0, False
    while at < len(ogg):
        if ogg[at : at + 4] != b"OggS" or at + 27 > len(ogg):
            return False
        kind, count = struct.unpack_from("<B20xB", ogg, at + 5)
        body = sum(ogg[at + 27 : at + 27 + count])
        at += 27 + count + body
        last = bool(kind & 4)
    return last and at == len(ogg)


def _is_whole_mp3(mp3: bytes) -> bool:
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
