"""Algorithms of a convolution with its ReLU, forward and backward, and which is the quickest here.

All give the same, to the rounding of their type.
"""
