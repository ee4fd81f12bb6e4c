"""A show that goes on air while its machine fails: where it can fail, and what must hold whatever failed.

Two articles come in beside an episode that is on air, and a folder is the target of a mirror. Between two system calls
that change something, the disk is the same: so a kill at each of these is a kill at every one.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import pkgutil
import re
import shutil
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import unquote, urlsplit

from lxml import etree, html

import ki_briefing
from ki_briefing.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = "https://podcast.example.org"
SETTINGS = f"""
[podcast]
description = "Proben."
[jingles]
style = "none"
[frames]
outro = []
[voice]
engine = "espeak"
[publication]
base_url = "{BASE}"
[[targets]]
name = "spiegel"
place = "../target"
"""
ARTICLE = "# {title}\n\nDer Satz von {title} steht hier, lang genug für einen Absatz.\n\n## Dahinter\n\nNoch einer.\n"
PLACES = ("show/public", "target")
OLD, NEW = "Alt", ("Neu", "Zwei")
CHANGES = (
    "write,pwrite64,rename,unlink,unlinkat,mkdir,rmdir,fsync,fdatasync,ftruncate,fchmod,chmod,connect,sendto,bind"
).split(",")
"""System calls that change files or speak to others, but for opening: a new file that is empty disturbs nobody."""
_CALL = re.compile(r"(\w+)\(")
_SET_TRACER = 0x59616D61  # PR_SET_PTRACER: where only parents may trace, anybody may trace this one
_CODES = (0, 65, 69, 73, 74, 75)
KILL, FULL, BROKEN = "signal=KILL", "error=ENOSPC", "error=EIO"


@dataclass(frozen=True, slots=True)
class Point:
    """Where a run fails.

    Attributes:
        call: The system call.
        number: The how many-eth of that name.
        fault: As strace injects it, e.g. ``signal=KILL`` or ``error=ENOSPC``.
        lasting: All calls after it fail too.
    """

    call: str
    number: int
    fault: str
    lasting: bool = False

    def __str__(self) -> str:
        return f"{self.call}:{self.fault}:when={self.number}{'+' if self.lasting else ''}"


def make_show(folder: Path) -> Path:
    """Make the show, and beside it its target, in a folder, up to the moment before the run that fails."""
    (folder / "show" / "inbox").mkdir(parents=True)
    (folder / "show" / "show.toml").write_text(SETTINGS, encoding="utf-8")
    drop(folder, OLD)
    if problems := [*completes(folder, (OLD,))]:
        raise AssertionError(problems)
    for title in NEW:
        drop(folder, title)
    return folder


def drop(folder: Path, title: str) -> None:
    """Put an article into the inbox, an hour ago."""
    path = folder / "show" / "inbox" / f"{title}.md"
    path.write_text(ARTICLE.format(title=title), encoding="utf-8")
    os.utime(path, (time.time() - 3600,) * 2)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: its exit code, negative for a signal, and what it said."""

    code: int
    said: str


