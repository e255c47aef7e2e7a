"""Finds the subject of a picture.

GrabCut (Rother et al. 2004) runs from several starts: the selection, and what is salient for
different guesses of the background. The cut that tells most about a pixel's colour is the result.
All random numbers are seeded, so a picture always has the same subject.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.masks.guided import guided
from core.masks.saliency import saliency, superpixels
from core.pixels.components import largest, without_small
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
from core.system.stopping import ShouldStop, ask, followed

SEARCH = 256
"""Long side in pixels at which the cuts compete. The best one is refined at ``FINE``."""

FINE = 512
"""Long side in pixels at which the edge of the best cut is found."""

MIN_SIDE = 16
"""Shortest side in pixels, at the size of the search, of a picture that can have a subject."""

ROUNDS = 3
"""Rounds of GrabCut. On the twelve references of the tests the overlap is within 0.005 of that of 5
rounds."""

CONTEXT = 0.2
"""How far around a selection the background is looked at, as a share of its long side."""

MAIN = 0.1
"""Smallest piece that is kept, as a share of the largest piece's area."""

HOLE = 0.01
"""Smallest hole that is kept, as a share of the subject's area."""

TELLING = 0.01
"""The fewest bits that the best cut must tell about a pixel's colour. Flat pictures and noise have
0 bits, craters on the moon 0.08. A subject of a thousandth of the picture can tell 0.011 at
most."""

COLORS = 24
"""Colours that a picture is reduced to, to judge cuts."""

_FINE_MASK = PixelFormat("G", "u16")

Bools = NDArray[np.bool_]


def applied(request: Request, should_stop: ShouldStop = lambda: False) -> Request:
    """The request with the subject selected: that within the selection, or of the whole picture.

    Raises:
        BadInput: there is no subject that can be told from the background.
        Stopped: ``should_stop``, which is asked often, returned True.
    """
    return replace(request, selection=select(request.content, request.selection, should_stop))


_seen: Recent[Pixels] = Recent(4)
"""Kept for previews: while a slider moves, the same picture comes again and again."""


def select(
    content: Pixels, hint: Pixels | None = None, should_stop: ShouldStop = lambda: False
) -> Pixels:
    """A soft mask of the subject, of the content's size.

    Args:
        content: the picture.
        hint: a mask that holds all of the subject; None searches the whole picture.
        should_stop: asked often.

    Raises:
        BadInput: there is no subject that can be told from the background.
        Stopped: ``should_stop`` returned True.
    """
    given = [content] if hint is None else [content, hint]
    return _seen.get(
        tuple(one.identity for one in given), lambda: _select(content, hint, should_stop)
    )


def _select(content: Pixels, hint: Pixels | None, should_stop: ShouldStop) -> Pixels:
    box = Box.of(content.extent) if hint is None else _around(hint)
    picture = read(content, box, followed(should_stop))
    mask = find_subject(picture, None if hint is None else to_mask(hint.crop(box)), should_stop)
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
    picture: Picture, hint: Tensor | None = None, should_stop: ShouldStop = lambda: False
) -> Tensor:
    """The subject's soft mask, 0..1, shape (1, 1, height, width) of the picture.

    Args:
        picture: transparent pixels are background.
        hint: 0..1, of the mask's shape: 0 is background, and 1 is where the subject may be. None
            searches the whole picture.
        should_stop: asked often.

    Raises:
        BadInput: there is no subject that can be told from the background.
        Stopped: ``should_stop`` returned True.
    """
    allowed = picture.alpha if hint is None else hint * picture.alpha
    if bool((allowed >= 1).all()):
        hint = None  # says nothing
    small = fit(picture.extent, SEARCH)
    if min(small) < MIN_SIDE:
        raise BadInput(
            "The picture is {width}x{height} px: that is too narrow to tell a subject from its "
            "background.",
            width=picture.extent.width,
            height=picture.extent.height,
        )
    color, plane = _bytes(picture.color, small, should_stop), _plane(allowed, small)
    start = _best(color, plane, hint is not None, should_stop)
    fine = fit(picture.extent, FINE)
    color = _bytes(picture.color, fine, should_stop)
    inside = _plane(torch.from_numpy(start)[None, None].float(), fine) > 0.5
    inside = _cleaned(_refined(color, inside, should_stop))
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


