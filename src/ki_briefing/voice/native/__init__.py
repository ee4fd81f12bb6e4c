"""Voices whose libraries come along: each speaks in processes of its own."""
