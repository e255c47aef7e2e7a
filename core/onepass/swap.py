"""Style swap: each patch of a content's features is replaced by the style's nearest.

Chen and Schmidt (2016, "Fast patch-based style transfer of arbitrary style"): each patch of 3x3
positions becomes the style's patch of the greatest cosine, and where patches overlap, their mean.
AdaIN alone gives an even area one grain all over; whole patches bring the style's strokes along.
Departures:

- What is compared are AdaIN's features, not the content's own: both sides have one spread.
- Half of what a patch is on average counts, so that its drawing counts for more than its colour.
- Each patch of the style has a price: that of a patch which many places want rises, until the
  style's patches are wanted about equally often. These are a few rounds of Sinkhorn's for optimal
  transport (Cuturi 2013, "Sinkhorn distances"). Otherwise a clear sky is one dark patch many times.
- The four nearest are blended, so that a place whose nearest changes with the next frame does not
  jump.
- Patches are compared in a projection of few numbers, onto the directions in which the style's
  differ most.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

SIDE = 3
"""Positions of a patch along a side."""

SAMPLE = 4096
"""The most patches of a style that are compared: all of a style of 512 px."""

DIRECTIONS = 64
"""Numbers that a feature vector is projected to."""

NUMBERS = 128
"""Numbers that a patch of such vectors is projected to."""

MEAN = 0.5
"""How much of a patch's mean counts."""

SOFTNESS = 0.03
"""The difference of two cosines at which the nearer patch is wanted e times as often."""

NEAREST = 4
"""Patches that are blended in the place of each."""

BLEND = 0.02
"""The difference of two cosines at which the nearer patch counts e times as much."""

ROUNDS = 3
"""How often prices are made anew."""

ASKED = 1024
"""About the number of places whose wishes make the prices."""

_UNWANTED = 1e-3
"""The share of its due at which a patch becomes no cheaper."""

_ROWS = 1024
"""Places that are compared at once: their similarities stay in the processor's cache."""

_ITERATIONS = 3


class StylePatches(NamedTuple):
    """The patches of a style, to search for the nearest of.

    Attributes:
        features: the style's, with one row and column more on each side, shape (down, across,
            channels).
        centers: the place of each patch in them, counted along their rows, shape (patches,).
        narrow: projects a feature vector, shape (channels, directions).
        basis: projects a patch of such vectors, row by row, shape (9 * directions, numbers).
        keys: the projected patches, of unit length, shape (patches, numbers).
    """

    features: Tensor
    centers: Tensor
    narrow: Tensor
    basis: Tensor
    keys: Tensor

    @classmethod
    def of(cls, features: Tensor, weights: Tensor) -> StylePatches:
        """Of a style.

        Args:
            features: shape (1, channels, height, width).
            weights: shape (height, width). Patches lie where they are above 0, if there are any.
        """
        wide = functional.pad(features, (1, 1, 1, 1), mode="replicate")[0].permute(1, 2, 0)
        down, across, channels = wide.shape
        centers = _whole(weights)
        if len(centers) > SAMPLE:
            generator = torch.Generator().manual_seed(0)
            chosen = torch.randperm(len(centers), generator=generator)[:SAMPLE].sort().values
            centers = centers[chosen.to(centers.device)]
        rows = wide.reshape(-1, channels)
        narrow = _directions(rows.index_select(0, centers), DIRECTIONS)
        around, _ = _around(centers, down, across)
        patches = _patches(rows @ narrow, around)
        drawing = functional.normalize(_less_mean(patches, dim=1).flatten(1), dim=1)
        main = _directions(drawing, NUMBERS)
        # Taking off a part of the mean is linear, so that it can be done to the basis once.
        basis = _less_mean(main.view(SIDE * SIDE, -1, main.shape[1]), dim=0).flatten(0, 1)
        return cls(wide.contiguous(), centers, narrow, basis, _projected(patches, basis))


