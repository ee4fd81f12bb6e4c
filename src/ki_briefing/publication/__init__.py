"""What a web server serves: feed, pages, and the folder they lie in."""
