"""Finds the subject of a picture.

A network that has learnt people's outlines (:mod:`core.masks.salient`) says what stands out, and
colours decide where it is not sure (:mod:`core.masks.cuts`). Where nothing stands out to it, or its
weights are missing, colours decide alone. A picture always has the same subject.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.masks import cuts
from core.masks.guided import guided
from core.masks.salient import SalientNetwork
from core.pixels.imaging import (
    Picture,
    array,
    bounds,
    fit,
    levels,
    read,
    resize,
    to_mask,
    to_pixels,
)
from core.system.recent import Recent
from core.system.stopping import ShouldStop, followed

FINE = 512
"""Long side in pixels at which colours decide where the edge is."""

LEAST = 0.002
"""The smallest share of a picture that the network may take for its subject: less is a speck."""

MIN_SIDE = 16
"""Shortest side in pixels, at the size of the search, of a picture that can have a subject."""

CONTEXT = 0.2
"""How far around a selection the background is looked at, as a share of its long side."""

_FINE_MASK = PixelFormat("G", "u16")


def applied(
    request: Request,
    should_stop: ShouldStop = lambda: False,
    network: SalientNetwork | None = None,
) -> Request:
    """The request with the subject selected: that within the selection, or of the whole picture.

    Arguments are those of :func:`select`.

    Raises:
        BadInput: there is no subject that can be told from the background.
        Stopped: ``should_stop``, which is asked often, returned True.
    """
    found = select(request.content, request.selection, should_stop, network)
    return replace(request, selection=found)


_seen: Recent[Pixels] = Recent(4)
"""Kept for previews: while a slider moves, the same picture comes again and again."""


def select(
    content: Pixels,
    hint: Pixels | None = None,
    should_stop: ShouldStop = lambda: False,
    network: SalientNetwork | None = None,
) -> Pixels:
    """A soft mask of the subject, of the content's size.

    Args:
        content: the picture.
        hint: a mask that holds all of the subject; None searches the whole picture.
        should_stop: asked often.
        network: tells what stands out; without one, colours decide.

    Raises:
        BadInput: there is no subject that can be told from the background.
        Stopped: ``should_stop`` returned True.
    """
    given = [content] if hint is None else [content, hint]
    key = (network is None, *(one.identity for one in given))
    return _seen.get(key, lambda: _select(content, hint, should_stop, network))


def _select(
    content: Pixels, hint: Pixels | None, should_stop: ShouldStop, network: SalientNetwork | None
) -> Pixels:
    box = Box.of(content.extent) if hint is None else _around(hint)
    picture = read(content, box, followed(should_stop))
    allowed = None if hint is None else to_mask(hint.crop(box))
    mask = find_subject(picture, allowed, should_stop, network)
    whole = np.zeros((content.extent.height, content.extent.width), np.uint16)
    found = to_pixels(Picture(mask.expand(1, 3, -1, -1), mask), _FINE_MASK)
    whole[box.slices] = array(found)[..., 0]
    return Pixels(content.extent, _FINE_MASK, whole.tobytes())


def _around(hint: Pixels) -> Box:
    """The selection's box with some context. Raises BadInput if nothing is selected."""
    box = bounds(levels(hint) > 0)
    if box.empty:
        raise BadInput("The mask is black everywhere: there is nothing in it to look for.")
    return box.grow(round(CONTEXT * box.extent.long_side)).intersect(Box.of(hint.extent))


def find_subject(
    picture: Picture,
    hint: Tensor | None = None,
    should_stop: ShouldStop = lambda: False,
    network: SalientNetwork | None = None,
) -> Tensor:
    """The subject's soft mask, 0..1, shape (1, 1, height, width) of the picture.

    Args:
        picture: transparent pixels are background.
        hint: 0..1, of the mask's shape: 0 is background, and 1 is where the subject may be. None
            searches the whole picture.
        should_stop: asked often.
        network: tells what stands out; without one, colours decide.

    Raises:
        BadInput: there is no subject that can be told from the background.
        Stopped: ``should_stop`` returned True.
    """
    allowed = picture.alpha if hint is None else hint * picture.alpha
    if bool((allowed >= 1).all()):
        hint = None  # says nothing
    small = fit(picture.extent, cuts.SEARCH)
    if min(small) < MIN_SIDE:
        raise BadInput(
            "The picture is {width}x{height} px: that is too narrow to tell a subject from its "
            "background.",
            width=picture.extent.width,
            height=picture.extent.height,
        )
    fine = fit(picture.extent, FINE)
    color = _bytes(picture.color, fine, should_stop)
    inside = None
    if network is not None:
        chance = network.look(picture.color, should_stop) * allowed
        if float((chance > 0.5).float().mean()) >= LEAST:
            inside = cuts.decided(color, _plane(chance, fine), should_stop)
    if inside is None:
        coarse = _bytes(picture.color, small, should_stop)
        start = cuts.best(coarse, _plane(allowed, small), hint is not None, should_stop)
        start = _plane(torch.from_numpy(start)[None, None].float(), fine) > 0.5
        inside = cuts.refined(color, start, should_stop)
    mask = guided(
        torch.from_numpy(inside)[None, None].float(), picture.color, followed(should_stop)
    )
    return mask * allowed


def overlay(picture: Picture, mask: Tensor) -> Tensor:
    """The picture with a line around the subject and the rest dimmed.

    Args:
        picture: shape (1, 3, height, width).
        mask: from :func:`find_subject`.

    Returns:
        RGB of the picture's shape.
    """
    grey = picture.color.mean(dim=1, keepdim=True)
    dimmed = 0.35 * grey + grey.new_tensor([0.05, 0.05, 0.15]).view(1, 3, 1, 1)
    shown = torch.lerp(dimmed, picture.color, mask)
    width = max(1, round(picture.extent.long_side / 400))
    inside = (mask[0, 0] > 0.5).to(torch.uint8).numpy()
    grown = cv2.dilate(inside, np.ones((2 * width + 1,) * 2, np.uint8))
    line = torch.from_numpy(grown > inside)
    return torch.where(line, shown.new_tensor([1.0, 0.85, 0.1]).view(1, 3, 1, 1), shown)


def _bytes(color: Tensor, extent: Extent, should_stop: ShouldStop) -> NDArray[np.uint8]:
    """RGB in OpenCV's form, shape (height, width, 3)."""
    small = resize(color, extent, followed(should_stop)).clamp(0, 1)
    return np.ascontiguousarray((small[0].permute(1, 2, 0) * 255).round().byte().numpy())


def _plane(mask: Tensor, extent: Extent) -> NDArray[np.float32]:
    small: NDArray[np.float32] = resize(mask.contiguous(), extent)[0, 0].numpy()
    return small
