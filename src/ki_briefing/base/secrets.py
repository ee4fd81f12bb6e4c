"""Name of an environment variable -> the secret in it, or in the file that ``<name>_FILE`` names.

A secret never stands in show.toml: a setting of the type :data:`SecretName` says where it is. What :func:`read_secret`
returns must never get into a fingerprint, an error, a log or a file.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated

from ki_briefing.base.errors import NotReady
from ki_briefing.base.records import Such

IS_VARIABLE = Such(
    lambda name: re.fullmatch(r"([A-Za-z_]\w*)?", name) is not None,
    "the name of an environment variable",
    lambda _name: "Put the secret into a variable and name that. If a secret stood here, have it changed.",
    masked=True,
)
SecretName = Annotated[str, IS_VARIABLE]
"""Type of a setting that names the environment variable in which a secret is found; may be empty."""


def read_secret(name: str) -> str:
    """Return what the environment variable holds, or else the first line of the file that ``<name>_FILE`` names.

    Raises:
        NotReady: There is neither, or it is empty.
    """
    secret = os.environ.get(name, "")
    if not secret and (file := os.environ.get(f"{name}_FILE")):
        try:
            secret = Path(file).read_text(encoding="utf-8").partition("\n")[0].strip()
        except (OSError, UnicodeDecodeError) as error:
            raise NotReady(f"the file that {name}_FILE names cannot be read", "Check its permissions.") from error
    if not secret:
        name = name if name.isupper() else f"{name[:3]}…"  # it may be the secret itself
        raise NotReady(f"the environment variable {name} is not set", f"Set it, or {name}_FILE to a file's path.")
    return secret
