"""Pixels as tensors: sizes, colour, highlights, enlarging, sheets, and picture files."""
