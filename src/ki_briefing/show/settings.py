"""A show's settings: what show.toml and episode.toml may say.

There is one frozen dataclass per table, and each default is written once, in its dataclass. Every stage is given the
tables it needs; none reads the files.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

from ki_briefing.base.files import is_file_name
from ki_briefing.base.records import Between, Options, Such
from ki_briefing.base.web import is_address, is_base

_Milliseconds = Annotated[int, Between(0, 20_000)]
_Decibels = Annotated[float, Between(-60, 12)]
_File = Annotated[str, Such(is_file_name, "the name of a file")]
_Address = Annotated[str, Such(is_address, "an address, https://… or http://…")]
_Base = Annotated[str, Such(is_base, "an address without ?, https://… or http://…")]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who makes the podcast (``podcast:person``)."""

    name: str
    role: str = "host"
    url: _Address = ""
    image: _Address = ""


@dataclass(frozen=True, slots=True)
class Podroll:
    """Another podcast that this one recommends (``podcast:remoteItem``)."""

    feed_guid: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """Where else the podcast is heard, e.g. its page in a directory."""

    title: str
    url: _Address


@dataclass(frozen=True, slots=True)
class Podcast:
    """``[podcast]``: what directories show.

    Attributes:
        link: The show's web site, usually the newsroom's.
        cover: Square picture, JPEG or PNG, 1400 to 3000 pixels, relative to the show's folder; empty: ours.
        category: Apple's category, a sub-category after `` > ``.
        license: An SPDX name such as ``cc-by-4.0``, or the address of a licence.
        guid: ``podcast:guid`` of a feed that moved here; empty: made from the feed's address.
        update_frequency: A rule such as ``FREQ=DAILY`` (RFC 5545), or words.
        subscribe: Directories where listeners can subscribe, shown on the start page.
    """

    title: str = "KI-Briefing-Daily"
    description: str = "Nachrichten über Künstliche Intelligenz, aus der Redaktion vorgelesen."
    author: str = "KI-Briefing"
    email: str = ""
    language: str = "de"
    link: _Address = ""
    category: str = "News > Tech News"
    explicit: bool = False
    cover: _File = ""
    copyright: str = ""
    license: str = ""
    guid: str = ""
    locked: bool = True
    funding_url: _Address = ""
    funding_text: str = ""
    update_frequency: str = ""
    persons: tuple[Person, ...] = ()
    podroll: tuple[Podroll, ...] = ()
    subscribe: tuple[Link, ...] = ()


EMBEDDED = "embedded"
"""As ``[voice] engine``: the embedded voice that is understood best, of those that this machine has."""


@dataclass(frozen=True, slots=True)
class Voice:
    """``[voice]``: who speaks.

    Attributes:
        engine: Name of an engine (``ki-briefing voices`` lists them), or ``embedded``.
        fallback: Engine that speaks, with its default settings, what the first one cannot; empty: the build fails.
        credit: Line for the notes, e.g. the voice's licence; empty: the engine's own.
        options: All other keys; the engine reads them.
    """

    engine: str = "espeak"
    fallback: str = ""
    credit: str = ""
    options: Options = field(default_factory=Options)

    def spoken_by(self, engine: str) -> Voice:
        """Return this voice with another engine and that engine's default settings."""
        return replace(self, engine=engine, options=Options())


@dataclass(frozen=True, slots=True)
class Frames:
    """``[frames]``: the show's own words around each article, one template per list entry.

    Placeholders: ``{podcast}``, ``{date}``, ``{weekday}``, ``{number}``, ``{headline}``, ``{teaser}``, ``{notice}``. A
    template is left out if one of its placeholders is empty for this article.
    """

    notice: str = "Diese Folge spricht eine synthetische Stimme."
    intro: tuple[str, ...] = ("{podcast}.", "{weekday}, der {date}.", "{headline}", "{teaser}", "{notice}")
    intro_title: str = "Begrüßung"
    key_points: tuple[str, ...] = ("In Kürze.",)
    key_points_title: str = "In Kürze"
    outro: tuple[str, ...] = (
        "Das war {podcast} vom {date}.",
        "Den Artikel zum Nachlesen und alle Quellen findest du in den Notizen zu dieser Folge.",
        "Danke fürs Zuhören.",
    )
    outro_title: str = "Verabschiedung"


