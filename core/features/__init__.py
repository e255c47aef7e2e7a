"""Trained networks: their descriptors, their weights, and the passes through them."""
