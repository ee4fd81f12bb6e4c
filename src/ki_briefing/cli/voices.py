"""The command about who can speak: voices."""

from __future__ import annotations

import click

from ki_briefing.cli.output import JSON, print_json, say


@click.command()
@JSON
def voices(as_json: bool) -> None:
    """List the engines and voices on this machine."""
    from ki_briefing.voice import list_engines

    engines = list_engines()
    if as_json:
        print_json(engines)
        return
    for engine in engines:
        ready = "needs the network" if engine.online else "ready"
        say(f"{engine.name:10} {ready if engine.ready else 'not ready'}  {engine.note}")
        if engine.voices:
            say(f"           {', '.join(engine.voices)}")
