"""One episode: article -> script -> speech -> master -> everything beside the MP3.

Path -> Built. Reads like the first picture of the design; each line's work is done by its stage.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.article import read_article
from ki_briefing.article.pictures import find_pictures
from ki_briefing.base.errors import StorageError
from ki_briefing.base.files import Store, digest, file_digest, write_atomically
from ki_briefing.base.records import RecordError, from_json, to_json
from ki_briefing.episode.release import Output, write_release
from ki_briefing.german.lexicon import load_lexicon
from ki_briefing.model.text import Omission
from ki_briefing.script import write_script
from ki_briefing.show.lock import show_lock, sweep
from ki_briefing.show.workspace import REPORT_FILE, Workspace, open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ki_briefing.episode.illustrate import Illustrations
    from ki_briefing.model.episode import Episode
    from ki_briefing.model.sound import Master
    from ki_briefing.model.text import Article, Script
    from ki_briefing.show.settings import Voice
    from ki_briefing.voice.clips import Speech
    from ki_briefing.voice.engine import Engine

    Progress = Callable[[str, int, int], None]

_PACKAGE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class BuiltChapter:
    """A chapter of the finished episode; it starts so many seconds after the beginning."""

    start: float
    title: str


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made, kept as ``build.json`` beside it.

    Attributes:
        audio: The finished MP3.
        seconds: Its length.
        integrated: Programme loudness, joined of what its stretches were measured at when they were made [LUFS].
        true_peak: Likewise [dBTP].
        utterances: How many the script has.
        spoken: How many of them an engine had to say for this build.
        omitted: What was written but is not spoken.
        degraded: Spoken forms of the utterances that the fallback voice says.
        inputs: Digest of everything the episode is made of.
        outputs: Every file made.
        unchanged: Nothing had to be done.
    """

    audio: Path
    seconds: float
    integrated: float
    true_peak: float
    chapters: tuple[BuiltChapter, ...]
    utterances: int
    spoken: int
    omitted: tuple[Omission, ...]
    degraded: tuple[str, ...]
    inputs: str
    outputs: tuple[Output, ...]
    unchanged: bool = False


def read_script(path: Path) -> Script:
    """Return what an episode, or a bare article file, will say.

    Raises:
        ArticleError: The article cannot be spoken.
        ConfigError: A setting cannot be used.
    """
    workspace = open_workspace(path)
    return _script(workspace, read_article(workspace.article))


def build_episode(path: Path, *, engine: str | None = None, progress: Progress | None = None) -> Built:
    """Build an episode, or a bare article file; what has not changed is not done again.

    Args:
        engine: Speak with this engine instead of the show's.
        progress: Told the stage, and how much of it is done of how much.

    Raises:
        BriefingError: Something that the producer can mend; an older finished episode stays as it was.
    """
    workspace = open_workspace(path)
    if engine:
        voice = replace(workspace.show.voice, engine=engine, name="")
        workspace = replace(workspace, show=replace(workspace.show, voice=voice))
    article = read_article(workspace.article)
    script = _script(workspace, article)
    inputs = _digest_inputs(workspace, article, script)
    with show_lock(workspace.show):
        kept = _kept(workspace, inputs)
        if kept is not None:
            return kept
        sweep(workspace)
        return _make(workspace, article, script, inputs, progress)


def _script(workspace: Workspace, article: Article) -> Script:
    lexicon = load_lexicon(*workspace.lexicons)
    facts = workspace.facts
    return write_script(article, workspace.show, number=facts.number, date=facts.date, lexicon=lexicon)


def _make(workspace: Workspace, article: Article, script: Script, inputs: str, progress: Progress | None) -> Built:
    """Speak, master and write; build.json comes last and makes it valid."""
    from ki_briefing.episode.illustrate import illustrate
    from ki_briefing.sound.alternates import check_alternates
    from ki_briefing.sound.mix import make_master
    from ki_briefing.voice import load_engine
    from ki_briefing.voice.clips import load_clip

    show = workspace.show
    check_alternates(show.sound)
    speaker = load_engine(show.voice)
    speech = _speak(workspace, script, speaker, progress)
    report = (lambda done, total: progress("mixing", done, total)) if progress else None
    mix = partial(
        make_master, script, load=load_clip, sound=show.sound, jingles=show.jingles,
        folder=show.folder, store=Store(show.cache / "sound"), progress=report,
    )  # fmt: skip
    try:
        master = mix(speech.takes)
    except StorageError:  # a broken clip deletes itself when it is read: speak it anew
        speech = _speak(workspace, script, speaker, progress)
        master = mix(speech.takes)
    speakers = [speaker, *([load_engine(_fallback(show.voice))] if speech.degraded else [])]
    pictured = illustrate(workspace, article, master.timeline)
    episode = _describe(workspace, article, master, speakers, pictured)
    release, outputs = write_release(workspace, episode, master, pictured)
    built = Built(
        audio=workspace.built / release.audio.name,
        seconds=master.timeline.frames / master.timeline.sample_rate,
        integrated=round(master.loudness.integrated, 2),
        true_peak=round(master.loudness.true_peak, 2),
        chapters=tuple(BuiltChapter(mark.start, mark.heading) for mark in episode.chapters),
        utterances=len(script.utterances),
        spoken=speech.spoken,
        omitted=script.omitted,
        degraded=tuple(script.utterances[index].spoken for index in speech.degraded),
        inputs=inputs,
        outputs=outputs,
    )
    write_atomically(workspace.built / REPORT_FILE, to_json(replace(built, audio=Path(release.audio.name)), indent=1))
    return built


