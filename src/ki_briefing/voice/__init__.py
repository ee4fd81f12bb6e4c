"""Voices: a script's utterances become takes."""

VERSION = "clip 2"
"""Counts up whenever clips are kept in another form, or engines are given something else for the same utterance."""
