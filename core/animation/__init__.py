"""Clips painted frame by frame: looked through, cut into shots, resumed where they stopped."""
