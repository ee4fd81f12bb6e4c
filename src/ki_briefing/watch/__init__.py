"""Who looks after a show on air: its status, its health file, and notices to people."""
