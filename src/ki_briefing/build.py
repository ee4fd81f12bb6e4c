"""Path of an episode or an article -> Built: article, script, speech, master, release.

This module only conducts; the work is done by the stages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from ki_briefing.article import read_article, read_source
from ki_briefing.article.pictures import find_pictures
from ki_briefing.base.errors import BriefingError, BrokenEntry, SpeechError
from ki_briefing.base.files import digest, file_digest, refuse_links, sweep_leftovers, write_atomically
from ki_briefing.base.records import to_json
from ki_briefing.base.staging import staged
from ki_briefing.base.store import Store, prune_stores, sweep_broken
from ki_briefing.episode.built import BUILD_FILE, BuildRecord, find_built, names_in, summarize
from ki_briefing.episode.inputs import digest_inputs
from ki_briefing.episode.release import RELEASE_FILE
from ki_briefing.episode.snippets import update_snippets
from ki_briefing.german.lexicon import load_lexicon
from ki_briefing.model.episode import Correction, MisheardMark
from ki_briefing.script import write_script
from ki_briefing.show.lock import episode_lock
from ki_briefing.show.record import Deed, Entry, load_record, note_deeds
from ki_briefing.show.voices import Cast
from ki_briefing.show.workspace import TEMPLATES, bare_show, open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ki_briefing.episode.built import Built
    from ki_briefing.model.sound import Master
    from ki_briefing.model.source import Source
    from ki_briefing.model.text import Article, Script, Utterance
    from ki_briefing.show.settings import Show
    from ki_briefing.show.workspace import Workspace
    from ki_briefing.voice.cast import Part, Performance
    from ki_briefing.voice.spending import Forecast

    Progress = Callable[[str, int, int, float], None]

_PATIENCE = 2.0  # seconds for a publication that copies this episode's files


def read_script(path: Path) -> Script:
    """Return what an episode, or a bare article file, will say.

    Raises:
        ArticleError: The article cannot be spoken.
        ConfigError: A setting cannot be used.
    """
    workspace = open_workspace(path)
    article = read_article(workspace.article, workspace.show.article)
    return _script(workspace, article, _corrections(workspace, article))


def forecast_costs(path: Path, script: Script) -> tuple[Forecast, ...]:
    """Return what the show's voices would cost for a script: those that cost something and can be made as they are."""
    show = open_workspace(path).show
    wanted: dict[str, list[Utterance]] = {}
    for utterance in script.utterances:
        wanted.setdefault(utterance.voice, []).append(utterance)
    found = (_forecast_cost(show, name, utterances) for name, utterances in wanted.items())
    return tuple(filter(None, found))


def _forecast_cost(show: Show, name: str, utterances: Sequence[Utterance]) -> Forecast | None:
    from ki_briefing.voice.engines import load_speaker, may_cost

    try:
        voice = show.voice_named(name) if name else show.voice
        if not may_cost(voice):
            return None
        speaker = load_speaker(voice)
    except BriefingError:
        return None  # a build will say why
    if not (speaker.facts.price or speaker.facts.limit):
        return None
    from ki_briefing.voice.clips import unspoken
    from ki_briefing.voice.spending import Forecast, cost

    missing = unspoken(utterances, speaker, Store(show.cache / "clips"))
    return Forecast(cost(speaker, utterances), cost(speaker, missing))


def read_source_script(source: Source, folder: Path) -> Script:
    """Return what a page would say that belongs to no show.

    Args:
        folder: Where it would be built.

    Raises:
        ArticleError: The article cannot be spoken.
    """
    show, today = bare_show(folder), datetime.now().astimezone()
    return write_script(read_source(source, show.article), show, number=1, date=today, lexicon=load_lexicon())


