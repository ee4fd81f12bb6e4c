"""Voices that a service speaks with: one careful client, and what is believed of its answers."""
