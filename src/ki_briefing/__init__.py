"""KI-Briefing: a written German news article becomes a finished podcast episode."""
