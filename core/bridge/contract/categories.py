"""What kind of picture each style is that comes with Impasto, to look through the gallery by."""

from __future__ import annotations

from collections.abc import Mapping

CATEGORIES: Mapping[str, frozenset[str]] = {
    "Drawings and prints": frozenset(
        {
            *("block print", "charcoal", "contours", "crayon", "cross-hatching", "ink wash"),
            *("linocut", "parchment", "pastel", "pencil", "poster", "woodcut"),
        }
    ),
    "Paintings": frozenset(
        {
            *("autumn", "bronze", "carnival", "claret", "copper", "embers", "facets"),
            *("flowing strokes", "indigo", "lamplight", "lilac", "mist", "palette knife"),
            *("pointillism", "primaries", "starry", "watercolour", "wave", "wheat"),
        }
    ),
    "Mosaics and glass": frozenset({"leadlight", "mosaic", "stained glass"}),
    "Textiles and paper": frozenset(
        {"batik", "cut paper", "grid", "marbling", "patchwork", "tapestry"}
    ),
}
"""The styles of each kind, by their names: those that are drawn, and those that pastiche knows
(:data:`core.bridge.contract.pastiches.NAMES`). Each has one kind."""
