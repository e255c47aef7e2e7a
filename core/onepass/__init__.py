"""Painting in one pass through a network, without optimization: instant and pastiche."""
