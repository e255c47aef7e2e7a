"""Converts a host's pixels to tensors and back, and resizes them.

A picture in the engine is float32 RGB on the sRGB curve, shape (1, 3, height, width). Its values
are in 0..1 if the host's are. A mask is float32 in 0..1, shape (1, 1, height, width).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.system.stopping import Follow, alone

_DTYPES: dict[str, np.dtype[Any]] = {
    "u8": np.dtype(np.uint8),
    "u16": np.dtype(np.uint16),
    "f16": np.dtype(np.float16),
    "f32": np.dtype(np.float32),
}
FLOATS = frozenset({"f16", "f32"})
"""Depths that can hold values outside 0..1, NaN and infinity."""

_TOP = {"u8": 255, "u16": 65535, "f16": 1, "f32": 1}
"""The value that means 1, by depth."""

BEYOND = 1e12
"""The size of a value, in floats, beyond which it is no number either: what was never written, or
the distance of a sky in a render's depth. Its light would be beyond what a float holds."""

BAND_PIXELS = 1 << 20
"""Pixels of a picture that are converted at once. A conversion takes a few times their memory, and
a job can be stopped between two of them."""


@dataclass(frozen=True)
class Picture:
    """Colour and opacity, shapes (1, 3, height, width) and (1, 1, height, width), on any device."""

    color: Tensor
    alpha: Tensor

    @property
    def extent(self) -> Extent:
        return extent_of(self.color)

    def to(self, device: torch.device) -> Picture:
        return Picture(self.color.to(device), self.alpha.to(device))

    def over(self, shade: float) -> Tensor:
        """The colours as they are seen over a grey of 0 to 1, shape (1, 3, height, width)."""
        return torch.lerp(torch.full_like(self.color, shade), self.color, self.alpha)

    def resize(self, extent: Extent, follow: Follow = alone) -> Picture:
        """The picture at another size."""
        return Picture(resize(self.color, extent, follow), resize(self.alpha, extent, follow))

    def filled(self, follow: Follow = alone) -> Picture:
        """The picture with visible colours spread over the pixels that are fully transparent.

        The colours of transparent pixels are arbitrary. They must not be painted from, and must
        not bleed into their neighbours when the picture is resized.
        """
        hidden = self.alpha <= 0
        if not bool(hidden.any()):
            return self
        spread = _spread(self.color, self.alpha, follow)
        return Picture(torch.where(hidden, spread, self.color), self.alpha)


def _spread(color: Tensor, alpha: Tensor, follow: Follow) -> Tensor:
    """Give each hidden pixel the colour of the next coarser grid that has a visible one there."""
    if min(color.shape[-2:]) < 2 or not bool((alpha <= 0).any()):
        total = alpha.sum().clamp(min=1e-6)
        mean = (color * alpha).sum(dim=(-2, -1), keepdim=True) / total
        return torch.where(alpha > 0, color, mean)
    weight = functional.avg_pool2d(alpha, 2, ceil_mode=True)
    follow(0.1)
    half = functional.avg_pool2d(color * alpha, 2, ceil_mode=True) / weight.clamp(min=1e-6)
    follow(0.3)
    spread = _spread(half, weight, follow)
    coarse = functional.interpolate(spread, color.shape[-2:], mode="bilinear", align_corners=False)
    follow(1.0)
    return torch.where(alpha > 0, color, coarse)


def array(pixels: Pixels) -> NDArray[Any]:
    """The raw values, shape (height, width, channels), a view; writable if the bytes are."""
    width, height = pixels.extent
    flat: NDArray[Any] = np.frombuffer(pixels.data, _DTYPES[pixels.format.depth])
    return flat.reshape(height, width, len(pixels.format.channels))


def levels(mask: Pixels) -> NDArray[Any]:
    """A mask's raw values, shape (height, width), 0 where they are no numbers."""
    values: NDArray[Any] = array(mask)[..., 0]
    if mask.format.depth in FLOATS:
        values = np.where(sound(values[..., None]), values, 0)
    return values


def top(format: PixelFormat) -> int:
    """The value that means 1."""
    return _TOP[format.depth]


def _unit(pixels: Pixels) -> Tensor:
    """Values divided by what means 1, shape (1, channels, height, width)."""
    values = array(pixels).astype(np.float32)
    planes = torch.from_numpy(values).permute(2, 0, 1).unsqueeze(0).contiguous()
    return planes.div_(_TOP[pixels.format.depth])


