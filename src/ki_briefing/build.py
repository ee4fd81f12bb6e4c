"""Path of an episode or an article -> Built: article, script, speech, master, release.

This module only conducts; the work is done by the stages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from ki_briefing import __version__
from ki_briefing.article import read_article, read_source
from ki_briefing.article.pictures import find_pictures
from ki_briefing.base.errors import BrokenEntry, SpeechError
from ki_briefing.base.files import file_digest, refuse_links, sweep_leftovers
from ki_briefing.base.staging import staged
from ki_briefing.base.store import Store, prune_stores, sweep_broken
from ki_briefing.episode.built import BUILD_FILE, BuildRecord, find_built, names_in, summarize, write_record
from ki_briefing.episode.corrections import find_corrections
from ki_briefing.episode.inputs import digest_inputs
from ki_briefing.episode.release import RELEASE_FILE
from ki_briefing.episode.snippets import update_snippets
from ki_briefing.german.lexicon import load_lexicon
from ki_briefing.model.episode import MisheardMark
from ki_briefing.script import is_verbatim, reword, write_script
from ki_briefing.show.lock import episode_lock
from ki_briefing.show.podcast import Writers
from ki_briefing.show.record import load_record
from ki_briefing.show.stores import open_store
from ki_briefing.show.voices import Cast
from ki_briefing.show.workspace import TEMPLATES, bare_show, lexicons_in, open_workspace, surrounding_show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from ki_briefing.episode.built import Built
    from ki_briefing.german.lexicon import Lexicon
    from ki_briefing.model.episode import Correction, VoiceKind, VoicePart
    from ki_briefing.model.sound import Master
    from ki_briefing.model.source import Source
    from ki_briefing.model.text import Article, Script
    from ki_briefing.show.settings import Show
    from ki_briefing.show.workspace import Workspace
    from ki_briefing.voice.cast import Part, Performance

    Progress = Callable[[str, int, int, float], None]

_PATIENCE = 2.0  # seconds for a publication that copies this episode's files


def read_script(path: Path, spoken_by: Sequence[VoicePart] = ()) -> Script:
    """Return what an episode, or a bare article file, will say.

    Args:
        spoken_by: Who spoke it, so that the notice speaks of them; else it speaks of those who are meant to.

    Raises:
        ArticleError: The article cannot be spoken.
        ConfigError: A setting cannot be used.
    """
    return read_both(path, spoken_by)[1]


def read_both(path: Path, spoken_by: Sequence[VoicePart] = ()) -> tuple[Article, Script]:
    """Return the article beside what ``read_script`` returns."""
    from ki_briefing.voice.engines import foresee_kinds

    workspace = open_workspace(path)
    article, lexicon = _read(workspace), load_lexicon(*workspace.lexicons)
    corrections = find_corrections(workspace, article)
    kinds_of = (lambda _: _kinds(spoken_by)) if spoken_by else partial(foresee_kinds, workspace.show)
    return article, _script(workspace, article, lexicon, corrections, kinds_of)


def read_source_script(source: Source, folder: Path) -> tuple[Article, Script]:
    """Return the article of a page that is no episode, and what it would say.

    Args:
        folder: Where it would be built, by the show in whose folder that is.

    Raises:
        ArticleError: The article cannot be spoken.
        ConfigError: A setting cannot be used.
    """
    from ki_briefing.voice.engines import foresee_kinds

    show = surrounding_show(folder) or bare_show(folder)
    lexicon, today = load_lexicon(*lexicons_in(show.folder)), show.podcast.by_its_clock(datetime.now().astimezone())
    article, kinds_of = read_source(source, show.article), partial(foresee_kinds, show)
    return article, write_script(article, show, number=1, date=today, lexicon=lexicon, kinds_of=kinds_of)


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
    article = _read(workspace)
    lexicon = load_lexicon(*workspace.lexicons)
    corrections = find_corrections(workspace, article, is_built=True)
    script = _script(workspace, article, lexicon, corrections)
    with episode_lock(show, built, patience=_PATIENCE):
        pictures = find_pictures(workspace.article, article)
        inputs = digest_inputs(show, workspace.facts, article, script, pictures, corrections)
        finished = find_built(built, inputs)
        if finished is not None and finished.unstamped:
            finished = _stamped(show, built, finished)
        if finished is not None and not finished.degraded:
            return finished
        sweep_leftovers(show.cache)
        made = _Build(workspace, article, lexicon, script, corrections, inputs, progress, finished).make()
        if not workspace.bare and load_record(built.parent).withdrawal:
            update_snippets(show, built)
        prune_stores(show.cache, show.storage.cache_bytes)
        return made


def _stamped(show: Show, built: Path, finished: Built) -> Built:
    """Return a finished episode with the time stamp that it lacked, if the authority is there again."""
    from ki_briefing.episode.stamping import stamp_built

    if not stamp_built(show, built, now=datetime.now().astimezone()):
        return finished
    return find_built(built, finished.inputs, unchanged=False) or finished


def _read(workspace: Workspace) -> Article:
    """Return an episode's article, with the address that episode.toml knows of it."""
    article = read_article(workspace.article, workspace.show.article)
    return replace(article, url=workspace.facts.url or article.url)


