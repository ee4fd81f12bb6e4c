"""The commands about who can speak: voices, what it can install, and voices cache."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ki_briefing.cli.output import JSON, SHOW, clear_progress, print_json, progress, say, talk

if TYPE_CHECKING:
    from ki_briefing.voice.trained.installed import VoiceRecord
    from ki_briefing.voice.trained.offers import Offer


@click.group(invoke_without_command=True)
@JSON
@click.pass_context
def voices(context: click.Context, as_json: bool) -> None:
    """List the voices of this machine, or install more."""
    if context.invoked_subcommand:
        return
    from ki_briefing.voice.engines import list_engines
    from ki_briefing.voice.trained.installed import voice_records

    engines = list_engines()
    if as_json:
        print_json(engines)
        return
    licences = {(record.engine, record.name): f" ({record.licence or '?'})" for record in voice_records()}
    for engine in engines:
        ready = "needs the network" if engine.online else "ready"
        say(f"{engine.name:10} {ready if engine.ready else 'not ready'}  {engine.note}")
        if engine.voices:
            say(f"           {', '.join(name + licences.get((engine.name, name), '') for name in engine.voices)}")


@voices.command("list")
@JSON
def list_voices(as_json: bool) -> None:
    """List the voices that are installed, and those that can be."""
    from ki_briefing.voice.trained.installed import voice_records, voices_folder
    from ki_briefing.voice.trained.offers import offers

    installed, offered = voice_records(), offers()
    if as_json:
        print_json({"folder": voices_folder(), "installed": installed, "offered": offered})
        return
    say(f"Installed, in {voices_folder()}:{'' if installed else ' none'}")
    for record in installed:
        _show(record)
    say("\nCan be installed (addresses that we have not tried; the licence on a voice's own page counts):")
    names = {record.name for record in installed}
    for offer in offered:
        if offer.name not in names:
            _show(offer)
    say("\nAlso every voice of Piper's own list by its name there, e.g. en_GB-alba-medium.")


@voices.command()
@click.argument("names", nargs=-1, required=True)
@click.option(
    "--from", "base", envvar="KI_BRIEFING_VOICES_FROM", default="", metavar="URL",
    help="Ask this server in huggingface.co's place.",
)  # fmt: skip
@JSON
def install(names: tuple[str, ...], base: str, as_json: bool) -> None:
    """Install voices by NAME, as 'voices list' names them."""
    from ki_briefing.base.web import is_base
    from ki_briefing.voice.trained.install import install_voice

    if not is_base(base):
        raise click.BadParameter(f"{base!r} is not an address such as https://example.org", param_hint="--from")
    records = []
    for name in names:
        try:
            record = install_voice(name, base=base, progress=progress())
        finally:
            clear_progress()
        records.append(record)
        if not as_json:
            _show(record)
            talk(f'Next: in show.toml, under [voice]: engine = "{record.engine}" and name = "{record.name}"')
    if as_json:
        print_json(records)


@voices.command()
@click.argument("names", nargs=-1, required=True)
def remove(names: tuple[str, ...]) -> None:
    """Delete installed voices by NAME."""
    from ki_briefing.voice.trained.install import remove_voice

    for name in names:
        say(remove_voice(name))


def _show(voice: VoiceRecord | Offer) -> None:
    air = {"yes": "may go on air", "no": "must not go on air"}.get(voice.broadcast, "on air: ask")
    size = f"; {megabytes} MB" if (megabytes := getattr(voice, "megabytes", 0)) else ""
    say(f"{voice.name:20} {voice.engine}, {voice.language}; {voice.licence or 'licence: see its page'}; {air}{size}")
    for line in (voice.note, getattr(voice, "obstacle", "")):
        if line:
            say(f"{'':20} {line}")


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
    from ki_briefing.show.lock import is_building
    from ki_briefing.show.workspace import find_show

    show = find_show(show_folder)
    refuse_links(show.folder, show.cache)
    in_use = prune and is_building(show)
    freed = prune_stores(show.cache, show.storage.cache_bytes, in_use=in_use) if prune else 0
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
        stays = "  an episode is being built: what was used within six hours stays" if in_use else ""
        say(f"{'deleted':10} {_megabytes(freed)}{stays}")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:8.1f} MB"
