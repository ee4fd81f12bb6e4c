"""What the sentence splitter knows about words: which begin a sentence, which announce an ordinal, which are cut short.

Tables only. The abbreviations that are also spoken in full stand in ``abbreviations``; here are those that matter for
the end of a sentence alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ki_briefing.german import abbreviations
from ki_briefing.german.tables import words

if TYPE_CHECKING:
    from collections.abc import Iterable


STARTERS = words(
    """
    aber all alle allein allem allen aller allerdings alles als alsbald also am an ander andere anderen anderer
    andererseits anders anfangs angeblich angesichts anhand anschließend ansonsten anstatt anstelle auch auf
    aufgrund aus ausgerechnet außer außerdem außerhalb bald beginnend bei beide beides beim beinahe beispielsweise
    bereits besonders besser bestenfalls betroffen bevor bis bisher bislang bloß da dabei dadurch dafür dagegen
    daher dahin dahinter damals damit danach daneben dank dann daran darauf daraufhin daraus darin darüber darum
    darunter das dasselbe dass davon davor dazu dazwischen dein deine dem demgegenüber demnach demnächst demzufolge
    den denen dennoch denn der deren derselbe derweil derzeit des deshalb dessen desto deswegen deutlich dich die
    dies diese dieselbe diesem diesen dieser dieses diesmal dir direkt doch dort dran drei drin du durch ebenfalls
    ebenso ehe eher ein eine einem einen einer einerseits eines einfach einige einigen einiger einiges einmal einst
    einzig endlich entgegen entscheidend entsprechend entweder er erneut erst erstens erstmals es etliche etwa etwas
    euch euer eure fast ferner fraglich freilich früher fünf für ganz gar gegen gegenüber gemeinsam gemessen genau
    genauso gerade gern geplant gestern gewiss gibt gleich gleichwohl gleichzeitig gut hat hatte haben hatten heißt
    her herauskam heute heutzutage hier hierbei hierfür hierzu hierzulande hin hingegen hinter hinzu höchstens ich
    ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer immerhin in indem indes indessen infolge innerhalb
    insbesondere insgesamt inwiefern inzwischen irgendwann ist ja je jede jedem jeden jeder jedes jedenfalls jedoch
    jemand jene jenseits jetzt jüngst kann können kaum kein keine keinem keinen keiner keineswegs klar konkret
    könnte könnten künftig kurz kürzlich kurzfristig langfristig längst lange langsam laut lediglich leider
    letztlich letztendlich lieber manche mancher manchmal man mehr mehrere mein meine meist meistens mich mir mit
    mitten mittlerweile mitunter möglich möglicherweise morgen muss müssen nach nachdem nachher nahezu nämlich
    natürlich neben nebenbei nein neu neuerdings nicht nichts nie niemals niemand nirgends noch nötig notfalls nun
    nunmehr nur ob obendrein obwohl oder offen offenbar offensichtlich offiziell oft ohne ohnehin parallel per
    plötzlich praktisch prompt rund schlicht schließlich schnell schon schuld schätzungsweise sechs sehr sei sein
    seine seinem seinen seiner seit seitdem selbst selten sicher sie sieben sind sich so sobald sodann sofern sofort
    sogar solange solch solche solchen somit sondern sonst soll sollen sollte sollten sowie sowohl spannend später
    spätestens statt stattdessen stets teils teilweise tatsächlich trotz trotzdem überdies über überall überhaupt
    übrigens um und unabhängig unbekannt ungeachtet ungeklärt unklar uns unser unsere unseren unserer unten unter
    unterdessen ursprünglich vermutlich via viel viele vielen vieles vielleicht vielmehr vier voll völlig vom von
    vor vorab voraussichtlich vorausgesetzt vorerst vorher vorläufig vorletzt vorsicht wahrscheinlich während wann
    war waren warum was weder wegen weil weit weiter weitere weiteren weiterhin weitgehend welche welcher welches
    wem wen wenig wenige weniger wenigstens wenn wer werden weshalb wessen weswegen wichtig wie wieder wiederum
    wieso will wir wird wo wobei wodurch wofür womit womöglich woran worauf woraus worüber worum wozu wurde wurden
    würde ziel zu zudem zuerst zufolge zugleich zuletzt zum zumal zumindest zunächst zunehmend zur zurück zurzeit
    zusammen zusätzlich zuvor zwar zwei zweitens zwischen zwischenzeitlich
    """
)
"""Words that German writes small inside a sentence: with a capital they begin one."""

ORDINAL_TRIGGERS = words(
    """
    am im zum zur vom beim ins ans der die das den dem des ein eine einem einen einer eines jeder jede jedes jedem
    jeden sein seine seinem seinen seiner ihr ihre ihrem ihren ihrer dieser diese dieses diesem diesen unser unsere
    unserem unseren mein meine meinem meinen dein deine kein keine keinem keinen jener jene ihres seines unseres
    dieselbe derselbe inzwischen bereits mittlerweile
    """
)
"""Words after which a number with a full stop is an ordinal, if a noun follows."""

MONTHS = words(
    """
    Januar Jänner Februar Feber März April Mai Juni Juli August September Oktober November Dezember Jan Feb Mrz Apr
    Jun Jul Aug Sep Sept Okt Nov Dez
    """
)

ORDINAL_NOUNS = MONTHS | words(
    """
    Quartal Quartals Quartale Halbjahr Halbjahres Halbzeit Jahrhundert Jahrhunderts
    Jahrhunderte Jahrtausend Platz Rang Runde Mal Stock Etage Klasse Liga Bundesliga Generation Auflage Ausgabe
    Kapitel Teil Staffel Folge Tag Tage Woche Monat Lebensjahr Geburtstag Jahrestag Weltkrieg Weltkriegs Weltkrieges
    Senat Zivilsenat Strafsenat Kammer Stufe Etappe Spieltag Minute Sitzung Lesung Wahlgang Wahlperiode
    Vorsitzender Vorsitzende Vorsitzenden Vors Bgm Beigeordneter Beigeordnete Stellvertreter Bürgermeister Bürgermeisterin Vizepräsident Geiger Preis Sieger Obergeschoss OG
    Legislaturperiode Advent Sinfonie Symphonie Akt FC SC Semester Verhandlungstag Konferenz Gipfel Welle Version
    Jh Jhd Jhdt Hj
    """
)
"""Nouns that an ordinal counts: a date, a quarter, a place."""

_COUNTED_ENDS = tuple(
    """
    tag woche monat jahr quartal jahrhundert liga klasse platz rang runde mal stock etage stufe teil folge staffel
    ausgabe auflage kapitel weltkrieg senat kammer sitzung lesung gang periode sinfonie symphonie akt konferenz gipfel
    welle version kongress festival turnier messe forum treffen bataillon division armee brigade gebot advent
    legislatur rennen lauf etappe abschnitt lesung nacht biennale triennale olympiade bank oberliga programm
    preis sieger aufl ausg kl jubiläum geburtstag hälfte drittel viertel minute
    """.split()
)


def counts(noun: str) -> bool:
    """Tell whether an ordinal may count this noun: *2. Halbzeit*, *5. Parteitag*, not *1. Kühlschrank wärmer stellen*."""
    return noun in ORDINAL_NOUNS or noun.lower().endswith(_COUNTED_ENDS)


LABELS = words(
    """
    Platz Rang Version Kapitel Abschnitt Teil Band Folge Artikel Absatz Satz Ziffer Nummer Punkt Seite Stufe Level
    Phase Paragraf Tabelle Abbildung Anhang Anlage Zeile Spalte Schritt Zone Tor Gleis Kategorie Klasse Gruppe Zahl
    Note Faktor Staffel Episode Plan Vitamin Serie Typ Option Variante Buchstabe Gate Modell Generation Windows
    Python Quartal Industrie Web Liga Bundesliga GPT Gemini Claude Llama Grok Gemma Phi Opus Sonnet Haiku Fabrik
    Reaktor Block Route Formel Artemis Airbus Mars Texas Opus Stand Uhr Fußnote Anmerkung Xbox PlayStation Nr Abs Art Abb Tab Kap Ziff
    """
)
"""Nouns that a number or a letter follows: with it the sentence may end."""

STRONG_ENDS = words(
    "usw. etc. usf. u.s.w. u.v.m. u.Ä. o.Ä. u.ä. o.ä. ff. v.Chr. n.Chr. Inc. Corp. Ltd. Bros. p.a. u.dgl. u.a.m."
)
"""Abbreviations after which any capital or number begins a sentence."""

_MAY_END = words(
    """
    d.J. d.M. a.M. D.C. U.S. Ph.D. M.Sc. B.Sc. Min. Sek. Mo. Di. Mi. Do. Fr. Sa. So. Jan. Feb. Mrz. Apr. Jun. Jul.
    Aug. Sep. Sept. Okt. Nov. Dez. al. f. Max. min. sek. std. Chr. Pkt. Tsd. Mill. bzgl. z.T. b.W. Abt. Univ. Red. S. z.Z. z.Zt.
    Kap. Art. i.V. m.E. i.d.R. Tel. Nr. Hrsg. Mass. Calif. Gebr.
    """
)

_CUT_SHORT = words(
    """
    h.c. v.Chr. n.Chr. u.v.m. u.s.w. i.V. i.A. m.E. a.M. a.d. b.W. p.a. z.Zt. o.g. s.a. d.J. d.M. u.dgl. u.a.m. usf.
    ff. f. Mr. Mrs. Ms. No. Ziff. Buchst. Rn. Az. Fa. Hl. Msgr. Mag. habil. rer. nat. med. phil. jur. pol. theol.
    oec. Bez. Min. Sek. Mo. Di. Mi. Do. Fr. Sa. So. zit. ebd. Fn. Hg. hrsg. urspr. einschl. ausschl. allg. bes.
    betr. bzgl. Chr. gest. verh. gez. jew. kath. ev. lfd. mtl. jährl. tägl. Mill. od. röm. griech. lat. franz. frz.
    ital. span. jap. russ. amerik. brit. europ. Sen. Gen. Gov. Rep. Lt. Col. Capt. Gebr. Univ. Inst. Abt. Dept.
    Bros. Intl. Ph.D. M.Sc. B.Sc. Mass. Calif. D.C. U.S. Vol. Ed. Eds. al. approx. cf. e.g. Vers. Nrn. Abschn. Anh.
    Anl. Erw. Par. Ref. Tz. Rdnr. Pkt. Jun. Jul. Mrz. Doz. Priv. Präs. Stellv. stellv. Vors. Dir. Geschf. verantw.
    Tit. Prov. Rd. rd. Mt. Ft. Ave. Blvd. wg. gg. gegr. erw. überarb. Sp. Z. Bspl. Bsp. Abk. Bem. Def. Gl. Lit.
    Quellenang. Übers. Forts. Inh. Gfm. Hptm. Oberst. u.ä. o.ä. i.e. m.W. n.a. k.A. i.H.v. i.S.d. i.S.v. i.Z.m. z.H.
    z.Hd. a.a.O. a.G. b.a.W. d.Ä. i.R. n.V. o.V. s.v. u.U. v.H. v.l.n.r. Fam. Frl. geh. Geh. Reg. Verw. Ger. Urt.
    Beschl. Entsch. gem.
    """
)


def _either_case(written: Iterable[str]) -> frozenset[str]:
    """Return the forms without spaces, and as they stand at the beginning of a sentence."""
    forms = {"".join(each.split()) for each in written}
    return frozenset(forms | {form[0].upper() + form[1:] for form in forms})


ABBREVIATIONS = _either_case(
    [*(entry.written for entry in abbreviations.TABLE.values()), *_CUT_SHORT, *STRONG_ENDS, *_MAY_END]
) - {"Schweiz."}
"""Every abbreviation with a full stop, without its spaces; with a capital *Schweiz* is the country."""

MAY_END = _either_case([*abbreviations.MAY_END_A_SENTENCE, *_MAY_END, *STRONG_ENDS])
"""Those of them that can be a sentence's last word, if a starter follows."""

BEGINNINGS = frozenset(
    written[: at + 1] for written in ABBREVIATIONS for at, sign in enumerate(written[:-1]) if sign == "."
)
"""The first parts of those that have several: *z.* of *z. B.*"""

ENDINGS = frozenset(
    written[at:]
    for written in ABBREVIATIONS | BEGINNINGS
    for at in range(len(written))
    if at == 0 or written[at - 1] == "."
)
"""What either ends with, part by part: *B.* and *z.B.*"""

NAMES_WITH_MARK = words("Yahoo! Jeopardy! Joyn!")
"""Names that carry an exclamation mark."""

COMPANY_ROLES = words(
    "CEO CTO CFO COO Chef Chefin Gründer Gründerin Co. KG & Vorstand Sprecher Sprecherin Aktie Aktien"
)
"""Words that follow a company's suffix inside a sentence."""