def _speak(workspace: Workspace, script: Script, speaker: Engine, progress: Progress | None) -> Speech:
    from ki_briefing.voice import load_engine
    from ki_briefing.voice.clips import speak

    voice = workspace.show.voice
    return speak(
        script.utterances,
        speaker,
        Store(workspace.show.cache / "clips"),
        fallback=(lambda: load_engine(_fallback(voice))) if voice.fallback else None,
        progress=(lambda done, total: progress("speaking", done, total)) if progress else None,
    )


def _fallback(voice: Voice) -> Voice:
    return replace(voice, engine=voice.fallback, name="", rate=0)


def _describe(
    workspace: Workspace, article: Article, master: Master, speakers: Sequence[Engine], pictured: Illustrations
) -> Episode:
    """Return what is said of the episode everywhere."""
    from ki_briefing.episode.chapters import mark
    from ki_briefing.episode.transcript import sentences
    from ki_briefing.model.episode import DigitalSourceType, Episode

    facts, show = workspace.facts, workspace.show
    url = facts.url or article.url
    trained = any(getattr(speaker, "trained", True) for speaker in speakers)
    credits_ = dict.fromkeys(getattr(speaker, "credit", "") for speaker in speakers)
    return Episode(
        guid=facts.guid,
        number=facts.number,
        date=facts.date,
        slug=facts.slug,
        title=facts.title or article.headline,
        summary=article.teaser or next(iter(article.key_points), article.headline),
        key_points=article.key_points,
        frames=master.timeline.frames,
        sample_rate=master.timeline.sample_rate,
        chapters=mark(master.timeline, url, anchors=show.publication.article_anchors, pictures=pictured.chapters),
        sentences=sentences(master.timeline),
        sources=article.sources,
        article_url=url,
        article_digest=hashlib.sha256(workspace.article.read_bytes()).hexdigest(),
        article_image=article.image,
        author=article.author,
        notice=show.frames.notice,
        voice_credit=show.voice.credit or " ".join(filter(None, credits_)),
        engine=", ".join(speaker.fingerprint for speaker in speakers),
        digital_source_type=DigitalSourceType.TRAINED if trained else DigitalSourceType.ALGORITHMIC,
        season=facts.season,
        language=article.language,
    )


def _kept(workspace: Workspace, inputs: str) -> Built | None:
    """Return the finished build of these very inputs, if it stands there undamaged."""
    try:
        built = from_json(Built, (workspace.built / REPORT_FILE).read_text(encoding="utf-8"))
        same = built.inputs == inputs and all(
            file_digest(workspace.built / output.name) == output.digest for output in built.outputs
        )
    except (OSError, RecordError, StorageError):
        return None
    if not same:
        return None
    return replace(built, audio=workspace.built / built.audio, spoken=0, unchanged=True)


def _digest_inputs(workspace: Workspace, article: Article, script: Script) -> str:
    """Return a digest of everything an episode is made of, this program and the show's files included."""
    show = workspace.show
    jingles, signing = show.jingles, show.signing
    music = [jingles.ident, jingles.stinger, jingles.outro, jingles.bed]
    files = [show.podcast.cover, *music, signing.key, signing.certificate]
    return digest(
        _program_digest(),
        repr(replace(show, folder=Path())),
        repr(workspace.facts),
        repr(article),
        repr(script),
        *(file_digest(path) for path in find_pictures(workspace.article, article)),
        *(file_digest(show.folder / name) for name in files if name and (show.folder / name).is_file()),
    )


def _program_digest() -> str:
    """Return what tells one version of this program from another: names, sizes and times of its files."""
    files = sorted(path for path in _PACKAGE.rglob("*") if path.suffix != ".pyc" and path.is_file())
    stats = ((path.relative_to(_PACKAGE), path.stat()) for path in files)
    return digest(*(f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in stats))
