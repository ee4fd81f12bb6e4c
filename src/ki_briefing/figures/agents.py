"""User agent -> the app in which somebody listens, or that it is a program by which nobody does.

A short table of our own; what the names mean is known from OPAWG's list (https://github.com/opawg/user-agents-v2, MIT),
whose order we follow: programs of servers, then apps, then libraries of servers, then what several apps share, then
browsers.
"""

from __future__ import annotations

import re
from functools import lru_cache

OTHER = "other"
"""Apps that the table does not know."""

_SERVERS = re.compile(
    r"(?<!\bcu)bot\b|\d subscribers?\b|FeedUpdate|Podcast Sync|feed parser|crawl|spider|slurp|fetcher|scan\b"
    r"|scanner|preview|validator|monitor|uptime|pingdom|archiv|transcri|headless|trafilatura|^curl|^libcurl"
    r"|pycurl|^wget|^atc/|^\(null\).*watchOS|^itms|^itunesstored|facebookexternalhit|meta-externalagent|^WhatsApp/"
    r"|^Amazon Music Podcast|^AmazonNewsContentService|GoogleOther|Google-InspectionTool|Google-Safety|FeedBurner"
    r"|^Spotify/1\.0$|^iHeartMedia|^Podchaser|^Blubrry|^Trackable/|^Podnods|^PodcastIndex|^Tentacles",
    re.I,
)
_LIBRARIES = re.compile(
    r"^Lavf/|^libavformat|^ffmpeg|^python|aiohttp|^axios/|^node|^undici|^got |^Go-http-client|^go-resty|^Java/"
    r"|Apache-HttpClient|okhttp|^AHC/|^Dart/|^Deno/|^Bun/|^Ruby|^rest-client|^http\.rb|^Faraday|^GuzzleHttp|^Symfony|^PHP|^hackney|^reqwest"
    r"|^aria2/|^Scrapy|^HTTP-Tiny|^libwww|^Down/|^CarrierWave|^lua-resty|request\.js|^git-annex|^Postman",
    re.I,
)
_APPS = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("AntennaPod", r"^AntennaPod/|^de\.danoeh\.antennapod"),
        ("Pocket Casts", r"^Pocket ?Casts|^Shifty Jelly Pocket"),
        ("Overcast", r"^Overcast"),
        ("Castro", r"^Castro[/ ]"),
        ("Castbox", r"^Cast[Bb]ox"),
        ("Podcast Addict", r"^Podcast ?Addict"),
        ("Podcast Guru", r"^PodcastGuru"),
        ("Podcast Republic", r"^PodcastRepublic"),
        ("Player FM", r"^Player( |%20)FM"),
        ("Podbean", r"^Podbean/"),
        ("Podimo", r"^Podimo"),
        ("Podverse", r"^[Pp]odverse/"),
        ("Podkicker", r"^Podkicker"),
        ("Fountain", r"^[Ff]ountain"),
        ("Snipd", r"^Snipd"),
        ("RSSRadio", r"^RSSRadio"),
        ("Downcast", r"Downcast/"),
        ("Apple Podcasts", r"^Podcasts?/|^Balados/|^Podcast(i|it|y)/"),
        ("iTunes", r"^iTunes"),
        ("Spotify", r"^[Ss]potify|Spotify/"),
        ("Deezer", r"^Deezer"),
        ("Amazon Music", r"^AmazonMusic|^Harley/"),
        ("Alexa", r"^Alexa|^Echo/"),
        ("Audible", r"^Audible|^com\.audible"),
        ("iHeart", r"^iHeart(Radio|Podcasts)"),
        ("TuneIn", r"TuneIn"),
        ("radio.de", r"^radio\.[a-z]{2,3}[ /]|^GetPodcast"),
        ("RTL+", r"RTL\+"),
        ("Sonos", r"Sonos"),
        ("gPodder", r"[Gg][Pp]odder"),
        ("Kasts", r"^[Kk]asts[/ ]"),
        ("Newsboat", r"^[Nn]ewsboat/|^[Pp]odboat"),
        ("Rhythmbox", r"^[Rr]hythmbox/|^gvfs/"),
        ("VLC", r"^VLC|LibVLC/"),
        ("mpv", r"^mpv |^libmpv"),
        ("Kodi", r"^Kodi/"),
        ("Thunderbird", r"Thunderbird/"),
        ("Chromecast", r"CrKey"),
    )
)
_SHARED = (
    ("Apple (several apps)", re.compile(r"AppleCoreMedia/|CFNetwork/")),
    ("Android (several apps)", re.compile(r"ExoPlayerLib/|AndroidXMedia3/|^Dalvik|^stagefright|^AndroidDownload")),
)
_BROWSERS = (
    ("Edge", re.compile(r"^Mozilla.*Edg(A|iOS|e)?/")),
    ("Opera", re.compile(r"^Mozilla.*OPR/")),
    ("Firefox", re.compile(r"^Mozilla.*(Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"^Mozilla.*(Chrome|Chromium|CriOS)/")),
    ("Safari", re.compile(r"^Mozilla.*Safari/")),
)


@lru_cache(maxsize=10_000)
def app_of(agent: str) -> str:
    """Return the name of the app, ``OTHER`` if it is not known; empty if it is a program by which nobody listens."""
    if _SERVERS.search(agent):
        return ""
    known = next((name for name, pattern in _APPS if pattern.search(agent)), "")
    if known or _LIBRARIES.search(agent):
        return known
    return next((name for name, pattern in (*_SHARED, *_BROWSERS) if pattern.search(agent)), OTHER)
