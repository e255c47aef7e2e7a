"""Where a layer was when it was read, and how to get from there to where it is now.

While a painting is under way, and before it is edited, the person may move the layer, crop, scale,
turn or mirror the image, or convert it. Krita tells nothing of that: positions, sizes and a few
pixels tell what has happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from krita import Document, Node

from .bridge.contract.geometry import Box, Extent
from .bridge.contract.pixels import MASK, Pixels
from .formats import Space
from .layers import box_of, canvas_of
from .masks import Mask
from .preview.images import scaled as scaled_image
from .preview.images import to_image, to_mask
from .scratch import scaled
from .turns import TURNS, Turn

_SAMPLES = 12
"""How many pixels are compared each way."""

_NEAR = 2
"""By how many pixels the sides of a scaled layer may be off, after rounding and interpolation."""


class Way(Protocol):
    """What has become of a layer, to be done to what was painted from it."""

    def box(self, box: Box) -> Box: ...

    def pixels(self, box: Box, pixels: Pixels) -> Pixels:
        """What lay in ``box``, as it looks now."""


@dataclass(frozen=True)
class Shift:
    """Moved with the layer, or with the image's edges, by whole pixels."""

    dx: int = 0
    dy: int = 0
    unsure: bool = False
    """Whether so much of the layer looks otherwise that it may have gone another way."""

    def box(self, box: Box) -> Box:
        return box.move(self.dx, self.dy)

    def pixels(self, box: Box, pixels: Pixels) -> Pixels:
        return pixels


@dataclass(frozen=True)
class Turned:
    """Turned or mirrored with the image."""

    turn: Turn
    canvas: Extent
    """Before."""

    def box(self, box: Box) -> Box:
        return self.turn.box(self.canvas, box)

    def pixels(self, box: Box, pixels: Pixels) -> Pixels:
        return self.turn.pixels(pixels)


@dataclass(frozen=True)
class Scale:
    """Scaled with the image."""

    before: Extent
    after: Extent

    def box(self, box: Box) -> Box:
        return box.scaled(self.before, self.after)

    def pixels(self, box: Box, pixels: Pixels) -> Pixels:
        extent = self.box(box).extent
        if pixels.format == MASK:
            return to_mask(scaled_image(to_image(pixels), extent))
        space = Space.of_format(pixels.format)
        data = scaled(bytes(pixels.data), pixels.extent, space, extent)
        return Pixels(extent, pixels.format, data)


@dataclass(frozen=True)
class Place:
    """Where a layer is at one moment, with some of its pixels to know it by."""

    canvas: Extent
    space: Space
    origin: tuple[int, int]
    bounds: Box
    samples: Mapping[tuple[int, int], bytes]

    @classmethod
    def of(cls, document: Document, node: Node) -> Place:
        canvas, bounds = canvas_of(document), box_of(node)
        samples = {at: _pixel(node, *at) for at in _grid(bounds.intersect(Box.of(canvas)))}
        return cls(canvas, Space.of(node), _origin(node), bounds, samples)

    def way_to(self, document: Document, node: Node) -> Way | None:
        """What has become of the layer since; None where that can't be told, or not be followed."""
        canvas, bounds = canvas_of(document), box_of(node)
        shift, scale = self._shift(node), Scale(self.canvas, canvas)
        moved = shift.box(self.bounds)
        kept = bounds in (moved, moved.intersect(Box.of(canvas)))
        if canvas != self.canvas and not kept and _near(bounds, scale.box(self.bounds)):
            return scale
        if Space.of(node) == self.space:
            turns = [Turned(turn, self.canvas) for turn in TURNS]
            ways: list[Way] = [
                shift,
                Shift(bounds.x - self.bounds.x, bounds.y - self.bounds.y),
                *(way for way in turns if way.turn.extent(self.canvas) == canvas),
            ]
            # The first of equals: what looks the same turned is not taken to be turned.
            best = max(ways, key=lambda way: self._share(node, canvas, way))
            if self._share(node, canvas, best) > 0.5:
                return best
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
            "samples": [[x, y, pixel.hex()] for (x, y), pixel in self.samples.items()],
        }

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Place:
        """The inverse. Raises ValueError, KeyError or TypeError for anything else."""
        x, y = values["origin"]
        return cls(
            Extent(*map(int, values["canvas"])),
            Space(*map(str, values["space"])),
            (int(x), int(y)),
            Box(*map(int, values["bounds"])),
            {(int(x), int(y)): bytes.fromhex(pixel) for x, y, pixel in values["samples"]},
        )

    def _shift(self, node: Node) -> Shift:
        x, y = _origin(node)
        return Shift(x - self.origin[0], y - self.origin[1])

    def _share(self, node: Node, canvas: Extent, way: Way) -> float:
        """The part of the samples that are there after this way."""
        same = count = 0
        for (x, y), pixel in self.samples.items():
            at = way.box(Box(x, y, 1, 1))
            if not at.intersect(Box.of(canvas)).empty:
                count += 1
                same += _pixel(node, at.x, at.y) == pixel
        return same / count if count else 0.0


def moved_mask(mask: Mask, way: Way) -> Mask:
    """A selection that went the way of its layer."""
    pixels = way.pixels(mask.box, mask.pixels)
    return Mask(way.box(mask.box), bytes(pixels.data))


def _pixel(node: Node, x: int, y: int) -> bytes:
    return bytes(node.projectionPixelData(x, y, 1, 1))


def _origin(node: Node) -> tuple[int, int]:
    """Where a layer counts from: it moves with the layer, and with the image's edges.

    A group has no place of its own, but what is in it has.
    """
    while node.type() == "grouplayer" and node.childNodes():
        node = node.childNodes()[0]
    return node.position().x(), node.position().y()


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
