"""The commands that go on air: publish, run, preview."""

from __future__ import annotations

import contextlib
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import click

from ki_briefing.base.errors import Exit
from ki_briefing.base.hints import quoted
from ki_briefing.cli.output import JSON, SHOW, Place, clear_progress, complain, print_json, progress, say, talk


@click.command()
@SHOW
@click.option("--force", is_flag=True, help="Also put on air what does not pass the check; it is written down.")
@click.option("--no-mirror", is_flag=True, help="Leave the show's [[targets]] as they are.")
@click.option("--draft", type=Place(), metavar="EPISODE", help="Only give EPISODE a secret address.")
@JSON
def publish(show_folder: Path, force: bool, no_mirror: bool, draft: Path | None, as_json: bool) -> None:
    """Bring the public folder up to date, then the show's targets.

    Print the feed's address, with -v also the files that were written; the feed comes last. What must not go on air yet
    is named with the reason.
    """
    from ki_briefing.base.people import user_name
    from ki_briefing.cli.publishing import change_air, exit_code, tell
    from ki_briefing.episode.addresses import Addresses
    from ki_briefing.publish import publish_show
    from ki_briefing.show.workspace import find_show
    from ki_briefing.watch.status import behind

    if draft:
        if force or as_json:
            raise click.UsageError("--draft goes with neither --force nor --json")
        _publish_draft(draft, mirror=not no_mirror)
    show, now = find_show(show_folder), datetime.now().astimezone()
    forced_by = user_name() if force else ""
    done, untold = change_air(
        show, now, lambda: publish_show(show_folder, now=now, forced_by=forced_by), mirror=not no_mirror
    )
    if as_json:
        print_json(done, indent=None)
    elif click.get_current_context().obj["verbose"]:
        for path in done.written:
            say(path)
    stale = tuple(behind(show))
    kept = {folder.parent for folder in done.unbuilt}
    for each in stale:
        why = "not built here; what is on air of it stays" if each.folder in kept else each.why
        say(f"{why}: {each.folder}", err=True)
    if stale:
        talk(f"To build all of them: cd {quoted(show.folder)} && ki-briefing build")
    for held in done.held:
        talk(f"{held}\n  {held.hint}".rstrip())
    for folder in done.busy:
        talk(f"stays as it is while it is being built: {folder.parent}")
    tell(done, untold)
    if not as_json:
        say(Addresses.of(show.publication.base_url).feed)
    if done.written and not show.targets:
        talk(f"Next: let {show.public} be served there, or copy it there, the feed last; ki-briefing preview shows it.")
    sys.exit(exit_code(done))


def _publish_draft(episode: Path, *, mirror: bool) -> None:
    """Give an episode a secret address, and end."""
    from ki_briefing.publication.mirror import mirror_show
    from ki_briefing.publish import show_draft
    from ki_briefing.show.workspace import find_show

    say(show_draft(episode, now=datetime.now().astimezone()))
    talk("Whoever knows this address can hear it; it is not said again. It goes when the episode goes on air or is")
    talk("withdrawn, or after [publication] keep_days.")
    failed = [each.error for each in (mirror_show(find_show(episode), look=True) if mirror else ()) if each.error]
    for error in failed:
        complain("a target is not up to date", error)
    sys.exit(failed[0].exit_code if failed else Exit.DONE)


@click.command()
@SHOW
@click.option(
    "--backfill", type=click.IntRange(1), metavar="N", help="Also take the newest N articles of each feed, old or new."
)
@JSON
def run(show_folder: Path, backfill: int | None, as_json: bool) -> None:
    """Do everything that is due: the command for cron.

    Turn the articles in the show's inbox/ and the new ones of its feeds into episodes, build and check new and edited
    episodes, publish those that pass. Print nothing when all is well.
    """
    from ki_briefing.run import run_show

    now = datetime.now().astimezone()
    report = run_show(show_folder, now=now, progress=progress(), backfill=backfill or 0)
    clear_progress()
    if as_json:
        print_json(report)
    watched = sys.stderr.isatty()
    for line in report.messages(again=watched):
        say(line, err=True)
    if watched:
        talk(str(report))
    if report.bugs:
        raise report.bugs[0]
    sys.exit(report.exit_code)


@click.command()
@SHOW
@click.option("--port", default=8000, help="Port to serve on.", show_default=True)
@click.option("--host", default="127.0.0.1", help="Address to serve on; 0.0.0.0: all, for your network.")
@click.option("--draft", type=Place(), metavar="EPISODE", help="Serve EPISODE, on air or not.")
def preview(show_folder: Path, port: int, host: str, draft: Path | None) -> None:
    """Serve the public folder, or a draft, until Ctrl-C.

    With --host others hear it too, without a password and unencrypted: everybody who can reach this machine.
    """
    from ki_briefing.publication.preview import Preview
    from ki_briefing.publish import write_draft
    from ki_briefing.show.workspace import find_show

    with tempfile.TemporaryDirectory() as own:
        page = write_draft(draft, Path(own)) if draft else ""
        folder = Path(own) if draft else find_show(show_folder).public
        with Preview(folder, port, host=host) as server:
            say(server.url + page)
            if host not in ("127.0.0.1", "localhost", "::1"):
                talk("Everybody who can reach this machine can hear it, without a password; end it with Ctrl-C.")
            with contextlib.suppress(KeyboardInterrupt):
                server.serve_forever()
