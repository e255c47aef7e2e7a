"""Trained networks: what they are (descriptors), where their weights come from, how they run."""
