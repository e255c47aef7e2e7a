"""Clips whose true motion is known: a photograph under a camera that moves, and a thing before it.

A painted clip is judged by them: what of a frame lies where in the one before, and what was hidden
there, is known exactly, and not from a flow that may err.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.motion.flow import sampled
from core.pixels.photographs import photograph

CAMERAS = ("pan", "zoom", "turn")
"""What the camera does where nothing else moves."""

KINDS = (*CAMERAS, "thing")
"""Of clips. In the last one a thing crosses the picture while the camera follows it slowly."""

_WIDTH = 160
"""Width in pixels of the frames that the speeds below are of. Others move as much of their own."""

_PAN, _THING, _FOLLOWED = (3.3, 1.2), (4.2, -0.8), (1.1, 0.4)
"""Pixels a frame to the right and down: of the camera, of the thing, and of the camera with it."""

_ZOOM, _TURN = 0.985, 1.0
"""What a frame shows of the one before along each side, and degrees that it is turned by."""

_SHRUNK = 1.6
"""Pixels of the photograph, which is twice as large as the frames, in one of theirs."""

_MARGIN = 3
"""Pixels next to a border, of the frame or of the thing, that nothing is said of."""


@dataclass(frozen=True)
class Moving:
    """A clip with its true motion.

    Attributes:
        frames: shape (1, 3, height, width) each, in 0..1.
        places: where each pixel of a frame is in the one before, across and down in its pixels,
            shape (1, 2, height, width); of the first frame where it is.
        seen: whether it is seen there, shape (1, 1, height, width).
    """

    frames: Sequence[Tensor]
    places: Sequence[Tensor]
    seen: Sequence[Tensor]

    def warping_error(self, frames: Sequence[Tensor]) -> float:
        """The mean squared distance of each of these frames from the one before, brought along by
        the true motion, where both show the same (Lai et al. 2018, "Learning blind video temporal
        consistency").

        Args:
            frames: as many as the clip's and of their size: they, or what was painted on them.
        """
        found = []
        for number in range(1, len(frames)):
            before = sampled(frames[number - 1], self.places[number])
            away = (before - frames[number]).square().mean(1, keepdim=True)
            found.append(float(away[self.seen[number]].mean()))
        return float(np.mean(found))


class _Layer(NamedTuple):
    """A photograph in a frame.

    Attributes:
        color: shape (height, width, 3).
        cover: 1 where it is seen, 0..1, shape (height, width).
        from_photograph: the matrix from the frame's pixels to the photograph's.
    """

    color: NDArray[np.float32]
    cover: NDArray[np.float32]
    from_photograph: NDArray[np.float64]


def moving(kind: str, extent: Extent, times: Sequence[float], noise: float = 0.02) -> Moving:
    """A clip.

    Args:
        kind: of :data:`KINDS`.
        extent: of its frames.
        times: when each of them is taken, in frames from the first one. Where they go back, what
            moved does.
        noise: standard deviation of the noise that each frame has of its own.
    """
    generator = torch.Generator().manual_seed(0)
    frames, places, seen = [], [], []
    before: list[_Layer] | None = None
    for time in times:
        layers = _layers(kind, extent, time)
        color = layers[0].color
        for layer in layers[1:]:
            color = color + (layer.color - color) * layer.cover[..., None]
        values = torch.from_numpy(color)
        values = (values + noise * torch.randn(values.shape, generator=generator)).clamp(0, 1)
        frames.append(values.permute(2, 0, 1)[None].contiguous())
        there, visible = _motion(layers, layers if before is None else before)
        places.append(torch.from_numpy(there.astype(np.float32))[None])
        seen.append(torch.from_numpy(visible)[None, None])
        before = layers
    return Moving(frames, places, seen)


def _layers(kind: str, extent: Extent, time: float) -> list[_Layer]:
    """What is in the picture, from behind to the front."""
    behind = _seen_from(_camera(kind, extent, time), "coffee.png", extent)
    if kind != "thing":
        return [behind]
    scale, (width, height) = extent.width / _WIDTH, extent
    x, y = (rest * scale * time for rest in _THING)
    left, top = 0.08 * width + x, 0.32 * height + y
    across, down = 0.6 * width - _SHRUNK * left, 0.35 * height - _SHRUNK * top
    to_photograph = _matrix([[_SHRUNK, 0, across], [0, _SHRUNK, down]])
    thing = _seen_from(to_photograph, "chelsea.png", extent, shifted=False)
    rows, columns = np.mgrid[:height, :width]
    radius = 0.22 * height
    far = np.hypot(columns - left - 1.2 * radius, rows - top - 1.2 * radius)
    cover = np.clip(radius - far + 0.5, 0, 1).astype(np.float32)
    return [behind, thing._replace(cover=cover)]


def _camera(kind: str, extent: Extent, time: float) -> NDArray[np.float64]:
    """Where a frame's pixels are in the first one: a 3x3 matrix."""
    x, y = extent.width / 2, extent.height / 2
    if kind == "zoom":
        size = _ZOOM**time
        return _matrix([[size, 0, x - size * x], [0, size, y - size * y]])
    if kind == "turn":
        cos, sin = np.cos(np.deg2rad(_TURN * time)), np.sin(np.deg2rad(_TURN * time))
        return _matrix([[cos, -sin, x - cos * x + sin * y], [sin, cos, y - sin * x - cos * y]])
    scale = extent.width / _WIDTH
    across, down = (speed * scale * time for speed in (_PAN if kind == "pan" else _FOLLOWED))
    return _matrix([[1, 0, across], [0, 1, down]])


def _seen_from(
    camera: NDArray[np.float64], name: str, extent: Extent, *, shifted: bool = True
) -> _Layer:
    """A photograph, twice as large as the frame, from where a camera is."""
    width, height = extent
    picture = photograph(name).convert("RGB").resize((2 * width, 2 * height))
    matrix = camera
    if shifted:
        corner = [[_SHRUNK, 0, 0.15 * width], [0, _SHRUNK, 0.13 * height]]
        matrix = _matrix(corner) @ camera
    # So soft that no frame shows between its pixels what another one shows.
    soft = cv2.GaussianBlur(np.asarray(picture).astype(np.float32) / 255, (0, 0), _SHRUNK / 2)
    seen = cv2.warpAffine(
        soft, matrix[:2], (width, height),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REFLECT,
    )  # fmt: skip
    return _Layer(seen.astype(np.float32), np.ones((height, width), np.float32), matrix)


def _motion(
    now: Sequence[_Layer], before: Sequence[_Layer]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Where each pixel is in the frame before, and whether it is seen there."""
    height, width = now[0].cover.shape
    rows, columns = np.mgrid[:height, :width].astype(np.float64)
    ours, theirs = _owners(now), _owners(before)
    places, seen = np.zeros((2, height, width)), np.zeros((height, width), bool)
    for number, (here, there) in enumerate(zip(now, before, strict=True)):
        (a, b, c), (d, e, f), _ = np.linalg.inv(there.from_photograph) @ here.from_photograph
        across, down = a * columns + b * rows + c, d * columns + e * rows + f
        own = ours == number
        inside = (across >= _MARGIN) & (across < width - _MARGIN)
        inside &= (down >= _MARGIN) & (down < height - _MARGIN)
        owner = cv2.remap(
            (theirs == number).astype(np.float32), across.astype(np.float32),
            down.astype(np.float32), cv2.INTER_LINEAR,
        )  # fmt: skip
        places[:, own] = np.stack([across, down])[:, own]
        seen |= _inner(own) & inside & (owner > 0.999)
    return places, seen


def _owners(layers: Sequence[_Layer]) -> NDArray[np.int64]:
    """The number of the layer that each pixel is of; -1 next to where two of them meet."""
    front = np.zeros(layers[0].cover.shape, np.int64)
    for number, layer in enumerate(layers[1:], 1):
        front[layer.cover > 0.5] = number
    return np.where(
        np.logical_or.reduce([_inner(front == each) for each in range(len(layers))]), front, -1
    )


def _inner(own: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """It without what is next to its border."""
    size = 2 * _MARGIN + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    found: NDArray[np.bool_] = cv2.erode(own.astype(np.uint8), kernel).astype(bool)
    return found


def _matrix(rows: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    return np.vstack([np.asarray(rows, np.float64), [0, 0, 1]])