def build_episode(path: Path, *, engine: str | None = None, progress: Progress | None = None) -> Built:
    """Build an episode, or a bare article file; work that is up to date is not done again.

    An episode in which a voice stands in for another is tried again; it is replaced if less has to be said so.

    Args:
        engine: Speak with this engine instead of the show's voices.
        progress: Called with the stage, how much of it is done, how much there is, and how long that sounds [s] where
            that is known.

    Raises:
        BriefingError: Something that the producer can fix; an older finished episode stays as it was.
        Locked: The same episode is being built already.
    """
    workspace = open_workspace(path)
    if engine:
        show = workspace.show
        workspace = replace(workspace, show=replace(show, voice=show.voice.spoken_by(engine), cast=Cast()))
    show, built = workspace.show, workspace.built
    for place in (built, *(show.cache / name for name in ("clips", "sound", "pictures"))):
        refuse_links(workspace.root, place)
    article = read_article(workspace.article, show.article)
    corrections = _corrections(workspace, article, is_built=True)
    script = _script(workspace, article, corrections)
    with episode_lock(show, built, patience=_PATIENCE):
        pictures = find_pictures(workspace.article, article)
        inputs = digest_inputs(show, workspace.facts, article, script, pictures, corrections)
        finished = find_built(built, inputs)
        if finished is not None and not finished.degraded:
            return finished
        sweep_leftovers(show.cache)
        made = _Build(workspace, article, script, corrections, inputs, progress, finished).make()
        if not workspace.bare and load_record(built.parent).withdrawal:
            update_snippets(show, built)
        prune_stores(show.cache, show.storage.cache_bytes)
        return made


def _script(workspace: Workspace, article: Article, corrections: Sequence[Correction]) -> Script:
    return write_script(
        article,
        workspace.show,
        number=workspace.facts.number,
        date=workspace.facts.date,
        lexicon=load_lexicon(*workspace.lexicons),
        correction=corrections[-1] if corrections else None,
    )


def _corrections(workspace: Workspace, article: Article, *, is_built: bool = False) -> tuple[Correction, ...]:
    """Return the corrections of what was on air: those that listeners know, and what this article would be as one.

    Args:
        is_built: It will be one. Then it is written down since when: every build and the air shall tell the same.
    """
    if workspace.bare:
        return ()
    folder, source = workspace.built.parent, file_digest(workspace.article)
    record = load_record(folder)
    if not record.is_revised(source, digest(*article.wording)):
        return record.corrections
    revision = record.revision(source)
    if revision is None:
        revision = Entry(Deed.REVISED, datetime.now().astimezone().replace(microsecond=0), article=source)
        if is_built:
            note_deeds(workspace.show, folder, revision)
    told = {"", *(each.note for each in record.corrections)}
    notes = (*(each.note for each in reversed(record.revisions)), article.correction)
    note = next((each for each in notes if each not in told), "")
    at = workspace.show.podcast.by_its_clock(revision.at)
    return (*record.corrections, Correction(at, note))


