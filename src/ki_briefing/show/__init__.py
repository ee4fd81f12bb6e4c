"""A show's folder: its settings, its episodes, its locks, and a catalogue that remembers them."""
