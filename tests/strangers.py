"""Packages of strangers, each with one engine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

_CONTRIBUTING = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text(encoding="utf-8")
_BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", _CONTRIBUTING, re.DOTALL | re.MULTILINE)

ENGINE, TEST = (block for language, block in _BLOCKS if language == "python")
"""tone.py and the test of it, as CONTRIBUTING shows them."""
(ENTRY_POINT,) = (block for language, block in _BLOCKS if language == "toml")


def install(folder: Path, source: str = ENGINE, entry_point: str = ENTRY_POINT, name: str = "tone") -> Path:
    """Install a package with one module by pip, and return the folder that makes it importable."""
    package = folder / "package"
    package.mkdir()
    (package / f"{name}.py").write_text(source, encoding="utf-8")
    (package / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n\n'
        f'[project]\nname = "{name}"\nversion = "1.0"\ndescription = "An engine"\n\n{entry_point}',
        encoding="utf-8",
    )
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--no-build-isolation", "--target", folder / "site", package], check=True)
    return folder / "site"
