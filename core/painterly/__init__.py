"""Painterly: pixels descend a sum of terms, coarse to fine, then at the layer's own resolution."""
