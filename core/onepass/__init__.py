"""Painting in one forward pass through a network: instant and pastiche."""
