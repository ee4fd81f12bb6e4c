"""A show's settings: what show.toml and episode.toml may say.

One frozen dataclass per table; each default is written once, in its dataclass. Every stage
may read its own table; none of them reads the files.
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
    """``[podcast]``: what a directory shows of it.

    Attributes:
        link: The show's web site; where the newsroom's articles stand.
        cover: Square picture, JPEG or PNG, 1400 to 3000 pixels, relative to the show's folder; empty: ours.
        category: Apple's category, a sub-category after `` > ``.
        license: An SPDX name such as ``cc-by-4.0``, or the address of a licence.
        guid: ``podcast:guid`` of a feed that moved here; empty: made from the feed's address.
        update_frequency: A rule such as ``FREQ=DAILY`` (RFC 5545), or words.
        subscribe: Directories in which it can be subscribed to, shown on the start page.
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
        fallback: Engine that speaks what the first one cannot, with its defaults; empty: none, the build fails.
        credit: Line for the notes, e.g. the voice's licence; empty: the engine's own.
        options: All other keys: they are the engine's own, and it reads them.
    """

    engine: str = "espeak"
    fallback: str = ""
    credit: str = ""
    options: Options = field(default_factory=Options)

    def spoken_by(self, engine: str) -> Voice:
        """Return this voice with another engine and that one's defaults."""
        return replace(self, engine=engine, options=Options())


@dataclass(frozen=True, slots=True)
class Frames:
    """``[frames]``: what the show itself says, one list entry per utterance.

    Each is a template: ``{podcast}``, ``{date}``, ``{weekday}``, ``{number}``, ``{headline}``, ``{teaser}``,
    ``{notice}``. A line whose placeholder is empty for this article is left out.
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
    """``[pauses]``: silence after what was said [ms]; clause < sentence < paragraph < heading < segment.

    After a segment it is at least so long: the next chapter waits for its whole second.
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
        sample_rate: 48000 or 24000 [Hz]: only there an MP3 frame lasts exactly 24 ms.
        channels: 1 or 2.
        trim: Cut silence before the first and after the last sound of what an engine returned.
        high_pass: Take rumble below 60 Hz off the speech.
        presence: More of what tells consonants apart, around 3.5 kHz, in the speech [dB]; 0 for none.
        compression: Even out the speech by this ratio, e.g. 2.0; 1 for none.
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
        ident: A WAV, FLAC or MP3 file of the show's own, relative to its folder; empty: the style's; ``none``: no
            ident. So the others.
        bed: Music under the intro, looped as long as it takes.
        level: Louder or softer than the speech [LU].
        bed_level: The bed where nobody speaks, louder or softer than the speech [LU].
        overlap: How long an opening jingle runs on under the first words [ms].
        duck: How far music steps back under words [dB].
        attack: Within what time it steps back before a word [ms].
        hold: How long it stays back after a word [ms].
        release: Within what time it comes back [ms].
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
        base_url: Address at which the public folder is served, without a trailing slash.
        keep_days: How long a file stays that the feed no longer names, for apps that read an older feed [days].
        article_anchors: The article's page has an ``id`` at every heading, made of its words as our slugs are; else
            chapters link to their section by its words (a text fragment).
    """

    base_url: _Base = ""
    keep_days: Annotated[int, Between(0, 36_500)] = 7
    article_anchors: bool = True


@dataclass(frozen=True, slots=True)
class Signing:
    """``[signing]``: C2PA provenance; both empty: the MP3 is not signed.

    Attributes:
        key: Private key, PEM, relative to the show's folder; never inside the public folder.
        certificate: Certificate chain, PEM, leaf first.
        timestamp_url: RFC 3161 time stamp authority; empty: none.
    """

    key: _File = ""
    certificate: _File = ""
    timestamp_url: _Address = ""


@dataclass(frozen=True, slots=True)
class Show:
    """Everything a show's folder says about it.

    Attributes:
        folder: Absolute path of the show's folder; what the tool makes stays inside.
    """

    folder: Path
    podcast: Podcast = field(default_factory=Podcast)
    voice: Voice = field(default_factory=Voice)
    frames: Frames = field(default_factory=Frames)
    pauses: Pauses = field(default_factory=Pauses)
    sound: Sound = field(default_factory=Sound)
    jingles: Jingles = field(default_factory=Jingles)
    publication: Publishing = field(default_factory=Publishing)
    signing: Signing = field(default_factory=Signing)

    @property
    def cache(self) -> Path:
        """Folder of what can be made again."""
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
    """episode.toml: what must never change once it is on air.

    Attributes:
        guid: Made once, from nothing; a podcast app knows the episode by it.
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
