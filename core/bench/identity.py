"""How like two faces are, by a network that tells persons apart.

It says how far a painting's face has gone from the one in its content. An embedding is compared
with the one beside it and let go: nothing is known of anybody, and nothing is kept.
"""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.features.models.facerecognition import BLOCKS, FIRST, PLACES, SIDE, Block

Floats = NDArray[np.float32]


class IdentityNetwork:
    """The network of :mod:`core.features.models.facerecognition`, in the type of its tensors."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        self._tensors = tensors

    @torch.inference_mode()
    def embed(self, squares: Tensor) -> Tensor:
        """The embeddings of faces.

        Args:
            squares: RGB in 0..1, shape (faces, 3, SIDE, SIDE), from :func:`aligned`.

        Returns:
            Shape (faces, 128).
        """
        x = self._convolved(FIRST, squares, stride=2).relu_()
        x = functional.max_pool2d(x, 3, 2)
        for block in BLOCKS:
            x = self._block(block, x)
        return x.mean(dim=(2, 3)) @ self._tensors["fc"]

    def _block(self, block: Block, x: Tensor) -> Tensor:
        came = functional.avg_pool2d(x, 2) if block.halved else x
        x = self._convolved(f"{block.name}.conv1", x, stride=2 if block.halved else 1).relu_()
        x = self._convolved(f"{block.name}.conv2", x)
        # A stride without padding loses a row at an even side, and channels double: zeros fill up.
        height, width = (came.shape[side] - x.shape[side] for side in (2, 3))
        x = functional.pad(x, (0, width, 0, height))
        came = functional.pad(came, (0, 0, 0, 0, 0, x.shape[1] - came.shape[1]))
        return (x + came).relu_()

    def _convolved(self, name: str, x: Tensor, stride: int = 1) -> Tensor:
        kernel, bias, gain, shift = (
            self._tensors[f"{name}.{part}"] for part in ("weight", "bias", "gain", "shift")
        )
        x = functional.conv2d(x, kernel, bias, stride, padding=0 if stride > 1 else 1)
        return x * gain[:, None, None] + shift[:, None, None]


def aligned(picture: NDArray[np.uint8], points: Floats) -> Tensor:
    """A face, turned and enlarged or reduced until its points lie nearest to :data:`PLACES`.

    Args:
        picture: shape (height, width, 3).
        points: both eyes, the nose and both corners of the mouth, shape (5, 2), in its pixels.

    Returns:
        RGB in 0..1, shape (1, 3, SIDE, SIDE).
    """
    # With points as complex numbers, a product turns and enlarges.
    given = points.astype(np.float64) @ (1, 1j)
    wanted = SIDE * np.array(PLACES) @ (1, 1j)
    away = given - given.mean()
    times = np.vdot(away, wanted - wanted.mean()) / np.vdot(away, away).real
    if (reduced := min(1.0, abs(times))) < 1:
        # Warping takes single pixels: what is far larger than the square is averaged first.
        height, width = (max(1, round(reduced * side)) for side in picture.shape[:2])
        picture = np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA))
        times, given = times / reduced, given * reduced
    moved = wanted.mean() - times * given.mean()
    turn = np.array([[times.real, -times.imag, moved.real], [times.imag, times.real, moved.imag]])
    square = cv2.warpAffine(picture, turn, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
    return torch.from_numpy(square).permute(2, 0, 1)[None].float() / 255
