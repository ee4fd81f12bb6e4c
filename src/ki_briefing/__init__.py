"""KI-Briefing: a written German news article becomes a finished podcast episode."""

__version__ = "0.2.0"
