"""Files of pixels: one reader and one writer for all of them.

The reader gives a file's own samples, and the pixels that are painted: upright, on the sRGB curve,
with sRGB's primaries. The writer converts painted pixels back to the kind, the depth and the colour
profile of the file. A pixel that was not painted keeps its samples bit for bit, whatever the kind
of the picture.
"""

from core.pixels.files.decoding import endings
from core.pixels.files.file import File, as_mask, read, read_flat, read_mask
from core.pixels.files.writing import check_writable, writable, write

VERSION = "4"
"""Version of the reader. What another version has measured of a file may differ."""

__all__ = [
    "VERSION",
    "File",
    "as_mask",
    "check_writable",
    "endings",
    "read",
    "read_flat",
    "read_mask",
    "writable",
    "write",
]
