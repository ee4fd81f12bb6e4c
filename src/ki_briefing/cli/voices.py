"""The commands about who can speak: voices, voices cache."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from ki_briefing.cli.output import JSON, SHOW, print_json, say


@click.group(invoke_without_command=True)
@JSON
@click.pass_context
def voices(context: click.Context, as_json: bool) -> None:
    """List the engines and voices on this machine."""
    if context.invoked_subcommand:
        return
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


@voices.command()
@SHOW
@click.option("--prune", is_flag=True, help="Delete what was not used for longest, down to the limit.")
@JSON
def cache(show_folder: Path, prune: bool, as_json: bool) -> None:
    """Show how much of the disk a show's clips take.

    Clips, mixed sound and pictures can be made again. Each build keeps them below [storage] cache in show.toml.
    """
    from ki_briefing.base.files import refuse_links
    from ki_briefing.base.store import measure_stores, prune_stores
    from ki_briefing.show.workspace import find_show

    show = find_show(show_folder)
    refuse_links(show.folder, show.cache)
    freed = prune_stores(show.cache, show.storage.cache_bytes) if prune else 0
    stores = measure_stores(show.cache)
    if as_json:
        print_json({"limit": show.storage.cache_bytes, "freed": freed, "stores": stores})
        return
    for store in stores:
        used = datetime.fromtimestamp(store.oldest).astimezone()
        say(f"{store.name:10} {_megabytes(store.size)}  {store.entries} entries, the oldest used on {used:%Y-%m-%d}")
    total = sum(store.size for store in stores)
    say(f"{'together':10} {_megabytes(total)}  of {_megabytes(show.storage.cache_bytes)} allowed ([storage] cache)")
    if prune:
        say(f"{'deleted':10} {_megabytes(freed)}  what was used within six hours stays")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:8.1f} MB"
