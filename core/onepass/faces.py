"""Faces in what a network painted in one pass.

Such a network sees squares of 8 px and more, in which an eye is a smudge. Nothing is optimised that
could hold on to it, so the face's light and shade are put right afterwards: of what is finer than a
part of the face, some is taken from the content instead, at the painting's contrast.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from core.features.faces import Face
from core.pixels.imaging import box_filter, cut, extent_of

HELD = 0.6
"""How much of the fine light and shade is the content's. The rest is what the style draws."""

MOST = 1.5
"""How much the content's contrast is raised at most, where the painting has more."""

FINE = 0.08
"""Radius of what counts as fine, as a share of the face's longer side."""

AROUND = 1.6
"""What is seen around a face, its own size included."""


def held(
    painted: Tensor, content: Tensor, faces: Sequence[Face], strength: float | Tensor
) -> Tensor:
    """A painting whose faces keep their features.

    Args:
        painted, content: of the same size, shape (1, 3, height, width).
        faces: in the content.
        strength: of the style, 0 to 1, everywhere or at each pixel.
    """
    if not faces:
        return painted
    painted, extent = painted.clone(), extent_of(painted)
    for face in faces:
        box = face.box(extent, AROUND)
        if box.empty:
            continue
        mask = face.within(box, extent).mask(box.extent).to(painted)
        radius = max(1, round(FINE * face.side(extent)))
        ours, theirs = (_fine(cut(picture, box), radius) for picture in (painted, content))
        gain = (
            (ours.square() * mask).sum() / (theirs.square() * mask).sum().clamp(min=1e-3)
        ).sqrt()
        part = cut(painted, box)
        amount = HELD * mask * (cut(strength, box) if isinstance(strength, Tensor) else strength)
        part.add_(amount * (gain.clamp(max=MOST) * theirs - ours)).clamp_(0, 1)
    return painted


def _fine(picture: Tensor, radius: int) -> Tensor:
    """Light and shade that are finer than a window, shape (1, 1, height, width)."""
    light = picture.mean(dim=1, keepdim=True)
    return light - box_filter(box_filter(light, radius), radius)
