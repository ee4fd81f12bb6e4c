"""A sound file -> the loudspeakers, by whichever player this machine has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

_PLAYERS = (  # those first that say when they could not
    ("paplay",),
    ("pw-play",),
    ("aplay", "--quiet"),
    ("afplay",),
    ("play", "-q"),
    ("mpv", "--no-video", "--really-quiet"),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
)
_SOCKETS = ("pulse/native", "pipewire-0")  # of a sound server, in the user's run-time folder


def play(path: Path) -> bool:
    """Play a sound file to its end, if somebody is at a terminal of a machine that can; tell whether it did."""
    if not (sys.stderr.isatty() and _has_device()):
        return False
    for name, *options in _PLAYERS:
        if player := shutil.which(name):
            done = subprocess.run(
                [player, *options, path],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
            )  # fmt: skip
            if done.returncode == 0:
                return True
    return False


def _has_device() -> bool:
    """Tell whether there is anything to play on; other systems than Linux have it."""
    if sys.platform != "linux" or os.environ.get("PULSE_SERVER"):
        return True
    sockets = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    return any(Path("/dev/snd").glob("pcm*p")) or any((sockets / name).exists() for name in _SOCKETS)
