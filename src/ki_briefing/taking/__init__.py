"""Articles come in unattended: a show's inbox and feeds -> new episodes, and what must be said of all others."""
