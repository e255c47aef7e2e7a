"""Pictures that repeat: laid side by side, no seam shows between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from core.bridge.contract.geometry import Box, Extent
from core.pixels.imaging import Picture, cut, extent_of, resize
from core.system.stopping import Follow, alone

LEAST, MOST = 24, 48
"""Pixels around a small picture with which it is enlarged, so that its borders are no ends there.
The reach of what enlarges is about 12; among these the number is taken that fits best."""

Continue = Callable[[Tensor], Tensor]
"""Gives a picture what lies around it."""


class Margins(NamedTuple):
    """How far a picture is continued on each side: along its width, along its height."""

    across: int
    down: int

    def of(self, whole: Extent, now: Extent) -> Margins:
        """The same, after a picture that was continued from size ``whole`` is scaled."""
        return Margins(
            round(self.across * now.width / whole.width),
            round(self.down * now.height / whole.height),
        )

    def around(self, extent: Extent) -> Extent:
        """The size of a picture with them."""
        return Extent(extent.width + 2 * self.across, extent.height + 2 * self.down)


def margins(small: Extent, large: Extent) -> tuple[Margins, Margins]:
    """Margins around a picture and around its enlargement that are about the same part of it.

    What they differ by is less than a pixel, and shifts the enlargement by as much at its ends.
    """
    pairs = [_pair(*sides) for sides in zip(small, large, strict=True)]
    across, down = pairs
    return Margins(across[0], down[0]), Margins(across[1], down[1])


def _pair(small: int, large: int) -> tuple[int, int]:
    ratio = large / small
    best = min(range(LEAST, MOST + 1), key=lambda side: abs(side * ratio - round(side * ratio)))
    return best, round(best * ratio)


def whole_strides(extent: Extent, stride: int) -> Extent:
    """The nearest size of whole strides, at least two each way: no stride crosses the seam."""
    return Extent(*(stride * max(2, round(side / stride)) for side in extent))


def repeated(picture: Tensor, box: Box) -> Tensor:
    """A box of a picture that repeats, however far it reaches beyond; a view if it does not."""
    if box.intersect(Box.of(extent_of(picture))) == box:
        return cut(picture, box)
    rows, columns = _places(picture, box)
    return picture.index_select(-2, rows).index_select(-1, columns)


def add_at(picture: Tensor, box: Box, values: Tensor) -> None:
    """Add values in a box of a picture that repeats, in place. The transpose of ``repeated``."""
    extent = extent_of(picture)
    if box.intersect(Box.of(extent)) == box:
        cut(picture, box).add_(values)
        return
    rows, columns = _places(picture, box)
    across = picture.new_zeros(*values.shape[:-1], extent.width).index_add_(-1, columns, values)
    picture.index_add_(-2, rows, across)


def continued(picture: Tensor, by: Margins) -> Tensor:
    """A picture that repeats, with what lies around it."""
    return repeated(picture, Box(-by.across, -by.down, *by.around(extent_of(picture))))


def resized(picture: Tensor, extent: Extent) -> Tensor:
    """A picture that repeats at another size, at which it repeats too."""
    own = extent_of(picture)
    if own == extent:
        return picture
    near, far = margins(own, extent)
    wide = resize(continued(picture, near), far.around(extent))
    return cut(wide, Box(far.across, far.down, *extent))


def seen_at(picture: Picture, extent: Extent, *, repeats: bool, follow: Follow = alone) -> Picture:
    """A picture at another size, and of one that repeats, one that does too.

    Args:
        picture: of any size.
        extent: the size.
        repeats: whether it does.
        follow: called after each piece of one that does not.
    """
    if not repeats:
        return picture.resize(extent, follow)
    return Picture(resized(picture.color, extent), resized(picture.alpha, extent))


def closed(picture: Tensor, by: Margins) -> Tensor:
    """The inverse of :func:`continued`, of a picture that changed and may no longer repeat.

    What was made of the right margin passes into the left end, and that of the lower one into the
    upper end. So the last column is followed by what was beside it when both were made.
    """
    return _closed(_closed(picture, by.across, -1), by.down, -2)


def seamless(
    painting: Tensor,
    content: Picture,
    enlarged: Callable[[Tensor, Picture, Continue], Tensor],
) -> Tensor:
    """Bring a painting that repeats to its content's size, or on the way to it.

    Args:
        painting: of any size, shape (1, 3, height, width).
        content: shape (1, 3, height, width).
        enlarged: is given both with what lies around them, and what gives that to any other
            picture of the content's size. It makes the painting larger, and may know nothing of
            repeating.
    """
    small, large = margins(extent_of(painting), content.extent)
    around = Picture(continued(content.color, large), continued(content.alpha, large))
    found = enlarged(continued(painting, small), around, lambda other: continued(other, large))
    now = extent_of(found)
    return closed(found, large.of(around.extent, now))


def _closed(picture: Tensor, margin: int, axis: int) -> Tensor:
    length = picture.shape[axis] - 2 * margin
    inner = picture.narrow(axis, margin, length)
    if margin == 0:
        return inner
    share = (torch.arange(margin, device=picture.device, dtype=picture.dtype) + 0.5) / margin
    share = share if axis == -1 else share[:, None]
    begun = torch.lerp(
        picture.narrow(axis, margin + length, margin), inner.narrow(axis, 0, margin), share
    )
    return torch.cat([begun, inner.narrow(axis, margin, length - margin)], dim=axis)


def _places(picture: Tensor, box: Box) -> tuple[Tensor, Tensor]:
    """The rows and the columns of a picture that a box sees."""
    height, width = picture.shape[-2:]
    rows = torch.arange(box.y, box.bottom, device=picture.device) % height
    columns = torch.arange(box.x, box.right, device=picture.device) % width
    return rows, columns
