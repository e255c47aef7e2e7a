"""A job, from a request to a new layer: its regions, a method for each, its progress."""
