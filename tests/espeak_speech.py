"""What servers of the tests say: espeak-ng's speech as services send it, 24 kHz, in their codings."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING

import lameenc
import numpy as np
import soundfile

from fakes import utterance
from ki_briefing.sound.codec import resample
from ki_briefing.voice.native.espeak import EspeakEngine, EspeakSettings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ki_briefing.model.sound import Word

RATE = 24_000  # Hz


@cache
def speech(text: str, rate: int = 0) -> tuple[NDArray[np.float32], tuple[Word, ...]]:
    """Return a text's samples, softer than a podcast is, and its words; ``rate`` in percent."""
    clip = EspeakEngine(EspeakSettings(rate=rate)).synthesize(utterance(text))
    samples = resample(clip.samples[:, None], clip.sample_rate, RATE)[:, 0] * np.float32(0.4)
    return samples, clip.words


def mp3(samples: NDArray[np.float32], bit_rate: int = 64) -> bytes:
    """Return MP3 frames without a header."""
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(bit_rate)
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_quality(7)
    encoder.silence()
    return bytes(encoder.encode((samples * 32767).astype(np.int16).tobytes())) + bytes(encoder.flush())


def encode(samples: NDArray[np.float32], coding: str) -> bytes:
    """Return samples as OpenAI's ``response_format`` names it."""
    if coding == "mp3":
        return mp3(samples)
    if coding == "pcm":
        return (samples * 32767).astype("<i2").tobytes()
    kind, detail = {"wav": ("WAV", "PCM_16"), "flac": ("FLAC", "PCM_16"), "opus": ("OGG", "OPUS")}[coding]
    file = io.BytesIO()
    soundfile.write(file, samples, RATE, detail, format=kind)
    return file.getvalue()
