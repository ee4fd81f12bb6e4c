"""Show, what was named -> the units of a batch, one after the other, each decided completely before it goes out.

An article becomes an episode only when its turn comes: a batch that is ended leaves nothing half decided, and the
unattended run meanwhile finds no heap of unbuilt episodes.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING

from ki_briefing.article import read_article
from ki_briefing.base.errors import AlreadyAnEpisode, BriefingError, ConfigError, Locked
from ki_briefing.base.files import file_digest, write_atomically
from ki_briefing.base.hints import quoted
from ki_briefing.base.toml import with_values
from ki_briefing.batch.articles import Candidate, gather
from ki_briefing.batch.unit import Enclosed, pack, pack_show, receive
from ki_briefing.episode.built import BUILD_FILE, read_record
from ki_briefing.episode.corrections import find_corrections
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.new import take_article
from ki_briefing.show.catalogue import State, settings_stamp
from ki_briefing.show.lock import episode_lock, show_lock
from ki_briefing.show.reading import EPISODE_FILE, load_episode
from ki_briefing.show.record import load_record
from ki_briefing.show.workspace import BUILT, open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from ki_briefing.batch.unit import Result, Unit
    from ki_briefing.show.catalogue import Catalogue
    from ki_briefing.show.settings import Show
    from ki_briefing.show.voices import Voice
    from ki_briefing.taking.outcome import Outcome

_PATIENCE = 30.0  # seconds to wait for somebody else's publication
_BUILD = f"{BUILT}/{BUILD_FILE}"


@dataclass(frozen=True, slots=True)
class Task:
    """A unit, and what is to be done at home before what comes back is put in its place.

    Attributes:
        facts: The episode.toml that it was built with; None: the one that is there.
    """

    folder: Path
    unit: Unit
    held: ExitStack
    facts: Enclosed | None = None


class Tasks:
    """What is to be done, in order.

    Attributes:
        show: Whose episodes they are.
        outcome: Is told what goes wrong.
        of_show: The show's own files.
        room: Folder for temporary files, which the workers see; empty: they are elsewhere.
        total: How many there are at most.
        finished: How many of those named need nothing.
    """

    def __init__(
        self,
        show: Show,
        sources: Sequence[Path | str],
        catalogue: Catalogue,
        outcome: Outcome,
        room: Path,
        *,
        now: datetime,
        here: bool,
        voice: str = "",
    ) -> None:
        """Look what is due; nothing is changed.

        Args:
            sources: What was named; nothing: whatever is due in the show.
            catalogue: The show's, which stays open.
            room: Folder for temporary files.
            here: The workers are on this machine; others get and return everything as bytes.
            voice: Re-voice the episodes that there are with this one; empty: build what is due.

        Raises:
            ConfigError: There is no voice of this name.
        """
        self.show, self.outcome, self.now = show, outcome, now
        self.of_show = pack_show(show, shared=str(show.cache) if here else "")
        self.room = str(room) if here else ""
        self._catalogue, self._voice = catalogue, voice
        self._context, self._hour = settings_stamp(show), f"{now.astimezone(UTC):%Y-%m-%dT%H}"
        gathered = gather(sources, show, catalogue, outcome, spool=room)
        self._candidates = [] if voice else gathered.candidates
        if voice:
            show.voice_named(voice)
            named = list(gathered.episodes if sources else filter(self._is_not_withdrawn, catalogue.folders()))
            due = [folder for folder in named if self._has_another_voice(folder)]
        else:
            pending = {each.folder: each.state for each in catalogue.pending(_BUILD, self._context, self._hour)}
            named = list(gathered.episodes if sources else pending)
            due = [each for each in named if each in pending and not self._is_complete(each, pending[each])]
        self._due = due
        self.finished = len(named) - len(due)
        self.total = len(due) + len(self._candidates)

    def episodes(self) -> Iterator[Path]:
        """Yield the folders of episodes that are due."""
        return iter(self._due)

    def candidates(self) -> Iterator[Candidate]:
        """Yield the articles of which episodes are to be made, the oldest first."""
        return iter(self._candidates)

    def begin(self, what: Path | Candidate) -> Task | None:
        """Return a unit, which nobody else builds until ``held`` is closed; None, and it is told, if that cannot be."""
        about = what.about if isinstance(what, Candidate) else what
        try:
            folder = self._made(what) if isinstance(what, Candidate) else what
        except AlreadyAnEpisode as known:
            self.outcome.tell(about, known.message, "")
            return None
        except BriefingError as error:
            self.outcome.note(about, error)
            return None
        try:
            if folder is what:  # somebody may have edited it since the batch began
                self._catalogue.read(folder)
            return self._task(folder)
        except Locked:
            self.outcome.tell(folder, "is being built by somebody else", "")
        except BriefingError as error:
            self.outcome.note(folder, error)
        return None

    def finish(self, task: Task, result: Result) -> None:
        """Put what a worker has built in its place.

        Raises:
            PublishError: It came damaged.
            StorageError: The disk refused.
        """
        if task.facts:
            write_atomically(task.folder / EPISODE_FILE, task.facts.content)
            self._catalogue.read(task.folder)
        receive(self.show, result)

    def remember(self, states: Mapping[Path, State]) -> None:
        """Tell the catalogue how episodes ended, so that the unattended run need not look at them; then look at all.

        What was edited since a unit of it was made is built by the next run.
        """
        for folder, state in states.items():
            self._catalogue.end(folder, state, _BUILD, self._context, self._hour)
        with suppress(Locked), show_lock(self.show, patience=_PATIENCE):
            self._catalogue.refresh()

    def _made(self, candidate: Candidate) -> Path:
        source = candidate.fetch()
        taken = take_article(
            source,
            self.show,
            date=candidate.date,
            now=self.now,
            catalogue=self._catalogue,
            folder=candidate.folder,
        )
        self.outcome.take(taken)
        return taken.folder

    def _task(self, folder: Path) -> Task:
        with ExitStack() as stack:
            stack.enter_context(episode_lock(self.show, folder / BUILT))
            if load_record(folder).was_aired:
                workspace = open_workspace(folder)
                find_corrections(workspace, read_article(workspace.article, workspace.show.article), is_built=True)
            facts = self._revoiced(folder) if self._voice else None
            unit = pack(self.show, folder, self.of_show, room=self.room, instead=facts)
            return Task(folder, unit, stack.pop_all(), facts)

    def _revoiced(self, folder: Path) -> Enclosed:
        if load_record(folder).withdrawal:
            raise ConfigError(f"{folder} was withdrawn", hint=f"To bring it back: ki-briefing restore {quoted(folder)}")
        text = (folder / EPISODE_FILE).read_text(encoding="utf-8-sig")
        today = self.show.podcast.by_its_clock(self.now).replace(microsecond=0)
        text = with_values(text, "", {"voice": self._voice, "revoiced": today})
        return Enclosed(f"{folder.name}/{EPISODE_FILE}", text.encode())

    def _has_another_voice(self, folder: Path) -> bool:
        with suppress(BriefingError):
            voice = load_episode(folder).voice
            is_whole = voice != "" or not tuple(self.show.cast.voices)  # all of it is said by one voice
            return not is_whole or self._spoken(voice) != self._spoken(self._voice)
        return True

    def _spoken(self, voice: str) -> Voice:
        return replace(self.show.voice_of(voice), title="", fallback=())

    def _is_not_withdrawn(self, folder: Path) -> bool:
        with suppress(BriefingError):
            return load_record(folder).withdrawal is None
        return True

    def _is_complete(self, folder: Path, state: State) -> bool:
        """Tell whether an episode is finished though nobody noted it: a batch that was killed had no time to."""
        if state is not State.UNKNOWN:
            return False
        try:
            facts, built = load_episode(folder), read_release(folder / BUILT / RELEASE_FILE)
            record = read_record(folder / BUILT)
            wanted = (facts.guid, facts.number, facts.date, facts.slug, facts.season, facts.revoiced)
            episode = built.episode
            known = (episode.guid, episode.number, episode.date, episode.slug, episode.season, episode.revoiced)
            return (
                wanted == known
                and not record.degraded
                and file_digest(folder / facts.source) == episode.article_digest
                and all((folder / BUILT / each.name).stat().st_size == each.size for each in built.assets)
                and all((folder / BUILT / each.name).is_file() for each in record.unpublished)
            )
        except (OSError, BriefingError):
            return False
