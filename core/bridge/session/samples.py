"""What became of a layer whose position moves with the image's edges, by pixels of a grid.

Each way that it may have gone is tried on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ..contract.geometry import Box, Extent
from ..storage import outside
from .landing import Way
from .turns import STILL, TURNS

_SAMPLES = 12
"""How many pixels are compared each way."""

_NEAR = 2
"""By how many pixels the sides of a scaled layer may be off, after rounding and interpolation."""


class Positioned(Protocol):
    """A layer whose position moves with it, and with the image's edges."""

    @property
    def canvas(self) -> Extent: ...

    @property
    def space(self) -> tuple[str, ...]:
        """Names its colour space: pixels of one can be compared."""

    @property
    def origin(self) -> tuple[int, int]:
        """Where the layer counts from."""

    @property
    def bounds(self) -> Box:
        """What it covers; whoever erases a part makes that smaller."""

    def pixel(self, x: int, y: int) -> bytes:
        """What it shows in one place of the canvas."""


@dataclass(frozen=True)
class Samples:
    """A layer at one moment, with some of its pixels to know it by."""

    canvas: Extent
    space: tuple[str, ...]
    origin: tuple[int, int]
    bounds: Box
    pixels: Mapping[tuple[int, int], bytes]

    @classmethod
    def of(cls, layer: Positioned) -> Samples:
        canvas, bounds = layer.canvas, layer.bounds
        places = _grid(bounds.intersect(Box.of(canvas)))
        pixels = {at: layer.pixel(*at) for at in places}
        return cls(canvas, layer.space, layer.origin, bounds, pixels)

    def way_to(self, layer: Positioned) -> Way | None:
        """What has become of the layer; None where that can't be told, or not be followed."""
        canvas, bounds, frame = layer.canvas, layer.bounds, Box.of(self.canvas)
        (x, y), (was_x, was_y) = layer.origin, self.origin
        shift, scale = Way.shift(frame, x - was_x, y - was_y), Way(frame, Box.of(canvas))
        moved = shift.box(self.bounds)
        kept = bounds in (moved, moved.intersect(Box.of(canvas)))
        exact = self._exact(layer, shift) if layer.space == self.space else None
        # A layer that fills its image looks as large scaled as it does turned.
        seen_turned = exact is not None and exact.moved is None
        resized = canvas != self.canvas and not kept and not seen_turned
        if resized and _near(bounds, scale.box(self.bounds)):
            return scale
        if exact is not None:
            return exact
        if kept:
            return shift
        # Whoever paints over a layer or erases it leaves it where it is.
        drawn = canvas == self.canvas and moved.intersect(bounds) in (moved, bounds)
        return replace(shift, unsure=True) if drawn else None

    def as_mapping(self) -> dict[str, Any]:
        """As JSON can carry it."""
        return {
            "canvas": list(self.canvas),
            "space": list(self.space),
            "origin": list(self.origin),
            "bounds": list(self.bounds),
            "samples": [[x, y, pixel.hex()] for (x, y), pixel in self.pixels.items()],
        }

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Samples:
        """The inverse. Raises ValueError, KeyError or TypeError for anything else."""
        x, y = values["origin"]
        model, depth, profile = values["space"]
        return cls(
            outside.box([0, 0, *values["canvas"]]).extent,
            (str(model), str(depth), str(profile)),
            (int(x), int(y)),
            Box(*map(int, values["bounds"])),
            {(int(x), int(y)): bytes.fromhex(pixel) for x, y, pixel in values["samples"]},
        )

    def _exact(self, layer: Positioned, shift: Way) -> Way | None:
        """The way by which most of the samples are there unchanged; None where there is none."""
        frame, bounds = shift.frame, layer.bounds
        turned = [Way.turned(frame, turn) for turn in TURNS]
        ways = [
            shift,
            Way.shift(frame, bounds.x - self.bounds.x, bounds.y - self.bounds.y),
            *(way for way in turned if way.turn != STILL and way.now.extent == layer.canvas),
        ]
        best, most = shift, 0.0
        for way in ways:
            share = self._share(layer, way)
            # The first of equals: what looks the same turned is not taken to be turned.
            if share > most:
                best, most = way, share
            if most == 1:
                break  # to look at more of them would keep the host
        return best if most > 0.5 else None

    def _share(self, layer: Positioned, way: Way) -> float:
        """The part of the samples that are there after this way."""
        same = count = 0
        for (x, y), pixel in self.pixels.items():
            at = way.box(Box(x, y, 1, 1))
            if not at.intersect(Box.of(layer.canvas)).empty:
                count += 1
                same += layer.pixel(at.x, at.y) == pixel
        return same / count if count else 0.0


def _grid(box: Box) -> list[tuple[int, int]]:
    columns, rows = (
        sorted({start + (2 * part + 1) * side // (2 * _SAMPLES) for part in range(_SAMPLES)})
        for start, side in ((box.x, box.width), (box.y, box.height))
    )
    return [] if box.empty else [(x, y) for y in rows for x in columns]


def _near(one: Box, other: Box) -> bool:
    edges = zip(
        (one.x, one.y, one.right, one.bottom),
        (other.x, other.y, other.right, other.bottom),
        strict=True,
    )
    return all(abs(a - b) <= _NEAR for a, b in edges)
