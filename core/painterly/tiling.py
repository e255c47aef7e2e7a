"""Tiles: the parts in which a network sees a picture that its memory can't hold whole.

Each position of a layer belongs to the core of one tile. The halo around a core holds all that the
core's positions see. So the sums over the cores are the sums over the picture, and the tiles'
gradients add up to the picture's, without any error: where a tile is cut, the network's padding
reaches positions of the halo only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from core.bridge.contract.errors import MEMORY, ImpastoError
from core.bridge.contract.geometry import Box, Extent
from core.bridge.i18n.text import Text
from core.features.descriptor import Layer, Network
from core.pixels.imaging import cut
from core.pixels.seamless import add_at, repeated
from core.system import devices, memory

_log = logging.getLogger(__name__)

T = TypeVar("T")

CPU_SIDES = (768, 1280)
"""Smallest and largest side in pixels of a tile on the CPU, its halo included. The graph of VGG-19
down to relu5_1 takes 1.5 KB a pixel in bfloat16 and about twice that in float32."""

HALOS = 16
"""Side of a tile in halos, between these limits: a quarter of it is then computed twice."""


@dataclass(frozen=True)
class Tile:
    """A part of a picture.

    Attributes:
        core: the pixels whose positions belong to this tile; it starts at whole strides.
        seen: the core and its halo, which the network is given. It reaches beyond a picture that
            repeats, if there are several tiles.
    """

    core: Box
    seen: Box

    def see(self, picture: Tensor) -> Tensor:
        """The part of a whole picture that the network is given, a view unless it wraps."""
        return repeated(picture, self.seen)

    def add(self, picture: Tensor, values: Tensor) -> None:
        """Add values of what the tile sees to a whole picture, in place."""
        add_at(picture, self.seen, values)

    @property
    def whole(self) -> bool:
        """Whether it is all of a picture."""
        return self.core == self.seen

    def with_next(self) -> Tile:
        """The tile that sees its core with a column to the right and a row below."""
        return Tile(
            self.core, self.core._replace(width=self.core.width + 1, height=self.core.height + 1)
        )

    def own(self, values: Tensor, stride: int = 1) -> Tensor:
        """The core's part of a whole picture's values at a layer of that stride, a view."""
        return cut(values, _positions(self.core, stride))

    def keep(self, features: Tensor, stride: int) -> Tensor:
        """The core's part of the network's features of ``seen``, a view."""
        return cut(features, _positions(self.core.inside(self.seen), stride))

    def onward(self, piece: Tensor) -> Tensor:
        """The part of ``seen`` that is the core or lies to its right or below, a view."""
        corner = self.core.inside(self.seen)
        return piece[..., corner.y :, corner.x :]


def _positions(box: Box, stride: int) -> Box:
    """The positions of a layer in a box of pixels that starts on a whole stride.

    At the picture's end this is rounded up: some layers have a position there, some have none.
    """
    x, y = box.x // stride, box.y // stride
    return Box(x, y, -(-box.right // stride) - x, -(-box.bottom // stride) - y)


def split(
    extent: Extent,
    network: Network,
    layers: Collection[str],
    pixels: int,
    wraps: bool = False,
) -> list[Tile]:
    """Cover a picture with tiles so that each position of the layers belongs to one tile.

    Args:
        extent: the picture's.
        network: whose layers.
        layers: their names, at least one.
        pixels: the most that a tile with its halo has; more where one receptive field has more.
        wraps: whether the picture repeats: the halos at its borders then lie at the other end.
    """
    whole = Box.of(extent)
    if extent.area <= pixels:
        return [Tile(whole, whole)]
    stride = max(network.layer(name).stride for name in layers)
    halo = _halo(network, layers)
    side = max(stride, int(pixels**0.5) - 2 * halo)
    width, height = (_up(-(-length // -(-length // side)), stride) for length in extent)
    cores = [
        Box(x, y, width, height).intersect(whole)
        for y in range(0, extent.height, height)
        for x in range(0, extent.width, width)
    ]
    halos = [core.grow(halo) for core in cores]
    if not wraps:
        halos = [box.intersect(whole) for box in halos]
    return [Tile(*boxes) for boxes in zip(cores, halos, strict=True)]


def _halo(network: Network, layers: Collection[str]) -> int:
    """How far the layers see around a core, in pixels, rounded up to whole strides."""
    found = [network.layer(name) for name in layers]
    return _up(max(_reach(layer) for layer in found), max(layer.stride for layer in found))


def _reach(layer: Layer) -> int:
    """How far a position sees beyond its own pixels, one stride of them; in pixels."""
    return max(layer.padding, layer.receptive_field - layer.stride - layer.padding)


def _up(length: int, stride: int) -> int:
    return -(-length // stride) * stride


class Tiler:
    """Splits pictures into tiles of a size that the device's memory holds.

    The size halves each time that memory runs out.
    """

    def __init__(self, device: torch.device, pixels: int | None = None) -> None:
        """Start with tiles of so many pixels.

        Args:
            device: where the network computes.
            pixels: of a tile; by default what is cheap on a CPU, and the whole picture on a GPU.
        """
        self._device = device
        self.pixels = pixels
        """Of a tile; None where the device decides."""
        self._short = False
        self._largest = 0

    def split(
        self, extent: Extent, network: Network, layers: Collection[str], wraps: bool = False
    ) -> list[Tile]:
        """As :func:`split`, in tiles of the current size."""
        pixels = extent.area if self.pixels is None else self.pixels
        if self.pixels is None and self._device.type == "cpu":
            low, high = CPU_SIDES
            pixels = min(max(low, HALOS * _halo(network, layers)), high) ** 2
        tiles = split(extent, network, layers, pixels, wraps)
        self._largest = max(tile.seen.extent.area for tile in tiles)
        return tiles

    def note(self) -> Text | None:
        """What is done about memory that ran out, for a person; None if it did not."""
        if not self._short:
            return None
        side = round(self._largest**0.5)
        return Text("in tiles of {side} px, the memory was short", side=side)

    def run(self, work: Callable[[], T]) -> T:
        """Return what ``work`` returns. It is called again, with smaller tiles, if memory runs out.

        Raises:
            ImpastoError: the smallest tiles do not fit either.
        """
        while True:
            try:
                return work()
            except (MemoryError, RuntimeError) as error:
                if not memory.ran_out(error):
                    raise
            # Outside of the except block the error no longer holds the tensors of its traceback.
            self._shrink()

    def _shrink(self) -> None:
        devices.release(self._device)
        before = self._largest
        if self.pixels is not None and self.pixels < before:
            raise ImpastoError(
                "The memory of {device} does not even hold {count} pixels of the work: end other "
                "programs that use it, or choose the device cpu.",
                code=MEMORY,
                device=devices.describe(self._device),
                count=before,
            )
        self.pixels = before // 2
        self._short = True
        _log.warning("out of memory with %d px a tile: going on with half of it", before)
