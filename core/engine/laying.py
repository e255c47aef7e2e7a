"""A painting laid over the file that it was painted on."""

from __future__ import annotations

import numpy as np
import torch

from core.bridge.contract.settings import Settings
from core.engine.painting import Painting
from core.pixels.files import File
from core.pixels.imaging import cut


def untouched(content: File) -> File:
    """The file with nothing painted over it, as it is to be written."""
    nothing = np.zeros(content.pixels.extent[::-1], np.float32)
    return content.painted(content.pixels, nothing)


def laid_over(content: File, painting: Painting, settings: Settings) -> File:
    """The file with a painting over its pixels, as it is to be written."""
    box, _, part = painting.painted
    # NumPy's zeros take no memory where nothing is written: a small selection has a large canvas.
    covered = torch.from_numpy(np.zeros(content.pixels.extent[::-1], np.float32))
    cut(covered, box).copy_(settings.strength * part[0, 0])
    return content.painted(painting.over(content.pixels), covered.numpy())
