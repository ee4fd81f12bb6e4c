"""The commands about what will be said: script, verbalize, lexicon."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ki_briefing.base.errors import ArticleError, ConfigError
from ki_briefing.base.records import to_plain
from ki_briefing.cli.output import JSON, PLACE, SHOW, Place, fetched, print_json, say, talk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ki_briefing.german.lexicon import Lexicon
    from ki_briefing.model.text import Utterance


TRY = click.option("--try", "attempts", multiple=True, metavar="WORD=SPELLING", help="Try an entry for the lexicon.")


def with_attempts(known: Lexicon, attempts: tuple[str, ...]) -> Lexicon:
    """Return the lexicon with the entries that somebody tries."""
    from ki_briefing.german.lexicon import with_entry

    for attempt in attempts:
        word, spelling = divided(attempt)
        try:
            known = with_entry(known, word, spelling)
        except ConfigError as error:
            raise click.BadParameter(f"{error.message}. {error.hint}", param_hint="--try") from error
    return known


def divided(attempt: str) -> tuple[str, str]:
    """Return word and spelling."""
    word, _, spelling = (part.strip() for part in attempt.partition("="))
    if not (word and spelling):
        raise click.BadParameter(f"{attempt!r} is not WORD=SPELLING", param_hint="--try")
    return word, spelling


@click.command()
@click.argument("episode", type=PLACE)
@JSON
def script(episode: Path | str, as_json: bool) -> None:
    """Show what EPISODE will say and what is left out.

    Name an episode folder, an article file, or the address of an article's page.
    """
    from ki_briefing.build import read_both, read_source_script
    from ki_briefing.cli.readable import script_text
    from ki_briefing.script import forecast
    from ki_briefing.show.workspace import open_workspace
    from ki_briefing.voice.forecast import forecast_costs

    given = read_both(episode) if isinstance(episode, Path) else read_source_script(fetched(episode), Path())
    article, result = given
    costs = forecast_costs(open_workspace(episode).show, result) if isinstance(episode, Path) else ()
    if as_json:
        about = {
            key: value for key, value in to_plain(article).items() if key in ("url", "author", "published", "image")
        }
        shown = about | {key: value for key, value in to_plain(result).items() if key != "embargo" or value}
        billed = {"forecast_costs": costs} if costs else {}
        print_json({**shown, "forecast_seconds": round(forecast(result), 1), **billed})
    else:
        say(script_text(result, article))
        for cost in costs:
            say(cost)
    if isinstance(episode, Path):
        advise(episode)


def advise(episode: Path) -> None:
    """Say if the notice that a machine speaks will not be the first that is heard."""
    from ki_briefing.episode.declared import misplaced_notice
    from ki_briefing.show.workspace import open_workspace

    if advice := misplaced_notice(open_workspace(episode).show.frames):
        talk(advice)


@click.command()
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
@JSON
@click.option("--explain", is_flag=True, help="Show each decision and its class.")
@click.option("--lexicon", type=Place(exists=True), help="Use this lexicon.toml too.")
@TRY
@click.option("--show", "place", type=Place(), help="Use the lexicon of the show in this folder.")
def verbalize(
    file: Any, as_json: bool, explain: bool, lexicon: Path | None, attempts: tuple[str, ...], place: Path | None
) -> None:
    """Show how each line of FILE, or of the input, will be spoken.

    The lexicon is that of the show in the current folder.
    """
    from ki_briefing.german.lexicon import Lexicon, load_lexicon
    from ki_briefing.show.workspace import find_show, lexicons_in, show_folder

    folder = find_show(place).folder if place else show_folder(Path())
    wanted = as_json or explain or lexicon or attempts
    known = load_lexicon(*lexicons_in(folder), *filter(None, [lexicon])) if wanted else Lexicon()
    known = with_attempts(known, attempts)

    for line in _lines(file):
        _print(line, known, as_json=as_json, explain=explain)


@click.command()
@click.argument("file", type=Place(exists=True, dir_okay=False), required=False)
@SHOW
@click.option("--shipped", is_flag=True, help="Also print the words that come with ki-briefing.")
def lexicon(file: Path | None, show_folder: Path, shipped: bool) -> None:
    """Print a show's words as W3C PLS, or add those of FILE.

    FILE is a lexicon in W3C PLS.
    """
    from ki_briefing.german.pronunciations import export_pronunciations, import_pronunciations
    from ki_briefing.show.workspace import find_show

    if file is None:
        say(export_pronunciations(find_show(show_folder), shipped=shipped), nl=False)
    else:
        done = import_pronunciations(file, find_show(show_folder))
        talk(f"{len(done.added)} words added to {done.path}, {len(done.kept)} kept as they were.")


def _lines(file: Any) -> Iterator[str]:
    try:
        for line in file:
            yield line.rstrip("\n")
    except UnicodeDecodeError as error:
        raise ArticleError(f"{file.name} is not UTF-8", "Convert it: iconv -f CP1252 -t UTF-8") from error


def _print(line: str, known: Lexicon, *, as_json: bool, explain: bool) -> None:
    """Print how a line is spoken, piece by piece, because a line may be a book."""
    from ki_briefing.cli.readable import explained
    from ki_briefing.script import read_aloud

    said = read_aloud(line, known)
    if as_json:
        print_json({"sentences": [_sentence(each, explain) for each in said]}, indent=None)
        return
    between = ""
    for each in said:
        say(between + (explained(each) if explain else each.spoken), nl=False)
        between = "\n" if explain else " "
    say("")


def _sentence(utterance: Utterance, explain: bool) -> dict[str, Any]:
    from ki_briefing.voice.native.espeak import ipa

    shown = {"text": utterance.written, "spoken": utterance.spoken, "ipa": ipa(utterance)}
    return {**shown, "spans": utterance.spans} if explain else shown
