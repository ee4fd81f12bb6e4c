"""What a speech recogniser hears of what was said, compared with what should have been said."""
