"""Trained weights: fetched, converted, kept and checked by their hashes."""
