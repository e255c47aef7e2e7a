"""Finds the subject of a picture.

What stands out (:mod:`core.masks.standing`), or what of it points lie in
(:mod:`core.masks.pointed`), with its edge at the picture's own size. A picture always has the same
subject.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import torch
from torch import Tensor

from core.bridge.contract import points as places
from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.points import Point
from core.bridge.contract.request import Request
from core.masks import cuts, pointed
from core.masks.faces import FaceFinder
from core.masks.guided import guided
from core.masks.salient import SalientNetwork
from core.masks.standing import Looker
from core.pixels.imaging import Picture, array, bounds, fit, levels, read, to_mask, to_pixels
from core.system.recent import Recent
from core.system.stopping import ShouldStop, followed

MIN_SIDE = 16
"""Shortest side in pixels, at the size of the search, of a picture that can have a subject."""

CONTEXT = 0.2
"""How far around a selection the background is looked at, as a share of its long side."""

_FINE_MASK = PixelFormat("G", "u16")


def applied(
    request: Request,
    should_stop: ShouldStop = lambda: False,
    network: SalientNetwork | None = None,
    finder: FaceFinder | None = None,
) -> Request:
    """The request with the subject selected: that within the selection, or of the whole picture,
    and at the points of ``settings.subject`` if there are any.

    Arguments are those of :func:`select`.

    Raises:
        BadInput: there is no subject that can be told from the background.
        Stopped: ``should_stop``, which is asked often, returned True.
    """
    points = places.read(request.settings.subject)
    found = select(request.content, request.selection, should_stop, network, finder, points)
    return replace(request, selection=found)


_seen: Recent[Pixels] = Recent(4)
"""Kept for previews: while a slider moves, the same picture comes again and again."""


def select(
    content: Pixels,
    hint: Pixels | None = None,
    should_stop: ShouldStop = lambda: False,
    network: SalientNetwork | None = None,
    finder: FaceFinder | None = None,
    points: Sequence[Point] = (),
) -> Pixels:
    """A soft mask of the subject, of the content's size.

    Args:
        content: the picture.
        hint: a mask that holds all of the subject; None searches the whole picture.
        should_stop: asked often.
        network: tells what stands out; without one, colours decide.
        finder: finds the faces of people, so that a point means one of those who touch.
        points: say which subjects are meant, as shares of the content's sides; none means all.

    Raises:
        BadInput: there is no subject that can be told from the background, or none at a point.
        Stopped: ``should_stop`` returned True.
    """
    given = [content] if hint is None else [content, hint]
    key = (network is None, finder is None, *points, *(one.identity for one in given))
    return _seen.get(key, lambda: _select(content, hint, should_stop, network, finder, points))


def _select(
    content: Pixels,
    hint: Pixels | None,
    should_stop: ShouldStop,
    network: SalientNetwork | None,
    finder: FaceFinder | None,
    points: Sequence[Point],
) -> Pixels:
    box = Box.of(content.extent) if hint is None else _around(hint)
    picture = read(content, box, followed(should_stop))
    allowed = None if hint is None else to_mask(hint.crop(box))
    here = [point.of(Box.of(content.extent), box) for point in points]
    mask = find_subject(picture, allowed, should_stop, network, finder, here)
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
    finder: FaceFinder | None = None,
    points: Sequence[Point] = (),
) -> Tensor:
    """The subject's soft mask, 0..1, shape (1, 1, height, width) of the picture.

    Args:
        picture: transparent pixels are background.
        hint: 0..1, of the mask's shape: 0 is background, and 1 is where the subject may be. None
            searches the whole picture.
        should_stop: asked often.
        network: tells what stands out; without one, colours decide.
        finder: finds the faces of people, so that a point means one of those who touch.
        points: say which subjects are meant, as shares of the picture's sides; none means all.

    Raises:
        BadInput: there is no subject that can be told from the background, or none at a point.
        Stopped: ``should_stop`` returned True.
    """
    _refuse_narrow(picture, hint)
    # What is half transparent, or half selected, is found as well as anything else.
    allowed = (picture.alpha > 0).float()
    if hint is not None:
        allowed = allowed * hint
    hinted = hint is not None and bool((hint < hint.max()).any())
    looker = Looker(network, finder, hinted, should_stop)
    if points:
        return pointed.masked(picture, allowed, points, looker) * allowed
    inside = looker.by_network(picture.color, allowed)
    if inside is None:
        inside = looker.by_color(picture.color, allowed)
    found = torch.from_numpy(inside)[None, None].float()
    return guided(found, picture.color, followed(should_stop)) * allowed


def _refuse_narrow(picture: Picture, hint: Tensor | None) -> None:
    """Raise BadInput where there is too little to look at."""
    if min(fit(picture.extent, cuts.SEARCH)) >= MIN_SIDE:
        return
    if hint is None:
        raise BadInput(
            "The picture is {width}x{height} px: that is too narrow to tell a subject from its "
            "background.",
            width=picture.extent.width,
            height=picture.extent.height,
        )
    raise BadInput(
        "The selection is {width}x{height} px with what is around it: that is too narrow to tell "
        "a subject from its background. Select more.",
        width=picture.extent.width,
        height=picture.extent.height,
    )


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
