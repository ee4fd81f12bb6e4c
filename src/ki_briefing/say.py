"""Text, a voice -> the sound of it, levelled and with pauses as in an episode: to be heard before anything is built.

What is said for a show is kept with its other clips, so trying costs an engine call only once.
"""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ki_briefing.base.errors import ArticleError, BrokenEntry
from ki_briefing.base.files import refuse_links, write_atomically
from ki_briefing.base.markup import element
from ki_briefing.base.records import Option, Options
from ki_briefing.base.slug import slugify
from ki_briefing.base.store import Store
from ki_briefing.script import read_aloud
from ki_briefing.show.reading import load_show
from ki_briefing.show.settings import Show
from ki_briefing.show.voices import EMBEDDED, Voice, engine_names
from ki_briefing.show.workspace import show_folder
from ki_briefing.voice.engines import list_engines, load_speaker
from ki_briefing.voice.trained.installed import voice_records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ki_briefing.german.lexicon import Lexicon
    from ki_briefing.model.text import Utterance
    from ki_briefing.voice.engine import EngineFacts, Speaker

_LONGEST = 5_000  # characters: what is longer is an article
_POLICY = "default-src 'none'; media-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = "body{font:1.1rem/1.5 sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}audio{width:100%}"


@dataclass(frozen=True, slots=True)
class Said:
    """A text, said.

    Attributes:
        voice: The name of the voice.
        wav: The sound, as a WAV file.
        seconds: Its length [s].
        facts: What is known of the engine.
    """

    voice: str
    wav: bytes
    seconds: float
    facts: EngineFacts


def show_of(folder: Path) -> Show:
    """Return the show in which a folder stands; outside of any, what a bare article has.

    Raises:
        ConfigError: A setting of the show cannot be used.
    """
    found = show_folder(folder)
    return load_show(found) if found else Show(folder.resolve(), voice=Voice(EMBEDDED))


def utterances_of(text: str, lexicon: Lexicon, show: Show) -> tuple[Utterance, ...]:
    """Return a text as a voice will be given it.

    Raises:
        ArticleError: There is nothing to say, or too much.
    """
    if len(text) > _LONGEST:
        raise ArticleError(
            f"the text has {len(text)} characters, more than {_LONGEST}", hint="Run: ki-briefing build FILE"
        )
    said = tuple(each for each in read_aloud(text, lexicon, show.pauses) if any(map(str.isalnum, each.spoken)))
    if not said:
        raise ArticleError("there is nothing to say", hint='Write: ki-briefing say "Guten Tag."')
    return said


def voice_of(show: Show, name: str) -> Voice:
    """Return a voice by its name, as ``[cast]`` or its list calls it, or as ``ENGINE VOICE``; empty: the show's own.

    Raises:
        ConfigError: There is no such voice.
    """
    named = {each.name for each in show.voices}
    engine, _, voice = name.partition(" ")
    if name not in (*named, *engine_names(), EMBEDDED):
        engine, voice = next(((each.engine, name) for each in voice_records() if each.name == name), (engine, voice))
    if voice and name not in named:
        return replace(show.voice_named(engine), options=Options((Option("name", voice),)))
    return show.voice_of(name or show.cast.default)


def ready_voices(show: Show) -> tuple[str, ...]:
    """Return the names of the show's voices, and of all that can speak on this machine."""
    engines = (engine for engine in list_engines() if engine.ready)
    ready = (f"{engine.name} {voice}".strip() for engine in engines for voice in engine.voices or ("",))
    return tuple(dict.fromkeys((*(each.name for each in show.voices), *ready)))


def say_text(utterances: Sequence[Utterance], name: str, show: Show) -> Said:
    """Return what a voice says, in mono, at the loudness of the show.

    Args:
        name: As :func:`voice_of` knows it.

    Raises:
        ConfigError: The voice's settings cannot be used.
        SpeechError: The voice is not there, or cannot say it.
        StorageError: The disk refused.
    """
    from ki_briefing.sound import codec

    voice = voice_of(show, name)
    speaker = load_speaker(voice)
    with _clips(show) as store:
        try:
            samples = _mixed(utterances, speaker, show, store)
        except BrokenEntry:  # it has been deleted
            samples = _mixed(utterances, speaker, show, store)
    rate = show.sound.sample_rate
    return Said(name or speaker.facts.name, codec.encode_wav(samples, rate), len(samples) / rate, speaker.facts)


def _mixed(utterances: Sequence[Utterance], speaker: Speaker, show: Show, store: Store) -> NDArray[np.float32]:
    from ki_briefing.sound.stretch import mix_speech
    from ki_briefing.voice.clips import load_clip, speak

    takes = speak(utterances, speaker, store).takes
    return mix_speech(utterances, takes, load_clip, replace(show.sound, channels=1))


@contextlib.contextmanager
def _clips(show: Show) -> Iterator[Store]:
    """Yield the show's store of clips; outside of a show one that is gone afterwards."""
    if show_folder(show.folder) is None:
        with tempfile.TemporaryDirectory(prefix="ki-briefing-") as folder:
            yield Store(Path(folder))
    else:
        clips = show.cache / "clips"
        refuse_links(show.folder, clips)
        yield Store(clips)


def write_comparison(folder: Path, utterances: Sequence[Utterance], all_said: Sequence[Said]) -> Path:
    """Write a WAV file per voice, and a page to listen to them; return the page's path.

    Raises:
        StorageError: The disk refused.
    """
    voices = []
    for number, said in enumerate(all_said, 1):
        file = f"{number}-{slugify(said.voice)}.wav"
        write_atomically(folder / file, said.wav)
        heading = element("h2", said.voice, id=f"voice-{number}")
        audio = element("audio", " ", controls="controls", src=file, aria_labelledby=f"voice-{number}")
        about = element("p", f"{said.facts.note}. Licence: {said.facts.licence}. {said.seconds:.1f} s.")
        voices.append(element("section", inner=heading + audio + about))
    written, spoken = (" ".join(getattr(each, form) for each in utterances) for form in ("written", "spoken"))
    head = (
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{element('title', 'Voices compared')}<style>{_STYLE}</style>"
    )
    body = [
        element("h1", "Voices compared"),
        element("p", inner=element("q", written, lang="de")),
        element("p", "Spoken: ", inner=element("q", spoken, lang="de")) if spoken != written else "",
        *voices,
    ]
    page = folder / "index.html"
    write_atomically(page, f'<!doctype html>\n<html lang="en"><head>{head}</head><body>{"".join(body)}</body></html>\n')
    return page