def to_mask(pixels: Pixels) -> Tensor:
    """A mask from one grey channel, 0 where its value is no number."""
    values = _unit(pixels)
    return values.masked_fill_(~(values.abs() <= BEYOND), 0).clamp_(0, 1)


def to_picture(pixels: Pixels) -> Picture:
    """Colour and opacity of a host's pixels. A pixel with a value that is no number (see
    :func:`sound`) is transparent."""
    values, hidden = _unit(pixels), None
    if pixels.format.depth in FLOATS:
        numbers = (values.abs() <= BEYOND).all(dim=1, keepdim=True)
        if not bool(numbers.all()):
            hidden = ~numbers
            values = values.masked_fill_(hidden, 0)
    channels = pixels.format.channels
    if pixels.format.has_alpha:
        values, alpha = values[:, :-1], values[:, -1:].clamp(0, 1)
    else:
        alpha = values.new_ones(()).expand(values[:, :1].shape)  # takes no memory
        if hidden is not None:
            alpha = alpha.masked_fill(hidden, 0)
    if channels.startswith("G"):
        values = values.expand(-1, 3, -1, -1)
    elif channels.startswith("BGR"):
        values = values.flip(1)
    return Picture(to_srgb(values) if pixels.format.linear else values.contiguous(), alpha)


def read(pixels: Pixels, box: Box, follow: Follow = alone) -> Picture:
    """A part of a picture, converted by :func:`to_picture` in bands."""
    color = torch.empty(1, 3, box.height, box.width)
    alpha = torch.ones(()).expand(1, 1, box.height, box.width)  # takes no memory
    if pixels.format.has_alpha or pixels.format.depth in FLOATS:
        alpha = alpha.contiguous()
    for band in bands(box):
        part, here = to_picture(pixels.crop(band)), band.inside(box)
        cut(color, here).copy_(part.color)
        if alpha.is_contiguous():
            cut(alpha, here).copy_(part.alpha)
        follow(here.bottom / box.height)
    return Picture(color, alpha)


