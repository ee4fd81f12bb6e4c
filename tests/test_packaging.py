"""The wheel is a function of the sources: folder, clock, permissions and owner do not count."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from ki_briefing import __version__

ROOT = Path(__file__).parents[1]
SOURCES = ("src", "scripts", "pyproject.toml", "README.md", "LICENSE")


def built(folder: Path, *, moment: int, umask: int) -> dict[str, bytes]:
    """Copy the sources to a folder of another age and build there."""
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, folder / name)
    for path in folder.rglob("*"):
        os.utime(path, (moment, moment))
        path.chmod(path.stat().st_mode & ~umask)
    settings = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    subprocess.run(
        [folder / "scripts" / "build"], env={**settings, "PYTHON": sys.executable}, check=True, stdout=subprocess.PIPE
    )
    return {path.name: path.read_bytes() for path in (folder / "dist").iterdir()}


def test_wheel_and_archive_are_the_same_bytes_wherever_and_whenever_they_are_built(tmp_path: Path) -> None:
    here = built(tmp_path / "here", moment=1_700_000_000, umask=0o022)
    there = built(tmp_path / "elsewhere" / "deep", moment=1_800_000_001, umask=0o077)

    assert sorted(here) == [f"ki_briefing-{__version__}-py3-none-any.whl", f"ki_briefing-{__version__}.tar.gz"]
    assert here == there
    with zipfile.ZipFile(next((tmp_path / "here" / "dist").glob("*.whl"))) as wheel:
        packed = {name for name in wheel.namelist() if name.startswith("ki_briefing/")}
    sources = {path for path in (ROOT / "src").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert packed == {path.relative_to(ROOT / "src").as_posix() for path in sources}
