"""What every room stands on: errors, files, records, databases. It knows nothing of podcasts."""
