"""Turns pictures upright, as their camera noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from core.pixels.files.samples import Samples

_TURNS: Mapping[int, tuple[bool, int]] = {
    2: (True, 0), 3: (False, 2), 4: (True, 2), 5: (True, 1), 6: (False, 3), 7: (True, 3),
    8: (False, 1),
}  # fmt: skip
"""Whether to mirror left and right first, and quarter turns to the left, by EXIF's orientation."""


def upright(samples: Samples, orientation: Any) -> Samples:
    """Turn samples as the camera noted in EXIF's orientation."""
    if orientation not in _TURNS:
        return samples
    mirrored, quarters = _TURNS[orientation]
    values = samples.values[:, ::-1] if mirrored else samples.values
    return replace(samples, values=np.ascontiguousarray(np.rot90(values, quarters)))
