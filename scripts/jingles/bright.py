"""*bright*: mallets and glass in D major, a rising motif of fourths (A D E F# A), 116 beats per minute."""

from __future__ import annotations

from functools import partial

from jingles.instruments import Sound, bass, bell, drum, marimba, pad, pluck, swell, tick
from jingles.studio import Piece, Room

TEMPO = 116.0
_ROOM = Room()


def ident() -> Sound:
    """The motif climbs over IV, V and I, and rings out."""
    piece = Piece(4.4, tempo=TEMPO)
    piece.play(swell(7, rise=0.5), 0.04, -9)
    _mallets(piece, "A4 D5 E5 F#5", (1, 1.5, 2, 3), -3)
    _mallets(piece, "A5", (4,))
    piece.line(
        partial(bell, seconds=2.3, decay=1.5), "A5 F#5 D6 E6 A6", (4, 4, 4.5, 5, 5.5), -10, (0.0, -0.5, 0.5, -0.6)
    )
    piece.line(pluck, "D4 G4 B4 D5 C#5 A4 E5 A5", (1.75, 2.25, 2.5, 2.75, 3.25, 3.5, 3.625, 3.75), -14, (-0.7, 0.7))
    piece.play(pad("G3 B3 D4 F#4", 1.3, attack=0.08, release=0.45), 1, -7)
    piece.play(pad("A3 D4 E4", 0.8, attack=0.1, release=0.4), 3, -5)
    piece.play(pad("D3 A3 D4 E4 F#4 A4", 2.3, attack=0.03, release=2.1, dark=1.6), 4, 1)
    piece.line(partial(bass, seconds=2.0, decay=0.9), "G2 A2 D2", (1, 3, 4), -8)
    for beat, level in ((1, -10), (3, -12), (4, -4)):
        piece.play(drum("D2"), beat, level)
    for offbeat in (1, 2, 3):
        piece.play(tick(20 + offbeat), offbeat + 0.5, -20, 0.4)
    return piece.finish(_ROOM)


def stinger() -> Sound:
    """The motif's last three notes."""
    piece = Piece(1.6, tempo=TEMPO)
    _mallets(piece, "E5 F#5 A5", (0.05, 0.3, 0.8))
    piece.play(pad("A3 D4 E4 F#4", 1.3, attack=0.05, release=0.9), 0.05, -8)
    piece.play(bass("D3", 0.9), 0.8, -9)
    piece.play(drum("D2"), 0.8, -10)
    return piece.finish(Room(seconds=0.8, level=-14))


def outro() -> Sound:
    """The motif comes down, asks once more, and is home."""
    piece = Piece(6.2, tempo=TEMPO)
    _mallets(piece, "A5 F#5 E5 D5", (0.05, 0.5, 1, 2))
    _mallets(piece, "A4 D5 E5", (3, 3.5, 4), -2)
    _mallets(piece, "D5 F#5", (5, 5), -1)
    piece.line(partial(bell, seconds=3.0, decay=1.6), "D5 A5 D6 F#6", (5, 5.5, 6, 6.5), -9, (0.0, 0.6, -0.6, 0.3))
    piece.line(pluck, "G4 B4 D5 B4 E4 G4 B4 D5", (0.25, 0.75, 1.25, 1.5, 2.25, 2.5, 2.75, 3.25), -15, (-0.7, 0.7))
    piece.play(pad("G3 B3 D4 F#4", 1.5, attack=0.08, release=0.5), 0.05, -5)
    piece.play(pad("E3 G3 B3 D4", 1.1, attack=0.15, release=0.5), 2, -5)
    piece.play(pad("A3 D4 E4 G4", 1.0, attack=0.15, release=0.5), 3.5, -5)
    piece.play(pad("D3 A3 D4 E4 F#4 B4", 3.6, attack=0.06, release=3.2), 5, 0)
    piece.line(partial(bass, seconds=1.8), "G2 E2 A2 D2", (0.05, 2, 3.5, 5), -7)
    for start, level in ((0.05, -9), (5, -7)):
        piece.play(drum("D2"), start, level)
    return piece.finish(Room(seconds=1.3))


def bed() -> Sound:
    """Eight bars to talk over: D, B minor, G, A, two bars each; the motif only as a memory in bars four and eight."""
    piece = Piece(32 * 60 / TEMPO, tempo=TEMPO, loop=True)
    chords = (
        ("D3 A3 E4 F#4", "D2", "D4 A4 E5 A4 F#4 A4 D5 A4"),
        ("B2 F#3 A3 D4", "B1", "B3 F#4 D5 F#4 E4 F#4 C#5 F#4"),
        ("G2 D3 F#3 B3", "G2", "G3 D4 B4 D4 A4 D4 F#4 D4"),
        ("A2 E3 G3 D4", "A2", "A3 E4 D5 E4 G4 E4 B4 E4"),
    )
    seconds_per_bar = 4 * 60 / TEMPO
    for index, (chord, root, figure) in enumerate(chords):
        start = 8 * index
        piece.play(pad(chord, 2 * seconds_per_bar + 0.9, attack=0.8, release=1.0, dark=2.1), start, -3)
        for bar in (start, start + 4):
            piece.line(pluck, figure, [bar + step / 2 for step in range(8)], -9, (-0.5, 0.3, 0.6, -0.2))
            piece.line(partial(bass, seconds=0.9, decay=0.35), f"{root} {root} {root}", (bar, bar + 1.5, bar + 3), -8)
            for step in range(4):
                piece.play(tick(40 + step), bar + step + 0.5, -22, 0.3)
            for beat in (bar, bar + 2):
                piece.play(drum("D2"), beat, -11)
        if index % 2:
            piece.line(bell, "A4 D5 E5", (start + 5, start + 5.5, start + 6), -13, (-0.4, 0.0, 0.4))
    return piece.finish(_ROOM, mono=True)


def _mallets(piece: Piece, notes: str, beats: tuple[float, ...], level: float = 0.0) -> None:
    pans = (0.0, -0.4, 0.3, -0.2, 0.4)
    piece.line(marimba, notes, beats, level - 2, pans)
    piece.line(bell, notes, beats, level - 6, pans)
