"""The gate before the air: the finished MP3, measured, against what listeners and directories ask for.

Path -> Verdict. Nothing is believed of the build: the file is decoded, its tag read, the transcript compared with the
script.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.errors import BriefingError, PublishError, StorageError
from ki_briefing.base.files import file_digest
from ki_briefing.base.hints import quoted
from ki_briefing.build import read_script
from ki_briefing.episode.built import read_record
from ki_briefing.episode.declared import check_declared
from ki_briefing.episode.release import RELEASE_FILE, read_release
from ki_briefing.episode.tags import read_tag
from ki_briefing.german.foreign import suspects
from ki_briefing.german.lexicon import load_lexicon
from ki_briefing.german.quotations import english
from ki_briefing.listen import hear_episode, worst
from ki_briefing.model.finding import Finding, Mark
from ki_briefing.scaffold import is_described, is_example
from ki_briefing.script import lacks_reminder
from ki_briefing.show.workspace import open_workspace, show_folder
from ki_briefing.sound.measure import measure
from ki_briefing.voice.engine import Form
from ki_briefing.voice.engines import load_speaker
from ki_briefing.voice.hearing.listening import limits_of
from ki_briefing.voice.hearing.recognizer import load_recognizer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ki_briefing.episode.tags import TagSummary
    from ki_briefing.german.lexicon import Lexicon
    from ki_briefing.listen import HeardSentence
    from ki_briefing.model.episode import Episode, Release, SlipMark
    from ki_briefing.model.text import Script
    from ki_briefing.show.frames import Frames
    from ki_briefing.show.settings import Show, Sound
    from ki_briefing.sound.measure import Measured
    from ki_briefing.voice.hearing.recognizer import Recognizer
    from ki_briefing.voice.hearing.word_errors import WordFault

_LOUDNESS_TOLERANCE = 0.5  # LU
_LONGEST_SILENCE = 2.0  # seconds
_SYLLABLES_PER_SECOND = (3.5, 8.0)
"""At their own pace espeak-ng speaks 4.3 to 5.6 and SVOX Pico 3.9 to 4.6; people who read German aloud, 6 on average
(Pellegrino, Coupé and Marsico, Language 87, 2011)."""

_SYLLABLE = re.compile("aa|ee|oo|ie|[ae][iy]|[aeä]u|[aeiouyœà-æè-ïò-öù-ÿ]")
_WORD = re.compile(r"\w+")
_LEAST_CHAPTERS = 3  # Spotify shows fewer not at all
_SHOWN = 5  # of the sentences that were understood worst
_REBUILD = "Build the episode again."


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything that was looked at in one episode.

    Attributes:
        heard: What was heard of each sentence, if somebody listened.
    """

    audio: Path
    findings: tuple[Finding, ...]
    heard: tuple[HeardSentence, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the episode may go on air; a warning does not hold it back."""
        return all(finding.mark is not Mark.FAIL for finding in self.findings)

    def __str__(self) -> str:
        """Return the verdict as a terminal shows it."""
        lines = [f"{'pass' if self.passed else 'FAIL'}  {self.audio}"]
        for finding in self.findings:
            lines.append(f"  {finding.mark:4}  {finding.name}: {finding.value}")
            lines += [f"        {finding.advice}"] if finding.advice else []
        for each in worst(self.heard, _SHOWN):
            lines += [f"        {_clock(each.start)}  {each.text}", f"            heard: {each.heard or 'nothing'}"]
            lines += [f"            {_named(each.faults)}"]
        return "\n".join(lines)


def check_episode(path: Path, *, listen: bool = False, progress: Callable[[int, int], None] | None = None) -> Verdict:
    """Measure a built episode.

    Args:
        listen: Hear every sentence, too.
        progress: Told how many sentences of how many were heard.

    Raises:
        ConfigError: Nobody can listen here.
        PublishError: It is not built.
        SoundError: Its MP3 cannot be decoded or has no tag.
    """
    workspace = open_workspace(path)
    if not (workspace.built / RELEASE_FILE).is_file():
        raise PublishError(f"{path} is not built", hint=f"Run: ki-briefing build {quoted(path)}")
    release = read_release(workspace.built / RELEASE_FILE)
    audio = workspace.built / release.audio.name
    measured = measure(audio)
    record = read_record(workspace.built)
    script = read_script(path, record.voices)
    recognizer = load_recognizer(workspace.show.listening.model) if listen else None
    heard = hear_episode(audio, script, release.episode, record.voices, recognizer, progress) if recognizer else ()
    findings = (
        _check_files(workspace.built, release),
        *_check_beginning(workspace.show, release.episode),
        *check_declared(workspace.show, release.episode, unstamped=record.unstamped),
        *_check_sound(measured, workspace.show.sound),
        *_check_speech(measured, script, release.episode),
        *_check_tag(read_tag(audio), release, measured),
        *_check_reminder(script, workspace.show.frames),
        *_check_text(script, release.episode),
        *_check_heard(record.slips),
        *(_check_understood(heard, recognizer) if recognizer else ()),
        *(_check_numbers(heard) if heard else ()),
        *_check_words(script, load_lexicon(*workspace.lexicons), workspace.show),
    )
    return Verdict(audio, findings, heard)


def _check_files(built: Path, release: Release) -> Finding:
    """See that every file is the one that was built: a decoder forgives a damaged byte, a listener hears it."""
    damaged = [asset.name for asset in release.assets if _digest(built / asset.name) != asset.digest]
    return _finding("files", not damaged, ", ".join(damaged) or "as they were built", _REBUILD)


def _check_beginning(show: Show, episode: Episode) -> Iterator[Finding]:
    """See that nothing of what a new show begins with goes on air."""
    if not is_described(show.podcast):
        yield _finding(
            "description", False, show.podcast.description, "Write [podcast] description in show.toml: apps show it."
        )
    if is_example(episode.article_digest):
        advice = "Delete this episode's folder: it is the example that new shows have, and never goes on air."
        yield _finding("article", False, "the example", advice)


def _check_reminder(script: Script, frames: Frames) -> Iterator[Finding]:
    if frames.spoken_reminder and lacks_reminder(script):
        advice = "Divide the article's text into paragraphs or sections: the reminder is spoken between two of them."
        yield Finding("reminder", Mark.WARN, "nobody is reminded in the middle that a machine speaks", advice)


def _digest(path: Path) -> str:
    try:
        return file_digest(path)
    except StorageError:
        return ""


def _reads_english(name: str, show: Show) -> bool:
    """Tell whether a voice of the cast reads English words as such."""
    if name and name == show.cast.languages.en:
        return True
    try:
        return Form.LANGUAGE in load_speaker(show.voice_of(name)).facts.understands
    except BriefingError:  # not on this machine: the episode was built on another one
        return False


def _finding(name: str, passed: bool, value: str, advice: str) -> Finding:
    return Finding(name, Mark.PASS if passed else Mark.FAIL, value, "" if passed else advice)


def _check_sound(measured: Measured, sound: Sound) -> Iterator[Finding]:
    off = abs(measured.integrated - sound.loudness)
    yield _finding(
        "loudness",
        off <= _LOUDNESS_TOLERANCE,
        f"{measured.integrated:.1f} LUFS, wanted {sound.loudness:.1f}; range {measured.range:.1f} LU, "
        f"at most {measured.short_term:.1f} short-term, {measured.momentary:.1f} momentary",
        _REBUILD,
    )
    yield _finding(
        "true peak",
        measured.true_peak <= sound.true_peak,
        f"{measured.true_peak:.1f} dBTP, at most {sound.true_peak:.1f}",
        "Lower [sound] true_peak in show.toml, then build again.",
    )
    yield _finding("clipping", measured.clipped == 0, f"{measured.clipped} places", "Lower [sound] true_peak.")
    length, start = measured.longest_silence
    yield _finding(
        "silence",
        length <= _LONGEST_SILENCE,
        f"longest {length:.1f} s at {start:.0f} s",
        "Shorten the [pauses] in show.toml.",
    )


def _check_speech(measured: Measured, script: Script, episode: Episode) -> Iterator[Finding]:
    speaking = sum(sentence.end - sentence.start for sentence in episode.sentences) / 1000
    spoken = sum(_syllables(utterance.spoken) for utterance in script.utterances)
    pace = spoken / speaking if speaking else 0.0
    least, most = _SYLLABLES_PER_SECOND
    yield _finding(
        "rate of speech",
        least <= pace <= most,
        f"{pace:.1f} syllables per second, {least} to {most} are natural",
        "Change [voice] rate in show.toml.",
    )
    exact = abs(measured.seconds - episode.frames / episode.sample_rate) * episode.sample_rate < 1
    yield _finding("length", exact, f"{measured.seconds:.3f} s", _REBUILD)


def _syllables(spoken: str) -> int:
    """Return about how many syllables a spoken form has: its vowels and diphthongs, and the letters of initialisms."""
    words = _WORD.findall(spoken)
    return sum(len(word) if word.isupper() else max(1, len(_SYLLABLE.findall(word.lower()))) for word in words)


def _check_tag(tag: TagSummary, release: Release, measured: Measured) -> Iterator[Finding]:
    episode = release.episode
    missing = ", ".join(tag.missing) or "complete"
    yield _finding("tag", not tag.missing and tag.title == episode.title, missing, _REBUILD)
    wanted = tuple((chapter.start * 1000, chapter.title) for chapter in episode.chapters)
    right = tag.chapters == wanted and wanted[0][0] == 0 and wanted[-1][0] < measured.seconds * 1000
    yield _finding(
        "chapters",
        right and len(wanted) >= _LEAST_CHAPTERS,
        f"{len(tag.chapters)}",
        f"An episode needs at least {_LEAST_CHAPTERS} chapters: give the article sections." if right else _REBUILD,
    )


def _check_text(script: Script, episode: Episode) -> Iterator[Finding]:
    """Compare what the script says with what the transcript shows, and look at the order of its times."""
    said = " ".join(utterance.written for utterance in script.utterances).split()
    shown = " ".join(sentence.text for sentence in episode.sentences).split()
    yield _finding(
        "coverage",
        said == shown,
        f"{len(shown)} words in the transcript, {len(said)} in the script",
        "The article changed. " + _REBUILD,
    )
    pairs = zip(episode.sentences, episode.sentences[1:], strict=False)
    ordered = all(before.end <= after.start for before, after in pairs)
    yield _finding("transcript times", ordered, "in order" if ordered else "overlap", _REBUILD)


def _check_heard(slips: tuple[SlipMark, ...]) -> Iterator[Finding]:
    """Name the words that the voice left out or said twice, by its own word times."""
    named = (f"{slip.word}{' twice' if slip.twice else ''} at {_clock(slip.second)}" for slip in slips)
    yield _finding(
        "words heard",
        not slips,
        "not as written: " + ", ".join(named) if slips else "each once, as far as the voice tells",
        "Listen there, say that word otherwise in lexicon.toml or choose another [voice] engine, then build again. Tell"
        " the engine's author: no word may be lost.",
    )


def _check_understood(heard: tuple[HeardSentence, ...], recognizer: Recognizer) -> Iterator[Finding]:
    """Say how well the voice was understood, beside how well it is otherwise."""
    if not heard:
        yield _finding("understood", False, "the transcript is not the script's", "The article changed. " + _REBUILD)
        return
    words = max(1, sum(each.words for each in heard))
    rate = sum(each.errors for each in heard) / words
    most = sum(limits_of(each.voice).episode * each.words for each in heard) / words
    yield _finding(
        "understood",
        rate <= most,
        f"{rate:.0%} of {words} words otherwise than written, at most {most:.0%} with this voice; by {recognizer.name}",
        "Listen to it. Choose another [voice] engine, or say the words below otherwise in lexicon.toml.",
    )
    missed = [each for each in heard if not each.understood]
    yield _finding(
        "sentences understood",
        not missed,
        f"{len(heard) - len(missed)} of {len(heard)}" + "".join(f"; not at {_clock(each.start)}" for each in missed),
        "Listen there: something is lost, said twice or blurred. Rephrase it, or set [voice] listen = true, then build"
        " again.",
    )


def _check_numbers(heard: tuple[HeardSentence, ...]) -> Iterator[Finding]:
    """Name the numbers that were heard as other ones: an error of the ear, mostly, and else a false report."""
    others = [(fault, each.start) for each in heard for fault in each.faults if fault.is_other_number]
    if others:
        named = ", ".join(f"'{fault.said}' as '{fault.heard}' in {_clock(start)}" for fault, start in others)
        yield Finding("numbers understood", Mark.WARN, named, "Listen there: is it the number that is written?")
    else:
        yield Finding("numbers understood", Mark.PASS, "none as another one")


def _named(faults: tuple[WordFault, ...]) -> str:
    """Return what happened to which words."""
    return "; ".join(f"{each.fault}: {' as '.join(filter(None, (each.said, each.heard)))}" for each in faults)


def _clock(second: float) -> str:
    return f"{int(second) // 60}:{second % 60:04.1f}"


def _check_words(script: Script, lexicon: Lexicon, show: Show) -> Iterator[Finding]:
    """Name the words, foreign or not, that a German voice will probably misread: nobody has said how they sound."""
    spoken = "\n".join(utterance.spoken for utterance in script.utterances)
    quoted = list(english(spoken))
    rest = "".join(spoken[end:start] for (_, end), (start, _) in pairwise([(0, 0), *quoted, (len(spoken), 0)]))
    unknown = (*_misread_quotations(script, show), *suspects(rest, lexicon))
    if unknown:
        word = unknown[0]
        place = f" --show {shlex.quote(str(show.folder))}" if show_folder(show.folder) else ""
        attempt = f"ki-briefing say {shlex.quote(word)} --try {shlex.quote(f'{word}=…')}{place}"
        advice = f"If one sounds wrong, try a spelling, and save it in lexicon.toml: {attempt}"
        yield Finding("misread words", Mark.WARN, ", ".join(unknown), advice)
    else:
        yield Finding("misread words", Mark.PASS, "all known")


def _misread_quotations(script: Script, show: Show) -> Iterator[str]:
    """Yield the English said by voices that do not read English, each once."""
    reads = {name: _reads_english(name, show) for name in {utterance.voice for utterance in script.utterances}}
    spoken = "\n".join(utterance.spoken for utterance in script.utterances if not reads[utterance.voice])
    yield from dict.fromkeys(spoken[start:end] for start, end in english(spoken))
