"""Files of pixels: one reader and one writer for all of them.

Reading gives the samples as the file has them, and the pixels that are painted: upright, on the
sRGB curve with its primaries. Writing converts back what was painted into the kind, the depth and
the colour profile that the file had. A pixel that was not painted keeps its own samples, so that it
is the same to the bit, whatever kind of picture it is part of.
"""

from core.pixels.files.decoding import endings
from core.pixels.files.file import File, read, read_flat, read_mask
from core.pixels.files.writing import check_writable, write

VERSION = "4"
"""Of the reader: what was found out of a file by another may differ."""

__all__ = [
    "VERSION",
    "File",
    "check_writable",
    "endings",
    "read",
    "read_flat",
    "read_mask",
    "write",
]
