"""The tables of scripts/bench: whole processes, alternating, medians of one run; read the ratios, not the seconds."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import hostile
import long
import short
from measure import print_figures


def main() -> None:
    """Measure and print; ``--long`` too what takes a quarter of an hour, ``--text`` only what text costs."""
    with tempfile.TemporaryDirectory() as folder:
        if "--text" in sys.argv[1:]:
            print_figures(hostile.measure(Path(folder)))
            return
        figures = short.measure(Path(folder))
        if "--long" in sys.argv[1:]:
            figures += long.measure(Path(folder))
    print_figures(figures)


if __name__ == "__main__":
    main()
