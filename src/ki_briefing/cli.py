"""The command line: parse, call once, print. The only module that prints results.

Results go to stdout, talk goes to stderr. Heavy packages are imported by the stage that needs them, when it needs them.
"""

from __future__ import annotations

import contextlib
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ki_briefing import __version__
from ki_briefing.errors import ArticleError, Exit
from ki_briefing.records import to_json, to_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ki_briefing.build import Built

_EPISODES = click.argument("episodes", nargs=-1, type=click.Path(path_type=Path))
_EPISODE = click.argument("episode", type=click.Path(path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
_SHOW = click.option("--show", "show_folder", type=click.Path(path_type=Path), default=".", help="The show's folder.")


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; without a word when the reader of our output has gone."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            close_output()
            sys.exit(Exit.DONE)


def close_output() -> None:
    """Write nothing more to stdout, not even what is waiting to be written."""
    if sys.stdout:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="ki-briefing")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but results and errors.")
@click.option("-v", "--verbose", is_flag=True, help="Show the traceback of an error.")
@click.pass_context
def cli(context: click.Context, quiet: bool, verbose: bool) -> None:
    """Turn a written German news article into a finished podcast episode."""
    context.obj = {"quiet": quiet, "verbose": verbose}


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", default="", help="The podcast's name.")
@click.option("--base-url", default="", help="Address at which its public folder will be served.")
@click.option("--sign", is_flag=True, help="Make a key and certificate: episodes carry C2PA provenance.")
@click.option(
    "--feed", type=click.Path(path_type=Path), help="Go on with the feed of another host, saved as this file."
)
def init(folder: Path, title: str, base_url: str, sign: bool, feed: Path | None) -> None:
    """Make a new show in FOLDER."""
    from ki_briefing.episodes import init_show

    for path in init_show(folder, title=title, base_url=base_url, sign=sign, feed=feed):
        click.echo(path)
    _talk(f"Next: ki-briefing new {folder}/beispiel.md --show {folder}")


@cli.command()
@click.argument("source", type=click.Path(path_type=Path))
@_SHOW
@click.option("--date", help="When it goes on air, e.g. 2026-01-15T06:00:00+01:00; else now.")
def new(source: Path, show_folder: Path, date: str | None) -> None:
    """Make the article SOURCE an episode of a show. Freezes its guid, date and number."""
    from ki_briefing.episodes import find_show, new_episode

    try:
        aired = datetime.fromisoformat(date) if date else None
    except ValueError as error:
        raise click.BadParameter(f"{date!r} is no ISO 8601 date", param_hint="--date") from error
    if aired and not 1970 <= aired.year < 3000:
        raise click.BadParameter(f"{date!r} is no year to go on air", param_hint="--date")
    if aired and aired.tzinfo is None:
        aired = aired.astimezone()
    folder = new_episode(source, find_show(show_folder), date=aired, now=datetime.now().astimezone())
    click.echo(folder)
    _talk(f"Next: ki-briefing script {folder}")


@cli.command()
@_EPISODE
@_JSON
def script(episode: Path, as_json: bool) -> None:
    """Show what will be said and what is left out."""
    from ki_briefing.build import read_script
    from ki_briefing.script import forecast, to_text

    result = read_script(episode)
    if as_json:
        _print_json({**to_plain(result), "forecast_seconds": round(forecast(result), 1)})
    else:
        click.echo(to_text(result))


@cli.command()
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
@_JSON
@click.option("--explain", is_flag=True, help="Name the class of each decision.")
@click.option("--lexicon", type=click.Path(path_type=Path, exists=True), help="Use this lexicon.toml too.")
@click.option("--try", "attempts", multiple=True, metavar="WORD=SPELLING", help="Try a lexicon entry.")
def verbalize(file: Any, as_json: bool, explain: bool, lexicon: Path | None, attempts: tuple[str, ...]) -> None:
    """Say how each line of FILE will be spoken."""
    from ki_briefing.german.lexicon import Lexicon, load_lexicon, with_entry
    from ki_briefing.script import explained, shown, spoken, utterance

    known = load_lexicon(*filter(None, [lexicon])) if as_json or explain or lexicon or attempts else Lexicon()
    for attempt in attempts:
        word, spelling = (part.strip() for part in attempt.partition("=")[::2])
        if not (word and spelling):
            raise click.BadParameter(f"{attempt!r} is not WORD=SPELLING", param_hint="--try")
        known = with_entry(known, word, spelling)

    def show(part: str, first: bool, last: bool) -> str:
        if as_json:
            sentence = to_json(_sentence(utterance(part, known), explain)) if part else ""
            return '{"sentences": [' * first + sentence + ("]}\n" if last else ", ")
        return explained(utterance(part, known)) + "\n" if explain else spoken(part) + ("\n" if last else " ")

    for piece in shown(_lines(file), show):
        click.echo(piece, nl=False)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@_SHOW
@click.option("--shipped", is_flag=True, help="Print also the words that come with ki-briefing.")
def lexicon(file: Path | None, show_folder: Path, shipped: bool) -> None:
    """Print a show's words as W3C PLS, or add FILE's to them."""
    from ki_briefing.episodes import export_pronunciations, find_show, import_pronunciations

    if file is None:
        click.echo(export_pronunciations(find_show(show_folder), shipped=shipped), nl=False)
    else:
        done = import_pronunciations(file, find_show(show_folder))
        _talk(f"{len(done.added)} words added to {done.path}, {len(done.kept)} kept as they were.")


def _lines(file: Any) -> Iterator[str]:
    try:
        for line in file:
            yield line.rstrip("\n")
    except UnicodeDecodeError as error:
        raise ArticleError(f"{file.name} is no UTF-8", "Convert it: iconv -f CP1252 -t UTF-8") from error


def _sentence(utterance: Any, explain: bool) -> dict[str, Any]:
    from ki_briefing.voice.espeak import ipa

    shown = {"text": utterance.written, "spoken": utterance.spoken, "ipa": ipa(utterance)}
    return {**shown, "spans": utterance.spans} if explain else shown


@cli.command()
@_EPISODES
@click.option("--engine", help="Speak with this engine instead of show.toml's.")
@_JSON
def build(episodes: tuple[Path, ...], engine: str | None, as_json: bool) -> None:
    """Build EPISODES: MP3 and everything beside it.

    Folders of a show, or article files. Without a name, every episode of the show in the current folder.
    """
    from ki_briefing.build import build_episode

    code = Exit.DONE
    for path in episodes or _all_episodes():
        built = build_episode(path, engine=engine, progress=_progress())
        _clear_progress()
        if as_json:
            _print_json(built, indent=None)
        else:
            _report(built)
        if built.degraded:
            code = Exit.DEGRADED
    sys.exit(code)


def _report(built: Built) -> None:
    minutes, seconds = divmod(round(built.seconds), 60)
    state = "unchanged" if built.unchanged else f"{built.spoken} of {built.utterances} utterances spoken anew"
    click.echo(built.audio)
    click.echo(f"  {minutes}:{seconds:02} min, {built.integrated:.1f} LUFS, {built.true_peak:.1f} dBTP, {state}")
    for chapter in built.chapters:
        minutes, seconds = divmod(int(chapter.start), 60)
        click.echo(f"  {minutes:02}:{seconds:02}  {chapter.title}")
    for omission in built.omitted:
        click.echo(f"  not spoken ({omission.reason}): {omission.text}")
    for text in built.degraded:
        click.echo(f"  fallback voice: {text}")


@cli.command()
@_EPISODES
@_JSON
def check(episodes: tuple[Path, ...], as_json: bool) -> None:
    """Measure finished EPISODES; say what to do."""
    from ki_briefing.check import check_episode

    passed = True
    for path in episodes or _all_episodes():
        result = check_episode(path)
        passed = passed and result.passed
        if as_json:
            _print_json(result, indent=None)
        else:
            click.echo(str(result))
    sys.exit(Exit.DONE if passed else Exit.DATA)


@cli.command()
@_SHOW
@_JSON
def publish(show_folder: Path, as_json: bool) -> None:
    """Bring the public folder up to date, feed last."""
    from ki_briefing.publish import publish_show

    report = publish_show(show_folder, now=datetime.now().astimezone())
    if as_json:
        _print_json(report, indent=None)
    else:
        for path in report.written:
            click.echo(path)
    for problem in report.problems:
        click.echo(f"not published: {problem.folder}: {problem.error}", err=True)
    for folder in report.waiting:
        _talk(f"waits for its date: {folder.parent}")
    _talk(
        f"Episodes in the feed: {report.episodes}; files written: {len(report.written)}, removed: {len(report.removed)}"
    )
    sys.exit(Exit.DATA if report.problems else Exit.DONE)


@cli.command()
@_SHOW
@_JSON
def run(show_folder: Path, as_json: bool) -> None:
    """Do all that is to be done: cron's command.

    Articles in the show's inbox/ become episodes; what is new or was edited is built and checked; what passes is
    published. Says nothing when all is well.
    """
    from ki_briefing.run import run_show

    report = run_show(show_folder, now=datetime.now().astimezone(), progress=_progress())
    _clear_progress()
    if as_json:
        _print_json(report)
    watched = sys.stderr.isatty()
    for line in report.said(again=watched):
        click.echo(line, err=True)
    if watched:
        _talk(str(report))
    if report.bugs:
        raise report.bugs[0]
    sys.exit(report.exit_code)


@cli.command()
@_SHOW
@click.option("--port", default=8000, help="Port on this machine.", show_default=True)
def preview(show_folder: Path, port: int) -> None:
    """Serve the public folder on this machine, until Ctrl-C."""
    from ki_briefing.episodes import find_show
    from ki_briefing.publication.preview import serve

    with serve(find_show(show_folder).public, port) as server:
        click.echo(f"http://127.0.0.1:{server.server_port}/")
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--trust", type=click.File(encoding="ascii"), help="Certificates (PEM) that you trust.")
@_JSON
def verify(file: Path, trust: Any, as_json: bool) -> None:
    """Say who signed the MP3 FILE and whether it changed."""
    from ki_briefing.publication.provenance import Seal
    from ki_briefing.publication.provenance import verify as judge

    verdict = judge(file, trust=trust.read() if trust else "")
    if as_json:
        _print_json(verdict)
    else:
        click.echo(str(verdict))
    sys.exit(Exit.DONE if verdict.seal is Seal.INTACT else Exit.DATA)


@cli.command()
@_JSON
def voices(as_json: bool) -> None:
    """List engines and voices of this machine."""
    from ki_briefing.voice import list_engines

    engines = list_engines()
    if as_json:
        _print_json(engines)
        return
    for engine in engines:
        click.echo(f"{engine.name:10} {'ready' if engine.ready else 'not ready'}  {engine.note}")
        if engine.voices:
            click.echo(f"           {', '.join(engine.voices)}")


def _all_episodes() -> tuple[Path, ...]:
    from ki_briefing.episodes import find_episodes, find_show

    return tuple(find_episodes(find_show(Path())))


def _print_json(value: Any, indent: int | None = 2) -> None:
    click.echo(to_json(value, indent))


def _talk(text: str) -> None:
    if not click.get_current_context().obj["quiet"]:
        click.echo(text, err=True)


def _progress() -> Callable[[str, int, int], None] | None:
    """Return a reporter of progress on a terminal's stderr, or None where nobody watches."""
    if click.get_current_context().obj["quiet"] or not sys.stderr.isatty():
        return None
    return lambda stage, done, total: click.echo(f"\r\x1b[K{stage} {done}/{total}", err=True, nl=False)


def _clear_progress() -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", err=True, nl=False)