def swapped(
    features: Tensor,
    weights: Tensor,
    style: StylePatches,
    *,
    wraps: bool = False,
    before_piece: Callable[[], None] = lambda: None,
) -> Tensor:
    """Features made of a style's patches.

    Args:
        features: with the style's spread, shape (1, channels, height, width).
        weights: the region's, shape (height, width). Patches lie where they are above 0.
        style: its patches, in the precision of the features or another.
        wraps: whether the picture repeats.
        before_piece: called before each piece of the search.

    Returns:
        Shape as the features; where the weight is 0, the features.
    """
    height, width = weights.shape
    places = (weights.flatten() > 0).nonzero()[:, 0]
    rows = features[0].flatten(1).T
    if len(places) == 0:
        return features
    around, inside = _around(places, height, width, wraps)
    narrow = rows @ style.narrow.to(rows)
    basis = style.basis.to(rows)
    pieces = torch.split(around, _ROWS)
    queries = torch.cat([_projected(_patches(narrow, piece), basis) for piece in pieces])
    keys = style.keys.to(rows)
    prices = _prices(queries, keys)
    count = min(NEAREST, len(keys))
    centers = places.new_zeros(height * width, count)
    amounts = rows.new_zeros(height * width, count)
    for part, where in zip(torch.split(queries, _ROWS), torch.split(places, _ROWS), strict=True):
        before_piece()
        likeness, nearest = torch.addmm(-prices, part, keys.T).topk(count, dim=1)
        centers[where] = style.centers[nearest]
        amounts[where] = torch.softmax(likeness / BLEND, dim=1)
    covered = (inside & (weights.flatten() > 0)[around])[..., None]
    steps = _steps(style.features.shape[1], places.device)[:, None]
    # A place has what the patch of its left neighbour has on the right, and so on.
    taken = torch.where(covered, centers[around] - steps, 0)
    shares = covered * amounts[around] / covered.sum(dim=1, keepdim=True)
    laid = functional.embedding_bag(
        taken.flatten(1),
        style.features.flatten(0, 1).to(rows),
        mode="sum",
        per_sample_weights=shares.flatten(1),
    )
    found = rows.clone().index_copy_(0, places, laid)
    return found.view(1, height, width, -1).permute(0, 3, 1, 2)


def _patches(rows: Tensor, around: Tensor) -> Tensor:
    """The rows around each place, shape (places, 9, numbers of a row)."""
    return rows.index_select(0, around.flatten()).view(*around.shape, -1)


def _projected(patches: Tensor, basis: Tensor) -> Tensor:
    return functional.normalize(patches.flatten(1) @ basis, dim=1)


def _prices(queries: Tensor, keys: Tensor) -> Tensor:
    """What is taken off the cosine with each patch of the style, shape (patches,).

    Where there are fewer places than patches, each patch that is wanted is due one place.
    """
    some = queries[:: max(1, len(queries) // ASKED)]
    due = 1 / min(len(keys), len(queries))
    # One exponential for all rounds, each of which is then two products with a vector, as in
    # Sinkhorn's own. Of a cosine less 1, so that none is beyond what a float holds.
    wishes = (some @ keys.T).sub_(1).div_(SOFTNESS).exp_()
    cheap = keys.new_ones(len(keys))
    for _ in range(ROUNDS):
        wanted = (wishes @ cheap).reciprocal_() @ wishes
        wanted.mul_(cheap).div_(len(some) * due)
        cheap /= wanted.clamp_(min=_UNWANTED)
    return cheap.log_().mul_(-SOFTNESS)


def _whole(weights: Tensor) -> Tensor:
    """The places, in a style with a border, of the patches that the style fills.

    Where there are none, of those whose centre it fills; and all where it fills nothing.
    """
    seen = (weights > 0).to(torch.float32)[None, None]
    bordered = functional.pad(seen, (1, 1, 1, 1))
    least = -functional.max_pool2d(-bordered, SIDE, 1)
    for each in (least, seen, torch.ones_like(seen)):
        places = (functional.pad(each, (1, 1, 1, 1)).flatten() > 0).nonzero()[:, 0]
        if len(places):
            break
    return places


def _steps(across: int, device: torch.device) -> Tensor:
    """From a patch's centre to each of its positions, counted along rows, shape (9,)."""
    side = torch.arange(SIDE, device=device) - SIDE // 2
    return (side[:, None] * across + side).flatten()


def _around(places: Tensor, height: int, width: int, wraps: bool = False) -> tuple[Tensor, Tensor]:
    """The positions of the patch around each place, and which of them lie within the picture.

    Those outside are the nearest inside, or where the picture repeats, on its other side.

    Returns:
        Shape (places, 9) both.
    """
    side = torch.arange(SIDE, device=places.device) - SIDE // 2
    y = (places // width)[:, None] + side.repeat_interleave(SIDE)
    x = (places % width)[:, None] + side.repeat(SIDE)
    if wraps:
        return y % height * width + x % width, torch.ones_like(y, dtype=torch.bool)
    inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
    return y.clamp(0, height - 1) * width + x.clamp(0, width - 1), inside


def _less_mean(values: Tensor, dim: int) -> Tensor:
    return values - (1 - MEAN) * values.mean(dim=dim, keepdim=True)


def _directions(rows: Tensor, count: int) -> Tensor:
    """An orthonormal basis of about the directions in which rows are largest.

    By orthogonal iteration from a fixed start: products of matrices, where a decomposition into
    eigenvectors would be many small steps, which wait for each other on a busy machine.

    Returns:
        Shape (numbers of a row, count); all directions where there are no more.
    """
    numbers = rows.shape[1]
    if numbers <= count:
        return torch.eye(numbers, dtype=rows.dtype, device=rows.device)
    second = (rows.T @ rows).cpu().double()
    generator = torch.Generator().manual_seed(0)
    basis = torch.randn(numbers, count, generator=generator, dtype=torch.float64)
    for _ in range(_ITERATIONS):
        basis = torch.linalg.qr(second @ basis).Q
    return basis.to(rows)
