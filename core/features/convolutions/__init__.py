"""Algorithms of a convolution with its ReLU, and the choice of the fastest one on this machine.

All algorithms give the same results up to rounding, in both the forward and the backward pass.
"""
