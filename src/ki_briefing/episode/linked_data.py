"""Release, podcast, addresses -> schema.org data (JSON-LD) for search engines and AI detectors.

The text goes into a ``script`` element of type ``application/ld+json``; no title can end that element.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ki_briefing.base.web import web_address
from ki_briefing.model.episode import DigitalSourceType

if TYPE_CHECKING:
    from ki_briefing.episode.addresses import Addresses
    from ki_briefing.model.episode import Correction, Release
    from ki_briefing.show.podcast import Podcast

_CONTEXT = {"@context": "https://schema.org"}
_SOURCE_TYPES: dict[str, str] = {
    DigitalSourceType.ALGORITHMIC: "https://schema.org/AlgorithmicMediaDigitalSource",
    DigitalSourceType.TRAINED: "https://schema.org/TrainedAlgorithmicMediaDigitalSource",
}


def describe_series(podcast: Podcast, addresses: Addresses, image: str) -> str:
    """Return the show as a PodcastSeries; ``image`` is the address of its cover, or empty."""
    return _to_json(_CONTEXT | _series(podcast, addresses, image))


def describe_episode(release: Release, podcast: Podcast, addresses: Addresses, *, cover: str, image: str) -> str:
    """Return an episode as a PodcastEpisode with its sound, its show and the article it is based on.

    Args:
        cover: Address of the show's cover, or empty.
        image: Address of the episode's picture, or empty.
    """
    episode = release.episode
    article = web_address(episode.article_url)
    data = {
        "@type": "PodcastEpisode",
        "name": episode.title,
        "description": episode.summary,
        "url": addresses.episode(episode.slug),
        "datePublished": episode.date.isoformat(),
        "dateModified": episode.corrections[-1].at.isoformat() if episode.corrections else "",
        "correction": [_correction(each) for each in episode.corrections] or "",
        "episodeNumber": str(episode.number) if episode.number else "",
        "duration": episode.iso_duration,
        "inLanguage": episode.language,
        "isAccessibleForFree": True,
        "image": image,
        "digitalSourceType": _source_type(release),
        "associatedMedia": _sound(release, addresses),
        "partOfSeries": _series(podcast, addresses, cover),
        "isBasedOn": {"@type": "NewsArticle", "@id": article, "url": article} if article else "",
    }
    return _to_json(_CONTEXT | _filled(data))


def describe_article(release: Release, addresses: Addresses) -> str:
    """Return the article as a NewsArticle that names its sound and the episode about it.

    Source: https://schema.org/NewsArticle, properties ``audio`` and ``subjectOf``.
    """
    episode = release.episode
    page, article = addresses.episode(episode.slug), web_address(episode.article_url)
    data = {
        "@type": "NewsArticle",
        "@id": article,
        "url": article,
        "mainEntityOfPage": article,
        "headline": episode.title,
        "image": web_address(episode.article_image),
        "inLanguage": episode.language,
        "audio": _sound(release, addresses),
        "subjectOf": {"@type": "PodcastEpisode", "@id": page, "url": page, "name": episode.title},
    }
    return _to_json(_CONTEXT | _filled(data))


def _series(podcast: Podcast, addresses: Addresses, image: str) -> dict[str, Any]:
    return _filled(
        {
            "@type": "PodcastSeries",
            "name": podcast.title,
            "description": podcast.description,
            "inLanguage": podcast.language,
            "url": addresses.site,
            "webFeed": addresses.feed,
            "image": image,
            "author": {"@type": "Organization", "name": podcast.author},
        }
    )


def _sound(release: Release, addresses: Addresses) -> dict[str, Any]:
    episode, audio = release.episode, release.audio
    return _filled(
        {
            "@type": "AudioObject",
            "name": episode.title,
            "description": episode.label,
            "contentUrl": addresses.enclosure(release),
            "embedUrl": addresses.player(episode.slug),
            "encodingFormat": audio.media_type,
            "contentSize": str(audio.size),
            "duration": episode.iso_duration,
            "uploadDate": episode.date.isoformat(),
            "inLanguage": episode.language,
            "digitalSourceType": _source_type(release),
        }
    )


def _correction(correction: Correction) -> dict[str, Any]:
    data = {"@type": "CorrectionComment", "datePublished": correction.at.isoformat(), "text": correction.note}
    return _filled(data)


def _source_type(release: Release) -> str:
    """Return schema.org's term for the IPTC's (https://schema.org/IPTCDigitalSourceEnumeration); others unchanged."""
    term = release.episode.digital_source_type
    return _SOURCE_TYPES.get(term, term)


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value != ""}


def _to_json(data: dict[str, Any]) -> str:
    """Return JSON without any character that HTML could take for markup."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text
