"""Matching: each neuron of a painting is drawn to the style's neuron that it is most like.

Statistics say how often a stroke occurs, not that it is whole. Li and Wand (2016, "Combining Markov
random fields and convolutional neural networks for image synthesis") and Kolkin et al. (2022,
"Neural neighbor style transfer") draw features to their nearest ones in the style, by the cosine
of what they are beyond the style's mean. Departures: single neurons, their field being patch
enough; both ways, so that every part of the style is wanted somewhere (otherwise a sky becomes one
stroke many times over); and beside the statistics, not instead of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from core.features.statistics import exact

SAMPLE = 4096
"""Neurons of a style that are chosen from at most: at relu3_1 all up to 256 px, 1 of 4 at 512."""

ROWS = 1024
"""Neurons of a painting that are compared at once: 16384 with 4096 of a style take 150 ms, by 4096
at once 189 ms, as what is compared no longer stays in the processor's cache."""

BACK = 0.5
"""Share of the pull that comes from the style's neurons, each looking for its likest."""

_TINY = 1e-6


class Neurons(NamedTuple):
    """What a style has at a layer.

    Attributes:
        features: shape (1, channels, height, width).
        weights: shape (height, width); neurons of weight 0 are not taken.
        share: of all styles' pull.
    """

    features: Tensor
    weights: Tensor
    share: float


class Matching:
    """The styles' neurons at a layer, and the pull they have."""

    def __init__(self, styles: Sequence[Neurons], generator: torch.Generator) -> None:
        """Sample the neurons, in proportion to the styles' shares as far as they have so many.

        What they are told apart by is what they are beyond the mean of all, each style's by its
        share.

        Args:
            styles: one or several, each with neurons of weight above 0; their shares sum to 1.
            generator: on the CPU, for the sample.
        """
        visible = [(style.weights.flatten() > 0).nonzero()[:, 0] for style in styles]
        fullest = max(len(places) for places in visible) / max(style.share for style in styles)
        flats, shares = [], []
        for style, places in zip(styles, visible, strict=True):
            count = max(1, round(min(SAMPLE, fullest) * style.share))
            if len(places) > count:
                chosen = torch.randperm(len(places), generator=generator)[:count].sort().values
                places = places[chosen.to(places.device)]
            flats.append(exact(style.features.squeeze(0).flatten(1)[:, places]))
            shares.append(flats[-1].new_full((len(places),), style.share / len(places)))
        flat, self._shares = torch.cat(flats, dim=1), torch.cat(shares)
        means = [style.share * part.mean(dim=1) for style, part in zip(styles, flats, strict=True)]
        self._center = torch.stack(means).sum(dim=0)
        self._neurons = functional.normalize(flat - self._center[:, None], dim=0).T.to(
            styles[0].features.dtype
        )

    def pull(self, features: Tensor, weights: Tensor) -> Tensor:
        """Where each of a painting's neurons is drawn to, and how much.

        Args:
            features: the painting's, shape (1, channels, height, width).
            weights: the region's, shape (height, width).

        Returns:
            Of the features' shape and type; the lengths add up to about 1.
        """
        height, width = weights.shape
        rows = self._beyond(features).squeeze(0).flatten(1).T
        flat = exact(weights.flatten())
        places = (flat > 0).nonzero()[:, 0]
        pulls = torch.zeros_like(rows, memory_format=torch.contiguous_format)
        if len(places) == 0:
            return pulls.view(1, height, width, -1).permute(0, 3, 1, 2)
        best = rows.new_full((len(self._neurons),), -torch.inf)
        likest = torch.zeros(len(self._neurons), dtype=torch.long, device=rows.device)
        for part in torch.split(places, ROWS):
            # On a CPU index_select copies rows whole, eight times sooner than [] does.
            alike = functional.normalize(rows.index_select(0, part), dim=1) @ self._neurons.T
            share = (1 - BACK) * flat[part] / flat.sum()
            forth = self._neurons.index_select(0, _likest(alike)[1])
            pulls.index_copy_(0, part, forth.mul_(share.to(rows.dtype)[:, None]))
            values, owners = _likest(alike.T)
            likest = torch.where(values > best, part[owners], likest)
            best = torch.maximum(values, best)
        back = BACK * self._shares[:, None] * self._neurons
        pulls.index_add_(0, likest, back.to(pulls.dtype))
        return pulls.view(1, height, width, -1).permute(0, 3, 1, 2)

    def add_slope(self, gradient: Tensor, features: Tensor, pull: Tensor, weight: float) -> Tensor:
        """Add to the gradient at features, in place, the weighted distance's slope.

        The distance is 1 - sum <g, pull>, with g the unit vector of a neuron beyond the mean.

        Returns:
            What these features take off the distance: that sum.
        """
        unit = self._beyond(features)
        length = torch.linalg.vector_norm(unit, dim=1, keepdim=True).clamp_(min=_TINY)
        unit.div_(length)
        along = (unit * pull).sum(dim=1, keepdim=True)
        gradient.add_(unit.mul_(along).sub_(pull).div_(length), alpha=weight)
        return exact(along).sum()

    def _beyond(self, features: Tensor) -> Tensor:
        return features - self._center.to(features.dtype)[:, None, None]


def _likest(alike: Tensor) -> tuple[Tensor, Tensor]:
    """The maximum of each row and its first place.

    Along rows in memory this is vectorised on a CPU: 2 ms for 1024x4096 in bfloat16, beside 7.5 ms
    by ``argmax`` and 7 ms along columns, which a copy turns into 5.
    """
    values, places = alike.contiguous().max(dim=1)
    return values, places
