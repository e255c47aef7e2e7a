"""Which subjects are meant, where somebody clicks on them in a dialog's picture.

The knob ``subject`` holds them as shares of the layer (see :mod:`..contract.points`); here they are
pixels of the canvas.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..contract.errors import BadInput
from ..contract.geometry import Box
from ..contract.points import Point, read, written
from ..contract.settings import Settings

Pixel = tuple[float, float]


def markers(settings: Settings | None, layer: Box | None) -> Sequence[Pixel] | None:
    """Where the points are on the canvas; None where a click says nothing.

    Args:
        settings: what the dialog says, if it says anything.
        layer: the box of what is painted on, if that is known.
    """
    if settings is None or layer is None or settings.segment != "auto" or settings.sketch:
        return None
    return [_pixel(point, layer) for point in _points(settings)]


def clicked(settings: Settings, layer: Box, at: Pixel, reach: float) -> str:
    """The knob after a click: the point was taken away that was clicked on, or one was added.

    Args:
        settings: what the dialog says.
        layer: the box of what is painted on.
        at: the pixel of the canvas; beside the layer it changes nothing.
        reach: how far away, in pixels of the canvas, a point still counts as clicked on.
    """
    points = _points(settings)
    away = [math.dist(_pixel(point, layer), at) for point in points]
    if away and min(away) <= reach:
        del points[away.index(min(away))]
        return written(points)
    new = Point((at[0] - layer.x) / layer.width, (at[1] - layer.y) / layer.height)
    return written([*points, new] if new.inside else points)


def _points(settings: Settings) -> list[Point]:
    try:
        return read(settings.subject)
    except BadInput:
        return []  # the preview says what is wrong with it


def _pixel(point: Point, layer: Box) -> Pixel:
    return layer.x + point.x * layer.width, layer.y + point.y * layer.height
