"""The strength of each pixel, from a grey picture: white is the full strength, black none."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box
from core.bridge.contract.request import Request
from core.pixels import files
from core.pixels.imaging import cut, resize, to_picture
from core.styles import style_picture
from core.system.recent import Recent

NAME = "strength_mask"

_LUMA = (0.2126, 0.7152, 0.0722)
"""Rec. 709."""

_seen: Recent[Tensor] = Recent(2)


def drawn(request: Request, box: Box) -> Tensor | None:
    """The strengths in a box of the content, 0..1, shape (1, 1, height, width).

    None where there is no picture of them. What is transparent in it is black.

    Raises:
        BadInput: it can't be read, or has other proportions than the content.
    """
    if not request.has_picture(NAME):
        return None
    source, extent = style_picture.of_setting(request, NAME), request.content.extent

    def read() -> Tensor:
        given = source.given
        picture = files.read(Path(source.path)).picture() if given is None else to_picture(given)
        width, height = picture.extent
        # One pixel of rounding is what a copy at another size may be off by.
        if abs(width * extent.height - height * extent.width) > max(*picture.extent, *extent):
            raise BadInput(
                "The strength mask is {width}x{height} px, the picture {wide}x{high}: give it the "
                "same proportions.",
                width=width,
                height=height,
                wide=extent.width,
                high=extent.height,
            )
        weights = picture.color.new_tensor(_LUMA).view(1, 3, 1, 1)
        grey = (picture.color * weights).sum(dim=1, keepdim=True) * picture.alpha
        return resize(grey, extent).clamp_(0, 1)

    return cut(_seen.get(f"{source.identity} {extent}", read), box)
