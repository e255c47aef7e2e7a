"""Winograd's algorithm for 3x3 convolutions: a quarter of the multiplications, in matrix products.

Lavin and Gray (2016), "Fast algorithms for convolutional neural networks", F(4x4, 3x3). The picture
is cut into tiles of 4x4 outputs. One product maps the 6x6 inputs of every tile and channel to 36
points (see :mod:`core.features.convolutions.toom`). At each point follows a product over the
channels. A last product maps the points to the outputs. Between the products whole pixels are
copied, whose channels are side by side in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from math import prod

import torch
from torch import Tensor
from torch.nn import functional

from core.features.convolutions import toom
from core.features.operators import relu_backward

BAND = 1 << 21
"""The most numbers at the points that are computed at once, in whole rows of tiles. They take 8 MB,
which a processor's last cache holds, and are enough tiles for fast products over the channels."""

_POINTS = toom.REACH**2

Fill = Callable[[Tensor, slice], object]
"""Writes some of the input's rows, shape (rows, width, channels)."""

Take = Callable[[Tensor, Tensor], object]
"""Writes outputs, given their place; both have the same shape, which is any."""


class Scratch:
    """Memory for one convolution at a time, which is kept for the next.

    Most systems clear new blocks of this size, which takes longer than the copies.
    """

    def __init__(self) -> None:
        self._blocks: dict[str, Tensor] = {}

    def take(self, name: str, like: Tensor, *shape: int) -> Tensor:
        """The block of a name, with arbitrary values, in the type of another tensor."""
        block, size = self._blocks.get(name), prod(shape)
        if block is None or len(block) < size or block.dtype != like.dtype:
            with torch.inference_mode(False):  # or it could only be written in inference mode
                block = torch.empty(size, dtype=like.dtype, device=like.device)
            self._blocks[name] = block
        return block[:size].view(shape)


