"""A stage of the house."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy comes: its own threads would take time from ours
