"""Trained voices on this machine: finding, installing and running them."""
