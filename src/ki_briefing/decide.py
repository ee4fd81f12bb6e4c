"""An episode, a decision -> its record, and what follows on the air: approve, hold, withdraw, restore, delete."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from ki_briefing.article import read_article
from ki_briefing.base.errors import BriefingError, ConfigError, NothingToDo, PublishError
from ki_briefing.base.files import digest, file_digest, refusals
from ki_briefing.base.hints import quoted
from ki_briefing.episode.dossier import Unbuilt, compile_dossier, find_dossier
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.model.episode import LONGEST_NOTE
from ki_briefing.publication.gate import Candidate, Gate
from ki_briefing.publish import Inspection, publish_show
from ki_briefing.show.lock import episode_lock, show_lock
from ki_briefing.show.reading import load_episode
from ki_briefing.show.record import Deed, Entry, load_record, note_deeds
from ki_briefing.show.workspace import find_episodes, open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from ki_briefing.episode.dossier import Dossier
    from ki_briefing.model.episode import Release
    from ki_briefing.publication.gate import Held
    from ki_briefing.publication.report import Publication
    from ki_briefing.show.record import EpisodeRecord
    from ki_briefing.show.settings import Show
    from ki_briefing.show.workspace import Workspace

_PATIENCE = 30.0  # seconds to wait for somebody else's build or publication


def approve_episode(path: Path, *, by: str, now: datetime) -> Entry:
    """Write down that somebody heard the MP3 as it is built now, and lets it go on air.

    Raises:
        ConfigError: It is no episode of a show.
        PublishError: It is not built, or its MP3 is not the one that was built.
    """
    workspace = open_episode(path)
    with episode_lock(workspace.show, workspace.built, patience=_PATIENCE):
        digest = _release(workspace).audio.digest
        return _note(workspace, Entry(Deed.APPROVED, now, by, digest))


def find_hindrance(path: Path, *, now: datetime) -> Held | None:
    """Return why an episode as it is built now would not go on air yet, whatever the check says; None: nothing is.

    Raises:
        BriefingError: It is not built, or its article cannot be read.
    """
    workspace = open_episode(path)
    episode = workspace.built.parent
    release, record = read_release(workspace.built / RELEASE_FILE), load_record(episode)
    on_air = record.was_aired and not record.left_air
    candidate = Candidate(episode, release, record, on_air, same=False)
    return Gate(workspace.show, now, Inspection()).hindrance(candidate)


def is_on_air(path: Path) -> bool:
    """Tell whether the MP3 as it is built now is what went on air last, and is there still.

    Raises:
        BriefingError: It is not built, or its record cannot be read.
    """
    workspace = open_episode(path)
    record = load_record(workspace.built.parent)
    aired = [each.audio for each in record.entries if each.deed is Deed.AIRED]
    digest = read_release(workspace.built / RELEASE_FILE).audio.digest
    return not record.left_air and aired[-1:] == [digest]


def hold_episode(path: Path, *, by: str, reason: str, now: datetime) -> Entry:
    """Keep an episode off the air until ``unhold_episode``; what is on air of it stays."""
    return _note(open_episode(path), Entry(Deed.HELD, now, by, note=reason))


def unhold_episode(path: Path, *, by: str, now: datetime) -> Entry:
    """Let an episode go that somebody held.

    Raises:
        ConfigError: It is no episode of a show.
        NothingToDo: Nobody holds it.
    """
    workspace = open_episode(path)
    if not load_record(workspace.built.parent).hold:
        raise NothingToDo(f"nobody holds {path}", hint=f"See: ki-briefing record {quoted(path)}")
    return _note(workspace, Entry(Deed.UNHELD, now, by))


def withdraw_episode(path: Path, *, by: str, reason: str, now: datetime) -> Publication:
    """Take an episode off the air at once: out of the feed, its files deleted, its page says so.

    Nothing else goes on air with it. If the publication fails, the next one takes it off.

    Raises:
        ConfigError: It is no episode of a show.
        Locked: Another ki-briefing is publishing.
        StorageError: The disk refused.
    """
    workspace = open_episode(path)
    if not load_record(workspace.built.parent).withdrawal:
        _note(workspace, Entry(Deed.WITHDRAWN, now, by, note=reason))
    return _publish(workspace, now)


def restore_episode(path: Path, *, by: str, now: datetime) -> Publication:
    """Bring a withdrawn episode back with its guid, date and address, if the gate lets it pass.

    Raises:
        ConfigError: It is no episode of a show.
        NothingToDo: It was not withdrawn.
    """
    workspace = open_episode(path)
    if not load_record(workspace.built.parent).withdrawal:
        raise NothingToDo(f"{path} was not withdrawn", hint=f"See: ki-briefing record {quoted(path)}")
    _note(workspace, Entry(Deed.RESTORED, now, by))
    return _publish(workspace, now)


def delete_episode(path: Path, *, by: str, now: datetime) -> Publication:
    """Delete an episode for good: its folder, its public files and its page.

    Raises:
        ConfigError: It is no episode of a show.
        StorageError: The disk refused; the episode is off the air.
    """
    workspace = open_episode(path)
    show, episode = workspace.show, workspace.built.parent
    with show_lock(show, patience=_PATIENCE):
        _note(workspace, Entry(Deed.WITHDRAWN, now, by), Entry(Deed.DELETED, now, by))
        done = _publish(workspace, now)
        with episode_lock(show, workspace.built, patience=_PATIENCE), refusals(episode, "delete"):
            shutil.rmtree(episode)
    return replace(done, held=tuple(each for each in done.held if each.folder != episode))


def correct_episode(
    path: Path, source: Path | str | None, *, by: str, note: str, now: datetime, last: bool = False
) -> Entry | None:
    """Correct an episode: give it another article, or say what was wrong in the former one.

    Nothing goes on air by that; the next build and publication do it.

    Returns:
        What was written down, without a digest of the article if the note waits for the next correction; None: the
        episode was never on air, so nobody need be told.

    Args:
        source: The corrected article's file or address; None: it was corrected in the episode's folder, or will be.
        note: What was wrong, for listeners.
        last: The note is that of the last correction on air.

    Raises:
        AlreadyAnEpisode: The episode says that already.
        ArticleError: The source is not an article.
        ConfigError: It is no episode of a show, or the note is too long.
        NothingToDo: There is no source, and it was never on air or says what is on air.
    """
    from ki_briefing import new
    from ki_briefing.new.correction import was_aired

    workspace = open_episode(path)
    show, episode = workspace.show, workspace.built.parent
    if len(note) > LONGEST_NOTE:
        raise ConfigError(f"the note is longer than {LONGEST_NOTE} letters", hint="Say it in a sentence or two.")
    now = show.podcast.by_its_clock(now)
    if source is not None:
        return new.correct_episode(episode, source, show, now=now, by=by, note=note, over_edits=True)
    record = load_record(episode)
    if not was_aired(show, episode, workspace.facts):
        raise NothingToDo(f"{path} was never on air", hint="Edit its article; nobody need be told.")
    article = read_article(workspace.article, show.article)
    digest_ = file_digest(workspace.article)
    is_changed = not record.tells_wording or record.is_revised(digest_, digest(*article.wording))
    if not note and (last or not is_changed):
        raise NothingToDo(
            f"there is nothing to correct: {path} says what is on air",
            hint="Name the corrected article, edit the one in the episode's folder, or say with --note what was wrong.",
        )
    if last:
        entry = _noted_again(path, record, Entry(Deed.CORRECTED, now, by, article=digest_, note=note))
    else:
        entry = Entry(Deed.REVISED, now.replace(microsecond=0), by, article=digest_ if is_changed else "", note=note)
    with refusals(workspace.article, "touch"):
        workspace.article.touch()  # so that the next run makes it anew
    return _note(workspace, entry)


def _noted_again(path: Path, record: EpisodeRecord, entry: Entry) -> Entry:
    if not record.corrections:
        raise NothingToDo(f"{path} was never corrected", hint="Leave out --last: the note waits for the correction.")
    return replace(entry, at=record.corrections[-1].at)


def describe_episode(path: Path) -> Dossier:
    """Return what a newsroom shows of an episode: of what is built, or if that is lost or altered, what was kept.

    Raises:
        PublishError: It is not built, or its MP3 is not the one that was built, and nothing was kept.
    """
    workspace = open_episode(path)
    show, folder = workspace.show, workspace.built.parent
    try:
        return compile_dossier(show, folder, _release(workspace))
    except PublishError as error:
        if kept := find_dossier(show, folder, error.message):
            return kept
        raise


def describe_episodes(show: Show, year: int | None = None) -> Iterator[Dossier | Unbuilt | BriefingError]:
    """Yield what a newsroom shows of each episode, oldest first, that it is not built, or why that cannot be told.

    Args:
        year: Only of episodes with a date in this year.
    """
    for folder in find_episodes(show):
        try:
            if year in (None, load_episode(folder).date.year):
                yield describe_episode(folder)
        except PublishError as error:
            workspace = open_episode(folder)
            if (workspace.built / RELEASE_FILE).exists():
                yield error
            else:
                facts = workspace.facts
                yield Unbuilt(folder, facts.number, facts.guid, facts.date, error.message)
        except BriefingError as error:
            yield error


def open_episode(path: Path) -> Workspace:
    """Return where an episode of a show is at home.

    Raises:
        ConfigError: It is no episode of a show.
    """
    workspace = open_workspace(path)
    if workspace.bare:
        raise ConfigError(f"{path} is no episode of a show", hint="Name an episode's folder.")
    return workspace


def _release(workspace: Workspace) -> Release:
    release = read_release(workspace.built / RELEASE_FILE)
    if file_digest(workspace.built / release.audio.name) != release.audio.digest:
        raise PublishError(
            f"{workspace.built / release.audio.name} is not the MP3 that was built", hint="Build the episode again."
        )
    return release


def _note(workspace: Workspace, *entries: Entry) -> Entry:
    clock = workspace.show.podcast.by_its_clock
    noted = [replace(each, at=clock(each.at)) for each in entries]
    note_deeds(workspace.show, workspace.built.parent, *noted)
    return noted[-1]


def _publish(workspace: Workspace, now: datetime) -> Publication:
    """Bring this one decision on air, and nothing else."""
    from ki_briefing.episode.snippets import update_snippets

    show, episode = workspace.show, workspace.built.parent
    others = frozenset(each for each in find_episodes(show) if each != episode)
    if (workspace.built / RELEASE_FILE).is_file():
        with episode_lock(show, workspace.built, patience=_PATIENCE):
            update_snippets(show, workspace.built)
    return publish_show(show.folder, now=now, held=others, patience=_PATIENCE)
