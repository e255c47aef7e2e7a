"""Judges how far a painting keeps the faces of its content, by what is not optimised.

CenterFace finds a face again or does not, a mesh of 468 points says how far its parts have moved,
and an embedding how far it has become another's; see :mod:`core.bench.identity`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.bench.identity import IdentityNetwork, aligned
from core.bench.judges import Judges
from core.bridge.contract.geometry import Box
from core.features.models.facemesh import EYES
from core.masks.faces import FaceFinder, Floats, Found, searched
from core.pixels.imaging import cut, extent_of

AGAIN = 0.3
"""The least overlap of a face that is found again with where it was, over their union."""

_LEAST = 32
"""Shortest side in pixels of what the judge of the style is shown of a face."""


@dataclass(frozen=True)
class Likeness:
    """What has become of a face. Less is better but in ``sure``.

    Attributes:
        sure: how likely it is a face to CenterFace, 0..1; 0 where it does not find it again.
        moved: how far the mesh's points have moved on average, over the distance of the eyes.
        apart: the distance of the embeddings, 0 to about 1.5; None where it was not judged.
    """

    sure: float
    moved: float
    apart: float | None


class FaceJudge:
    """Looks for the faces of a content and of what was painted after it.

    Pictures are RGB in 0..1, shape (1, 3, height, width), all of one size.
    """

    def __init__(self, finder: FaceFinder, identity: IdentityNetwork | None) -> None:
        """Judge by these networks; without the second one, not by embeddings."""
        self._finder, self._identity = finder, identity

    def find(self, content: Tensor) -> list[Found]:
        """The faces that are judged, in pixels of :func:`searched`, the surest first."""
        return self._finder.look(searched(content))

    def judge(self, painted: Tensor, content: Tensor) -> list[Likeness]:
        """What has become of each face, in the order of :meth:`find`."""
        before, after = searched(content), searched(painted)
        again = self._finder.look(after)
        return [self._judge(face, again, before, after) for face in self.find(content)]

    def _judge(
        self,
        face: Found,
        again: list[Found],
        before: NDArray[np.uint8],
        after: NDArray[np.uint8],
    ) -> Likeness:
        """The same place is looked at in both: a face that has moved is no likeness."""
        sure = max((one.sure for one in again if overlap(one, face) >= AGAIN), default=0.0)
        was, now = (self._finder.mesh(picture, face) for picture in (before, after))
        eyes = [was[list(eye)].mean(axis=0) for eye in EYES]
        moved = np.linalg.norm(now - was, axis=1).mean() / np.linalg.norm(eyes[0] - eyes[1])
        return Likeness(sure, float(moved), self._apart(face.points, before, after))

    def _apart(self, points: Floats, *pictures: NDArray[np.uint8]) -> float | None:
        if self._identity is None:
            return None
        squares = torch.cat([aligned(picture, points) for picture in pictures])
        was, now = self._identity.embed(squares)
        return float((was - now).norm())


def overlap(one: Found, other: Found) -> float:
    """What two boxes share, over their union."""
    low, high = np.maximum(one.box[:2], other.box[:2]), np.minimum(one.box[2:], other.box[2:])
    both = float(np.prod((high - low).clip(min=0)))
    sizes = (float(np.prod(face.box[2:] - face.box[:2])) for face in (one, other))
    return both / (sum(sizes) - both)


def patches(judges: Judges, face: Found, painted: Tensor, content: Tensor, style: Tensor) -> float:
    """What the judge of the style says of a face's box alone.

    Args:
        judges: whose judge it is.
        face: from :meth:`FaceJudge.find`.
        painted, content, style: as :meth:`Judges.style`.
    """
    whole = Box.of(extent_of(content))
    enlarged = whole.width / searched(content).shape[1]
    x, y, right, bottom = (enlarged * face.box).round().astype(int).tolist()
    box = Box(x, y, right - x, bottom - y)
    box = box.grow(max(0, -(-(_LEAST - min(box.extent)) // 2))).intersect(whole)
    return judges.style(cut(painted, box), cut(content, box), style)
