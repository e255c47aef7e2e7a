"""The edge of a selection: grown or shrunk, and feathered."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.bridge.contract.geometry import Box
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.pixels.imaging import bands, bounds, levels, top
from core.system.stopping import ShouldStop, ask

_STEP = 8
"""Radius in pixels of the largest disc that a mask is grown by at once. The radii of repeated discs
add up."""


def applied(request: Request, should_stop: ShouldStop = lambda: False) -> Request:
    """The request with its selection grown and feathered as its settings say.

    Raises:
        Stopped: ``should_stop``, which is asked often, returned True.
    """
    settings, selection = request.settings, request.selection
    if selection is None or not (settings.grow or settings.feather):
        return request
    values = levels(selection)
    # The settings count pixels of the full size. A preview's content may be smaller.
    full = request.preview or request.content.extent
    shrink = request.content.extent.long_side / full.long_side
    inside = bounds(values > 0)
    if inside.empty:
        return request
    # Only this part can change, so a small mask costs little.
    reached = inside.grow(round(settings.reach * shrink) + 1)
    reached = reached.intersect(Box.of(selection.extent))
    part = reached.slices
    mask = np.asarray(values[part] / top(selection.format), np.float32)
    made = np.zeros(values.shape, np.uint16)
    mask = grown(mask, round(settings.grow * shrink), should_stop)
    soft = feathered(mask, settings.feather * shrink, should_stop)
    made[part] = np.rint(soft * 65535)
    pixels = Pixels(selection.extent, PixelFormat("G", "u16"), made.tobytes())
    return replace(request, selection=pixels)


def grown(
    mask: NDArray[np.float32], pixels: int, should_stop: ShouldStop = lambda: False
) -> NDArray[np.float32]:
    """A mask grown by a disc, or shrunk by it.

    Beyond the picture the mask continues as it is at the border, so that a mask which fills the
    picture still fills it after shrinking.

    Args:
        mask: 0..1, shape (height, width).
        pixels: the radius of the disc; a negative one shrinks.
        should_stop: asked often.
    """
    change = cv2.dilate if pixels > 0 else cv2.erode
    left = abs(pixels)
    while left > 0:
        radius = min(left, _STEP)
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2)

        def by_disc(rows: NDArray[np.float32], disc: Any = disc) -> Any:
            return change(rows, disc, borderType=cv2.BORDER_REPLICATE)

        mask = _in_bands(by_disc, mask, radius, should_stop)
        left -= radius
    return mask


def feathered(
    mask: NDArray[np.float32], pixels: float, should_stop: ShouldStop = lambda: False
) -> NDArray[np.float32]:
    """A mask whose hard edges become ramps from 0 to 1 of about so many pixels."""
    if pixels == 0:
        return mask
    deviation = pixels / 4
    reach = math.ceil(4 * deviation) + 1

    def blurred(rows: NDArray[np.float32]) -> Any:
        return cv2.GaussianBlur(rows, (0, 0), deviation, borderType=cv2.BORDER_REPLICATE)

    return _in_bands(blurred, mask, reach, should_stop).clip(0, 1)


def _in_bands(
    change: Callable[[NDArray[np.float32]], Any],
    mask: NDArray[np.float32],
    reach: int,
    should_stop: ShouldStop,
) -> NDArray[np.float32]:
    """Apply a filter in bands of rows.

    Args:
        change: the filter.
        mask: shape (height, width).
        reach: the number of rows on either side that the filter needs.
        should_stop: asked before each band.
    """
    changed = np.empty_like(mask)
    height, width = mask.shape
    for band in bands(Box(0, 0, width, height)):
        ask(should_stop)
        start = max(0, band.y - reach)
        seen = np.ascontiguousarray(mask[start : band.bottom + reach])
        changed[band.y : band.bottom] = change(seen)[band.y - start :][: band.height]
    return changed