class Winograd:
    """A 3x3 convolution of stride 1 with its ReLU, on tensors in the layout ``channels_last``.

    The first call keeps the kernel at the points, which takes four times the memory of the kernel
    itself: 37.7 MB for 512 to 512 channels, and 207 MB for VGG-19 down to relu5_1 where all but
    conv1_1 take it. It goes with this object. While a convolution runs, it takes another 25 MB for
    a band, and up to 4 MB for the band's inputs; a wider picture than 3600 px at 64 channels takes
    a row of tiles at once.
    """

    def __init__(self, weight: Tensor, bias: Tensor, scratch: Scratch) -> None:
        """Build on tensors, which are not copied.

        Args:
            weight: shape (channels made, channels given, 3, 3).
            bias: shape (channels made,).
            scratch: may be shared with other convolutions.
        """
        self._weight, self._bias, self._scratch = weight, bias, scratch

    def forward(self, given: Tensor, padding: int) -> Tensor:
        rows = _rows(given)
        height, width, _ = rows.shape
        more = 2 * padding - (toom.TAPS - 1)
        made = given.new_empty(height + more, width + more, len(self._bias))
        self._convolve(
            lambda place, part: place.copy_(rows[part]),
            rows.shape,
            lambda values, place: torch.clamp(values, min=0, out=place),
            made,
            padding,
        )
        return _picture(made)

    def backward(self, slope: Tensor, made: Tensor | None, given: Tensor, padding: int) -> Tensor:
        rows, shown = _rows(slope), None if made is None else _rows(made)
        found = torch.empty_like(_rows(given))

        def fill(place: Tensor, part: slice) -> None:
            if shown is None:
                place.copy_(rows[part])
            else:
                relu_backward(rows[part], shown[part], out=place)

        self._convolve(
            fill,
            rows.shape,
            lambda values, place: place.copy_(values),
            found,
            toom.TAPS - 1 - padding,
            backward=True,
        )
        return _picture(found)

    @cached_property
    def _kernel(self) -> Tensor:
        """The kernel at the points, shape (36, channels given, channels made)."""
        made, given = self._weight.shape[:2]
        taps = self._weight.permute(2, 3, 1, 0).reshape(toom.TAPS**2, given * made)
        return torch.mm(toom.taps_to_points().to(taps), taps).view(_POINTS, given, made)

    @cached_property
    def _forward_products(self) -> tuple[Tensor, Tensor]:
        """The matrices of the first and the last product.

        The bias is a 37th point, which is added to all outputs.
        """
        outputs = functional.pad(toom.points_to_outputs(), (0, 1), value=1.0)
        return toom.inputs_to_points().to(self._weight), outputs.to(self._weight)

    @cached_property
    def _backward_products(self) -> tuple[Tensor, Tensor]:
        """The same for the backward pass.

        Its kernel is the reversed one. Instead of that, the points of the others are reversed.
        """
        at = toom.turned()
        inputs, outputs = toom.inputs_to_points()[at], toom.points_to_outputs()[:, at]
        return inputs.to(self._weight), outputs.to(self._weight)

    def _convolve(
        self,
        fill: Fill,
        shape: torch.Size,
        take: Take,
        made: Tensor,
        padding: int,
        *,
        backward: bool = False,
    ) -> None:
        """Convolve the picture, in bands of rows of tiles.

        Args:
            fill: writes the input.
            shape: of the input, (height, width, channels).
            take: is given the outputs.
            made: the place of the outputs, shape (height, width, channels).
            padding: the zeros that are added on each side of the input.
            backward: True for the gradient, which takes the reversed kernel.
        """
        down, across = (-(-side // toom.OUTPUTS) for side in made.shape[:2])
        most = max(1, BAND // (_POINTS * across * max(shape[2], made.shape[2])))
        bands = -(-down // most)
        for first in range(0, down, -(-down // bands)):
            count = min(-(-down // bands), down - first)
            top = toom.OUTPUTS * first
            seen = self._scratch.take("seen", made, _seen(count), _seen(across), shape[2])
            _pad(seen, fill, shape, top - padding, padding)
            tiles = self._tiles(_overlapping(seen, count, across), made.shape[2], backward)
            for values, place in _places(tiles, made[top : top + toom.OUTPUTS * count]):
                take(values, place)

    def _tiles(self, inputs: Tensor, outputs: int, backward: bool) -> Tensor:
        """The outputs of tiles, shape (4, 4, down, across, outputs), from their inputs."""
        to_points, from_points = self._backward_products if backward else self._forward_products
        kernel = self._kernel.transpose(1, 2) if backward else self._kernel
        down, across, channels = inputs.shape[2:]
        tiles = down * across
        block, width = self._scratch.take, from_points.shape[1]
        given = block("outside", inputs, _POINTS, tiles * channels)
        given.view(inputs.shape).copy_(inputs)
        at_points = block("at points", inputs, _POINTS, tiles, channels)
        torch.mm(to_points, given, out=at_points.view(_POINTS, -1))
        products = block("products", inputs, width, tiles, outputs)
        torch.bmm(at_points, kernel, out=products[:_POINTS])
        if not backward:
            products[_POINTS] = self._bias
        # In the place of the inputs, which are not needed any more.
        made = block("outside", inputs, toom.OUTPUTS**2, tiles * outputs)
        torch.mm(from_points, products.view(width, -1), out=made)
        return made.view(toom.OUTPUTS, toom.OUTPUTS, down, across, outputs)


def _seen(tiles: int) -> int:
    """The number of inputs that some tiles side by side see."""
    return toom.OUTPUTS * tiles + toom.TAPS - 1


def _pad(seen: Tensor, fill: Fill, shape: torch.Size, top: int, padding: int) -> None:
    """Write the rows of the input from ``top`` on, and zeros around the input."""
    height, width, _ = shape
    rows = slice(max(0, top), min(height, top + len(seen)))
    inside = seen[rows.start - top : rows.stop - top]
    for border in (
        seen[: rows.start - top],
        seen[rows.stop - top :],
        inside[:, :padding],
        inside[:, padding + width :],
    ):
        border.zero_()
    fill(inside[:, padding : padding + width], rows)


def _overlapping(seen: Tensor, down: int, across: int) -> Tensor:
    """The inputs of each tile, shape (6, 6, down, across, channels), a view."""
    row, pixel, channel = seen.stride()
    step = toom.OUTPUTS
    return seen.as_strided(
        (toom.REACH, toom.REACH, down, across, seen.shape[2]),
        (row, pixel, step * row, step * pixel, channel),
    )


def _places(grid: Tensor, rows: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    """The outputs of tiles with their places: of whole tiles first, then of those cut by the edges.

    Args:
        grid: the outputs of the tiles, shape (4, 4, down, across, channels).
        rows: the part of the picture that they cover, shape (height, width, channels).
    """
    step = toom.OUTPUTS
    row, pixel, channel = rows.stride()
    for high, down in _cut(rows.shape[0]):
        for wide, across in _cut(rows.shape[1]):
            part = grid[:high, :wide, down, across]
            place = rows[down.start * step :, across.start * step :].as_strided(
                part.shape, (row, pixel, step * row, step * pixel, channel)
            )
            yield part, place


def _cut(length: int) -> Iterator[tuple[int, slice]]:
    """The length within the picture of some tiles along a side, and which tiles these are."""
    whole, rest = divmod(length, toom.OUTPUTS)
    if whole:
        yield toom.OUTPUTS, slice(0, whole)
    if rest:
        yield rest, slice(whole, whole + 1)


def _rows(picture: Tensor) -> Tensor:
    """A picture in the shape (height, width, channels), a view if it is ``channels_last``."""
    return picture[0].permute(1, 2, 0).contiguous()


def _picture(rows: Tensor) -> Tensor:
    """The inverse of :func:`_rows`, with the exact strides of ``channels_last``, for poolings."""
    return rows[None].permute(0, 3, 1, 2)
