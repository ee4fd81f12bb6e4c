"""A show's settings: what show.toml and episode.toml may say.

There is one frozen dataclass per table, and each default is written once, in its dataclass. Every stage is given the
tables it needs; none reads the files.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from ki_briefing.base.errors import ConfigError
from ki_briefing.base.hints import nearest
from ki_briefing.base.records import Between, Named
from ki_briefing.base.secrets import SecretName
from ki_briefing.show.feeds import Feed
from ki_briefing.show.frames import Frames
from ki_briefing.show.limits import Address, BaseAddress, Decibels, FileName, Milliseconds, Prefix
from ki_briefing.show.notify import Notify
from ki_briefing.show.podcast import Podcast
from ki_briefing.show.targets import MirrorTarget, SharedPlace
from ki_briefing.show.voices import EMBEDDED, Cast, Voice, engine_names


@dataclass(frozen=True, slots=True)
class Listening:
    """``[listening]``: who hears what was spoken, for ``check --listen`` and ``[voice] listen``.

    Attributes:
        model: Folder of a model for faster-whisper, or a name that it knows: it fetches ``base``, ``small`` … once.
    """

    model: str = "base"


@dataclass(frozen=True, slots=True)
class Pauses:
    """``[pauses]``: silence after each part of the text [ms].

    The pause after a segment may turn out longer, because the next chapter waits for a whole second.
    """

    clause: Milliseconds = 150
    sentence: Milliseconds = 350
    key_point: Milliseconds = 650
    paragraph: Milliseconds = 600
    heading: Milliseconds = 750
    segment: Milliseconds = 800


USUAL_PAUSES = Pauses()
"""What a show without ``[pauses]`` has."""


@dataclass(frozen=True, slots=True)
class Sound:
    """``[sound]``: how the finished MP3 is mastered.

    Attributes:
        loudness: Integrated programme loudness, EBU R 128 [LUFS].
        true_peak: Highest true peak allowed [dBTP].
        bit_rate: Constant bit rate [kbit/s].
        sample_rate: 48000 or 24000 [Hz]; only at these an MPEG frame lasts exactly 24 ms.
        channels: 1 or 2.
        trim: Cut the silence before and after the speech in each clip.
        high_pass: Remove rumble below 60 Hz from the speech.
        presence: Boost the speech around 3.5 kHz, where consonants are told apart [dB]; 0 for none.
        compression: Compress the speech by this ratio, e.g. 2.0; 1 for none.
        alternates: Further formats beside the MP3, for apps that choose: ``opus``, ``m4a``.
    """

    loudness: Annotated[float, Between(-40, -8)] = -16.0
    true_peak: Annotated[float, Between(-20, 0)] = -1.0
    bit_rate: int = 96
    sample_rate: int = 48_000
    channels: int = 1
    trim: bool = True
    high_pass: bool = True
    presence: Annotated[float, Between(-12, 12)] = 0.0
    compression: Annotated[float, Between(1, 20)] = 1.0
    alternates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Jingles:
    """``[jingles]``: the music around the words.

    Attributes:
        style: One of the styles that come with ki-briefing; ``none`` for no music.
        ident: The show's own WAV, FLAC or MP3 file, relative to its folder; empty: the style's; ``none``: no ident. The
            same holds for ``stinger``, ``outro`` and ``bed``.
        bed: Music under the intro, looped as long as needed; it fades out under the last words.
        key_points: The stinger is heard before *In Kürze* too.
        level: Loudness of the jingles, relative to the speech [LU].
        bed_level: Loudness of the bed where nobody speaks, relative to the speech [LU].
        overlap: How long an opening jingle runs on under the first words [ms].
        duck: How much softer music gets under words [dB].
        attack: How long music takes to get softer before a word [ms].
        hold: How long it stays soft after a word [ms].
        release: How long it takes to come back [ms].
    """

    style: str = "bright"
    ident: FileName = ""
    stinger: FileName = ""
    outro: FileName = ""
    bed: FileName = ""
    key_points: bool = True
    level: Decibels = -0.5
    bed_level: Decibels = -8.0
    overlap: Milliseconds = 800
    duck: Annotated[float, Between(0, 60)] = 12.0
    attack: Milliseconds = 250
    hold: Milliseconds = 700
    release: Milliseconds = 600


class Approval(StrEnum):
    """What somebody has to hear and approve before it goes on air."""

    NONE = "none"
    FIRST = "first"  # of each episode what goes on air first; corrections of it need none
    ALWAYS = "always"  # every MP3


@dataclass(frozen=True, slots=True)
class Publishing:
    """``[publication]``: where listeners find it, and who must have heard it before.

    Attributes:
        base_url: Address at which the public folder is served.
        keep_days: How long files stay that the feed no longer names, for apps with an older copy of the feed [days].
        article_anchors: Every heading on the article's page has an ``id`` that is made like our slugs. If not, chapters
            link to a text fragment: the words of the heading.
        approval: ``none``, ``first`` or ``always``.
        prefix: Address of a service that counts downloads, e.g. ``https://op3.dev/e/``; in the feed it precedes those
            of the sound.
    """

    base_url: BaseAddress = ""
    keep_days: Annotated[int, Between(0, 36_500)] = 7
    article_anchors: bool = True
    approval: Approval = Approval.NONE
    prefix: Prefix = ""


@dataclass(frozen=True, slots=True)
class Signing:
    """``[signing]``: C2PA provenance; the MP3 is not signed if key and certificate are empty.

    Attributes:
        key: Private key, PEM, relative to the show's folder; never inside the public folder.
        certificate: Certificate chain, PEM, leaf first.
        timestamp_url: RFC 3161 time stamp authority; empty: none.
        mark: The sound of a show that signs carries an inaudible mark, which outlives copying and converting.
    """

    key: FileName = ""
    certificate: FileName = ""
    timestamp_url: Address = ""
    mark: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """``[article]``: how the newsroom's texts are read, beside what is known already.

    Attributes:
        key_points: Further headings that mean *In Kürze*.
        explainer: Further beginnings of headings that mean *Kurz erklärt*.
        sources: Further headings that mean *Quellen*.
        skip: Lines that are never spoken: as they stand, or a regular expression that a whole line matches.
    """

    key_points: tuple[str, ...] = ()
    explainer: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Intake:
    """``[intake]``: how articles are fetched from addresses.

    Attributes:
        private_hosts: Hosts within a private network that may be asked, e.g. ``cms.intern``; no other address there is.
    """

    private_hosts: tuple[str, ...] = ()


USUAL = Reading()
"""What a show without ``[article]`` has."""


@dataclass(frozen=True, slots=True)
class Storage:
    """``[storage]``: what the show keeps on this machine.

    Attributes:
        cache: How large spoken sentences and other files that can be made again may grow [MB]; what has not been used
            for longest is deleted first.
        shared: Where hosts share spoken sentences and encoded stretches: ``/folder``, which all of them see, or
            ``s3://bucket/folder``; empty: nowhere.
        endpoint: S3: address of the service; empty: Amazon's.
        region: S3: as the service calls it.
        access_key: S3: where the key's id is.
        secret_key: S3: where the key's secret is.
    """

    cache: Annotated[int, Between(0, 10_000_000)] = 2000
    shared: SharedPlace = ""
    endpoint: Address = ""
    region: str = "us-east-1"
    access_key: SecretName = "AWS_ACCESS_KEY_ID"
    secret_key: SecretName = "AWS_SECRET_ACCESS_KEY"

    @property
    def cache_bytes(self) -> int:
        """``cache`` in bytes."""
        return self.cache * 1_000_000


@dataclass(frozen=True, slots=True)
class Show:
    """A show's settings, and its folder as an absolute path; everything ki-briefing makes stays inside."""

    folder: Path
    podcast: Podcast = field(default_factory=Podcast)
    voice: Voice = field(default_factory=Voice)
    voices: tuple[Named[Voice], ...] = ()
    cast: Cast = field(default_factory=Cast)
    listening: Listening = field(default_factory=Listening)
    frames: Frames = field(default_factory=Frames)
    pauses: Pauses = field(default_factory=Pauses)
    sound: Sound = field(default_factory=Sound)
    jingles: Jingles = field(default_factory=Jingles)
    article: Reading = field(default_factory=Reading)
    feeds: tuple[Feed, ...] = ()
    intake: Intake = field(default_factory=Intake)
    publication: Publishing = field(default_factory=Publishing)
    targets: tuple[MirrorTarget, ...] = ()
    signing: Signing = field(default_factory=Signing)
    storage: Storage = field(default_factory=Storage)
    notify: Notify = field(default_factory=Notify)

    @property
    def cache(self) -> Path:
        """Folder of files that can be made again."""
        return self.folder / ".cache"

    @property
    def public(self) -> Path:
        """Folder that a web server serves."""
        return self.folder / "public"

    @property
    def inbox(self) -> Path:
        """Folder whose articles ``run`` turns into episodes."""
        return self.folder / "inbox"

    def voice_of(self, name: str) -> Voice:
        """Return the voice of an utterance or an episode that names one; empty: the show's own.

        Raises:
            ConfigError: As :meth:`voice_named`.
        """
        return self.voice_named(name) if name else self.voice

    def voice_named(self, name: str) -> Voice:
        """Return a voice of ``[voices]`` by its name, with the title that it has in transcripts; else an engine's.

        Raises:
            ConfigError: There is no voice and no engine of this name.
        """
        found = next((each.value for each in self.voices if each.name == name), None)
        if found is None and name not in (engines := (*engine_names(), EMBEDDED)):
            known = (*(each.name for each in self.voices), *engines)
            raise ConfigError(f"there is no voice '{name}'", nearest(name, known))
        voice = found or Voice(engine=name)
        if found and not found.fallback:
            voice = replace(voice, fallback=self.voice.fallback, fallback_by=self.voice.fallback_by)
        return replace(voice, title=voice.title or name[:1].upper() + name[1:])


@dataclass(frozen=True, slots=True)
class EpisodeFacts:
    """episode.toml: what must not change once the episode is on air.

    Attributes:
        guid: Made once, of the podcast's guid and of where the article is from; identifies the episode to podcast apps.
        number: Counts up from 1.
        date: When it is published, with its time zone.
        slug: ASCII name in addresses.
        source: The article's file, beside episode.toml.
        origin: SHA-256 of the article as it came in, the last time, so that it never becomes a second episode.
        source_id: The id of the Source it was made from; empty if it came as a file.
        voice: Name of the voice that says all of it instead of the show's cast; empty: the cast does.
        revoiced: When that voice replaced another one; None: it did not.
        came_as: Name of the file as which it came in; empty if it did not.
    """

    guid: str
    number: int
    date: datetime
    slug: str
    source: FileName = "article.md"
    season: int = 0
    title: str = ""
    url: str = ""
    origin: str = ""
    source_id: str = ""
    voice: str = ""
    revoiced: datetime | None = None
    came_as: str = ""
