"""What moves between two frames, and what of one is seen in the other."""
