"""What an adapter draws of a view, without its toolkit."""

from __future__ import annotations

import torch
from torch import Tensor

from core.bridge.contract.pixels import Pixels
from core.bridge.session.view import View
from core.pixels.imaging import to_picture


def drawn(view: View) -> Tensor:
    """A view as adapters draw it: each patch stretched over its place, bilinearly. That may begin
    and end within a pixel; were it moved to whole ones, strokes would be seen beside themselves."""
    picture = to_picture(view.before).color.clone()
    for patch in view.patches:
        x, y, width, height = view.place(patch.place)
        rows = _weights(y, height, patch.picture.extent.height, view.before.extent.height)
        columns = _weights(x, width, patch.picture.extent.width, view.before.extent.width)
        color, alpha = split(patch.picture)
        above, opaque = (rows @ values @ columns.T for values in (color * alpha, alpha))
        picture = picture * (1 - opaque) + above
    return picture


def _weights(start: float, length: float, count: int, room: int) -> Tensor:
    """How much each of so many pixels, stretched along a length from a start on, is seen in each
    pixel of a room; none is in those whose middle is beyond its ends.

    Returns:
        shape (room, count); a row sums up to 1, or to 0.
    """
    at = (torch.arange(room) + 0.5 - start) * count / length
    away = (at[:, None] - torch.arange(count) - 0.5).abs()
    weights = (1 - away / max(1.0, count / length)).clamp(min=0)
    inside = ((at >= 0) & (at < count))[:, None]
    return inside * weights / weights.sum(dim=1, keepdim=True).clamp(min=1e-6)


def split(pixels: Pixels) -> tuple[Tensor, Tensor]:
    """Colour and alpha of a picture, shapes (1, 3, height, width) and (1, 1, height, width)."""
    picture = to_picture(pixels)
    return picture.color, picture.alpha.contiguous()
