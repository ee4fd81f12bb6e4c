"""How written German is read aloud."""
