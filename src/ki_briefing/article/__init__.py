"""A stage of the house."""
