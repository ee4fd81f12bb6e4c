"""What surrounds the sound of an episode: tag, chapters, transcripts, notes, pictures, backlink, provenance."""
