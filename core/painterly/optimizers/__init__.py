"""Optimizers, which move a picture's pixels towards a smaller loss, and the registry of them."""
