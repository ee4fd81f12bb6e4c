"""What a web server serves: the feed, the pages, and the folder that holds them."""
