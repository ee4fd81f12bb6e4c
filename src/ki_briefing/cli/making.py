"""The commands that make a show or an episode: init, new."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ki_briefing.base.errors import AddressRefused, AnotherVersion, Exit
from ki_briefing.base.hints import quoted
from ki_briefing.cli.output import PLACE, SHOW, Place, clear_progress, complain, progress, say, talk

if TYPE_CHECKING:
    from ki_briefing.scaffold.moving import OldFeed
    from ki_briefing.show.settings import Show


@click.command()
@click.argument("folder", type=Place())
@click.option("--title", default="", help="Give the podcast this title.")
@click.option("--description", default="", help="Say what it is about, as directories show it.")
@click.option("--base-url", default="", help="Set the address where its public folder will be served.")
@click.option("--sign", is_flag=True, help="Make a key and a certificate, to sign episodes (C2PA).")
@click.option(
    "--timestamp", default="", metavar="URL", help="Have the signatures stamped by this authority (RFC 3161)."
)
@click.option("--systemd", is_flag=True, help="Also write a timer for run; alone: for a show that exists.")
@click.option("--feed", type=PLACE, help="Continue another host's feed, from its address or saved in a file.")
@click.option("--with-audio", is_flag=True, help="Also fetch its episodes' sounds; again: go on where it stopped.")
def init(
    folder: Path,
    title: str,
    description: str,
    base_url: str,
    sign: bool,
    timestamp: str,
    systemd: bool,
    feed: Path | str | None,
    with_audio: bool,
) -> None:
    """Make a new show in FOLDER."""
    from ki_briefing.scaffold import init_show
    from ki_briefing.show.reading import SHOW_FILE, load_show
    from ki_briefing.show.workspace import IMPORTED_FEED

    if with_audio and not feed:
        raise click.UsageError("--with-audio needs --feed")
    there = (folder / SHOW_FILE).exists()
    if systemd and there and not (title or description or base_url or sign or feed):
        _write_timetable(load_show(folder))
        return
    if timestamp and not sign:
        raise click.UsageError("--timestamp is for signatures: add --sign")
    if sign and not timestamp and not there:
        timestamp = _authority()
    code = Exit.DONE
    if not (with_audio and there and (folder / IMPORTED_FEED).exists()):
        old = _old_feed(feed) if feed else None
        made = init_show(
            folder,
            title=title,
            description=description,
            base_url=base_url,
            sign=sign,
            timestamp_url=timestamp,
            feed=old,
        )
        for path in made:
            say(path)
        for remark in old.feed.remarks if old else ():
            say(remark, err=True)
    if feed:
        code = _fetch(load_show(folder), feed, with_audio=with_audio)
    show = load_show(folder)
    if systemd:
        _write_timetable(show)
    _explain(folder, show)
    if feed:
        _explain_moving(folder, show)
    sys.exit(code)


def _old_feed(source: Path | str) -> OldFeed:
    from ki_briefing.intake.http import Web
    from ki_briefing.scaffold.moving import read_old_feed
    from ki_briefing.show.settings import Intake
    from ki_briefing.show.workspace import surrounding_show

    around = surrounding_show(Path())
    try:
        return read_old_feed(source, lambda address: Web(around.intake if around else Intake(), own=(address,)))
    except AddressRefused as error:
        if not around:  # there are no settings yet that could allow it
            error.hint = "Save the feed as a file, and name that."
        raise


def _fetch(show: Show, feed: Path | str, *, with_audio: bool) -> Exit:
    """Fetch the cover and, if that is wanted, the sounds of the old feed; return how the command ends."""
    from ki_briefing.intake.http import open_web
    from ki_briefing.scaffold.moving import fetch_cover, fetch_sounds, left_behind, old_cover

    web, code = open_web(show), Exit.DONE
    if not with_audio and not isinstance(feed, str):
        if cover := old_cover(show):
            say(f"the show has our cover until you save its own ({cover}) and write [podcast] cover", err=True)
    elif remark := fetch_cover(show, web):
        say(remark, err=True)
    if with_audio:
        bar = progress()
        for missing in fetch_sounds(show, web, lambda done, total: bar("sounds", done, total, 0.0) if bar else None):
            clear_progress()
            complain(f"not fetched: “{missing.item.title}”", missing.error)
            code = Exit.DEGRADED
        clear_progress()
    if rest := left_behind(show):
        talk(str(rest))
    return code


def _explain_moving(folder: Path, show: Show) -> None:
    """Say how listeners follow."""
    from ki_briefing.episode.addresses import Addresses

    place = quoted(folder)
    feed = Addresses.of(show.publication.base_url).feed or "its address"
    talk("To move the listeners:")
    talk(f"  1. Put the feed on air here: ki-briefing publish --show {place}")
    talk(f"     Look at it: ki-briefing preview --show {place}")
    talk(f"  2. Have the old host redirect its feed (HTTP 301) to {feed},")
    talk(f"     and write <itunes:new-feed-url>{feed}</itunes:new-feed-url> into it.")
    talk("  3. Leave both for four weeks at least, and there what the old episodes still have there.")
    talk("  4. Give the new address to directories that do not follow by themselves.")


def _authority() -> str:
    """Ask for a time stamp authority, or say what is lost without one."""
    from ki_briefing.episode.certificate import YEARS

    talk(f"Without a time stamp, all signatures are void when the certificate ends, in {YEARS} years.")
    if sys.stdin.isatty() and sys.stderr.isatty():
        asked = "Address of a time stamp authority (RFC 3161), or nothing"
        return str(click.prompt(asked, default="", show_default=False, err=True)).strip()
    talk('For a time stamp: init --sign --timestamp URL, or later [signing] timestamp_url = "…" in show.toml.')
    return ""


def _write_timetable(show: Show) -> None:
    from ki_briefing.timetable import write_timetable

    timetable = write_timetable(show)
    for path in timetable.files:
        say(path)
    talk("To have run started every five minutes:")
    for command in timetable.enable:
        talk(f"  {command}")
    talk(f"Or, with cron (crontab -e):\n  {timetable.cron}")


def _explain(folder: Path, show: Show) -> None:
    """Say what to do with a new show."""
    from ki_briefing.scaffold import is_described

    place = quoted(folder)
    talk(f'Hear its voice: ki-briefing say "Guten Tag." --show {place}')
    talk(f"Hear an example, which stays off the air: ki-briefing build {place}/beispiel.md")
    if not is_described(show.podcast):
        talk(f"Say what the podcast is about in {place}/show.toml: without that nothing goes on air.")
    address = show.publication.base_url or "the base_url that you write there"
    talk(f"What goes on air lies in {place}/public/. Let a web server on this machine serve it as {address}, or")
    talk("copy it to your web space after each publication, the feed last.")
    talk(f"Next: ki-briefing new ARTICLE --show {place}")


@click.command()
@click.argument("source", type=PLACE)
@SHOW
@click.option("--date", help="Set when it goes on air, e.g. 2026-01-15T06:00 or 15.1. 6 Uhr; default: now.")
@click.option("--again", is_flag=True, help="Make another episode, also if there is one of this article.")
def new(source: Path | str, show_folder: Path, date: str | None, again: bool) -> None:
    """Make the article SOURCE an episode of a show.

    SOURCE is a file or the address of a page. The episode gets a guid, a date and a number, which never change. A date
    without a zone is by the clock of [podcast] timezone, or by this machine's. If there is an episode of this article
    in other words, that one is corrected.
    """
    from ki_briefing.new import make_episode, take_article
    from ki_briefing.show.workspace import find_show

    now = datetime.now().astimezone()
    moment = _moment(date, now) if date is not None else None
    show = find_show(show_folder)
    try:
        aired = show.podcast.by_its_clock(moment) if moment else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--date") from error
    try:
        taken = (
            make_episode(source, show, date=aired, now=now, again=again)
            if again or aired
            else take_article(source, show, now=now)
        )
    except AnotherVersion as known:
        known.hint = "A correction keeps its date: leave --date out. For an episode of its own: ki-briefing new --again"
        raise
    folder = taken.folder
    say(folder)
    if isinstance(source, Path) and not source.exists():
        talk(f"{source} has left the inbox.")
    if taken.remark:
        say(f"{folder}: {taken.remark}", err=True)
    if taken.corrects:
        talk("That is a correction of this episode. Its guid, number, date and address stay, and the former article is")
        talk("in earlier/. For an episode of its own: ki-briefing new --again")
    elif aired:
        talk(f"Goes on air: {aired:%d.%m.%Y %H:%M} UTC{aired:%z} ({show.podcast.zone_name})")
    talk(f"Next: ki-briefing script {quoted(folder)}")


def _moment(date: str, now: datetime) -> datetime:
    """Return a date as people write it, in ISO 8601 or in German."""
    from ki_briefing.article.moments import read_moment

    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        found = read_moment(date, now)
        if not found:
            problem = f"{date!r} is neither ISO 8601, such as 2026-01-15T06:00, nor a date such as 15.1. 6 Uhr"
            raise click.BadParameter(problem, param_hint="--date") from None
        moment = found
    if not 1970 <= moment.year < 3000:
        raise click.BadParameter(f"{date!r} is not a year between 1970 and 2999", param_hint="--date")
    if (moment.utcoffset() or timedelta()) % timedelta(minutes=1):
        raise click.BadParameter(f"{date!r} is not a whole number of minutes from UTC", param_hint="--date")
    return moment
