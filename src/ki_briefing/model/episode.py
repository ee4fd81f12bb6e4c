"""The values of what is published: Episode -> Release.

Episode: everything known before its files exist. Tags, notes, chapters, transcripts and the signed manifest are made
from it. Release: the episode with its files. Feed, pages and the article's backlink are made from it. It is kept as
``episode.json`` beside the files, so that publishing needs no build.

Times here are whole milliseconds or seconds, as in every published format.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from ki_briefing.base.characters import letters
from ki_briefing.model.text import Reference, SegmentKind, UtteranceRole

LONGEST_NOTE = 600
"""Letters of what listeners are told of a correction."""
_VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/"


class DigitalSourceType(StrEnum):
    """How a synthetic voice came to be, in the IPTC's controlled vocabulary."""

    ALGORITHMIC = _VOCABULARY + "algorithmicMedia"  # rules only, e.g. espeak-ng
    TRAINED = _VOCABULARY + "trainedAlgorithmicMedia"  # a trained model, e.g. gTTS or Piper


class VoiceKind(StrEnum):
    """Where a voice comes from, as listeners are told."""

    RULES = "rules"  # written by people, e.g. espeak-ng
    TRAINED = "trained"  # learned from recordings
    CLONED = "cloned"  # learned in order to sound like somebody

    @classmethod
    def of(cls, *, trained: bool, cloned: bool) -> VoiceKind:
        """Return the kind of a voice."""
        return cls.CLONED if cloned else cls.TRAINED if trained else cls.RULES


@dataclass(frozen=True, slots=True)
class Asset:
    """A published file of the episode, beside its ``episode.json``.

    Attributes:
        name: Its name in the built folder.
        size: Its size [bytes].
        media_type: As the feed and web servers declare it.
        digest: SHA-256 of its bytes, in hexadecimal.
    """

    name: str
    size: int
    media_type: str
    digest: str

    @property
    def published_name(self) -> str:
        """The name under which a picture is served; it changes if and only if the bytes do."""
        path = Path(self.name)
        return f"{path.stem}-{self.digest[:10]}{path.suffix}"


@dataclass(frozen=True, slots=True)
class SlipMark:
    """A word that the voice left out, or said twice.

    Attributes:
        word: In its spoken form.
        second: When it should be heard, or is heard again [s].
    """

    word: str
    second: float
    twice: bool = False


@dataclass(frozen=True, slots=True)
class VoicePart:
    """What one voice says in an episode.

    Attributes:
        voice: Its name in ``[voices]``, else its engine's.
        engine: Name of its engine.
        trained: It comes from a trained model, not from rules.
        credit: Whose voice it is, and its licence, for the notes.
        utterances: Indices of its utterances in the script.
        instead_of: The voice whose part it is and that could not say it; empty: it is its own.
        reason: Why that voice could not.
        licence: Of voice and engine: an SPDX name, or whose terms hold.
        cloned: It was made to sound like somebody.
        consent: Who agreed to that, and when.
    """

    voice: str
    engine: str
    fingerprint: str
    trained: bool
    credit: str
    utterances: tuple[int, ...]
    instead_of: str = ""
    reason: str = ""
    licence: str = ""
    cloned: bool = False
    consent: str = ""

    @property
    def kind(self) -> VoiceKind:
        """Where it comes from."""
        return VoiceKind.of(trained=self.trained, cloned=self.cloned)


@dataclass(frozen=True, slots=True)
class MisheardMark:
    """An utterance that a speech recogniser did not understand, however it was said.

    Attributes:
        spoken: What was to be said.
        second: When it is heard [s].
        score: Letters wrong, per letter.
    """

    spoken: str
    heard: str
    second: float
    score: float


@dataclass(frozen=True, slots=True)
class Output:
    """Any file of the built folder; ``digest`` is the SHA-256 of its bytes, in hexadecimal."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class ChapterMark:
    """A chapter as every published form shows it.

    Attributes:
        start: The whole second at which it starts [s].
        title: At most 40 characters.
        heading: The title in full.
        url: The section on the article's page; empty if unknown.
        picture: The section's own picture, square.
    """

    start: int
    title: str
    heading: str
    kind: SegmentKind
    url: str = ""
    picture: Asset | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the transcript, in its written form.

    Attributes:
        start: When it begins [ms].
        end: When its last sound ends [ms].
        chapter: Index of its chapter.
        paragraph: Number of its paragraph, counted through the episode.
        speaker: Who says it; empty where one voice says all.
    """

    start: int
    end: int
    text: str
    chapter: int
    paragraph: int
    role: UtteranceRole
    speaker: str = ""


VERBATIM = "Von Menschen geschrieben, wortgetreu gelesen."
"""What the label says of an episode whose article people wrote, and of which nothing was changed to be read."""


