"""A show's folder: its settings, its episodes, its memory."""
