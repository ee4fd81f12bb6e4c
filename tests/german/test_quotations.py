"""English inside German text is recognised as a stretch; German is not taken for it."""

from __future__ import annotations

import pytest

from ki_briefing.german.quotations import english, is_english, with_english
from ki_briefing.german.verbalize import verbalize
from ki_briefing.model.spans import Pronunciation

ENGLISH = """
Der Slogan ›Make America Great Again‹ half.
Er rief: ›We are at a turning point‹, dann ging er.
Sie sagte: ›This is not what we wanted.‹
Der Film ›The Lord of the Rings‹ läuft wieder.
Die Serie ›Game of Thrones‹ endete 2019.
Sein Buch heißt ›The End of History and the Last Man‹.
Im Aufsatz ›Attention Is All You Need‹ steht alles.
Das Motto lautet ›Move fast and break things‹.
Auf dem Schild stand ›Black Lives Matter to all of us‹.
Martin Luther King sagte: ›I have a dream.‹
Kennedy fragte: ›Ask not what your country can do for you.‹
Obama rief: ›Yes, we can do it!‹
Musk schrieb: ›The future is going to be wild.‹
Altman sagte: ›We have no idea how we may one day generate revenue.‹
Huang meinte: ›The more you buy, the more you save.‹
Sie sang ›I Will Always Love You‹ zum Schluss.
Der Song ›Smells Like Teen Spirit‹ kam 1991.
Das Album ›The Dark Side of the Moon‹ ist alt.
Der Bericht ›State of the Union‹ erscheint jährlich.
Die Studie ›Training language models to follow instructions‹ zeigt es.
Das Paper ›Language Models are Few-Shot Learners‹ ist bekannt.
Ihr Vortrag hieß ›How to build a better world‹.
Er twitterte: ›They are killing our industry.‹
Die Regel heißt ›Garbage in, garbage out of the box‹.
Sein Leitsatz ›Think different and stay hungry‹ gilt.
Die Firma wirbt mit ›Power to the people‹.
Das Prinzip ›Trust but verify everything‹ gilt hier.
Er antwortete: ›No comment at this time.‹
Das Gesetz heißt ›Clean Air Act of the United States‹.
Der Titel ›What a Wonderful World‹ passt.
Sie nannten es ›the best thing since sliced bread‹.
Er sprach von ›a new era of computing‹.
Man sagt dort ›It is what it is‹.
Der Vertrag nennt es ›best effort without any warranty‹.
Das Schild sagt ›Please do not enter‹.
Er lachte: ›You must be joking!‹
Sie fragte: ›Who is going to pay for this?‹
Der Chef sagte: ›I think this changes everything.‹
Im Stück ›Waiting for Godot‹ wartet man.
Der Roman ›To Kill a Mockingbird‹ ist Schullektüre.
Er zitierte ›to be or not to be‹.
Der Slogan ›Just do it‹ ist von Nike.
Die Kampagne ›Get the door open for women‹ läuft.
Das Lied ›Let It Be‹ kennt jeder.
Die Band spielte ›Here Comes the Sun‹.
Auf Englisch heißt das ›people of color‹.
Das nennt man ›quality over quantity‹ nicht ohne Grund.
Er schrieb ›There is no such thing as a free lunch‹.
Die Losung ›Build back better than before‹ blieb.
Er versprach ›peace for our time‹.
Sie schrieb: ›Our hearts are with the victims and their families.‹
Der Minister sagte: ›We will not let this happen again.‹
Der Podcast ›The Daily Show with Friends‹ startet.
Er kaufte ›Harry Potter and the Goblet of Fire‹.
Die Ausstellung ›Women in Science and Engineering‹ öffnet.
Die Initiative ›Save the Children‹ hilft.
Er rief we are the champions of the world in den Saal.
Das Motto make love not war again and again war überall.
Auf dem Plakat stand there is no planet B for us und mehr.
Sie sagte nothing about us without us und ging.
""".strip().splitlines()

QUOTES = ("„{}“", "»{}«", '"{}"', "“{}”", "‚{}‘", "«{}»")


def stretches(text: str) -> list[str]:
    return [text[start:end] for start, end in english(text)]


def wanted(index: int, line: str) -> tuple[str, str]:
    """Return a line with the quotation marks that are its turn, and the first word that is English in it."""
    before, mark, rest = line.partition("›")
    if not mark:
        return line, ""
    quoted, _, after = rest.partition("‹")
    return before + QUOTES[index % len(QUOTES)].format(quoted) + after, quoted.strip(" .,!?")


def test_english_quotations_are_recognised_from_end_to_end() -> None:
    missed = []
    for index, line in enumerate(ENGLISH):
        text, quoted = wanted(index, line)
        found = [each.strip(" .,!?") for each in stretches(text)]
        if found != [quoted] if quoted else len(found) != 1:
            missed.append((text, found))

    assert len(ENGLISH) == 60
    assert len(missed) <= 6, missed


@pytest.mark.parametrize(
    "text",
    [
        "Die Chefin von „Die Welt am Sonntag“ war in den USA, so hat man es also an der Hand.",
        "Das Start-up OpenAI, Google und das Team von Meta: Software, Chips, Cloud, KI.",
        "Er sagte: „Das Team hat den Job im Griff.“",
        "„Also war die Hand am Arm so warm“, sagte er. „Man will all das in die Bank!“",
        "Der Begriff „Deep Learning“ und das Wort „Chain of Thought“-Modell, „Made in Germany“ und „just for fun“.",
        "»In so am was war will all not her die man« ist kein Englisch.",
        "",
        "„",
        "\"\" '' „“ »«",
    ],
)
def test_german_and_lonely_terms_are_left_alone(text: str) -> None:
    assert [each for each in stretches(text) if each not in ("Chain of Thought", "just for fun")] == []


def test_each_word_of_a_quotation_is_read_in_english_but_what_a_lexicon_knows() -> None:
    text = "Er rief: „Make America Great Again!“"
    known = (Pronunciation(text.index("America"), text.index("America") + 7, ipa="əˈmɛɹɪkə", language="en"),)
    found = with_english(text, known)

    assert [(text[each.start : each.end], each.language, bool(each.ipa)) for each in found] == [
        ("Make", "en", False), ("America", "en", True), ("Great", "en", False), ("Again", "en", False),
    ]  # fmt: skip
    assert with_english("Guten Tag.", ()) == ()


def test_long_texts_are_looked_through_quickly() -> None:
    assert list(english("„" * 20_000 + "the " * 20_000 + "“" * 20_000))
    assert list(english("a " * 50_000)) == []


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ("„We have never seen anything like this before in our lives.“", True),
        ("This is not the end, it is the beginning.", True),
        ("„We will never do that“, sagte Lin.", False),
        ("Das ist ein deutscher Satz.", False),
        ("In 2024, we will have more than ever before.", False),
        ("OpenAI", False),
        ("", False),
    ],
)
def test_a_text_is_english_as_a_whole_only_if_a_voice_can_read_it_as_written(written: str, whole: bool) -> None:
    assert is_english(written, verbalize(written)) is whole
