"""Status, last run -> what a monitor may know, as JSON and as a page for people. Pure."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ki_briefing import __version__
from ki_briefing.base.markup import element, escape

if TYPE_CHECKING:
    from datetime import datetime

    from ki_briefing.show.podcast import Podcast
    from ki_briefing.show.runs import LoggedRun
    from ki_briefing.watch.status import Status

HEALTH_FILE, HEALTH_PAGE = "health.json", "health.html"

_STYLE = (
    "body{font:1.1rem/1.5 sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}"
    "dt{font-weight:bold}a{color:inherit}:root{color-scheme:light dark}"
)
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True, slots=True)
class Health:
    """What a monitor reads: no path, no reason, nothing of what is not public yet.

    Attributes:
        good: The last run did all that was due, and left no episode and no file of the inbox to be mended; its exit
            code tells only what was new to it.
        waiting: How many episodes are not on air, or not as they are now.
        broken: How many things somebody must mend.
    """

    good: bool
    last_run: datetime | None
    last_good_run: datetime | None
    exit_code: int | None
    on_air: int
    waiting: int
    broken: int
    version: str = __version__

    @classmethod
    def of(cls, status: Status, run: LoggedRun) -> Health:
        """Return how a show is after a run."""
        counts = status.on_air, len(status.waiting), len(status.broken)
        return cls(run.is_good, status.last_run, status.last_good, run.exit_code, *counts)


def health_page(health: Health, podcast: Podcast) -> str:
    """Return the page, in German; it loads nothing, and search engines are asked to pass it by."""

    def shown(moment: datetime | None) -> str:
        at = podcast.by_its_clock(moment) if moment else None
        return element("time", f"{at:%d.%m.%Y, %H:%M} Uhr", datetime=at.isoformat()) if at else "nicht bekannt"

    facts = {
        "Letzter Lauf": f"{shown(health.last_run)}, beendet mit {health.exit_code}",
        "Letzter guter Lauf": shown(health.last_good_run),
        "Folgen auf Sendung": f"{health.on_air}",
        "Folgen, die warten": f"{health.waiting}",
        "Zu beheben": f"{health.broken}",
        "ki-briefing": escape(health.version),
    }
    headline = f"{podcast.title}: Der letzte Lauf war {'' if health.good else 'nicht '}in Ordnung"
    imprint = podcast.imprint_url
    foot = element("footer", inner=element("a", "Impressum", href=imprint)) if imprint else ""
    return (
        f'<!doctype html>\n<html lang="de"><head><meta charset="utf-8"><meta name="robots" content="noindex">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{element('title', headline)}<style>{_STYLE}</style></head>\n<body><main>{element('h1', headline)}\n<dl>"
        + "\n".join(element("dt", name) + element("dd", inner=fact) for name, fact in facts.items())
        + f"</dl>\n<p>Jeder Lauf schreibt diese Seite neu.</p></main>{foot}</body></html>\n"
    )
