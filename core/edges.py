"""A selection's edge: grown or shrunk, and softened."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from core.bridge.geometry import Box
from core.bridge.pixels import PixelFormat, Pixels
from core.bridge.request import Request
from core.imaging import array, bounds, top

_STEP = 8
"""Radius of the disc that a mask is grown by at once: discs one after another add up."""


def applied(request: Request) -> Request:
    """A request whose selection has the edge that ``grow`` and ``feather`` ask for."""
    settings, selection = request.settings, request.selection
    if selection is None or not (settings.grow or settings.feather):
        return request
    values = array(selection)[..., 0]
    # A preview's content may be a smaller rendition of what the pixels are meant on.
    life = request.preview or request.content.extent
    shrink = request.content.extent.long_side / life.long_side
    inside = bounds(values > 0)
    if inside.empty:
        return request
    # Only this part can change, so that a small mask costs little.
    reached = inside.grow(round(settings.reach * shrink) + 1)
    reached = reached.intersect(Box.of(selection.extent))
    part = slice(reached.y, reached.bottom), slice(reached.x, reached.right)
    mask = np.asarray(values[part] / top(selection.format), np.float32)
    made = np.zeros(values.shape, np.uint16)
    soft = feathered(grown(mask, round(settings.grow * shrink)), settings.feather * shrink)
    made[part] = np.rint(soft * 65535)
    pixels = Pixels(selection.extent, PixelFormat("G", "u16"), made.tobytes())
    return replace(request, selection=pixels)


def grown(mask: NDArray[np.float32], pixels: int) -> NDArray[np.float32]:
    """A mask grown by a disc of that radius, or shrunk where it is negative.

    Beyond the picture a mask goes on as it is at the border, so that what fills a picture still
    fills it when it has shrunk.
    """
    change = cv2.dilate if pixels > 0 else cv2.erode
    left = abs(pixels)
    while left > 0:
        radius = min(left, _STEP)
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1,) * 2)
        mask = np.asarray(change(mask, disc, borderType=cv2.BORDER_REPLICATE), np.float32)
        left -= radius
    return mask


def feathered(mask: NDArray[np.float32], pixels: float) -> NDArray[np.float32]:
    """A mask whose hard edges go from 0 to 1 over about so many pixels."""
    if pixels == 0:
        return mask
    blurred = cv2.GaussianBlur(mask, (0, 0), pixels / 4, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred, np.float32).clip(0, 1)
