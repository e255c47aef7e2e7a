"""Impasto's engine: paint regions of a picture in the style of others.

Importing this package is cheap; PyTorch is imported by the modules that use it.
"""

# Relative, so that the build backend can load this file alone.
from .bridge import VERSION as __version__

__all__ = ["__version__"]