def _best(
    color: NDArray[np.uint8],
    allowed: NDArray[np.float32],
    hinted: bool,
    should_stop: ShouldStop,
) -> Bools:
    """The cut that tells most. Raises BadInput if none tells enough."""
    lab = np.asarray(cv2.cvtColor(color.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)
    colors = _reduced(lab)
    best, most = None, TELLING
    for start in _starts(lab, allowed, hinted):
        sort = np.where(start, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
        sort[allowed <= 0] = cv2.GC_BGD
        found = _cleaned(_cut(color, sort, should_stop))
        telling = _telling(colors, found)
        if telling > most:
            best, most = found, telling
    if best is None:
        raise BadInput(
            "No subject can be told from its background here: select it by hand, or roughly."
        )
    return best


def _starts(
    lab: NDArray[np.float32], allowed: NDArray[np.float32], hinted: bool
) -> Iterator[Bools]:
    """Guesses of the subject, for GrabCut to start from."""
    if hinted:
        yield allowed >= 0.5
    pieces = superpixels(lab)
    for border in [allowed <= 0] if hinted else _borders(lab.shape[0], lab.shape[1]):
        if border.any():
            standing = (saliency(lab, pieces, border) * 255).astype(np.uint8)
            level, _ = cv2.threshold(standing, 0, 255, cv2.THRESH_OTSU)
            yield (standing > level) & (allowed > 0)


def _borders(height: int, width: int) -> Iterator[Bools]:
    """Parts of a picture's frame that may show its background."""
    frame = np.ones((height, width), bool)
    frame[1:-1, 1:-1] = False
    yield frame
    # A portrait touches the lower border. A town touches the sides too.
    for rows in (height - 1, height // 2):
        upper = frame.copy()
        upper[rows:] = False
        yield upper


def _cut(
    color: NDArray[np.uint8],
    sort: NDArray[np.uint8],
    should_stop: ShouldStop,
    rounds: int = ROUNDS,
) -> Bools:
    """GrabCut, started from each pixel's class in OpenCV's numbers (GC_BGD and so on)."""
    subject: Bools = (sort & 1) == 1
    if min(subject.sum(), (~subject).sum()) < COLORS:
        return subject  # too few pixels to model
    cv2.setRNGSeed(0)
    models = [np.zeros((1, 65)) for _ in range(2)]
    for number in range(rounds):  # one at a time, so that it can be stopped in between
        ask(should_stop)
        mode = cv2.GC_EVAL if number else cv2.GC_INIT_WITH_MASK
        cv2.grabCut(color, sort, (0, 0, 0, 0), models[0], models[1], 1, mode)
    found: Bools = (sort & 1) == 1
    return found


def _reduced(lab: NDArray[np.float32]) -> NDArray[np.int64]:
    """The number of each pixel's colour in a small palette made of the picture."""
    flat = lab.reshape(-1, 3)
    ends = (cv2.TERM_CRITERIA_MAX_ITER, 8, 0)
    cv2.setRNGSeed(0)
    count = min(COLORS, len(flat[::3]))
    some, none = flat[::3].copy(), np.empty(0, np.int32)
    _, _, centers = cv2.kmeans(some, count, none, ends, 1, cv2.KMEANS_PP_CENTERS)
    found: NDArray[np.int64] = np.linalg.norm(flat[:, None] - centers, axis=-1).argmin(axis=1)
    return found.reshape(lab.shape[:2])


def _telling(colors: NDArray[np.int64], subject: Bools) -> float:
    """The mutual information, in bits, of a pixel's colour and whether it is in the subject."""
    share = float(subject.mean())
    inner, outer = (np.bincount(colors[part], minlength=COLORS) for part in (subject, ~subject))
    return _bits(inner + outer) - share * _bits(inner) - (1 - share) * _bits(outer)


def _bits(counts: NDArray[Any]) -> float:
    """The entropy of a histogram, in bits."""
    shares = counts[counts > 0] / max(1, counts.sum())
    return -float((shares * np.log2(shares)).sum())


def _cleaned(subject: Bools) -> Bools:
    """The subject without small pieces and small holes."""
    kept = without_small(subject, MAIN * largest(subject))
    return ~without_small(~kept, HOLE * kept.sum())


def _refined(color: NDArray[np.uint8], subject: Bools, should_stop: ShouldStop) -> Bools:
    """A cut of a smaller size, with its edge found again at this size."""
    width = max(2, round(2 * max(subject.shape) / SEARCH))
    square = np.ones((2 * width + 1,) * 2, np.uint8)
    inside = subject.astype(np.uint8)
    sort = np.where(subject, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    sort[cv2.erode(inside, square) > 0] = cv2.GC_FGD
    sort[cv2.dilate(inside, square) == 0] = cv2.GC_BGD
    return _cut(color, sort, should_stop, rounds=1)
