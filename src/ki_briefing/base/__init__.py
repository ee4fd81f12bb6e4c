"""What all rooms build on: errors, files, records, databases. It knows nothing of podcasts."""
