"""The 26 styles that the network of the method pastiche knows."""

from __future__ import annotations

NAMES = (
    *("wheat", "contours", "charcoal", "carnival", "claret", "autumn", "indigo", "primaries"),
    *("pencil", "patchwork", "copper", "parchment", "lilac", "linocut", "mist", "mosaic"),
    *("crayon", "grid", "woodcut", "starry", "embers", "poster", "leadlight", "lamplight"),
    *("wave", "bronze"),
)
"""What we call them after what they look like: they came numbered, and only so."""
