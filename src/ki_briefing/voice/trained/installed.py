"""The voices that a user has installed: a folder each, with its files and what is known of them in ``voice.json``.

They lie in the folder that ``KI_BRIEFING_VOICES`` names, else in the user's data folder (XDG Base Directory
Specification). ``voice.trained.install`` puts them there.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ki_briefing.base.errors import ConfigError, EngineMissing, NotReady
from ki_briefing.base.files import file_digest, stamp
from ki_briefing.base.hints import nearest
from ki_briefing.base.homes import DATA, user_folder
from ki_briefing.base.records import RecordError, from_json

FOLDER_VARIABLE = "KI_BRIEFING_VOICES"
RECORD_FILE = "voice.json"


@dataclass(frozen=True, slots=True)
class VoiceFile:
    """A file of a voice.

    Attributes:
        size: In bytes.
        sha256: In hexadecimal.
        address: Where it came from.
    """

    name: str
    size: int
    sha256: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class VoiceRecord:
    """What is known of an installed voice.

    Attributes:
        engine: Who speaks with it.
        files: The network's file first.
        licence: An SPDX name, or whose terms hold.
        credit: Line for the notes of an episode it speaks.
        broadcast: Whether a newsroom may put it on air: ``yes``, ``no`` or ``unclear``.
        note: Why.
    """

    name: str
    engine: str
    language: str
    files: tuple[VoiceFile, ...]
    licence: str = ""
    credit: str = ""
    broadcast: str = "unclear"
    note: str = ""


@dataclass(frozen=True, slots=True)
class InstalledVoice:
    """A voice on this machine.

    Attributes:
        paths: Its files, the network's first.
        digest: Of the network's file: SHA-256 in hexadecimal.
        credit: Line for the notes; empty if nobody wrote one.
        licence: Empty if nobody wrote one.
    """

    name: str
    paths: tuple[Path, ...]
    digest: str
    credit: str = ""
    licence: str = ""


def voices_folder() -> Path:
    """Return the folder of this user's voices, which may not exist."""
    if named := os.environ.get(FOLDER_VARIABLE):
        return Path(named).expanduser()
    return user_folder(DATA) / "voices"


def voice_records(engine: str = "") -> tuple[VoiceRecord, ...]:
    """Return what is known of each installed voice, by name; of an engine's only, if it is named."""
    found = []
    for path in sorted(voices_folder().glob(f"*/{RECORD_FILE}")):
        try:
            record = from_json(VoiceRecord, path.read_text(encoding="utf-8"))
        except (OSError, RecordError, UnicodeDecodeError):
            continue  # a folder that nobody installed
        if record.name == path.parent.name and record.files and engine in ("", record.engine):
            found.append(record)
    return tuple(found)


def find_voice(engine: str, name: str) -> InstalledVoice:
    """Return the voice of an engine that ``[voice] name`` names.

    Args:
        name: Of an installed voice, or the path of a network's file; empty: the only one installed.

    Raises:
        NotReady: There is no such voice.
        ConfigError: There are several to choose from.
        EngineMissing: None is installed, or a file of it is not there any more.
    """
    if name.endswith(".onnx"):
        path = Path(name).expanduser()
        if not path.is_file():
            raise NotReady(f"[voice] name: there is no file {name}", "Write its whole path.")
        return InstalledVoice(path.name, (path,), _digest(path, stamp(str(path))))
    records = {record.name: record for record in voice_records(engine)}
    if not records:
        raise EngineMissing(
            f"no voice is installed for engine '{engine}'",
            "See what there is: ki-briefing voices list. Then run, for example: ki-briefing voices install "
            + {"kokoro": "kokoro-martin"}.get(engine, "thorsten"),
        )
    if name and name not in records:
        raise NotReady(f"[voice] name: engine '{engine}' has no voice '{name}'", nearest(name, records))
    if not name and len(records) > 1:
        raise ConfigError(
            f"[voice] name: engine '{engine}' has several voices", f"Choose one: {', '.join(sorted(records))}."
        )
    record = records[name] if name else next(iter(records.values()))
    paths = tuple(voices_folder() / record.name / file.name for file in record.files)
    for path, file in zip(paths, record.files, strict=True):
        if not path.is_file() or path.stat().st_size != file.size:
            raise EngineMissing(
                f"the voice '{record.name}' is not whole: {path}", f"Run: ki-briefing voices install {record.name}"
            )
    return InstalledVoice(record.name, paths, record.files[0].sha256, record.credit, record.licence)


@lru_cache(maxsize=8)
def _digest(path: Path, _stamp: str) -> str:
    return file_digest(path)
