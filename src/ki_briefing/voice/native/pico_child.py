"""The process that holds SVOX Pico: run for ``pico``, which writes its requests and imports nothing else of it.

A request is ``>fff`` (speed, pitch and volume as factors) and the text as UTF-8; an answer is 16-bit samples at 16 kHz.
"""

from __future__ import annotations

import struct

from ki_briefing.voice.child import serve

REQUEST = struct.Struct(">fff")


def main() -> None:
    """Answer until nobody asks."""
    from py_nanotts import _default_lingware_path, _nanotts

    voice = _default_lingware_path()

    def speak(request: bytes) -> bytes:
        speed, pitch, volume = REQUEST.unpack_from(request)
        samples: bytes = _nanotts.speak(
            text=request[REQUEST.size :].decode(),
            voice="de-DE",
            speed=None if speed == 1 else speed,
            pitch=None if pitch == 1 else pitch,
            volume=volume,
            lingware_path=voice,
        )
        return samples

    serve(speak)


if __name__ == "__main__":
    main()
