"""The abbreviations that the sentence splitter and the verbaliser share: one table.

Source: Duden's list of abbreviations and DIN 5008, with those of newsrooms and of technology. A phrase's parts may
stand with or without a space between them. A mark after the spoken form tells what an entry is:

    *  may be a sentence's last word              #  only before a figure or Roman numeral
    +  an adjective's stem that needs its ending  ^  only before a word with a capital
    ~  a person called by an adjective (der Vorsitzende, ein Abgeordneter): its stem
"""

from __future__ import annotations

from dataclasses import dataclass

_TABLE = """
u. = und #^ | UAbs. = Unterabsatz # | Hs. = Halbsatz # | Rz. = Randziffer # | Erwgr. = Erwägungsgrund # | BGBl. = Bundesgesetzblatt | ABl. = Amtsblatt | rd. = rund | Bsp. = Beispiel
Pck. = Päckchen # | Pckg. = Packung # | Pkg. = Packung # | Msp. = Messerspitze # | Pr. = Prise # | v. l. = von links * | v. r. = von rechts * | i. V. m. = in Verbindung mit | v. = von #^ | Op. = Opus # | op. = Opus # | Gde. = Gemeinde | Jgst. = Jahrgangsstufe | i. Br. = im Breisgau *
n. E. = nach Elfmeterschießen * | n. P. = nach Penaltyschießen * | i. E. = im Einzelnen * | o. d. T. = ob der Tauber *
z. B. = zum Beispiel | d. h. = das heißt | i. d. R. = in der Regel | u. a. = unter anderem *
u. Ä. = und Ähnliches * | u. ä. = und ähnliche * | o. Ä. = oder Ähnliches * | o. ä. = oder ähnliche *
z. T. = zum Teil | v. a. = vor allem | u. U. = unter Umständen | s. o. = siehe oben * | s. u. = siehe unten *
i. e. = das heißt | e. V. = e V * | e. G. = e G * | z. Z. = zurzeit | z. Zt. = zurzeit | a. D. = außer Dienst *
v. Chr. = vor Christus * | n. Chr. = nach Christus * | u. v. m. = und vieles mehr * | u. v. a. = und viele andere *
u. v. a. m. = und vieles andere mehr * | u. s. w. = und so weiter * | i. V. = in Vertretung | i. A. = im Auftrag
m. E. = meines Erachtens | m. W. = meines Wissens | a. M. = am Main * | a. d. = an der | p. a. = pro Jahr *
o. g. = oben genannte | u. g. = unten genannte | o. a. = oben angegebene | d. J. = dieses Jahres *
d. M. = dieses Monats * | v. J. = vorigen Jahres * | v. l. n. r. = von links nach rechts | i. H. v. = in Höhe von
i. S. d. = im Sinne des | i. S. v. = im Sinne von | i. Z. m. = im Zusammenhang mit | i. R. = im Ruhestand *
n. V. = nach Vereinbarung * | z. H. = zu Händen | z. Hd. = zu Händen | k. A. = keine Angabe * | k. o. = k o *
u. dgl. = und dergleichen * | u. a. m. = und anderes mehr * | a. a. O. = am angegebenen Ort * | d. Ä. = der Ältere *
d. Red. = die Redaktion * | h. c. = honoris causa | i. e. S. = im engeren Sinne * | i. w. S. = im weiteren Sinne *
i. Allg. = im Allgemeinen | z. K. = zur Kenntnis * | b. w. = bitte wenden * | m. a. W. = mit anderen Worten
n. a. = nicht angegeben * | o. V. = ohne Verfasser | a. o. = außerordentlich | s. a. = siehe auch | u. z. = und zwar
i. d. S. = in diesem Sinne | i. d. F. = in der Fassung | v. H. = vom Hundert * | Vj. = Vorjahr * | i. Vj. = im Vorjahr * | Bp. = Basispunkte * | Kal. = Kaliber #
tgl. = täglich + | stdl. = stündlich + | erm. = ermäßigt + | Nds. = Niedersachsen * | i. Ü. = im Übrigen | i. O. = in Ordnung * | f. d. R. = für die Richtigkeit
a. G. = auf Gegenseitigkeit * | i. L. = in Liquidation * | U. S. = U S * | U. S. A. = U S A * | D. C. = D C *
e. g. = zum Beispiel | a. m. = vormittags * | p. m. = nachmittags * | z. Hdn. = zu Händen
B. Sc. = Bachelor of Science * | M. Sc. = Master of Science * | B. A. = B A * | M. A. = M A * | Ph. D. = P H D *
P. S. = P S | bzw. = beziehungsweise | ca. = circa | usw. = und so weiter * | usf. = und so fort *
etc. = et cetera * | ggf. = gegebenenfalls | ggfs. = gegebenenfalls | evtl. = eventuell | inkl. = inklusive
exkl. = exklusive | einschl. = einschließlich | ausschl. = ausschließlich | zzgl. = zuzüglich | abzgl. = abzüglich
vgl. = vergleiche | sog. = sogenannt + | sogen. = sogenannt + | bspw. = beispielsweise | insb. = insbesondere
insbes. = insbesondere | max. = maximal | min. = minimal | mind. = mindestens | vs. = gegen | Nr. = Nummer # | nr. = Nummer #
Nrn. = Nummern # | No. = Nummer # | Abs. = Absatz | Art. = Artikel # | Abb. = Abbildung | Tab. = Tabelle
Kap. = Kapitel # | Bd. = Band | Bde. = Bände | Hrsg. = Herausgeber | Hg. = Herausgeber | hrsg. = herausgegeben
Aufl. = Auflage | S. = Seite # | Z. = Zeile # | Ziff. = Ziffer | Buchst. = Buchstabe | Rn. = Randnummer #
Fn. = Fußnote # | Anh. = Anhang | Anl. = Anlage | Abschn. = Abschnitt | Pkt. = Punkt | Lit. = Literatur
lit. = Buchstabe | Fig. = Figur # | Bsp. = Beispiel | Bspl. = Beispiel | Def. = Definition | Gl. = Gleichung #
Vol. = Volume # | Jg. = Jahrgang | H. = Heft # | Az. = Aktenzeichen | Dr. = Doktor | Prof. = Professor
Dres. = Doktores | Dipl. = Diplom | Ing. = Ingenieur | Mag. = Magister ^ | Priv. = Privat | Doz. = Dozent
Hr. = Herr | Hrn. = Herrn | Fr. = Frau ^ | Frl. = Fräulein | Fa. = Firma | St. = Sankt ^ | Hl. = Heilig +^
hl. = heilig + | Mr. = Mister | Mrs. = Misses | Ms. = Miss | Jr. = Junior * | jr. = junior * | Sr. = Senior *
sen. = senior * | jun. = junior * | Std. = Stunden * | Stdn. = Stunden * | Min. = Minuten * | Sek. = Sekunden *
Tel. = Telefon | Mob. = Mobil | Str. = Straße * | Jh. = Jahrhundert * | Jhd. = Jahrhundert * | Jhdt. = Jahrhundert *
geb. = geboren | gest. = gestorben | verh. = verheiratet | gegr. = gegründet | erw. = erweitert + | Erw. = Erwachsene * | gez. = gezeichnet
Mio. = Millionen * | Mill. = Millionen * | Mrd. = Milliarden * | Bio. = Billionen * | Tsd. = tausend *
Corp. = Corporation * | Inc. = Incorporated * | Ltd. = Limited * | Co. = Co * | Bros. = Brothers *
Gebr. = Gebrüder | Univ. = Universität | Inst. = Institut | Abt. = Abteilung | Dept. = Department | Verl. = Verlag
Min.-Präs. = Ministerpräsident | Jan. = Januar | Jän. = Jänner | Feb. = Februar | Mrz. = März | Mär. = März
Apr. = April | Jun. = Juni | Jul. = Juli | Aug. = August | Sept. = September | Sep. = September | Okt. = Oktober
Nov. = November | Dez. = Dezember | gem. = gemäß | lt. = laut | entspr. = entsprechend | Anm. = Anmerkung
dt. = deutsch + | dtsch. = deutsch + | engl. = englisch + | chin. = chinesisch + | franz. = französisch +
frz. = französisch + | ital. = italienisch + | span. = spanisch + | jap. = japanisch + | russ. = russisch +
amerik. = amerikanisch + | brit. = britisch + | europ. = europäisch + | österr. = österreichisch +
schweiz. = schweizerisch + | griech. = griechisch + | lat. = lateinisch + | türk. = türkisch + | poln. = polnisch +
ukr. = ukrainisch + | ehem. = ehemalig + | verst. = verstorben + | ständ. = ständig + | zust. = zuständig +
gleichn. = gleichnamig + | gesetzl. = gesetzlich + | öffentl. = öffentlich + | wiss. = wissenschaftlich +
techn. = technisch + | int. = international + | intern. = international + | nat. = national +
stellv. = stellvertretend + | internat. = international + | städt. = städtisch + | staatl. = staatlich +
ev. = evangelisch + | evang. = evangelisch + | kath. = katholisch + | jüd. = jüdisch + | monatl. = monatlich +
jährl. = jährlich + | tägl. = täglich + | Red. = Redaktion | Verf. = Verfasser | bzgl. = bezüglich
betr. = betreffend | bes. = besonders | allg. = allgemein + | urspr. = ursprünglich + | zit. = zitiert
ebd. = ebenda * | ungef. = ungefähr | wg. = wegen | ff. = fortfolgende * | folg. = folgend +
vorauss. = voraussichtlich | vermutl. = vermutlich | eigtl. = eigentlich | eig. = eigentlich | gg. = gegen
m. = mit # | Präs. = Präsident | Vors. = Vorsitzend ~ | Abg. = Abgeordnet ~ | Angest. = Angestellt ~ | Min.präs. = Ministerpräsident
Reg. = Regierung | Bez. = Bezirk | Kto. = Konto | Kto.-Nr. = Kontonummer | Art.-Nr. = Artikelnummer
Tel.-Nr. = Telefonnummer | Hausnr. = Hausnummer | Bestell-Nr. = Bestellnummer | Akt.-Z. = Aktenzeichen
Mwst. = Mehrwertsteuer | MwSt. = Mehrwertsteuer | USt. = Umsatzsteuer | ESt. = Einkommensteuer
Dipl.-Ing. = Diplom-Ingenieur | Dr.-Ing. = Doktor-Ingenieur | Gen. = General ^ | Sen. = Senator ^
Gov. = Gouverneur ^ | Rep. = Repräsentant ^ | Stk. = Stück * | St.-Nr. = Steuernummer | p. P. = pro Person *
pro Mon. = pro Monat * | pl. = Plural * | Sg. = Singular * | Pl. = Plural * | Forts. = Fortsetzung | f. = folgende *
Einw. = Einwohner * | Ew. = Einwohner * | Bhf. = Bahnhof * | Hbf. = Hauptbahnhof * | Pl.-Nr. = Platznummer
Whg. = Wohnung * | Zi. = Zimmer * | qm. = Quadratmeter * | Ausg. = Ausgabe | Übers. = Übersetzung
Zus. = Zusammenfassung | Kfz. = Kraftfahrzeug | ggü. = gegenüber | jew. = jeweils | Hj. = Halbjahr * | Qu. = Quartal *
wöchentl. = wöchentlich + | stündl. = stündlich + | mtl. = monatlich + | halbj. = halbjährlich + | lfd. = laufend +
teilw. = teilweise | überw. = überwiegend | zw. = zwischen | zzt. = zurzeit | od. = oder | nördl. = nördlich +
südl. = südlich + | westl. = westlich + | östl. = östlich + | schriftl. = schriftlich + | mündl. = mündlich +
wirtschaftl. = wirtschaftlich + | gleichz. = gleichzeitig + | vorl. = vorläufig + | autom. = automatisch +
elektr. = elektrisch + | dän. = dänisch + | schwed. = schwedisch + | norw. = norwegisch + | niederl. = niederländisch +
holl. = holländisch + | ungar. = ungarisch + | tschech. = tschechisch + | ind. = indisch +
kanad. = kanadisch + | austral. = australisch + | korean. = koreanisch + | arab. = arabisch +
vorm. = vormittags * | nachm. = nachmittags * | abds. = abends * | Ges. = Gesellschaft | Abk. = Abkürzung
Kl. = Klasse | Mitgl. = Mitglied | Mitarb. = Mitarbeiter | Vizepräs. = Vizepräsident
Staatssekr. = Staatssekretär | Kzlr. = Kanzler | Drs. = Drucksache # | Rs. = Rechtssache | Urt. = Urteil
Beschl. = Beschluss | Verz. = Verzeichnis | Erl. = Erläuterung | Ergebn. = Ergebnis | Durchschn. = Durchschnitt
durchschn. = durchschnittlich + | geschätz. = geschätzt | gepl. = geplant + | voraussichtl. = voraussichtlich +
i. J. = im Jahr | d. i. = das ist | i. F. = im Folgenden | u. W. = unseres Wissens | s. S. = siehe Seite #
n. Br. = nördlicher Breite * | ö. L. = östlicher Länge * | ü. d. M. = über dem Meeresspiegel * | o. J. = ohne Jahr *
o. O. = ohne Ort * | z. d. A. = zu den Akten * | u. A. w. g. = um Antwort wird gebeten * | i. B. = im Besonderen
Bf. = Bischof ^ | Ebf. = Erzbischof ^ | Kard. = Kardinal ^ | Hptm. = Hauptmann ^ | Oblt. = Oberleutnant ^ | Oberstlt. = Oberstleutnant ^
Ri. = Richtung ^ | ü. NN = über Normalnull * | ü. NHN = über Normalhöhennull * | ü. M. = über Meer *
"""


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """One entry.

    Attributes:
        spoken: In words; of an adjective the stem.
        may_end: It may be a sentence's last word.
        before_figure: Means this only before a figure or a Roman numeral.
        before_capital: Means this only before a word with a capital.
        adjective: Takes an ending from what surrounds it.
        person: An adjective that stands for a person and takes its ending from the article.
    """

    written: str
    spoken: str
    may_end: bool = False
    before_figure: bool = False
    before_capital: bool = False
    adjective: bool = False
    person: bool = False


def _read() -> dict[str, Abbreviation]:
    entries = {}
    for item in _TABLE.replace("\n", "|").split("|"):
        written, _, said = (part.strip() for part in item.partition("="))
        spoken = said.rstrip("*#+^~ ")
        marks = said[len(spoken) :]
        if written:
            entries[written.replace(" ", "")] = Abbreviation(
                written, spoken, "*" in marks, "#" in marks, "^" in marks, "+" in marks, "~" in marks
            )
    return entries


TABLE = _read()
"""Every abbreviation by its letters without spaces: ``z.B.``."""

MAY_END_A_SENTENCE = frozenset(entry.written for entry in TABLE.values() if entry.may_end)
