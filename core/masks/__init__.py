"""Soft masks: the edge of a selection, and the subject of a picture."""
