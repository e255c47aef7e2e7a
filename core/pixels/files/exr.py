"""Reads OpenEXR files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.pixels.files import colors
from core.pixels.files.kinds import Kind
from core.pixels.files.samples import Decoded, Notes, Samples, unread_channels
from core.system import room


def decode(path: Path) -> Decoded:
    """Read the first part of a file: linear light, in which 1 is white paper.

    Raises:
        BadInput: none of its channels is a colour.
    """
    import OpenEXR  # here, as few files need it and it delays the start

    with OpenEXR.File(str(path), header_only=True) as opened:
        (left, top), (right, bottom) = opened.header()["dataWindow"]
        extent, count = Extent(int(right - left) + 1, int(bottom - top) + 1), len(opened.channels())
    room.for_file(path, extent, 12 * max(4, count))
    with OpenEXR.File(str(path), separate_channels=True) as opened:
        channels = {name: one.pixels for name, one in opened.channels().items()}
        more = len(opened.parts) - 1
    names = next((each for each in ("RGB", "Y") if all(name in channels for name in each)), "")
    if not names:
        raise BadInput(
            "{path} has the channels {names}, of which none is a colour: export it with R, G and "
            "B.",
            path=path,
            names=", ".join(channels),
        )
    alpha = "A" in channels
    planes = [channels[name] for name in names + "A" * alpha]
    values = np.stack(planes, axis=-1)
    if values.dtype.str[1:] not in ("f2", "f4"):
        values = values.astype(np.float32)
    kind = Kind("rgb" if names == "RGB" else "grey", values.dtype.str[1:], alpha)
    profile = colors.srgb(linear=True) if names == "RGB" else colors.by_gamma(1)
    samples = Samples(kind, values, profile=profile, white=1.0, premultiplied=alpha)
    told = Notes(unread=unread_channels(len(channels), kind))
    return Decoded(samples, "EXR", told, more=more)
