"""How it sounds: takes and jingles become one mastered MP3 stream."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy comes: its own threads would take time from ours
