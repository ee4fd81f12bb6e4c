"""Key id -> the signs that a mark carries, and back from signs as they were heard: checksum and error correction. Pure.

40 bits of the key id and a checksum of 24 bits (CRC-24 of RFC 9580) are encoded by the convolutional code of constraint
length 7 and rate 1/3 with the generators 133, 145 and 175 (octal). Signs are heard with a confidence each, so Viterbi's
algorithm decides softly. Noise gives some codeword too: one in 2^24 has a valid checksum.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MARK = "mark 1"
"""Names code and pattern. Who changes one must go on reading this one: there are sounds that carry it."""

KEY_DIGITS = 10
"""Hexadecimal digits of a key id."""

_KEY_BITS = 4 * KEY_DIGITS
_CHECK_BITS = 24
_BITS = _KEY_BITS + _CHECK_BITS
_MEMORY = 6  # bits before the present one that shape a sign
_STATES = 1 << _MEMORY
_GENERATORS = (0o133, 0o145, 0o175)
_CRC_START, _CRC_POLYNOMIAL = 0xB704CE, 0x864CFB

SIGNS = (_BITS + _MEMORY) * len(_GENERATORS)
"""How many signs a mark carries."""


def encode(key_id: str) -> NDArray[np.float32]:
    """Return the signs of a key id, each +1 or -1, shape (SIGNS,).

    Args:
        key_id: ``KEY_DIGITS`` hexadecimal digits.
    """
    message = int(key_id, 16) << _CHECK_BITS | _checksum(int(key_id, 16))
    state, signs = 0, []
    for index in reversed(range(-_MEMORY, _BITS)):
        state = (state << 1 | (message >> index & 1 if index >= 0 else 0)) & (2 * _STATES - 1)
        signs += [1.0 - 2.0 * ((state & generator).bit_count() & 1) for generator in _GENERATORS]
    return np.array(signs, np.float32)


def decode(heard: NDArray[np.floating]) -> str:
    """Return the key id whose signs are most like those that were heard; empty if its checksum is not valid.

    Args:
        heard: Shape (SIGNS,): the more certain a sign, the farther from 0.
    """
    state = np.arange(_STATES)
    before = np.stack([state >> 1, state >> 1 | _STATES >> 1])  # the two states from which a state is reached
    word = before << 1 | state & 1
    outputs = np.array(
        [[[1.0 - 2.0 * ((int(w) & g).bit_count() & 1) for g in _GENERATORS] for w in row] for row in word]
    )
    likeness = np.where(state == 0, 0.0, -np.inf)
    steps = heard.astype(np.float64).reshape(-1, len(_GENERATORS))
    chosen = np.empty((len(steps), _STATES), np.intp)
    for step, values in enumerate(steps):
        reached = likeness[before] + outputs @ values
        chosen[step] = reached.argmax(axis=0)
        likeness = reached.max(axis=0)
    message, at = 0, 0
    for step in reversed(range(len(steps))):
        if step < _BITS:
            message |= (at & 1) << (_BITS - 1 - step)
        at = int(before[chosen[step, at], at])
    key, check = message >> _CHECK_BITS, message & ((1 << _CHECK_BITS) - 1)
    return f"{key:0{KEY_DIGITS}x}" if check == _checksum(key) else ""


def _checksum(key: int) -> int:
    crc = _CRC_START
    for byte in key.to_bytes(_KEY_BITS // 8, "big"):
        crc ^= byte << 16
        for _ in range(8):
            crc <<= 1
            if crc & 1 << _CHECK_BITS:
                crc ^= 1 << _CHECK_BITS | _CRC_POLYNOMIAL
    return crc
