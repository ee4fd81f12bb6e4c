"""``python -m ki_briefing``."""

from ki_briefing.cli.main import main

if __name__ == "__main__":
    main()
