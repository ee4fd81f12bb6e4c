"""What lies beside the MP3 and inside it: tag, chapters, transcripts, notes, pictures, backlink, provenance."""
