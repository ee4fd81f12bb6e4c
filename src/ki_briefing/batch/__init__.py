"""Many articles at once, on this machine or on a cluster: articles -> units -> workers -> releases."""
