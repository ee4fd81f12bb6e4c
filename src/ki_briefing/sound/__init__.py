"""How it sounds: takes and jingles become one mastered MP3 stream."""

import os

VERSION = "stretch 7"
"""Counts up whenever the same script, clips and settings begin to sound different."""

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy comes: its own threads would take time from ours
