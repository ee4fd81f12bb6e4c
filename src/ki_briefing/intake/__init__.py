"""Where articles come from: the inbox, and another host's feed."""
