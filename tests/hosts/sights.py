"""What a dialog showed of a painting beside what the host shows once it is painted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from core.bench.judges import Judges
from core.bench.subjects.seen import MOST


def assert_seen(weights: Path, seen: NDArray[np.uint8], painted: NDArray[np.uint8]) -> None:
    """That both are the same to the eye, at the size of the first.

    Args:
        weights: of the judge.
        seen, painted: RGB, shape (height, width, 3).
    """
    height, width, _ = seen.shape
    assert seen.size < painted.size, "the preview is smaller than what is painted"
    small = Image.fromarray(painted).resize((width, height), Image.Resampling.BICUBIC)
    judges = Judges(weights, torch.device("cpu"))
    one, other = (
        torch.from_numpy(np.array(each)).permute(2, 0, 1)[None].float() / 255
        for each in (seen, np.asarray(small))
    )
    assert judges.content(one, other) < MOST
