"""Many at once: one works, the others are told so, and nothing is mixed."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ki_briefing.base.errors import ConfigError, Exit, Locked
from ki_briefing.run import run_show
from ki_briefing.scaffold import init_show
from ki_briefing.show.workspace import find_show

if TYPE_CHECKING:
    from pathlib import Path

MANY = 20
SETTINGS = """
[jingles]
style = "none"
[voice]
engine = "espeak"
[publication]
base_url = "https://podcast.example.org"
"""


def test_of_many_who_make_one_show_one_does_and_its_key_fits_its_certificate(tmp_path: Path) -> None:
    folder = tmp_path / "show"
    start, ends = threading.Barrier(MANY), []

    def make() -> None:
        start.wait()
        try:
            ends.append(f"made {len(init_show(folder, sign=True))}")
        except (ConfigError, Locked) as error:
            ends.append(type(error).__name__)

    makers = [threading.Thread(target=make) for _ in range(MANY)]
    for each in makers:
        each.start()
    for each in makers:
        each.join()

    assert len(ends) == MANY
    assert [end for end in ends if end not in ("ConfigError", "Locked")] == ["made 6"]
    signing = find_show(folder).signing
    key = load_pem_private_key((folder / signing.key).read_bytes(), None)
    certificate = x509.load_pem_x509_certificates((folder / signing.certificate).read_bytes())[0]
    assert key.public_key() == certificate.public_key()


def test_of_many_runs_at_once_one_works_and_the_others_say_so(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "show.toml").write_text(SETTINGS, encoding="utf-8")
    article = tmp_path / "inbox" / "a.md"
    article.write_text("# Artikel\n\nDer erste Satz steht hier.\n\n## Dahinter\n\nDer zweite auch.\n", encoding="utf-8")
    os.utime(article, (0, 0))
    start, ends = threading.Barrier(MANY), []

    def run() -> None:
        start.wait()
        try:
            ends.append(run_show(tmp_path, now=datetime(2026, 6, 1, tzinfo=UTC)).exit_code)
        except Locked as error:
            ends.append(error.exit_code)

    runners = [threading.Thread(target=run) for _ in range(MANY)]
    for each in runners:
        each.start()
    for each in runners:
        each.join()

    assert sorted(ends) == [Exit.DONE] + [Exit.LOCKED] * (MANY - 1)
    assert (tmp_path / "public" / "feed.xml").read_text(encoding="utf-8").count("<item>") == 1
