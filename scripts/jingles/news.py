"""*news*: horns, drums and a ticking string figure in C minor, a motif of repeated notes, 124 beats per minute."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from jingles.instruments import Sound, bass, bell, brass, drum, marimba, pad, pluck, swell, tick
from jingles.studio import Piece, Room

TEMPO = 124.0
_ROOM = Room(seconds=1.0, level=-13, dark=3_500)


def ident() -> Sound:
    """The motif rises over A flat and B flat and stands on an open fifth on C."""
    piece = Piece(4.3, tempo=TEMPO)
    piece.play(swell(11, rise=0.3, fall=0.3), 0.05, -14)
    for start, chord, root in ((0.7, "Ab3 C4 Eb4", "Ab1"), (2.7, "Bb3 D4 F4", "Bb1")):
        _stab(piece, chord, start, 0.75, -9)
        piece.play(bass(root, 1.1), start, -7)
        piece.play(drum("C2"), start, -8)
    _motif(piece, "C5 C5 D5 Eb5", (0.7, 1.2, 1.45, 1.7))
    _motif(piece, "D5 D5 Eb5 F5", (2.7, 3.2, 3.45, 3.7))
    _motif(piece, "G5", (4.7,), 1)
    piece.line(partial(bell, seconds=2.2, decay=1.2), "G5 C6 D6 G6", (4.7, 4.7, 5.2, 5.7), -12, (0.0, -0.4, 0.4, -0.5))
    _figure(piece, "C5 G4 C5 Eb5", 0.7, 8, -17)
    _figure(piece, "D5 Bb4 D5 F5", 2.7, 8, -16)
    _stab(piece, "C4 G4 D5", 4.7, 1.6, -5)
    piece.play(pad("C3 G3 C4 D4 G4", 2.0, attack=0.03, release=1.8, dark=1.6), 4.7, -3)
    piece.line(partial(bass, seconds=1.9, decay=0.9), "C2", (4.7,), -5)
    for beat, level in ((4.2, -12), (4.45, -10), (4.7, -4)):
        piece.play(drum("C2"), beat, level)
    return piece.finish(_ROOM)


def stinger() -> Sound:
    """The motif in one gesture."""
    piece = Piece(1.6, tempo=TEMPO)
    _motif(piece, "C5 C5 G5", (0.05, 0.3, 0.55))
    _stab(piece, "C4 G4 D5", 0.55, 0.8, -8)
    piece.play(bass("C3", 0.8), 0.55, -8)
    piece.play(drum("C2"), 0.55, -8)
    return piece.finish(Room(seconds=0.8, level=-14, dark=3_500))


def outro() -> Sound:
    """The motif comes down over A flat, B flat and F minor, and closes on C."""
    piece = Piece(6.2, tempo=112.0)
    parts = (
        (0.05, "Ab3 C4 Eb4", "Ab1", "Eb5 Eb5 D5 C5", "C5 Ab4 C5 Eb5"),
        (2.05, "Bb3 D4 F4", "Bb1", "D5 D5 C5 Bb4", "D5 Bb4 D5 F5"),
        (4.05, "F3 C4 Ab4", "F2", "C5 C5 D5 F5", "C5 Ab4 C5 F5"),
    )
    for start, chord, root, motif, figure in parts:
        _stab(piece, chord, start, 0.8, -10)
        piece.play(bass(root, 1.2), start, -8)
        piece.play(drum("C2"), start, -10)
        _motif(piece, motif, (start, start + 0.5, start + 0.75, start + 1), -2)
        _figure(piece, figure, start, 7, -18)
    _motif(piece, "G5 C5", (6.05, 6.05))
    _stab(piece, "C4 G4 D5", 6.05, 1.8, -6)
    piece.line(
        partial(bell, seconds=2.6, decay=1.4), "C5 G5 D6 G6", (6.05, 6.55, 7.05, 7.55), -11, (0.0, 0.4, -0.4, 0.5)
    )
    piece.play(pad("C3 G3 C4 D4 G4", 2.8, attack=0.05, release=2.5), 6.05, -2)
    piece.play(bass("C2", 2.0, decay=0.9), 6.05, -6)
    piece.play(drum("C2"), 6.05, -6)
    return piece.finish(_ROOM)


def bed() -> Sound:
    """Eight bars to talk over: C minor, A flat, F minor, G with a fourth, two bars each; a figure that ticks on."""
    piece = Piece(32 * 60 / TEMPO, tempo=TEMPO, loop=True)
    chords = (
        ("C3 G3 C4 Eb4", "C2", "C4 G4 Eb4 G4 D4 G4 Eb4 G4"),
        ("Ab2 Eb3 C4 Eb4", "Ab1", "C4 Ab4 Eb4 Ab4 D4 Ab4 Eb4 G4"),
        ("F2 C3 Ab3 C4", "F2", "C4 F4 Ab4 F4 C4 F4 G4 F4"),
        ("G2 D3 G3 C4", "G2", "D4 G4 C5 G4 D4 G4 Bb4 G4"),
    )
    for index, (chord, root, figure) in enumerate(chords):
        start = 8 * index
        piece.play(pad(chord, 4.6, attack=0.6, release=0.8, dark=2.1), start, -5)
        for bar in (start, start + 4):
            _figure(piece, f"{figure} {figure}", bar, 16, -8)
            piece.line(partial(bass, seconds=0.4, decay=0.2), " ".join([root] * 8), [bar + i / 2 for i in range(8)], -9)
            for beat in (bar, bar + 2.5):
                piece.play(drum("C2"), beat, -8)
            for offbeat in (1, 3):
                piece.play(tick(60 + offbeat), bar + offbeat, -19, -0.3)
    piece.line(marimba, "C5 C5 D5 Eb5", (14, 14.5, 14.75, 15), -14)
    piece.line(marimba, "D5 D5 C5 Bb4", (30, 30.5, 30.75, 31), -14)
    return piece.finish(_ROOM, mono=True)


def _motif(piece: Piece, notes: str, beats: Iterable[float], level: float = 0.0) -> None:
    places = tuple(beats)
    piece.line(marimba, notes, places, level - 4)
    piece.line(partial(brass, seconds=0.45, bright=5), notes, places, level - 9)


def _stab(piece: Piece, chord: str, beat: float, seconds: float, level: float) -> None:
    notes = chord.split()
    for index, note in enumerate(notes):
        piece.play(brass(note, seconds), beat, level, 0.8 * index / (len(notes) - 1) - 0.4)


def _figure(piece: Piece, notes: str, start: float, count: int, level: float) -> None:
    """Play the notes again and again in sixteenths, the first of every four a little stronger."""
    names = notes.split()
    for step in range(count):
        note = pluck(names[step % len(names)], 0.3, decay=0.08)
        piece.play(note, start + step / 4, level if step % 4 == 0 else level - 3, (-0.5, 0.4, -0.2, 0.6)[step % 4])