@dataclass(frozen=True, slots=True)
class Pauses:
    """``[pauses]``: silence after each part of the text [ms].

    The pause after a segment may turn out longer, because the next chapter waits for a whole second.
    """

    clause: _Milliseconds = 150
    sentence: _Milliseconds = 350
    key_point: _Milliseconds = 650
    paragraph: _Milliseconds = 600
    heading: _Milliseconds = 750
    segment: _Milliseconds = 800


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
        bed: Music under the intro, looped as long as needed.
        level: Loudness of the jingles, relative to the speech [LU].
        bed_level: Loudness of the bed where nobody speaks, relative to the speech [LU].
        overlap: How long an opening jingle runs on under the first words [ms].
        duck: How much softer music gets under words [dB].
        attack: How long music takes to get softer before a word [ms].
        hold: How long it stays soft after a word [ms].
        release: How long it takes to come back [ms].
    """

    style: str = "bright"
    ident: _File = ""
    stinger: _File = ""
    outro: _File = ""
    bed: _File = ""
    level: _Decibels = -0.5
    bed_level: _Decibels = -8.0
    overlap: _Milliseconds = 800
    duck: Annotated[float, Between(0, 60)] = 12.0
    attack: _Milliseconds = 250
    hold: _Milliseconds = 700
    release: _Milliseconds = 600


@dataclass(frozen=True, slots=True)
class Publishing:
    """``[publication]``: where listeners find it.

    Attributes:
        base_url: Address at which the public folder is served.
        keep_days: How long files stay that the feed no longer names, for apps with an older copy of the feed [days].
        article_anchors: Every heading on the article's page has an ``id`` that is made like our slugs. If not, chapters
            link to a text fragment: the words of the heading.
    """

    base_url: _Base = ""
    keep_days: Annotated[int, Between(0, 36_500)] = 7
    article_anchors: bool = True


@dataclass(frozen=True, slots=True)
class Signing:
    """``[signing]``: C2PA provenance; the MP3 is not signed if key and certificate are empty.

    Attributes:
        key: Private key, PEM, relative to the show's folder; never inside the public folder.
        certificate: Certificate chain, PEM, leaf first.
        timestamp_url: RFC 3161 time stamp authority; empty: none.
    """

    key: _File = ""
    certificate: _File = ""
    timestamp_url: _Address = ""


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


USUAL = Reading()
"""What a show without ``[article]`` has."""


@dataclass(frozen=True, slots=True)
class Storage:
    """``[storage]``: what the show keeps on this machine.

    Attributes:
        cache: How large spoken sentences and other files that can be made again may grow [MB]; what has not been used
            for longest is deleted first.
    """

    cache: Annotated[int, Between(0, 10_000_000)] = 2000

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
    frames: Frames = field(default_factory=Frames)
    pauses: Pauses = field(default_factory=Pauses)
    sound: Sound = field(default_factory=Sound)
    jingles: Jingles = field(default_factory=Jingles)
    article: Reading = field(default_factory=Reading)
    publication: Publishing = field(default_factory=Publishing)
    signing: Signing = field(default_factory=Signing)
    storage: Storage = field(default_factory=Storage)

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


@dataclass(frozen=True, slots=True)
class EpisodeFacts:
    """episode.toml: what must not change once the episode is on air.

    Attributes:
        guid: Random, made once; identifies the episode to podcast apps.
        number: Counts up from 1.
        date: When it is published, with its time zone.
        slug: ASCII name in addresses.
        source: The article's file, beside episode.toml.
        origin: SHA-256 of the article as it came in, so that it never becomes a second episode.
    """

    guid: str
    number: int
    date: datetime
    slug: str
    source: _File = "article.md"
    season: int = 0
    title: str = ""
    url: str = ""
    origin: str = ""
