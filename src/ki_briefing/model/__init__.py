"""The values, one module per step: text, spans, sound, episode. All are frozen."""
