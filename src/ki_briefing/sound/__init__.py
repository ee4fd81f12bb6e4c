"""How it sounds: takes and jingles become one mastered MP3 stream."""

VERSION = "stretch 8"
"""Must be increased whenever the same script, clips and settings begin to sound different."""
