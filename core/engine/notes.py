"""Notes: sentences that a person should read about a job, besides its painting."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np

from core.bridge.contract.geometry import Box
from core.bridge.contract.pixels import Pixels
from core.bridge.contract.request import Request
from core.bridge.i18n.text import Text
from core.engine import labels
from core.engine.places import Place
from core.pixels.imaging import FLOATS, numbers


def of(request: Request, regions: Sequence[Place]) -> list[Text]:
    """Of a request's pictures, as far as the regions that are painted see them."""
    if not regions:
        return []
    box = reduce(Box.around, (place.box for place in regions))
    found = []
    if hidden := _no_numbers(request.content, box):
        found.append(_told_of_picture(hidden))
    if request.selection is not None and (black := _no_numbers(request.selection, box)):
        found.append(_told_of_mask(black))
    if request.has_picture("content_labels"):
        found += labels.told(request)
    return found


def _no_numbers(pixels: Pixels, box: Box) -> int:
    """How many pixels of the box hold a value that is no number."""
    if pixels.format.depth not in FLOATS:
        return 0
    return int(np.count_nonzero(~numbers(pixels.crop(box))))


def _told_of_picture(pixels: int) -> Text:
    return Text(
        "Pixels of the picture that are no numbers (NaN or infinite) stay as they are: {pixels}.",
        pixels=pixels,
    )


def _told_of_mask(pixels: int) -> Text:
    return Text(
        "Pixels of the mask that are no numbers (NaN or infinite) count as black: {pixels}.",
        pixels=pixels,
    )