def bands(box: Box, pixels: int = BAND_PIXELS) -> Iterator[Box]:
    """Split a box into bands of whole rows, of about so many pixels each."""
    rows = max(1, pixels // box.width)
    for y in range(box.y, box.bottom, rows):
        yield Box(box.x, y, box.width, rows).intersect(box)


def sound(values: NDArray[Any]) -> NDArray[np.bool_]:
    """True where each of a pixel's values, floats, is a number: not NaN, infinite or beyond
    :data:`BEYOND`. Shape (..., channels) becomes (...)."""
    found: NDArray[np.bool_] = (np.abs(values) <= np.float32(BEYOND)).all(axis=-1)
    return found


def numbers(pixels: Pixels) -> NDArray[np.bool_]:
    """True where each of a pixel's values is a number."""
    if pixels.format.depth not in FLOATS:
        return np.ones((), bool)
    return sound(array(pixels))


def to_pixels(picture: Picture, format: PixelFormat) -> Pixels:
    """The inverse of :func:`to_picture`. Integers are rounded, and grey is the luma (Rec. 709)."""
    color = to_linear(picture.color) if format.linear else picture.color
    if format.channels.startswith("G"):
        weights = color.new_tensor([0.2126, 0.7152, 0.0722]).view(1, 3, 1, 1)
        color = (color * weights).sum(dim=1, keepdim=True)
    elif format.channels.startswith("BGR"):
        color = color.flip(1)
    values = torch.cat([color, picture.alpha], dim=1) if format.has_alpha else color
    spread = values.squeeze(0).permute(1, 2, 0).cpu().numpy()
    if format.depth in ("u8", "u16"):
        spread = np.rint(spread.clip(0, 1) * _TOP[format.depth])
    return Pixels(picture.extent, format, spread.astype(_DTYPES[format.depth]).tobytes())


def to_srgb(linear: Tensor) -> Tensor:
    """Convert linear light to the sRGB curve (IEC 61966-2-1); negative values are mirrored."""
    size = linear.abs()
    curved = 1.055 * size.clamp(min=0.0031308) ** (1 / 2.4) - 0.055
    return torch.where(size <= 0.0031308, 12.92 * size, curved) * linear.sign()


def to_linear(curved: Tensor) -> Tensor:
    """The inverse of :func:`to_srgb`."""
    size = curved.abs()
    linear = ((size.clamp(min=0.04045) + 0.055) / 1.055) ** 2.4
    return torch.where(size <= 0.04045, size / 12.92, linear) * curved.sign()


def bounds(inside: NDArray[np.bool_]) -> Box:
    """The smallest box that holds everything that is True, of shape (height, width).

    It is empty if nothing is.
    """
    rows, columns = (inside.any(axis=axis).nonzero()[0] for axis in (1, 0))
    if len(rows) == 0:
        return Box(0, 0, 0, 0)
    x, y = int(columns[0]), int(rows[0])
    return Box(x, y, int(columns[-1]) + 1 - x, int(rows[-1]) + 1 - y)


def cut(values: Tensor, box: Box) -> Tensor:
    """The part in the box, a view."""
    return values[..., box.y : box.bottom, box.x : box.right]


def resize(picture: Tensor, extent: Extent, follow: Follow = alone) -> Tensor:
    """Resize, bicubic and antialiased; the values are clipped to the range of the input."""
    width, height = extent
    if picture.shape[-2:] == (height, width):
        return picture
    channels = picture.shape[1]
    resized = picture.new_empty(picture.shape[0], channels, height, width)
    for channel in range(channels):
        resized[:, channel : channel + 1] = functional.interpolate(
            picture[:, channel : channel + 1],
            (height, width),
            mode="bicubic",
            align_corners=False,
            antialias=True,
        )
        follow((channel + 1) / channels)
    return resized.clamp_(float(picture.min()), float(picture.max()))


def box_filter(values: Tensor, radius: int) -> Tensor:
    """The mean over the part of a square window that lies inside the picture."""
    return _mean_along(_mean_along(values, radius, -2), radius, -1)


def _mean_along(values: Tensor, radius: int, axis: int) -> Tensor:
    """The mean over the part of a window along one axis, -2 or -1, that lies inside the picture.

    Sums of 1, 2, 4 ... neighbours are made of each other, and the window of some of them: 4
    additions for 9 neighbours. PyTorch's average pooling adds all, and not many at once.
    """
    length, size = values.shape[axis], 2 * radius + 1
    sums = functional.pad(values, (radius, radius) if axis == -1 else (0, 0, radius, radius))
    total, begun, width = sums.narrow(axis, 0, length), 1, 1
    while 2 * width <= size:
        count = sums.shape[axis] - width
        sums = sums.narrow(axis, 0, count) + sums.narrow(axis, width, count)
        width *= 2
        if size & width:
            total = total + sums.narrow(axis, begun, length)
            begun += width
    places = torch.arange(length, device=values.device)
    counts = (places + radius).clamp(max=length - 1) - (places - radius).clamp(min=0) + 1
    return total / (counts if axis == -1 else counts[:, None])


def pad(picture: Tensor, stride: int) -> Tensor:
    """Pad to whole strides, at least two each way, by repeating the right and the bottom border."""
    height, width = picture.shape[-2:]
    down = max(2 * stride, -(-height // stride) * stride) - height
    right = max(2 * stride, -(-width // stride) * stride) - width
    return functional.pad(picture, (0, right, 0, down), mode="replicate")


def mirrored(picture: Picture, least: int) -> Picture:
    """A picture continued by mirroring until each side has at least ``least`` pixels."""
    color, alpha = picture.color, picture.alpha
    for axis, side in ((-1, picture.extent.width), (-2, picture.extent.height)):
        if side < least:
            there_and_back = [*range(side), *reversed(range(side))]
            turns = torch.tensor([there_and_back[place % (2 * side)] for place in range(least)])
            turns = turns.to(color.device)
            color, alpha = color.index_select(axis, turns), alpha.index_select(axis, turns)
    return Picture(color, alpha)


def extent_of(picture: Tensor) -> Extent:
    """The size of a picture or a mask, shape (..., height, width)."""
    height, width = picture.shape[-2:]
    return Extent(width, height)


def fit(extent: Extent, long_side: int, *, enlarge: bool = False) -> Extent:
    """The size of the same proportions with that long side, at least 1 px each way.

    A smaller size stays as it is, unless ``enlarge`` is True.
    """
    factor = long_side / extent.long_side
    if factor >= 1 and not enlarge:
        return extent
    return Extent(max(1, round(extent.width * factor)), max(1, round(extent.height * factor)))
