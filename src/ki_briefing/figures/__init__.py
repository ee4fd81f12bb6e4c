"""Figures without cookies: what a web server's log tells of downloads."""
