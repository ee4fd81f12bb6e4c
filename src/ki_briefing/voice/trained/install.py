"""A voice of a list -> a folder of the user's: fetched, compared, complete or absent.

Until it is whole it lies in a folder beside, whose files are resumed. What the servers tell of the files (Piper's own
``voices.json``, or the hub's listing) is compared: sizes and digests.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ki_briefing.base.errors import ConfigError, SpeechError, StorageError
from ki_briefing.base.files import file_digest, lock, refusals, sync_folder, write_atomically
from ki_briefing.base.hints import nearest
from ki_briefing.base.partial import Partial
from ki_briefing.base.records import to_json
from ki_briefing.voice.trained.download import Downloads, Expected
from ki_briefing.voice.trained.installed import RECORD_FILE, VoiceFile, VoiceRecord, voice_records, voices_folder
from ki_briefing.voice.trained.offers import HUB, PIPER_LIST, find_offer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ki_briefing.voice.trained.offers import Offer

    Progress = Callable[[str, int, int, float], None]

_ON_THE_HUB = re.compile(r"([\w.-]+/[\w.-]+)/resolve/([\w.-]+)/(.*)")
_FILE_NAME = re.compile(r"\w[\w.+-]*")
_LICENCE = re.compile(r"^[*\s]*Licen[cs]e:\s*(.+)$", re.MULTILINE)
_CARD = "MODEL_CARD"
_OTHER = "Try another server: --from."
_PATIENCE = 2  # seconds for another process that is about to end


@dataclass(frozen=True, slots=True)
class _Wanted:
    address: str
    name: str
    expected: Expected


def install_voice(name: str, *, base: str = "", progress: Progress | None = None) -> VoiceRecord:
    """Install a voice, or what is missing of it, and return what is known of it.

    Args:
        name: As a list names it, or as Piper's own list does: ``de_DE-thorsten-medium``.
        base: The server to ask in the hub's place.
        progress: Told a file's name, the megabytes that are there, and how many it has, as a build's stages are.

    Raises:
        ConfigError: There is no such voice, or it cannot be installed.
        Locked: Another process installs it.
        SpeechError: A server is out of reach or refuses, or what came is not what it should be.
        StorageError: The disk refused.
    """
    offer = find_offer(name)
    root = voices_folder()
    with lock(root / f".{offer.name}.lock", f"the voice '{offer.name}'", patience=_PATIENCE):
        if record := _whole(offer.name):
            return record
        downloads = Downloads()
        wanted = _wanted(offer, f"{(base or HUB).rstrip('/')}/", downloads)
        coming = root / f".coming-{offer.name}"
        _require_room(root, coming, wanted)
        for each in wanted:
            _bring(each, coming, downloads, progress)
        files = tuple(
            VoiceFile(each.name, (coming / each.name).stat().st_size, file_digest(coming / each.name), each.address)
            for each in wanted
        )
        licence = offer.licence or _licence_in(coming / _CARD)
        record = VoiceRecord(
            offer.name, offer.engine, offer.language, files, licence,
            offer.credit or f"Stimme: {' '.join(filter(None, (offer.name, licence and f'({licence})')))}",
            offer.broadcast, offer.note,
        )  # fmt: skip
        write_atomically(coming / RECORD_FILE, to_json(record, indent=1))
        folder = root / offer.name
        with refusals(folder, "write"):
            shutil.rmtree(folder, ignore_errors=True)  # one that was not whole
            coming.replace(folder)
            sync_folder(root)
        return record


def remove_voice(name: str) -> Path:
    """Delete an installed voice, or what has come of one, and return where it was.

    Raises:
        ConfigError: There is no such voice.
        StorageError: The disk refused.
    """
    root = voices_folder()
    folders = (root / name, root / f".coming-{name}") if _FILE_NAME.fullmatch(name) else ()
    found = [folder for folder in folders if folder.is_dir()]
    if not found:
        raise ConfigError(f"no voice '{name}' is installed", nearest(name, [each.name for each in voice_records()]))
    with lock(root / f".{name}.lock", f"the voice '{name}'", patience=_PATIENCE):
        for folder in found:
            with refusals(folder, "delete"):
                (folder / RECORD_FILE).unlink(missing_ok=True)  # first: what is left is no voice
                shutil.rmtree(folder)
    return found[0]


def _whole(name: str) -> VoiceRecord | None:
    """Return what is known of a voice all of whose files are there, as they came."""
    folder = voices_folder() / name
    for record in voice_records():
        if record.name == name and all(
            (folder / file.name).is_file() and file_digest(folder / file.name) == file.sha256 for file in record.files
        ):
            return record
    return None


def _wanted(offer: Offer, base: str, downloads: Downloads) -> list[_Wanted]:
    """Return the files of a voice, the network first, and what is known of them."""
    if offer.listed:
        return _listed(offer, f"{base}{PIPER_LIST}", downloads)
    folder = offer.address if "://" in offer.address else f"{base}{offer.address}"
    told = {}
    if "://" not in offer.address and (place := _ON_THE_HUB.fullmatch(offer.address)):
        told = _told_by_the_hub(base, *place.groups(), downloads=downloads)
    return [
        _Wanted(
            f"{folder.rstrip('/')}/{file.name}",
            file.name,
            Expected(file.size, f"sha256:{file.sha256}") if file.sha256 else told.get(file.name, Expected(file.size)),
        )
        for file in offer.files
    ]


def _listed(offer: Offer, folder: str, downloads: Downloads) -> list[_Wanted]:
    address = f"{folder}voices.json"
    found = _json(downloads.read(address), address)
    try:
        files = found[offer.listed]["files"]
        told = {path: Expected(int(each["size_bytes"]), f"md5:{each['md5_digest']}") for path, each in files.items()}
    except KeyError as error:
        if offer.listed not in found:
            raise ConfigError(f"{address} has no voice '{offer.listed}'", nearest(offer.listed, found)) from error
        raise SpeechError(f"{address} does not tell what '{offer.listed}' is made of", _OTHER) from error
    except (TypeError, ValueError, AttributeError) as error:
        raise SpeechError(f"{address} is not a list of voices", _OTHER) from error
    wanted = [_Wanted(f"{folder}{path}", path.rpartition("/")[2], each) for path, each in told.items()]
    wanted.sort(key=lambda each: (not each.name.endswith(".onnx"), each.name))
    if not wanted or not all(_FILE_NAME.fullmatch(each.name) and ".." not in each.address for each in wanted):
        raise SpeechError(f"{address} names files that no voice has", _OTHER)
    return wanted


def _told_by_the_hub(
    base: str, repository: str, revision: str, folder: str, *, downloads: Downloads
) -> dict[str, Expected]:
    """Return what the hub's listing tells of a folder's files, by name; nothing if the server has no listing."""
    address = f"{base}api/models/{repository}/tree/{revision}/{folder}".rstrip("/")
    content = downloads.read(address)
    if content is None:
        return {}
    try:
        return {
            file["path"].rpartition("/")[2]: Expected(
                int(file["size"]), f"sha256:{file['lfs']['oid']}" if file.get("lfs") else f"git:{file['oid']}"
            )
            for file in _json(content, address)
            if file["type"] == "file"
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SpeechError(f"{address} is not a listing of files", _OTHER) from error


def _json(content: bytes | None, address: str) -> Any:
    if content is None:
        raise SpeechError(f"{address} is not there", "Check the address; another server is named by --from.")
    try:
        return json.loads(content)
    except ValueError as error:
        raise SpeechError(f"{address} is not JSON", _OTHER) from error


def _bring(wanted: _Wanted, folder: Path, downloads: Downloads, progress: Progress | None) -> None:
    path = folder / wanted.name
    if path.is_file():  # whole: it has its name
        return
    shown = -1

    def told(done: int) -> None:
        nonlocal shown
        if progress and done // 1_000_000 > shown:
            shown = done // 1_000_000
            progress(f"{wanted.name} [MB]", shown, max(wanted.expected.size // 1_000_000, shown), 0.0)

    downloads.fetch(wanted.address, Partial(path), wanted.expected, told)


def _require_room(root: Path, coming: Path, wanted: list[_Wanted]) -> None:
    """Refuse before the first byte what has no room on the disk."""
    missing = 0
    for each in wanted:
        path = coming / each.name
        missing += 0 if path.is_file() else max(0, each.expected.size - Partial(path).size)
    free = shutil.disk_usage(root).free
    if missing > free:
        raise StorageError(
            f"{root} has {free // 1_000_000} MB free, and {missing // 1_000_000} MB are to come",
            "Make room, or name another folder in the environment variable KI_BRIEFING_VOICES.",
        )


def _licence_in(card: Path) -> str:
    """Return the licence that a MODEL_CARD names."""
    try:
        found = _LICENCE.search(card.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ""
    return found[1].strip()[:100] if found else ""
