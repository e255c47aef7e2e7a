"""Impasto's engine: paint regions of a picture in the style of others.

Importing this package is cheap; PyTorch is imported by the modules that use it.
"""

from core.bridge import VERSION as __version__

__all__ = ["__version__"]
