"""Painterly: optimisation of the pixels for a sum of terms, from coarse to fine, then in detail."""
