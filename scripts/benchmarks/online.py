"""Online voices at 300 ms an answer, four at a time: wall time over what the answers alone take.

Run it on a quiet machine: "$(scripts/venv dev)/bin/python" scripts/benchmarks/online.py
"""

from __future__ import annotations

import os
import ssl
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

import edge_tts.communicate  # noqa: E402

import edge_voices as edge  # noqa: E402
import google_translate as google  # noqa: E402
from espeak_speech import mp3, speech  # noqa: E402
from ki_briefing.base.store import Store  # noqa: E402
from ki_briefing.build import read_script  # noqa: E402
from ki_briefing.show.settings import Voice  # noqa: E402
from ki_briefing.voice.clips import speak  # noqa: E402
from ki_briefing.voice.engines import load_speaker  # noqa: E402
from ki_briefing.voice.online.pieces import cut  # noqa: E402

ANSWER = 0.3  # seconds
AT_ONCE = 4


def main() -> None:
    """Have both of our articles spoken by each service, and print the figures."""
    articles = [path.parent for path in sorted((ROOT / "episodes").glob("*/article.*"))]
    utterances = [each for article in articles for each in read_script(article).utterances]
    texts = {each.respelled for each in utterances}
    by_google = {piece: google.answer(piece, mp3(speech(piece)[0])) for text in texts for piece in cut(text, 100)}
    by_edge = {text: edge.answer(text) for text in texts}

    def google_says(_number: int, text: str) -> bytes:
        time.sleep(ANSWER)
        return by_google[text]

    def edge_says(_number: int, text: str) -> list[edge.Frame]:
        time.sleep(ANSWER if text else 0)
        return by_edge.get(text, [])

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {"XDG_CACHE_HOME": name, "NO_PROXY": "", "no_proxy": ""}
        for engine, start in (
            ("gtts", lambda: google.GoogleTranslate(folder, google_says)),
            ("edge", lambda: edge.EdgeVoices(folder, edge_says)),
        ):
            service = start()
            os.environ |= {"HTTPS_PROXY": service.proxy, "REQUESTS_CA_BUNDLE": str(service.bundle)}
            edge_tts.communicate._SSL_CTX = ssl.create_default_context(cafile=str(service.bundle))
            began = time.perf_counter()
            speak(utterances, load_speaker(Voice(engine=engine)), Store(folder / engine))
            wall, count = time.perf_counter() - began, len(service.asked)
            ratio = wall / (count / AT_ONCE * ANSWER)
            print(f"{engine}: {count} requests, {wall:.2f} s, {ratio:.2f} of what the answers take")


if __name__ == "__main__":
    main()
