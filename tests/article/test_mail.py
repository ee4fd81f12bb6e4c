"""Articles that came as a mail: only the article is spoken, what the mail says to the desk is listed."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from ki_briefing.article import parse

STORY = "Neuer Radweg an der Aller\n\nDer Radweg wird im Sommer gebaut. Das sagte die Baurätin am Montag.\n"
QUOTED = "".join(f"> {line}".rstrip() + "\n" for line in STORY.splitlines())
HEAD = "Von: kim@post.example\nAn: desk@blatt.example\nBetreff: AW: Text\nDatum: Mo, 2. Feb 2026 10:00\n\n"


@pytest.mark.parametrize(
    "text",
    [
        f"Betreff: Text für Mittwoch\n\n{STORY}",
        f"{HEAD}{STORY}",
        f"{HEAD}Moin Ole,\n\n{STORY}",
        f"{HEAD}Moin Ole, hier der Text, Bilder folgen. Gruß Kim\n\n{STORY}",
        f"{HEAD}{QUOTED}\nMit freundlichen Grüßen\nKim Post\n",
        f"{HEAD}Hallo Ole,\n\n-------- Weitergeleitete Nachricht --------\n{HEAD}{STORY}",
        f"Hallo Ole,\n\nhier der Text.\n\n{STORY}",
        f"Hallo Ole,\n\nhier der Text.\n\nViele Grüße\n\nKim\n\n{STORY}",
        f"{HEAD}Hallo Ole,\n\n{STORY}\nViele Grüße\n\nKim\n",
    ],
)
def test_of_a_mail_only_the_article_is_spoken(text: str) -> None:
    article = parse(text)

    assert article.headline == "Neuer Radweg an der Aller"
    assert not article.teaser
    assert [block.text for section in article.sections for block in section.blocks] == [
        "Der Radweg wird im Sommer gebaut. Das sagte die Baurätin am Montag."
    ]
    assert {omission.reason for omission in article.omitted} <= {"mail header", "letter", "no words"}


@pytest.mark.parametrize(
    "opening", ["Liebe Leserinnen und Leser,", "Hallo, Nachbar! Das rufen sich hier alle zu.", "Liebe macht blind."]
)
def test_an_article_that_greets_its_readers_is_no_mail(opening: str) -> None:
    article = parse(f"{opening}\n\nam Montag beginnt der Sommer. Wir fahren ans Meer.\n\n{STORY}")

    assert not article.omitted


def test_an_embargo_in_the_subject_holds() -> None:
    article = parse(f"Betreff: Sperrfrist 1. März 2026, 10 Uhr: Radweg\nVon: Kim\n\n{STORY}")

    assert article.embargo == datetime(2026, 3, 1, 10, tzinfo=ZoneInfo("Europe/Berlin"))