def warm_up() -> None:
    """Import what a run needs, so that each run is spared that; call it once, before any thread is started."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    for found in pkgutil.walk_packages(ki_briefing.__path__, "ki_briefing."):
        if not found.name.endswith(("__main__", "_child")):
            with contextlib.suppress(ImportError):  # an extra that is not installed
                importlib.import_module(found.name)


def run(folder: Path, *tracer: str) -> Ended:
    """Run it as cron does, in a fork of this process.

    Args:
        tracer: Options of strace, which begins before the run does.
    """
    words = folder.with_suffix(".said")
    child = os.fork()
    if not child:
        _become_cron(folder, words, wait=bool(tracer))
    if tracer:
        os.waitpid(child, os.WUNTRACED)
        with subprocess.Popen(["strace", "-qq", *tracer, "-p", str(child)], stderr=subprocess.DEVNULL) as strace:
            status = Path(f"/proc/{child}/status")
            while "TracerPid:\t0" in status.read_text(encoding="utf-8"):
                if strace.poll() is not None:
                    os.kill(child, signal.SIGKILL)
                    raise AssertionError("strace must not trace here")
                time.sleep(0.005)
            os.kill(child, signal.SIGCONT)
            ended = os.waitpid(child, 0)[1]
    else:
        ended = os.waitpid(child, 0)[1]
    said = words.read_text(encoding="utf-8", errors="replace")
    words.unlink()
    return Ended(os.waitstatus_to_exitcode(ended), said)


def _become_cron(folder: Path, words: Path, *, wait: bool) -> NoReturn:
    """Run in this process, in an empty environment, and end it."""
    code: object = 1
    try:
        os.environ.clear()
        os.chdir("/")
        for handle in (1, 2):
            os.dup2(os.open(words, os.O_WRONLY | os.O_CREAT | os.O_APPEND), handle)
        sys.argv = ["ki-briefing", "run", "--show", str(folder / "show")]
        if wait:
            ctypes.CDLL(None).prctl(_SET_TRACER, ctypes.c_long(-1))
            os.kill(os.getpid(), signal.SIGSTOP)
        main()
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code if isinstance(code, int) else int(code is not None))


def count_calls(template: Path, folder: Path) -> dict[str, int]:
    """Return how often a run that nothing disturbs makes each system call that changes something."""
    shutil.copytree(template, folder)
    trace = folder.with_suffix(".trace")
    done = run(folder, "-o", str(trace), "-e", f"trace={','.join(CHANGES)}")
    if done.code:
        raise AssertionError(done.said)
    counts: dict[str, int] = {}
    for line in trace.read_text(encoding="utf-8", errors="replace").splitlines():
        if (found := _CALL.match(line)) and found[1] in CHANGES:
            counts[found[1]] = counts.get(found[1], 0) + 1
    shutil.rmtree(folder)
    trace.unlink()
    return counts


def points_of(counts: dict[str, int]) -> list[Point]:
    """Return all points: a kill at each call; a disk that is full from each on; one that is broken at each."""
    places = [(call, number) for call, count in sorted(counts.items()) for number in range(1, count + 1)]
    files = [(call, number) for call, number in places if call != "connect"]
    return [
        *(Point(call, number, KILL) for call, number in places),
        *(Point(call, number, FULL, lasting=call != "write") for call, number in files),  # its last words are written
        *(Point(call, number, BROKEN) for call, number in files),
    ]


def fail(template: Path, folder: Path, point: Point) -> Iterator[str]:
    """Yield what does not hold when a run fails at a point, in words; nothing if all holds."""
    shutil.copytree(template, folder)
    done = run(folder, "-o", "/dev/null", "-e", f"inject={point}")
    if point.fault == KILL:
        if done.code not in (-signal.SIGKILL, 0):
            yield f"it ended with {done.code} instead: {done.said[-300:]}"
    elif done.code not in _CODES or "Traceback" in done.said:
        yield f"it ended with {done.code}: {done.said[-600:]}"
    yield from violations(folder)
    yield from completes(folder)
    shutil.rmtree(folder)


def run_out_of_space(template: Path, folder: Path, size: int) -> Iterator[str]:
    """Yield what does not hold on a disk that has room for so much [bytes] beside the show; it needs root and Linux."""
    folder.mkdir()
    used = sum(path.stat().st_size for path in template.rglob("*") if path.is_file())
    room = used + 4096 * sum(1 for _ in template.rglob("*")) + size
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", folder], check=True)
    try:
        shutil.copytree(template, folder, dirs_exist_ok=True)
        done = run(folder)
        if done.code not in _CODES or "Traceback" in done.said:
            yield f"it ended with {done.code}: {done.said[-600:]}"
        yield from violations(folder)
        subprocess.run(["mount", "-o", "remount,size=500m", folder], check=True)
        yield from completes(folder)
    finally:
        subprocess.run(["umount", folder], check=True)
    folder.rmdir()


def run_at_once(template: Path, folder: Path, many: int) -> Iterator[str]:
    """Yield what does not hold when so many runs begin at once: one works, the others say so."""
    shutil.copytree(template, folder)
    command = [sys.executable, "-m", "ki_briefing", "run", "--show", str(folder / "show")]
    runs = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(many)]
    codes = sorted(each.wait(timeout=600) for each in runs)
    if codes != [0] + [75] * (many - 1):
        yield f"they ended with {codes}"
    yield from violations(folder)
    yield from completes(folder)
    shutil.rmtree(folder)


def completes(folder: Path, titles: tuple[str, ...] = (OLD, *NEW)) -> Iterator[str]:
    """Yield what does not hold of the next run, which brings all on air, and of two more, which do nothing."""
    done = run(folder)
    if done.code:
        yield f"the next run ended with {done.code}: {done.said[-600:]}"
    yield from violations(folder)
    for place in PLACES:
        if (found := sorted(titles_in(folder / place))) != sorted(titles):
            yield f"{place}/ has {found} on air"
    if left := [str(path) for path in folder.rglob(".~*")]:
        yield f"left behind: {left}"
    before = snapshot(folder)
    for _ in range(2):
        done = run(folder)
        if done.code or done.said or snapshot(folder) != before:
            yield f"a run with nothing to do ended with {done.code} or changed something: {done.said[-300:]}"


def snapshot(folder: Path) -> dict[Path, int]:
    """Return when each file of the publication and its mirror was written."""
    files = (path for place in PLACES for path in (folder / place).rglob("*") if path.is_file())
    return {path: path.stat().st_mtime_ns for path in files}


def titles_in(public: Path) -> list[str]:
    """Return the titles that a publication's feed names."""
    if not (public / "feed.xml").exists():
        return []
    return [each.text or "" for each in etree.parse(public / "feed.xml").getroot().iterfind("channel/item/title")]


