"""Where articles come from: the inbox, addresses, newsrooms' feeds; and the feed of a show that moves here."""
