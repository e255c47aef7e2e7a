"""Moving pictures: videos, animated pictures, and frames that are files of their own.

A clip gives its frames as :class:`core.pixels.files.File`, so that each is painted and written as a
picture is. What is painted of them is gathered in a folder, frame by frame, and put together at the
end by :mod:`core.clips.output`.
"""

from core.clips.clip import Clip, Frame, Kind, Moment
from core.clips.opening import is_still, opened

__all__ = ["Clip", "Frame", "Kind", "Moment", "is_still", "opened"]
