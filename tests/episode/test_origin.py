"""Where a copy comes from: a seal that is gone does not matter as long as somebody can hear the mark."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import soundfile

from espeak_speech import speech
from ki_briefing.base.errors import ArticleMissing, ConfigError
from ki_briefing.episode.certificate import make_certificate
from ki_briefing.episode.origin import find_origin
from ki_briefing.episode.signer import load_signer
from ki_briefing.episode.verdict import Seal
from ki_briefing.show.podcast import Podcast
from ki_briefing.show.settings import Show, Signing
from ki_briefing.sound.mark import put_mark

TEXT = "Fachleute bleiben trotzdem skeptisch, denn viele Fragen sind noch offen, und Messungen fehlen bisher. " * 3


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Show:
    """A show that signs."""
    folder = tmp_path_factory.mktemp("show")
    make_certificate(folder, "Redaktion Beispiel")
    return Show(
        folder, podcast=Podcast(title="Mein Podcast"), signing=Signing("signing-key.pem", "signing-certificate.pem")
    )


@pytest.fixture(scope="module")
def copy(show: Show) -> Path:
    """A copy without any metadata."""
    signer = load_signer(show.signing, show.folder, public=show.public)
    assert signer is not None
    samples, _words = speech(TEXT)
    path = show.folder / "copy.flac"
    soundfile.write(path, put_mark(samples[:, None], signer.key_id, 24_000), 24_000)
    return path


def test_a_copy_without_a_seal_is_traced_to_its_show(copy: Path, show: Show) -> None:
    pem = (show.folder / "signing-certificate.pem").read_text()
    nobody, by_show, by_file = find_origin(copy), find_origin(copy, show=show), find_origin(copy, trust=pem)

    assert (nobody.seal, nobody.mark_of, len(nobody.mark or "")) == (Seal.UNSIGNED, "", 10)
    assert (by_show.mark, by_show.mark_of) == (nobody.mark, "Mein Podcast")
    assert (by_file.mark, by_file.mark_of) == (nobody.mark, "Redaktion Beispiel")
    assert f"the mark of key {nobody.mark}: that is Mein Podcast." in str(by_show)
    assert "none of the certificates at hand says" in str(nobody)


def test_another_show_is_not_named(copy: Path, tmp_path: Path, show: Show) -> None:
    make_certificate(tmp_path, "Andere")
    other = Show(tmp_path, podcast=Podcast(title="Anderer"), signing=show.signing)

    assert find_origin(copy, show=other).mark_of == ""
    with pytest.raises(ConfigError, match="does not sign"):
        find_origin(copy, show=Show(tmp_path))


def test_what_is_no_sound_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "brief.txt"
    path.write_text("Guten Tag", encoding="utf-8")
    verdict = find_origin(path)

    assert (verdict.seal, verdict.mark) == (Seal.UNSIGNED, None)
    assert "No mark was looked for" in str(verdict)


@pytest.mark.parametrize(("content", "said"), [(b"", "is empty"), (b"Guten Tag\n" * 99, "cannot be decoded")])
def test_a_file_that_is_named_mp3_and_holds_no_sound_is_said_to_hold_none(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "folge.mp3"
    path.write_bytes(content)
    program = "import sys; sys.modules['av'] = None; from ki_briefing.cli.main import main; main()"
    for start in (program, program.replace("sys.modules['av'] = None; ", "")):
        done = subprocess.run(
            [sys.executable, "-c", start, "verify", str(path)], capture_output=True, text=True, check=False
        )
        assert (done.returncode, said in done.stdout, "PyAV" in done.stdout + done.stderr) == (65, True, False)


@pytest.mark.parametrize("path", [".", "./.", "/"])
def test_a_folder_is_no_file_to_verify(path: str) -> None:
    with pytest.raises(ArticleMissing, match="not a regular file"):
        find_origin(Path(path))


def test_a_mark_is_read_without_further_libraries(copy: Path) -> None:
    program = (
        "import sys; sys.modules['c2pa'] = sys.modules['av'] = None; from ki_briefing.cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "verify", "--json", str(copy)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 65
    assert f'"mark": "{find_origin(copy).mark}"' in done.stdout
