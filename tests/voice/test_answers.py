"""What is believed of an answer: every true sentence of an article, and none of what services send in its place."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from espeak_speech import RATE, encode, speech
from ki_briefing.build import read_script
from ki_briefing.voice.online.answers import Coding, NotSpeech, believe
from ki_briefing.voice.online.pace import Pace

Samples = NDArray[np.float32]

ARTICLE = Path(__file__).parents[2] / "episodes" / "2026-01-22-vom-transformer-zum-sprachmodell"
TEXT = "Das ist ein Satz für die Stimme, und er hört nicht zu früh auf."


@cache
def sentences() -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.spoken for each in read_script(ARTICLE).utterances))


def is_believed(samples: Samples, text: str, pace: Pace) -> bool:
    try:
        believe(encode(samples, "pcm"), text, pace, Coding.PCM)
    except NotSpeech:
        return False
    return True


def noise(samples: Samples, colour: float) -> Samples:
    """Return noise as long and as loud, its spectrum falling by this power of the frequency."""
    return np.resize(_noise(colour), len(samples))


@cache
def _noise(colour: float) -> Samples:
    spectrum = np.fft.rfft(np.random.default_rng(7).normal(size=1 << 18))
    spectrum[1:] /= np.arange(1, len(spectrum)) ** colour
    found = np.fft.irfft(spectrum)
    return np.asarray(found / np.abs(found).max() * 0.5, np.float32)


def padded(samples: Samples, share: float) -> Samples:
    return np.concatenate([samples[: int(len(samples) * share)], np.zeros(int(len(samples) * (1 - share)), np.float32)])


def other(samples: Samples) -> Samples:
    """Return the sentence of the article whose length is farthest from this one's."""
    return max((speech(text)[0] for text in sentences()), key=lambda each: abs(np.log(len(each) / len(samples))))


MODES: dict[str, Callable[[Samples], Samples]] = {
    "40 % of it": lambda samples: samples[: int(len(samples) * 0.4)],
    "40 % of it, then silence": lambda samples: padded(samples, 0.4),
    "silence": np.zeros_like,
    "softer than speech": lambda samples: samples * np.float32(0.01),
    "white noise": lambda samples: noise(samples, 0),
    "pink noise": lambda samples: noise(samples, 0.5),
    "brown noise": lambda samples: noise(samples, 1),
    "hum": lambda samples: (0.2 * np.sin(np.arange(len(samples)) * 2 * np.pi * 50 / RATE)).astype(np.float32),
    "another sentence": other,
}
DEPENDENT = ("40 % of it", "40 % of it, then silence", "another sentence")  # on how fast the voice is


@pytest.mark.parametrize(
    ("mode", "rate"), [(mode, rate) for mode in MODES for rate in (0, -25, 25) if not rate or mode in DEPENDENT]
)
def test_no_false_answer_is_believed_and_every_true_one_is(mode: str, rate: int) -> None:
    pace = Pace()  # which is told nothing of the rate
    false, refused = [], []
    for text in sentences():
        samples, _words = speech(text, rate)
        if is_believed(MODES[mode](samples), text, pace):
            false.append(text)
        if not any(is_believed(samples, text, pace) for _try in range(3)):
            refused.append(text)

    assert false == []
    assert refused == []


def test_a_voice_at_its_usual_pace_is_never_asked_twice() -> None:
    pace = Pace(1.2)

    assert all(is_believed(speech(text, 20)[0], text, pace) for text in sentences())


@pytest.mark.parametrize("coding", list(Coding))
def test_a_torn_file_of_any_coding_is_not_believed(coding: Coding) -> None:
    whole = encode(speech(TEXT)[0], coding)
    believe(whole, TEXT, Pace(), coding)

    for torn in (whole[:-1], whole[:-101], whole[: len(whole) // 2 - 1], b"", whole[:1], whole[:100], whole[:40] * 99):
        if coding is not Coding.PCM or len(torn) % 2:
            with pytest.raises(NotSpeech):
                believe(torn, TEXT, Pace(), coding)


@pytest.mark.parametrize("coding", list(Coding))
def test_a_page_is_not_believed(coding: Coding) -> None:
    for answer in (b"<html>" + b"unusual traffic " * 6_000, b'{"error": "' + b"x" * 99_999 + b'"}'):
        with pytest.raises(NotSpeech):
            believe(answer, TEXT, Pace(), coding)


@pytest.mark.parametrize("asked", list(Coding))
def test_another_coding_than_was_asked_for_is_taken_for_what_it_is(asked: Coding) -> None:
    sound = speech(TEXT)[0]

    for sent in set(Coding) - {Coding.PCM}:
        samples, rate = believe(encode(sound, sent), TEXT, Pace(), asked)
        assert len(samples) / rate == pytest.approx(len(sound) / RATE, abs=0.1)
    if asked is not Coding.PCM:
        with pytest.raises(NotSpeech):  # nobody can tell that it is sound
            believe(encode(sound, "pcm"), TEXT, Pace(), asked)


@pytest.mark.parametrize("size", [0x7FFFFFFF, 0xFFFFFFFF])
def test_a_wav_that_was_sent_before_its_length_was_known_is_believed(size: int) -> None:
    whole = encode(speech(TEXT)[0], "wav")
    at = whole.index(b"data")
    samples, rate = believe(whole[: at + 4] + struct.pack("<I", size) + whole[at + 8 :], TEXT, Pace(), Coding.WAV)

    assert rate == RATE
    assert len(samples) == len(speech(TEXT)[0])


def test_a_flac_that_was_sent_before_its_length_was_known_is_believed() -> None:
    whole = bytearray(encode(speech(TEXT)[0], "flac"))
    whole[21] &= 0xF0  # STREAMINFO ends with 36 bits that count the samples, and a digest
    whole[22:26] = bytes(4)
    samples, rate = believe(bytes(whole), TEXT, Pace(), Coding.FLAC)

    assert rate == RATE
    assert len(samples) == len(speech(TEXT)[0])
    with pytest.raises(NotSpeech):
        believe(bytes(whole[: len(whole) * 2 // 5]), TEXT, Pace(), Coding.FLAC)
