"""The command line: parse, call once, print. Nothing else prints or exits.

There is one module per group of commands. Each stage imports heavy packages only when it needs them.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from ki_briefing import __version__
from ki_briefing.base.errors import Exit
from ki_briefing.cli import air, audition, batch, decide, episodes, figures, making, reading, status, voices
from ki_briefing.cli.output import close_output


def _know_loudness(command: click.Command) -> None:
    for letter, name in (("-q", "--quiet"), ("-v", "--verbose")):
        option = click.Option(
            [letter, name], is_flag=True, hidden=True, expose_value=False, callback=_note_loudness, is_eager=True
        )
        command.params.append(option)
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        _know_loudness(below)


def _note_loudness(context: click.Context, option: click.Parameter, is_given: bool) -> None:
    """Take -q and -v behind a command as if they stood before it."""
    if is_given and option.name:
        context.obj[option.name] = True


class _Commands(click.Group):
    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Add a command, which knows -q and -v as well."""
        _know_loudness(cmd)
        super().add_command(cmd, name)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click calls it so
        """Return the commands in the order of work."""
        return list(self.commands)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option for help without its line: who reads that has found it, and a screen has 24."""
        option = super().get_help_option(ctx)
        if option:
            option.hidden = True
        return option

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Explain the commands of every day and name the others, so that the help fits a screen."""
        super().format_commands(ctx, formatter)
        others = " ".join(name for name, command in self.commands.items() if command.hidden)
        also = click.wrap_text(f"Also: {others}", formatter.width, "  ", " " * len("  Also: "))
        formatter.write(f"{also}\n")

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; end silently if the reader of our output has gone."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            close_output()
            sys.exit(Exit.DONE)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="ki-briefing")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but results and errors.")
@click.option("-v", "--verbose", is_flag=True, help="Say more: written files, an error's traceback.")
@click.pass_context
def cli(context: click.Context, quiet: bool, verbose: bool) -> None:
    """Turn a written German news article into a finished podcast episode."""
    context.obj = {"quiet": quiet, "verbose": verbose}


for _command in (
    making.init,
    making.new,
    reading.script,
    audition.say,
    episodes.build,
    episodes.check,
    decide.approve,
    air.publish,
    air.run,
    status.status,
    air.preview,
    voices.voices,
):
    cli.add_command(_command)
for _command in (
    decide.correct,
    decide.hold,
    decide.unhold,
    decide.withdraw,
    decide.restore,
    decide.delete,
    decide.record,
    figures.figures,
    batch.batch,
    reading.lexicon,
    reading.verbalize,
    episodes.verify,
):
    _command.hidden = True  # named, but not explained, by --help
    cli.add_command(_command)
