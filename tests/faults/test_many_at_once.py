"""Many at once: one works, the others are told so, and nothing is mixed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ki_briefing.base.errors import ConfigError, Locked
from ki_briefing.scaffold import init_show
from ki_briefing.show.workspace import find_show

if TYPE_CHECKING:
    from pathlib import Path

MANY = 20


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
