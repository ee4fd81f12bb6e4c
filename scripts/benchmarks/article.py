"""An article of any length, in which no two sentences are alike, so that nothing is spoken or mixed once for two."""

from __future__ import annotations

from itertools import count, islice

_LETTERS_A_MINUTE = 790  # of written text, with the pauses between
_LETTERS_A_SECTION = 1610
_SENTENCES = (
    "Im Labor der Hochschule rechneten {n} Karten eine Nacht lang an derselben Aufgabe.",
    "Die Betreiber rechnen mit {n} Anfragen am Tag, doppelt so vielen wie im Frühjahr.",
    "Nach {n} Versuchen lag der Anteil der richtigen Antworten über dem Wert vom Vorjahr.",
    "Wer die {n} Seiten des Berichts liest, findet darin mehr Fragen als Antworten.",
    "Ein Sprecher nannte {n} Gründe, warum die Freigabe noch warten müsse.",
    "Für das Rechenzentrum sind {n} Megawatt vorgesehen, gebaut wird in drei Abschnitten.",
    "An der Prüfung nahmen {n} Schulen teil, die meisten davon auf dem Land.",
    "Das kleinere Modell kommt mit {n} Beispielen aus, wenn sie sorgfältig gewählt sind.",
    "Fachleute verweisen auf {n} Fälle, in denen das Verfahren versagt hat.",
    "Die Stadt stellt {n} Euro bereit, über die im Herbst noch einmal abgestimmt wird.",
)


def write(minutes: float, first: int = 1000) -> str:
    """Return Markdown that takes about so many minutes to speak: a section of five paragraphs every two minutes.

    Args:
        first: Its sentences are numbered from here; fifty are two minutes.
    """
    lines = ["# Ein langer Bericht über Rechner, die rechnen"]
    sentences = (_SENTENCES[number % len(_SENTENCES)].format(n=first + number) for number in count())
    sections = max(1, round(minutes * _LETTERS_A_MINUTE / _LETTERS_A_SECTION))
    for section in range(1, sections + 1):
        lines.append(f"## Der {section}. Abschnitt")
        lines += (" ".join(islice(sentences, 4)) for _ in range(5))
    return "\n\n".join(lines) + "\n"
