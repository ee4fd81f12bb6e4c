"""Path of an episode or an article -> Built: article, script, speech, master, release.

This module only conducts; the work is done by the stages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from ki_briefing.article import read_article
from ki_briefing.article.pictures import find_pictures
from ki_briefing.base.errors import BrokenEntry
from ki_briefing.base.files import file_digest, refuse_links, staged, sweep_leftovers, write_atomically
from ki_briefing.base.records import to_json
from ki_briefing.base.store import Store, prune_stores, sweep_broken
from ki_briefing.episode.built import BUILD_FILE, BuildRecord, find_built, names_in, summarize
from ki_briefing.episode.inputs import digest_inputs
from ki_briefing.episode.release import RELEASE_FILE
from ki_briefing.german.lexicon import load_lexicon
from ki_briefing.script import write_script
from ki_briefing.show.lock import episode_lock
from ki_briefing.show.workspace import TEMPLATES, open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ki_briefing.episode.built import Built
    from ki_briefing.model.sound import Master
    from ki_briefing.model.text import Article, Script
    from ki_briefing.show.workspace import Workspace
    from ki_briefing.voice.clips import Speech
    from ki_briefing.voice.engine import Speaker

    Progress = Callable[[str, int, int, float], None]

_PATIENCE = 2.0  # seconds for a publication that copies this episode's files


def read_script(path: Path) -> Script:
    """Return what an episode, or a bare article file, will say.

    Raises:
        ArticleError: The article cannot be spoken.
        ConfigError: A setting cannot be used.
    """
    workspace = open_workspace(path)
    return _script(workspace, read_article(workspace.article, workspace.show.article))


def build_episode(path: Path, *, engine: str | None = None, progress: Progress | None = None) -> Built:
    """Build an episode, or a bare article file; work that is up to date is not done again.

    Args:
        engine: Speak with this engine instead of the show's.
        progress: Called with the stage, how much of it is done, how much there is, and how long that sounds [s] where
            that is known.

    Raises:
        BriefingError: Something that the producer can fix; an older finished episode stays as it was.
        Locked: The same episode is being built already.
    """
    workspace = open_workspace(path)
    if engine:
        show = workspace.show
        workspace = replace(workspace, show=replace(show, voice=show.voice.spoken_by(engine)))
    show, built = workspace.show, workspace.built
    for place in (built, *(show.cache / name for name in ("clips", "sound", "pictures"))):
        refuse_links(workspace.root, place)
    article = read_article(workspace.article, show.article)
    script = _script(workspace, article)
    with episode_lock(show, built, patience=_PATIENCE):
        pictures = find_pictures(workspace.article, article)
        inputs = digest_inputs(show, workspace.facts, article, script, pictures)
        if (finished := find_built(built, inputs)) is not None:
            return finished
        sweep_leftovers(show.cache)
        made = _Build(workspace, article, script, inputs, progress).make()
        prune_stores(show.cache, show.storage.cache_bytes)
        return made


def _script(workspace: Workspace, article: Article) -> Script:
    lexicon = load_lexicon(*workspace.lexicons)
    facts = workspace.facts
    return write_script(article, workspace.show, number=facts.number, date=facts.date, lexicon=lexicon)


@dataclass(frozen=True, slots=True)
class _Build:
    """One build; ``inputs`` is the digest of everything it is made from."""

    workspace: Workspace
    article: Article
    script: Script
    inputs: str
    progress: Progress | None

    def make(self) -> Built:
        """Prepare everything that will be needed; then speak, master and write."""
        speaker, fallback = self._prepare()
        speech = self._speak(speaker, fallback)
        try:
            return self._finish(speech, speaker, fallback)
        except BrokenEntry:  # it has been deleted: make again what is missing now
            sweep_broken(self.workspace.show.cache)
            again = self._speak(speaker, fallback)
            return self._finish(replace(again, spoken=speech.spoken + again.spoken), speaker, fallback)

    def _finish(self, speech: Speech, speaker: Speaker, fallback: Speaker | None) -> Built:
        """Master and write.

        Raises:
            BrokenEntry: A store entry of this or an earlier build is broken.
        """
        speakers = (speaker, fallback) if fallback and speech.degraded else (speaker,)
        return self._write(self._mix(speech), speech, speakers)

    def _prepare(self) -> tuple[Speaker, Speaker | None]:
        """Make or refuse everything that will be needed, before the first word is spoken; return voice and fallback.

        Raises:
            ArticleError: The article's picture cannot be used.
            ConfigError: A setting cannot be used; the error names it.
            EngineMissing: The engine of the voice, or of its fallback, is not installed.
        """
        from ki_briefing.episode.illustrate import load_artwork
        from ki_briefing.episode.release import load_show_signer
        from ki_briefing.sound.preflight import preflight
        from ki_briefing.voice import load_speakers

        show = self.workspace.show
        preflight(show.sound, show.jingles, show.folder, Store(show.cache / "sound"))
        load_artwork(show, self.workspace.article, self.article)
        load_show_signer(show)
        if (show.folder / TEMPLATES).is_dir():
            from ki_briefing.publication.site import Site

            Site(show).check()
        return load_speakers(show.voice)

    def _speak(self, speaker: Speaker, fallback: Speaker | None) -> Speech:
        from ki_briefing.voice.clips import speak

        return speak(
            self.script.utterances,
            speaker,
            Store(self.workspace.show.cache / "clips"),
            fallback=fallback,
            progress=partial(self.progress, "speaking") if self.progress else None,
        )

    def _mix(self, speech: Speech) -> Master:
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
            progress=(lambda done, total: progress("mixing", done, total, 0.0)) if progress else None,
        )

    def _write(self, master: Master, speech: Speech, speakers: Sequence[Speaker]) -> Built:
        """Write all files to a temporary folder, then move them into place; build.json comes last, so all are valid."""
        from ki_briefing.episode.describe import describe
        from ki_briefing.episode.illustrate import illustrate
        from ki_briefing.episode.release import write_release
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
                speakers=speakers,
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
            )
            write_atomically(folder / BUILD_FILE, to_json(record, indent=1))
        for name in stale - names_in(built):
            (built / name).unlink(missing_ok=True)
        return summarize(built, release, record, spoken=speech.spoken)
