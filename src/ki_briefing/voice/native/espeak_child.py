"""The process that holds espeak-ng: run for ``espeak`` and ``espeak_text``, which write and read what it understands.

A request is ``>BhB`` (notation of the phonemes wanted, or 255 for sound; rate [percent]; bytes of the voice's name),
the name and the text. An answer is UTF-8, or ``>II`` (how many word events; bytes of their IPA), ``>III`` for each
event, their IPA in UTF-8, a line each, and 16-bit samples.
"""

from __future__ import annotations

import struct
import sys

from ki_briefing.voice.child import serve
from ki_briefing.voice.native.espeak_library import Library, Notation, WordEvent

_REQUEST = struct.Struct(">BhB")
_SOUND = 255
_COUNT = struct.Struct(">II")
_EVENT = struct.Struct(">III")


def request(text: str, voice: str, rate: int = 0, notation: Notation | None = None) -> bytes:
    """Return a request for a text's sound, or for its phonemes in a notation."""
    name = voice.encode()
    return (
        _REQUEST.pack(_SOUND if notation is None else notation, rate, len(name)) + name + text.encode(errors="replace")
    )


def sound(answer: bytes) -> tuple[bytes, tuple[WordEvent, ...]]:
    """Return the samples and the word events that an answer holds."""
    count, size = _COUNT.unpack_from(answer)
    middle = _COUNT.size + _EVENT.size * count
    ipa = answer[middle : middle + size].decode().split("\n")
    events = _EVENT.iter_unpack(answer[_COUNT.size : middle])
    words = (WordEvent(start, end, at, said) for (start, end, at), said in zip(events, ipa, strict=False))
    return answer[middle + size :], tuple(words)


def _answer(library: Library, asked: bytes) -> bytes:
    notation, rate, size = _REQUEST.unpack_from(asked)
    name, text = asked[_REQUEST.size :][:size].decode(), asked[_REQUEST.size + size :].decode()
    library.choose(name, rate)
    if notation != _SOUND:
        library.listen_to_phonemes()
        return library.transcribe(text, Notation(notation)).encode()
    samples, words = library.say(text)
    events = b"".join(_EVENT.pack(word.start, word.end, word.frame) for word in words)
    ipa = "\n".join(word.ipa for word in words).encode()
    return _COUNT.pack(len(words), len(ipa)) + events + ipa + samples


def main() -> None:
    """Answer until nobody asks; as ``reading``, only for phonemes, which do not depend on earlier ones."""
    library = Library()
    serve(lambda asked: _answer(library, asked), forked="reading" not in sys.argv[1:])


if __name__ == "__main__":
    main()