def _script(
    workspace: Workspace,
    article: Article,
    lexicon: Lexicon,
    corrections: Sequence[Correction],
    kinds_of: Callable[[frozenset[str]], Iterable[VoiceKind]] | None = None,
) -> Script:
    """Return the script; by itself it does not depend on the engines of this machine."""
    return write_script(
        article,
        workspace.show,
        number=workspace.facts.number,
        date=workspace.facts.date,
        lexicon=lexicon,
        correction=corrections[-1] if corrections else None,
        kinds_of=kinds_of,
    )


def _kinds(spoken_by: Iterable[VoicePart]) -> tuple[VoiceKind, ...]:
    """Return the kind of each voice that is heard."""
    return tuple({part.voice: part.kind for part in spoken_by}.values())


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
    lexicon: Lexicon
    script: Script
    corrections: tuple[Correction, ...]
    inputs: str
    progress: Progress | None
    degraded: Built | None = None

    def make(self) -> Built:
        """Prepare everything that will be needed; then speak, master and write."""
        parts = self._prepare()
        try:
            true, speech = self._perform(parts)
        except SpeechError:
            if self.degraded is None:
                raise
            return self.degraded
        if self.degraded and len(speech.degraded) >= len(self.degraded.degraded):
            return self.degraded
        try:
            return true._write(true._mix(speech), speech)
        except BrokenEntry:  # of this or an earlier build; it has been deleted: make again what is missing now
            sweep_broken(self.workspace.show.cache)
            again = true._speak(parts)
            again = replace(again, spoken=speech.spoken + again.spoken)
            return true._write(true._mix(again), again)

    def _perform(self, parts: Sequence[Part]) -> tuple[_Build, Performance]:
        """Have the script spoken with a notice that is true of those who speak; return the build with that script."""
        from ki_briefing.voice.cast import foresee

        meant = self._worded(foresee(self.script, parts))
        speech = meant._speak(parts)
        true = meant._worded(_kinds(speech.parts))
        if true.script == meant.script:
            return true, speech
        again = true._speak(parts)
        return true, replace(again, spoken=speech.spoken + again.spoken)

    def _worded(self, kinds: Iterable[VoiceKind]) -> _Build:
        """Return the build with the notice that is true of voices of these kinds."""
        script = reword(
            self.script,
            self.article,
            self.workspace.show,
            kinds,
            number=self.workspace.facts.number,
            date=self.workspace.facts.date,
            lexicon=self.lexicon,
            correction=self.corrections[-1] if self.corrections else None,
        )
        return replace(self, script=script)

    def _prepare(self) -> tuple[Part, ...]:
        """Make or refuse everything that will be needed, before the first word is spoken; return who can speak.

        Raises:
            ArticleError: The article's picture is missing.
            ConfigError: A setting cannot be used; the error names it.
            EngineMissing: The engine of a voice, or of its fallback, is not installed.
        """
        from ki_briefing.episode.finish import load_show_signer
        from ki_briefing.episode.illustrate import load_artwork
        from ki_briefing.sound.preflight import preflight
        from ki_briefing.voice.cast import load_parts

        show = self.workspace.show
        preflight(show.sound, show.jingles, show.folder, open_store(show, "sound"))
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
            open_store(self.workspace.show, "clips"),
            progress=partial(self.progress, "speaking") if self.progress else None,
        )

    def _mix(self, speech: Performance) -> Master:
        from ki_briefing.episode.finish import mark_of
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
            store=open_store(show, "sound"),
            mark=mark_of(show),
            progress=(lambda done, total: progress("mixing", done, total, 0.0)) if progress else None,
        )

    def _write(self, master: Master, speech: Performance) -> Built:
        """Write all files to a temporary folder, then move them into place; build.json comes last, so all are valid."""
        from ki_briefing.episode.describe import describe
        from ki_briefing.episode.finish import mark_of, write_release
        from ki_briefing.episode.illustrate import illustrate
        from ki_briefing.episode.slips import mark_slips

        show, source, built = self.workspace.show, self.workspace.article, self.workspace.built
        stale, verbatim = names_in(built), is_verbatim(self.script, self.article)
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
                notice=show.frames.notice_of(_kinds(speech.parts)),
                verbatim=verbatim and show.podcast.written_by is Writers.PEOPLE,
                corrections=self.corrections,
            )
            release, unpublished, unstamped = write_release(folder, show, episode, master, pictured)
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
                unstamped=unstamped,
                version=__version__,
                mark=mark_of(show),
                verbatim=verbatim,
            )
            write_record(folder, record)
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
