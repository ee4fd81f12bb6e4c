"""``python -m ki_briefing``."""

from ki_briefing.cli import main

main()
