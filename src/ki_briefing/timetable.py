"""Show -> files with which systemd, or cron, starts ``run`` every five minutes, and the commands that enable them."""

from __future__ import annotations

import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.errors import ConfigError
from ki_briefing.base.files import refuse_links, write_atomically
from ki_briefing.base.slug import slugify

if TYPE_CHECKING:
    from ki_briefing.show.settings import Show

_DATA = Path(__file__).parent / "data" / "systemd"


@dataclass(frozen=True, slots=True)
class Timetable:
    """What was written.

    Attributes:
        enable: Commands that put the timer into force, for the user who owns the show.
        cron: The line for a crontab instead.
    """

    files: tuple[Path, ...]
    enable: tuple[str, ...]
    cron: str


def write_timetable(show: Show) -> Timetable:
    """Write a service, a timer and a crontab's line into the show's folder; what is there is replaced.

    Raises:
        ConfigError: The show's path cannot stand in them.
        StorageError: The disk refused.
    """
    folder = str(show.folder)
    if any(ord(sign) < 32 for sign in folder):
        raise ConfigError(f"{folder!r} holds a control character", hint="Rename that folder.")
    name = f"ki-briefing-{slugify(show.folder.name) or 'show'}"
    place = show.folder / "systemd"
    refuse_links(show.folder, place)
    service, timer, crontab = place / f"{name}.service", place / f"{name}.timer", place / "crontab"
    enable = (
        f"systemctl --user link {shlex.quote(str(service))} {shlex.quote(str(timer))}",
        f"systemctl --user enable --now {name}.timer",
        "loginctl enable-linger    # also while that user is not logged in",
    )
    words = [sys.executable, "-P", "-m", "ki_briefing", "--quiet", "run", "--show", folder]
    title = " ".join(show.podcast.title.split()).replace("%", "%%")
    texts = {
        service: ("run.service", " ".join(map(_in_unit, words)), folder.replace("%", "%%")),
        timer: ("run.timer", "", ""),
        crontab: ("crontab", shlex.join(words).replace("%", "\\%"), folder),
    }
    for path, (template, command, root) in texts.items():
        values = {"commands": "\n#   ".join(enable), "title": title, "command": command, "folder": root}
        text = (_DATA / template).read_text(encoding="utf-8")
        for key, value in values.items():
            text = text.replace(f"{{{key}}}", value)
        write_atomically(path, text)
    line = crontab.read_text(encoding="utf-8").splitlines()[-1]
    return Timetable((service, timer, crontab), enable, line)


def _in_unit(word: str) -> str:
    """Return a word as ExecStart= takes it (systemd.service(5), "Command lines")."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return escaped if re.fullmatch(r"[\w./-]+", escaped) else f'"{escaped}"'
