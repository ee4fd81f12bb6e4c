"""*calm*: an electric piano and wide chords in F major, a falling and resting motif (A C G F), 80 beats per minute."""

from __future__ import annotations

from functools import partial

from jingles.instruments import Sound, bass, bell, pad, piano
from jingles.studio import Piece, Room

TEMPO = 80.0
_ROOM = Room(seconds=1.8, level=-11, dark=2_000)
_pad = partial(pad, dark=2.2, partials=7)
_bass = partial(bass, seconds=2.2, decay=1.0)


def ident() -> Sound:
    """The motif over B flat and C, at rest on F."""
    piece = Piece(4.9, tempo=TEMPO)
    piece.line(piano, "A4 C5 G5", (0.3, 0.8, 1.3), -3, (-0.3, 0.1, 0.4))
    piece.line(piano, "F5 C5 A4 G4", (2.3, 2.3, 2.34, 2.8), -3, (0.0, -0.3, 0.3, 0.5))
    piece.line(bell, "C6 F6", (2.8, 3.3), -17, (-0.5, 0.5))
    piece.play(_pad("Bb3 D4 F4 A4", 1.5, attack=0.35, release=0.5), 0.05, -4)
    piece.play(_pad("C4 F4 G4", 0.9, attack=0.2, release=0.4), 1.5, -6)
    piece.play(_pad("F3 C4 E4 G4 A4", 3.0, attack=0.12, release=2.6), 2.3, -1)
    piece.line(_bass, "Bb2 C3 F2", (0.3, 1.5, 2.3), -9)
    return piece.finish(_ROOM)


def stinger() -> Sound:
    """The motif's close."""
    piece = Piece(1.8, tempo=TEMPO)
    piece.line(piano, "C5 G5 F5", (0.05, 0.3, 0.6), -2, (-0.3, 0.3, 0.0))
    piece.play(_pad("F3 A3 C4 G4", 1.6, attack=0.12, release=1.2), 0.05, -6)
    piece.play(bass("F2", 1.2), 0.6, -11)
    return piece.finish(Room(seconds=1.1, level=-13, dark=2_000))


def outro() -> Sound:
    """The motif backwards, then once more as it began, over B flat, G minor and C to F."""
    piece = Piece(6.4, tempo=TEMPO)
    piece.line(piano, "F5 G5 C5", (0.05, 0.5, 1), -4, (0.2, 0.4, -0.2))
    piece.line(piano, "A4 C5 G5", (2, 2.5, 3), -4, (-0.3, 0.1, 0.4))
    piece.line(partial(piano, seconds=3.4, decay=1.6), "F5 C5 A4 F4", (3.5, 3.5, 3.54, 3.58), -3, (0.0, -0.4, 0.4, 0.0))
    piece.line(partial(bell, seconds=2.6), "C6 F6", (4, 4.5), -16, (-0.5, 0.5))
    piece.play(_pad("Bb3 D4 F4 A4", 1.2, attack=0.1, release=0.5), 0.05, -4)
    piece.play(_pad("G3 Bb3 D4 F4 A4", 1.1, attack=0.2, release=0.5), 1.25, -4)
    piece.play(_pad("C4 F4 G4 Bb4", 1.2, attack=0.2, release=0.5), 2.4, -5)
    piece.play(_pad("F3 C4 E4 A4", 3.7, attack=0.12, release=3.2), 3.5, -1)
    piece.line(_bass, "Bb2 G2 C3 F2", (0.05, 1.25, 2.5, 3.5), -9)
    return piece.finish(_ROOM)


def bed() -> Sound:
    """Six bars to talk over, a chord each; a broken chord on every beat and the motif in the fourth bar."""
    piece = Piece(24 * 60 / TEMPO, tempo=TEMPO, loop=True)
    bars = (
        ("F3 C4 E4 G4", "F2", "A4 C5 E4 G4"),
        ("A3 C4 E4 G4", "A2", "G4 C5 E4 C4"),
        ("Bb3 D4 F4 A4", "Bb2", "F4 A4 D5 A4"),
        ("G3 Bb3 D4 F4", "G2", "D4 F4 Bb4 A4"),
        ("D4 F4 A4 C5", "D3", "F4 A4 C5 E5"),
        ("C4 F4 G4 Bb4", "C3", "D5 C5 G4 F4"),
    )
    for index, (chord, root, broken) in enumerate(bars):
        start = 4 * index
        piece.play(_pad(chord, 4.3, attack=1.0, release=1.4), start, -2)
        piece.play(_bass(root), start, -11)
        piece.play(bass(root, 1.0), start + 2.5, -15)
        piece.line(piano, broken, range(start, start + 4), -11, (-0.4, 0.2, 0.5, -0.1))
    piece.line(bell, "A4 C5 G5 F5", (14, 14.5, 15, 16), -17, (-0.3, 0.0, 0.3, 0.0))
    return piece.finish(_ROOM, mono=True)
