"""Trained weights: fetched, read, folded and kept, each checked by its hash."""
