"""What a worker does: Unit -> Result, in a show of its own that is gone afterwards; or Unit -> Estimate.

It runs in any process of any machine that has this program: a worker holds nothing but the voices that it has loaded.
There is one worker per core, so a worker keeps to one thread.
"""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing import __version__
from ki_briefing.base.errors import BriefingError, ConfigError, Exit
from ki_briefing.base.processors import use_at_most
from ki_briefing.batch.unit import Estimate, Failure, Result, pack_built, unpack
from ki_briefing.build import build_episode, read_script
from ki_briefing.check import check_episode
from ki_briefing.model.finding import Mark
from ki_briefing.show.workspace import BUILT, open_workspace
from ki_briefing.voice.engines import keep_speaker
from ki_briefing.voice.forecast import forecast_costs, measure_unspoken
from ki_briefing.voice.spending import begin_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ki_briefing.batch.unit import Unit
    from ki_briefing.model.finding import Finding
    from ki_briefing.show.settings import Show


def build_unit(unit: Unit) -> Result:
    """Build an episode and check it; whatever goes wrong is in the result."""
    worker, begun = f"{socket.gethostname()}:{os.getpid()}", time.monotonic()
    with _unpacked(unit) as folder:
        root = folder.parent
        try:
            _prepare(unit, open_workspace(folder).show)
            built = build_episode(folder)
            failed = tuple(each for each in check_episode(folder).findings if each.mark is Mark.FAIL)
            place = _left(folder / BUILT, unit.room) if unit.room else ""
            files = () if place else pack_built(folder / BUILT)
        except BriefingError as error:
            failure = Failure.of(error, there=root, home=unit.home)
        except Exception as bug:
            failure = _bug(bug)
        else:
            return Result(
                unit.folder,
                files,
                place,
                built,
                tuple(f"{each.name}: {each.value}" for each in failed),
                _advice(failed).replace(str(root), unit.home),
                seconds=time.monotonic() - begun,
                worker=worker,
            )
    return Result(unit.folder, error=failure, seconds=time.monotonic() - begun, worker=worker)


def estimate_unit(unit: Unit) -> Estimate:
    """Write an episode's script, and look up what of it was spoken already."""
    with _unpacked(unit) as folder:
        try:
            show = open_workspace(folder).show
            _prepare(unit, show)
            script = read_script(folder)
            characters = sum(len(each.spoken) for each in script.utterances)
            unspoken = measure_unspoken(show, script)
            return Estimate(unit.folder, characters, unspoken, forecast_costs(show, script))
        except BriefingError as error:
            failure = Failure.of(error, there=folder.parent, home=unit.home)
        except Exception as bug:
            failure = _bug(bug)
    return Estimate(unit.folder, error=failure)


@contextlib.contextmanager
def _unpacked(unit: Unit) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ki-briefing-", dir=unit.room or None, ignore_cleanup_errors=True) as place:
        yield unpack(unit, Path(place).resolve() / "show")


def _prepare(unit: Unit, show: Show) -> None:
    """Make this process a worker of a batch.

    Raises:
        ConfigError: The unit was made by another version.
    """
    if unit.version != __version__:
        raise ConfigError(
            f"a worker has ki-briefing {__version__}, but the batch was begun by {unit.version}",
            hint="Install the same version on every machine.",
        )
    use_at_most(1)
    begin_run()  # the whole batch is one run: its limits are kept where it is conducted
    names = dict.fromkeys(name for _key, name in show.cast.voices)
    for voice in (show.voice, *map(show.voice_named, names)):
        with contextlib.suppress(BriefingError):  # the build says why, or has another speak
            keep_speaker(voice)


def _left(built: Path, room: str) -> str:
    """Leave what was built in a room, and return where."""
    place = tempfile.mkdtemp(prefix="built-", dir=room)
    built.replace(place)
    return place


def _advice(failed: tuple[Finding, ...]) -> str:
    return " ".join(dict.fromkeys(each.advice for each in failed))


def _bug(bug: Exception) -> Failure:
    message = f"a bug of ki-briefing: {type(bug).__name__}: {bug}"
    return Failure(message, "Please report it, with this:\n" + "".join(traceback.format_exception(bug)), Exit.BUG)
