"""Tiles: a picture larger than the memory allows, seen by a network part by part, exactly.

Each neuron belongs to the core of one tile, and the halo around a core holds all that its neurons
see. So sums over cores are sums over the picture, and gradients added over tiles are its gradient:
where a tile is cut, the network's padding reaches the halo's neurons only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.geometry import Box, Extent
from core.bridge.i18n.text import Text
from core.features.descriptor import Layer, Network
from core.pixels.imaging import cut
from core.system import devices

_log = logging.getLogger(__name__)

T = TypeVar("T")

CPU_SIDES = (768, 1280)
"""Smallest and largest side of a tile on the CPU, its halo included. The graph of VGG-19 down to
relu5_1 takes 1.5 KB a pixel in bfloat16 and about twice that in float32."""

HALOS = 16
"""Side of a tile in halos, between these: what is computed twice is then a quarter."""


@dataclass(frozen=True)
class Tile:
    """A part of a picture: ``core``, whose neurons it owns, and ``seen``, core and halo."""

    core: Box
    seen: Box

    def see(self, picture: Tensor) -> Tensor:
        """The part of a whole picture that the network is given, a view."""
        return cut(picture, self.seen)

    def own(self, values: Tensor, stride: int = 1) -> Tensor:
        """The core's part of a whole picture's values at a layer of that stride, a view."""
        return cut(values, _neurons(self.core, stride))

    def keep(self, features: Tensor, stride: int) -> Tensor:
        """The core's part of what the network made of ``seen``, a view."""
        return cut(features, _neurons(self.core.inside(self.seen), stride))

    def onward(self, piece: Tensor) -> Tensor:
        """Of ``seen``, the core and what lies to the right of it and below."""
        corner = self.core.inside(self.seen)
        return piece[..., corner.y :, corner.x :]


def _neurons(box: Box, stride: int) -> Box:
    """The neurons of a layer in a box of pixels that starts on a whole stride.

    At the picture's end one more than whole strides, which a layer may have or not.
    """
    x, y = box.x // stride, box.y // stride
    return Box(x, y, -(-box.right // stride) - x, -(-box.bottom // stride) - y)


def split(extent: Extent, network: Network, layers: Collection[str], pixels: int) -> list[Tile]:
    """Cover a picture with tiles, of which each neuron of the named layers has one owner.

    Args:
        extent: the picture's.
        network: whose layers.
        layers: their names.
        pixels: of a tile with its halo at most; more where one neuron's field has more.
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
    return [Tile(core, core.grow(halo).intersect(whole)) for core in cores]


def _halo(network: Network, layers: Collection[str]) -> int:
    """What the deepest of the layers sees around a core, in whole strides."""
    places = [network.layer(name) for name in layers]
    return _up(max(_reach(place) for place in places), max(place.stride for place in places))


def _reach(layer: Layer) -> int:
    """How far a neuron sees beyond the pixels it stands for, in pixels."""
    return max(layer.before, layer.field - layer.stride - layer.before)


def _up(length: int, stride: int) -> int:
    return -(-length // stride) * stride


class Memory:
    """How many pixels a network is given at once on a device: fewer after its memory ran out."""

    def __init__(self, device: torch.device, pixels: int | None = None) -> None:
        """Start with ``pixels``; by default with what is cheap on a CPU, and on a GPU with all."""
        self._device = device
        self._pixels = pixels
        self._short = False
        self._largest = 0

    def split(self, extent: Extent, network: Network, layers: Collection[str]) -> list[Tile]:
        """As :func:`split`, in tiles of the size that fits."""
        pixels = extent.area if self._pixels is None else self._pixels
        if self._pixels is None and self._device.type == "cpu":
            low, high = CPU_SIDES
            pixels = min(max(low, HALOS * _halo(network, layers)), high) ** 2
        tiles = split(extent, network, layers, pixels)
        self._largest = max(tile.seen.extent.area for tile in tiles)
        return tiles

    def told(self) -> Text | None:
        """For a person, what is done about memory that ran out; None if it did not."""
        if not self._short:
            return None
        side = round(self._largest**0.5)
        return Text("in tiles of {side} px, the memory was short", side=side)

    def within(self, work: Callable[[], T]) -> T:
        """What ``work`` returns; done again in smaller tiles as long as memory runs out.

        Raises:
            ImpastoError: the smallest tiles do not fit either.
        """
        while True:
            try:
                return work()
            except RuntimeError as error:
                if not _out_of_memory(error):
                    raise
            # Only here has the error let go of the tensors of the calls it came through.
            self._shrink()

    def _shrink(self) -> None:
        devices.release(self._device)
        before = self._largest
        if self._pixels is not None and self._pixels < before:
            raise ImpastoError(
                "The memory of {device} does not even hold {count} pixels of the work: end other "
                "programs that use it, or choose the device cpu.",
                device=devices.describe(self._device),
                count=before,
            )
        self._pixels = before // 2
        self._short = True
        _log.warning("out of memory with %d px a tile: going on with half of it", before)


def _out_of_memory(error: RuntimeError) -> bool:
    # PyTorch has a class of its own for CUDA; on Apple's GPUs there is only the text.
    return isinstance(error, torch.OutOfMemoryError) or "out of memory" in str(error)