@dataclass(frozen=True, slots=True)
class _Build:
    """One build.

    Attributes:
        corrections: Of what was on air, the oldest first.
        inputs: Digest of everything it is made from.
        degraded: The finished episode made from the same, in which some voice stands in for another.
    """

    workspace: Workspace
    article: Article
    script: Script
    corrections: tuple[Correction, ...]
    inputs: str
    progress: Progress | None
    degraded: Built | None = None

    def make(self) -> Built:
        """Prepare everything that will be needed; then speak, master and write."""
        parts = self._prepare()
        try:
            speech = self._speak(parts)
        except SpeechError:
            if self.degraded is None:
                raise
            return self.degraded
        if self.degraded and len(speech.degraded) >= len(self.degraded.degraded):
            return self.degraded
        try:
            return self._write(self._mix(speech), speech)
        except BrokenEntry:  # of this or an earlier build; it has been deleted: make again what is missing now
            sweep_broken(self.workspace.show.cache)
            again = self._speak(parts)
            again = replace(again, spoken=speech.spoken + again.spoken)
            return self._write(self._mix(again), again)

    def _prepare(self) -> tuple[Part, ...]:
        """Make or refuse everything that will be needed, before the first word is spoken; return who can speak.

        Raises:
            ArticleError: The article's picture is missing.
            ConfigError: A setting cannot be used; the error names it.
            EngineMissing: The engine of a voice, or of its fallback, is not installed.
        """
        from ki_briefing.episode.illustrate import load_artwork
        from ki_briefing.episode.release import load_show_signer
        from ki_briefing.sound.preflight import preflight
        from ki_briefing.voice.cast import load_parts

        show = self.workspace.show
        preflight(show.sound, show.jingles, show.folder, Store(show.cache / "sound"))
        load_artwork(show, self.workspace.article, self.article)
        load_show_signer(show)
        if (show.folder / TEMPLATES).is_dir():
            from ki_briefing.publication.site import Site

            Site(show).check()
        return load_parts(show)

    def _speak(self, parts: Sequence[Part]) -> Performance:
        from ki_briefing.voice.cast import perform

        return perform(
            self.script,
            parts,
            Store(self.workspace.show.cache / "clips"),
            progress=partial(self.progress, "speaking") if self.progress else None,
        )

    def _mix(self, speech: Performance) -> Master:
        from ki_briefing.episode.release import mark_of
        from ki_briefing.sound.master import make_master
        from ki_briefing.voice.clips import load_clip

        show, progress = self.workspace.show, self.progress
        return make_master(
            self.script,
            speech.takes,
            load_clip,
            show.sound,
            show.jingles,
            folder=show.folder,
            store=Store(show.cache / "sound"),
            mark=mark_of(show),
            progress=(lambda done, total: progress("mixing", done, total, 0.0)) if progress else None,
        )

    def _write(self, master: Master, speech: Performance) -> Built:
        """Write all files to a temporary folder, then move them into place; build.json comes last, so all are valid."""
        from ki_briefing.episode.describe import describe
        from ki_briefing.episode.illustrate import illustrate
        from ki_briefing.episode.release import mark_of, write_release
        from ki_briefing.episode.slips import mark_slips

        show, source, built = self.workspace.show, self.workspace.article, self.workspace.built
        stale = names_in(built)
        with staged(built, last=(RELEASE_FILE, BUILD_FILE)) as folder:
            pictured = illustrate(folder, show, source, self.article, master.timeline)
            episode = describe(
                show,
                self.workspace.facts,
                self.article,
                master.timeline,
                article_digest=file_digest(source),
                pictures=pictured.chapters,
                parts=speech.parts,
                notice=show.frames.notice_of(len({each.voice for each in self.script.utterances})),
                corrections=self.corrections,
            )
            release, unpublished = write_release(folder, show, episode, master, pictured)
            record = BuildRecord(
                inputs=self.inputs,
                integrated=round(master.loudness.integrated, 2),
                true_peak=round(master.loudness.true_peak, 2),
                utterances=len(self.script.utterances),
                omitted=self.script.omitted,
                degraded=tuple(self.script.utterances[index].spoken for index in speech.degraded),
                unpublished=unpublished,
                slips=tuple(mark_slips(self.script, speech.slips, master.timeline)),
                voices=speech.parts,
                misheard=tuple(self._misheard(speech, master)),
                warnings=(pictured.warning,) if pictured.warning else (),
                mark=mark_of(show),
            )
            write_atomically(folder / BUILD_FILE, to_json(record, indent=1))
        for name in stale - names_in(built):
            (built / name).unlink(missing_ok=True)
        return summarize(built, release, record, spoken=speech.spoken)

    def _misheard(self, speech: Performance, master: Master) -> Iterator[MisheardMark]:
        """Yield what was not understood when it was spoken, now or earlier."""
        from ki_briefing.voice.hearing.listened import STORE, misheard

        store = Store(self.workspace.show.cache / STORE)
        for utterance, take, cue in zip(self.script.utterances, speech.takes, master.timeline.cues, strict=True):
            if (found := misheard(utterance, take.fingerprint, store)) is not None:
                second = round(cue.start / master.timeline.sample_rate, 1)
                yield MisheardMark(utterance.spoken, found.heard, second, found.score)