def violations(folder: Path) -> Iterator[str]:
    """Yield what is not valid of what listeners and readers meet, on this machine and at the target."""
    for public in (folder / place for place in PLACES):
        for page in public.glob("feed*.xml"):
            try:
                root = etree.fromstring(page.read_bytes())
            except etree.XMLSyntaxError as error:
                yield f"{page} is torn: {error}"
                continue
            for enclosure in root.iter("enclosure"):
                yield from _missing(page, public, enclosure.get("url", ""), int(enclosure.get("length", "")))
            for node in root.iter("{*}transcript", "{*}chapters"):
                if address := node.get("url"):
                    yield from _missing(page, public, address)
        if (public / "feed.xml").exists() and OLD not in titles_in(public):
            yield f"{public} has forgotten what was on air"
        yield from _dead_links(public)


def _missing(page: Path, public: Path, address: str, length: int | None = None) -> Iterator[str]:
    path = public / urlsplit(address).path.lstrip("/")
    if not path.is_file():
        yield f"{page} names {path}, which is not there"
    elif length is not None and path.stat().st_size != length:
        yield f"{page} says that {path} has {length} bytes; it has {path.stat().st_size}"


def _dead_links(public: Path) -> Iterator[str]:
    """Yield what is not there, of all to which the feed and the start page lead, directly or by other pages."""
    waiting = {path for path in (public / "index.html",) if path.exists()}
    for page in public.glob("feed*.xml"):
        links = etree.fromstring(page.read_bytes()).iterfind("channel/item/link")
        waiting |= {public / urlsplit(each.text or "").path.lstrip("/") / "index.html" for each in links}
    seen: set[Path] = set()
    while waiting:
        page = waiting.pop()
        seen.add(page)
        if not page.is_file():
            yield f"{page} is named, and is not there"
        elif page.suffix == ".html":
            named = {each.get(key) for each in html.fromstring(page.read_bytes()).iter() for key in ("href", "src")}
            paths = (urlsplit(each) for each in named if each)
            found = {(page.parent / unquote(each.path)).resolve() for each in paths if not each.netloc and each.path}
            waiting |= {path / "index.html" if path.is_dir() else path for path in found} - seen
