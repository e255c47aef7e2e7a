"""Finds the faces in a picture.

CenterFace says where they are, and a mesh of 468 points what their outline is; see
:mod:`core.features.models.centerface` and :mod:`core.features.models.facemesh`. OpenCV runs both.
They know nothing of who somebody is, and what they find lives as long as the job.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.features.faces import Face
from core.features.models import centerface, facemesh
from core.pixels.imaging import extent_of, fit, resize

SEARCH = 1024
"""Long side in pixels at which faces are searched: there one of 16 px is found."""

SURE = 0.5
"""The least likelihood of a face."""

APART = 0.3
"""The largest overlap of two faces, over their union."""

_FITS = 0.35
"""The least overlap of a mesh's outline with the box that it was found in. A mesh that lost the
face, as of a back of a head, has less."""

_ELLIPSE = np.stack(
    [np.cos(np.linspace(0, 2 * np.pi, 37)[:-1]), np.sin(np.linspace(0, 2 * np.pi, 37)[:-1])], axis=1
)

Floats = NDArray[np.float32]


class Found(NamedTuple):
    """A face, in pixels of the picture that was searched.

    Attributes:
        box: left, top, right and bottom.
        sure: how likely it is one, 0..1.
        points: both eyes, the nose and both corners of the mouth, shape (5, 2).
    """

    box: Floats
    sure: float
    points: Floats


class FaceFinder:
    """Both networks, ready to look at pictures."""

    def __init__(self, finder: Mapping[str, Tensor], mesh: Mapping[str, Tensor]) -> None:
        """Build on the files of both networks, each a tensor of bytes."""
        self._finder = cv2.dnn.readNetFromONNX(finder["file"].numpy())
        self._mesh = cv2.dnn.readNetFromTFLite(mesh["file"].numpy())

    def find(self, color: Tensor) -> tuple[Face, ...]:
        """The faces in a picture, RGB in 0..1, shape (1, 3, height, width); the largest first."""
        extent, small = extent_of(color), searched(color)
        found = [self._face(small, one) for one in self.look(small)]
        return tuple(sorted(found, key=lambda face: -face.side(extent)))

    def look(self, picture: NDArray[np.uint8]) -> list[Found]:
        """What CenterFace finds in a picture, shape (height, width, 3), the surest first."""
        height, width = picture.shape[:2]
        down, right = (-side % centerface.STRIDE for side in (height, width))
        padded = cv2.copyMakeBorder(picture, 0, down, 0, right, cv2.BORDER_CONSTANT)
        self._finder.setInput(cv2.dnn.blobFromImage(padded))
        heat, scale, offset, marks = (one[0] for one in self._finder.forward(list(centerface.MAPS)))
        rows, columns = np.nonzero(heat[0] > SURE)
        if not len(rows):
            return []
        sides = centerface.CELL * np.exp(scale[::-1, rows, columns]).T
        cells = np.stack([columns, rows], axis=1) + 0.5 + offset[::-1, rows, columns].T
        corners = centerface.CELL * cells - sides / 2
        sure = heat[0, rows, columns]
        kept = cv2.dnn.NMSBoxes(
            np.concatenate([corners, sides], axis=1).tolist(), sure.tolist(), SURE, APART
        )
        points = marks[:, rows, columns].T.reshape(-1, 5, 2)[..., ::-1]
        points = points * sides[:, None] + corners[:, None]
        return [
            Found(
                np.concatenate([corners[one], corners[one] + sides[one]]).astype(np.float32),
                float(sure[one]),
                points[one].astype(np.float32),
            )
            for one in np.asarray(kept, np.int64).flatten()
        ]

    def mesh(self, picture: NDArray[np.uint8], face: Found) -> Floats:
        """The points of a face's mesh in pixels of the picture, shape (468, 2)."""
        eyes = face.points[1] - face.points[0]
        middle = (face.box[:2] + face.box[2:]) / 2
        side = facemesh.AROUND * float((face.box[2:] - face.box[:2]).max())
        turn = cv2.getRotationMatrix2D(
            middle.tolist(), float(np.degrees(np.arctan2(eyes[1], eyes[0]))), facemesh.SIDE / side
        )
        turn[:, 2] = turn[:, 2] + facemesh.SIDE / 2 - middle
        square = cv2.warpAffine(
            picture, turn, (facemesh.SIDE, facemesh.SIDE), borderMode=cv2.BORDER_REPLICATE
        )
        self._mesh.setInput(cv2.dnn.blobFromImage(square, 1 / 255))
        points = self._mesh.forward(facemesh.POINTS).reshape(facemesh.COUNT, 3)[:, :2]
        back = cv2.invertAffineTransform(turn)
        found: Floats = np.asarray(points @ back[:, :2].T + back[:, 2], np.float32)
        return found

    def _face(self, picture: NDArray[np.uint8], face: Found) -> Face:
        """By the mesh, or as the ellipse in the face's box where the mesh does not fit it."""
        size = np.array(picture.shape[1::-1], np.float32)
        points = self.mesh(picture, face)
        outline = points[list(facemesh.OVAL)]
        low, high = face.box[:2], face.box[2:]
        common = np.minimum(outline.max(axis=0), high) - np.maximum(outline.min(axis=0), low)
        both = float(np.prod(common.clip(min=0)))
        union = float(np.prod(np.ptp(outline, axis=0)) + np.prod(high - low)) - both
        if both >= _FITS * union:
            return Face(outline / size, tuple(points[list(part)] / size for part in facemesh.PARTS))
        inscribed = (low + high) / 2 + _ELLIPSE * (high - low) / 2
        return Face((inscribed / size).astype(np.float32))


def searched(color: Tensor) -> NDArray[np.uint8]:
    """RGB in OpenCV's form, shape (height, width, 3), within :data:`SEARCH`."""
    small = resize(color, fit(extent_of(color), SEARCH)).clamp(0, 1)[0].permute(1, 2, 0)
    return np.ascontiguousarray(small.mul(255).round().to(torch.uint8).cpu().numpy())