@dataclass(frozen=True, slots=True)
class Correction:
    """That an episode says something else than it said on air before.

    Attributes:
        at: When its article was corrected, with its time zone.
        note: What was wrong, for listeners; may be empty.
    """

    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class Episode:
    """What is known about an episode before its files exist.

    Attributes:
        guid: Identifies it to podcast apps; never changes.
        number: Counts up from 1.
        date: When it is published, with its time zone.
        slug: ASCII name in addresses.
        summary: One or two sentences: the article's teaser.
        frames: Length of the sound, in sample frames at ``sample_rate``.
        article_url: The written article's own address; empty if it has none.
        article_digest: SHA-256 of the article's file, in hexadecimal.
        article_image: Address of the article's picture, or its file beside the article; empty if none.
        notice: What tells that a machine speaks; ``notice_start`` says when it is heard.
        verbatim: People wrote the article, as the show says, and nothing of it was changed to be read.
        voice_credit: Whose voices are heard, and their licences, for the notes.
        engine: The fingerprints of their engines, e.g. ``espeak 1.52 de +0%``.
        digital_source_type: A ``DigitalSourceType``.
        season: 0 if the show has no seasons.
        revoiced: When another voice took its place; None: it is the first.
        wording: Digest of what the article says; it tells a correction from a mere rebuild.
        corrections: Of what was on air, the oldest first.
    """

    guid: str
    number: int
    date: datetime
    slug: str
    title: str
    summary: str
    key_points: tuple[str, ...]
    frames: int
    sample_rate: int
    chapters: tuple[ChapterMark, ...]
    sentences: tuple[Sentence, ...]
    sources: tuple[Reference, ...] = ()
    article_url: str = ""
    article_digest: str = ""
    article_image: str = ""
    author: str = ""
    keywords: tuple[str, ...] = ()
    notice: str = ""
    voice_credit: str = ""
    engine: str = ""
    digital_source_type: str = DigitalSourceType.TRAINED
    season: int = 0
    language: str = "de"
    revoiced: datetime | None = None
    verbatim: bool = False
    wording: str = ""
    corrections: tuple[Correction, ...] = ()

    @property
    def label(self) -> str:
        """What the label of the episode says wherever there is a screen."""
        return " ".join(filter(None, (self.notice, VERBATIM if self.verbatim else "")))

    @property
    def notice_start(self) -> int | None:
        """When the sentence begins in which the notice begins [ms]; None if it is not heard."""
        begins: list[int] = []
        said = ""
        for sentence in self.sentences:
            begins.append(len(said))
            said += letters(sentence.text)
        wanted = letters(self.notice)  # nothing of "…" is heard
        at = said.find(wanted)
        return self.sentences[bisect_right(begins, at) - 1].start if wanted and at >= 0 else None

    @property
    def milliseconds(self) -> int:
        """Length of the sound, rounded [ms]."""
        return round(self.frames * 1000 / self.sample_rate)

    @property
    def seconds(self) -> int:
        """Length of the sound, rounded [s]."""
        return round(self.frames / self.sample_rate)

    @property
    def iso_duration(self) -> str:
        """Length of the sound in ISO 8601, e.g. ``PT1H5M0S``."""
        hours, rest = divmod(self.seconds, 3600)
        minutes, seconds = divmod(rest, 60)
        return "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if hours or minutes else "") + f"{seconds}S"

    def chapter_end(self, index: int) -> int:
        """Return when a chapter ends: at the start of the next one, or at the end of the sound [ms]."""
        return self.chapters[index + 1].start * 1000 if index + 1 < len(self.chapters) else self.milliseconds


@dataclass(frozen=True, slots=True)
class Alternate:
    """One of the formats in which the episode can be heard.

    Attributes:
        bit_rate: Average [bit/s].
        codecs: As in RFC 6381.
        integrity: SHA-384 of the file, as in W3C Subresource Integrity.
    """

    asset: Asset
    bit_rate: int
    codecs: str
    integrity: str


@dataclass(frozen=True, slots=True)
class Release:
    """An episode with its files, ready to be published.

    Attributes:
        audio: The tagged MP3; signed if the show signs.
        chapters: Podcasting 2.0 JSON chapters.
        transcripts: WebVTT first, then the other forms.
        alternates: Every format, the MP3 first; empty if there is only the MP3.
        picture: The episode's own square cover; None: the show's.
        thumbnail: The same, small, for pages; older builds have none.
        waveform: The waveform as a picture (SVG).
        peaks: The waveform as data (audiowaveform JSON), for players that draw it themselves.
        sidecar: Always None: our MP3s carry their manifest inside. The field keeps ``episode.json`` as it was.
        enclosure: Path of the MP3 below the public folder, if apps know it by another than its slug's.
    """

    episode: Episode
    audio: Asset
    chapters: Asset
    transcripts: tuple[Asset, ...]
    alternates: tuple[Alternate, ...] = ()
    picture: Asset | None = None
    thumbnail: Asset | None = None
    waveform: Asset | None = None
    peaks: Asset | None = None
    sidecar: Asset | None = None
    enclosure: str = ""

    @property
    def assets(self) -> tuple[Asset, ...]:
        """All files, in the order in which to publish them."""
        further = (alternate.asset for alternate in self.alternates[1:])
        chapters = (chapter.picture for chapter in self.episode.chapters)
        optional = (self.picture, self.thumbnail, *dict.fromkeys(chapters), self.waveform, self.peaks)
        given = (asset for asset in optional if asset is not None)
        return (self.audio, *further, self.chapters, *self.transcripts, *given)
