"""Who sits at this machine: the name under which a decision is written down."""

from __future__ import annotations

import os
import pwd

from ki_briefing.base.characters import find_unwritable


def user_name() -> str:
    """Return the full name of the user of this process, else the login name, else the number, as git does."""
    try:
        entry = pwd.getpwuid(os.getuid())
    except KeyError:  # e.g. in a container
        return f"uid {os.getuid()}"
    names = (entry.pw_gecos.split(",")[0].strip(), entry.pw_name)
    return next((name for name in names if name and not find_unwritable(name)), f"uid {os.getuid()}")
