"""The command for ears: say."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ki_briefing.base.errors import ArticleError, BriefingError, EngineOffline, Exit
from ki_briefing.base.files import write_atomically
from ki_briefing.cli import output
from ki_briefing.cli.reading import TRY, divided, with_attempts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ki_briefing.model.text import Utterance
    from ki_briefing.say import Said
    from ki_briefing.show.settings import Show


@click.command()
@click.argument("text")
@click.option("--voice", "voices", multiple=True, help="Use this voice; several are heard in turn.")
@click.option("--all", "every", is_flag=True, help="Use every voice that is ready, in turn; online voices too.")
@TRY
@click.option("-o", "file", type=output.Place(dir_okay=False), help="Write this WAV file instead.")
@click.option("--compare", type=output.Place(file_okay=False), help="Write a page to this folder.")
@click.option("--show", "place", type=output.Place(), help="Use the show in this folder.")
def say(
    text: str, voices: tuple[str, ...], every: bool, attempts: tuple[str, ...], file: Path | None,
    compare: Path | None, place: Path | None,
) -> None:  # fmt: skip
    """Hear TEXT now, as an episode would have it.

    Voice and lexicon are those of the show in the current folder. TEXT may be - for the input. Without a loudspeaker a
    WAV file is written. --compare writes one for each voice (without --voice, for every one that is ready), and a page
    to listen to them.
    """
    from ki_briefing.say import ready_voices, show_of, write_comparison
    from ki_briefing.show.workspace import find_show

    show = find_show(place) if place else show_of(Path())
    if voices and every:
        raise click.UsageError("--voice and --all exclude each other")
    chosen = ready_voices(show) if every or (compare and not voices) else voices or ("",)
    if file and (compare or len(chosen) > 1):
        raise click.UsageError("-o takes the sound of one voice, --compare that of several")
    if file and file.suffix.lower() != ".wav":
        raise click.BadParameter(f"'{file}' does not end in .wav", param_hint="-o")
    if file and not file.parent.is_dir():
        raise click.BadParameter(f"there is no folder '{file.parent}'", param_hint="-o")
    words = _read(text)
    utterances = _utterances(words, attempts, show)
    changed = not attempts or utterances != _utterances(words, (), show)
    if not changed:
        output.talk("What you try changes nothing: the word is not in the text, or is said so already.")
    output.talk(" ".join(each.spoken for each in utterances))
    said = []
    code = Exit.DONE
    for name, outcome in _each_said(utterances, chosen, show):
        if isinstance(outcome, BriefingError):
            if len(chosen) == 1:
                raise outcome
            output.complain(name, outcome)  # the others are heard
            code = outcome.exit_code
            continue
        said.append(outcome)
        _warn(outcome, attempts)
        if not compare:
            _let_hear(outcome, file)
    if compare and said:
        output.say(write_comparison(compare, utterances, said))
    if attempts and changed and said:
        _offer(attempts, show)
    sys.exit(code if voices or not said else Exit.DONE)


def _each_said(
    utterances: Sequence[Utterance], names: Sequence[str], show: Show
) -> Iterator[tuple[str, Said | BriefingError]]:
    """Yield what each voice says, or why it does not; a service that is out of reach is asked for no other voice."""
    from ki_briefing.say import say_text, voice_of

    offline = []
    left_out = []
    for name in names:
        try:
            voice = voice_of(show, name)
            service = (voice.engine, [each for each in voice.options.items if each.key != "name"])
            if service in offline:
                left_out.append(name)
            else:
                yield name, say_text(utterances, name, show)
        except EngineOffline as error:
            offline.append(service)
            yield name, error
        except BriefingError as error:
            yield name, error
    if left_out:
        output.say(f"Left out with it, for the same reason: {', '.join(left_out)}", err=True)


def _read(text: str) -> str:
    try:
        return sys.stdin.read() if text == "-" else text
    except UnicodeDecodeError as error:
        raise ArticleError("the input is not UTF-8", "Convert it: iconv -f CP1252 -t UTF-8") from error


def _utterances(text: str, attempts: tuple[str, ...], show: Show) -> tuple[Utterance, ...]:
    from ki_briefing.german.lexicon import load_lexicon
    from ki_briefing.say import utterances_of
    from ki_briefing.show.workspace import lexicons_in

    known = load_lexicon(*lexicons_in(show.folder))
    return utterances_of(text, with_attempts(known, attempts), show)


def _warn(said: Said, attempts: tuple[str, ...]) -> None:
    from ki_briefing.voice.engine import Form

    ipa = [word for word, spelling in map(divided, attempts) if spelling.startswith("/")]
    if ipa and Form.IPA not in said.facts.understands:
        output.talk(f"{said.voice} takes no IPA, and says on its own: {', '.join(ipa)}")


def _let_hear(said: Said, file: Path | None) -> None:
    """Play it, or say where it is."""
    if file:
        write_atomically(file, said.wav)
        output.say(file)
        return
    from ki_briefing.cli.player import play

    output.talk(f"{said.voice}, {said.seconds:.1f} s")
    handle, name = tempfile.mkstemp(prefix="ki-briefing-", suffix=".wav")
    keep = False
    try:
        with os.fdopen(handle, "wb") as wav:
            wav.write(said.wav)
        keep = not play(Path(name))
    finally:
        if not keep:
            Path(name).unlink()
    if keep:
        output.say(name)


def _offer(attempts: tuple[str, ...], show: Show) -> None:
    """Print the lines that save what was tried."""
    from ki_briefing.base.toml import to_toml
    from ki_briefing.show.workspace import LEXICON_FILE, show_folder

    place = show.folder / LEXICON_FILE if show_folder(show.folder) else f"the {LEXICON_FILE} of your show"
    output.talk(f"Sounds right? Put this below [words] in {place}:")
    output.say(to_toml(dict(map(divided, attempts))).rstrip())
