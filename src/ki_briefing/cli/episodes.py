"""The commands for finished episodes: build, check, verify."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ki_briefing.base.errors import BriefingError, Exit
from ki_briefing.base.files import read_regular
from ki_briefing.cli.output import (
    EPISODES,
    JSON,
    PLACE,
    Place,
    all_episodes,
    clear_progress,
    complain,
    fetched,
    print_json,
    progress,
    say,
)
from ki_briefing.cli.reading import advise

if TYPE_CHECKING:
    from ki_briefing.episode.built import Built
    from ki_briefing.model.episode import VoicePart

_LARGEST_PEM = 1_000_000  # bytes


@click.command()
@click.argument("episodes", nargs=-1, type=PLACE)
@click.option("--engine", help="Speak with this engine instead of show.toml's.")
@JSON
def build(episodes: tuple[Path | str, ...], engine: str | None, as_json: bool) -> None:
    """Build EPISODES: the MP3 and everything beside it.

    Name episode folders, article files, or addresses of articles' pages. Without EPISODES, build every episode of the
    show in the current folder.
    """
    from ki_briefing.build import build_episode

    code = Exit.DONE
    paths = episodes or all_episodes()
    for path in paths:
        try:
            built = build_episode(path if isinstance(path, Path) else _kept(path), engine=engine, progress=progress())
        except BriefingError as error:
            if len(paths) == 1:
                raise
            complain(f"Error: {path}", error)  # the others are built
            code = error.exit_code
            continue
        clear_progress()
        if as_json:
            print_json(built, indent=None)
        else:
            _report(built)
            if isinstance(path, Path):
                advise(path)
        if built.degraded and code is Exit.DONE:
            code = Exit.DEGRADED
    sys.exit(code)


def _kept(address: str) -> Path:
    """Fetch a page that belongs to no show, and return the file in the current folder that keeps it."""
    from ki_briefing.article import read_source
    from ki_briefing.intake.address import keep

    source = fetched(address)
    read_source(source)  # what is no article is not kept
    return keep(source, Path())


def _report(built: Built) -> None:
    from ki_briefing.cli.readable import shortened

    minutes, seconds = divmod(round(built.seconds), 60)
    state = "unchanged" if built.unchanged else f"{built.spoken} of {built.utterances} utterances spoken anew"
    say(built.audio)
    say(f"  {minutes}:{seconds:02} min, {built.integrated:.1f} LUFS, {built.true_peak:.1f} dBTP, {state}")
    for chapter in built.chapters:
        minutes, seconds = divmod(int(chapter.start), 60)
        say(f"  {minutes:02}:{seconds:02}  {chapter.title}")
    for warning in built.warnings:
        say(f"  left out: {warning}")
    for omission in built.omitted:
        say(f"  not spoken ({omission.reason}): {shortened(omission.text)}")
    for part in built.voices:
        if part.instead_of:
            say(f"  fallback voice: {part.voice} instead of {part.instead_of} ({part.reason}), {_count(part)}")
        elif len(built.voices) > 1:
            say(f"  voice: {part.voice}, {_count(part)}")
    for slip in built.slips:
        say(f"  {'said twice' if slip.twice else 'left out by the voice'} at {slip.second:.0f} s: {slip.word}")
    if built.unstamped:
        say(f"  no time stamp yet, a later build or run adds it: {built.unstamped}")
    for each in built.misheard:
        say(f"  not understood at {each.second:.0f} s: {each.spoken}\n    heard: {each.heard or 'nothing'}")


def _count(part: VoicePart) -> str:
    return f"{len(part.utterances)} utterance{'s' if len(part.utterances) > 1 else ''}"


@click.command()
@EPISODES
@click.option("--listen", is_flag=True, help="Hear every sentence, and compare it with what is written.")
@JSON
def check(episodes: tuple[Path, ...], listen: bool, as_json: bool) -> None:
    """Check finished EPISODES and say what to improve.

    Name episode folders or article files. Without EPISODES, check every episode of the show in the current folder.
    """
    from ki_briefing.check import check_episode

    passed = True
    for path in episodes or all_episodes():
        shown = progress()
        result = check_episode(path, listen=listen, progress=partial(shown, "listening") if shown else None)
        clear_progress()
        passed = passed and result.passed
        if as_json:
            print_json(result, indent=None)
        else:
            say(str(result))
    sys.exit(Exit.DONE if passed else Exit.DATA)


@click.command()
@click.argument("file", type=Place())
@click.option("--trust", type=Place(), help="Trust the certificates in this PEM file.")
@click.option("--show", "show_folder", type=Place(), help="Say whether it is from this show.")
@JSON
def verify(file: Path, trust: Path | None, show_folder: Path | None, as_json: bool) -> None:
    """Say who made FILE, and whether somebody changed it.

    The seal in an MP3 says both. Where it is gone, e.g. from a converted copy, the mark in the sound still says whose
    key signed the original. With --show or --trust, a file that is sealed by somebody else ends with 65, too.
    """
    from ki_briefing.episode.origin import find_origin
    from ki_briefing.show.reading import load_show

    show = load_show(show_folder) if show_folder else None
    verdict = find_origin(file, trust=_certificates(trust) if trust else "", show=show)
    if as_json:
        print_json(verdict)
    else:
        say(str(verdict))
    if verdict.unjudged:
        say(verdict.unjudged, err=True)
        sys.exit(Exit.UNAVAILABLE)
    sys.exit(Exit.DONE if verdict.is_good else Exit.DATA)


def _certificates(path: Path) -> str:
    try:
        text = read_regular(path, _LARGEST_PEM).decode("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise click.BadParameter(f"'{path}' is not a PEM file", param_hint="--trust") from error
    if "-----BEGIN CERTIFICATE-----" not in text:
        raise click.BadParameter(f"'{path}' holds no certificate", param_hint="--trust")
    return text
