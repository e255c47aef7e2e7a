"""Nearest neighbours: the style's feature vector that is most like each one of a painting.

Statistics say how often a stroke occurs, not that it is whole. Li and Wand (2016, "Combining Markov
random fields and convolutional neural networks for image synthesis") and Kolkin et al. (2022,
"Neural neighbor style transfer") pull features to their nearest neighbours in the style, by the
cosine of the features less the style's mean. Departures:

- Single feature vectors are compared, not patches: their receptive field is patch enough.
- Neighbours are found both ways, so that every part of the style is wanted somewhere. Otherwise a
  sky becomes one stroke many times over.
- The pull comes beside the statistics, not instead of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from core.features.statistics import exact, exact_type

SAMPLE = 4096
"""The most feature vectors of the styles that are used: at relu3_1 all up to 256 px, 1 of 4 at
512."""

ROWS = 1024
"""Positions of a painting that are compared at once. 16384 with 4096 of a style take 150 ms; by
4096 at once they take 189 ms, as the similarities no longer stay in the processor's cache."""

BACK = 0.5
"""Share of the pull that comes from the style's feature vectors, each to its nearest position."""

LIKE = 0.25
"""What is added to a cosine where both vectors are of one kind."""

_TINY = 1e-6


class StyleFeatures(NamedTuple):
    """A style's features at a layer.

    Attributes:
        features: shape (1, channels, height, width).
        weights: shape (height, width); positions of weight 0 are not used.
        share: of all styles, 0..1.
        kinds: how much each position is of each kind, shape (kinds, height, width); None where
            positions are not told apart. Either all styles of a search have kinds or none.
    """

    features: Tensor
    weights: Tensor
    share: float
    kinds: Tensor | None = None


class NearestNeighbors:
    """The styles' feature vectors at a layer, to search for the nearest of."""

    def __init__(self, styles: Sequence[StyleFeatures], generator: torch.Generator) -> None:
        """Sample the feature vectors, in proportion to the styles' shares while they have enough.

        The cosine compares what is left of a vector without the mean of all styles, which weighs
        each style by its share.

        Args:
            styles: at least one, each with a position of weight above 0; their shares sum to 1.
            generator: on the CPU, for the sample.
        """
        visible = [(style.weights.flatten() > 0).nonzero()[:, 0] for style in styles]
        fullest = max(len(places) for places in visible) / max(style.share for style in styles)
        flats, shares, kinds = [], [], []
        for style, places in zip(styles, visible, strict=True):
            count = max(1, round(min(SAMPLE, fullest) * style.share))
            if len(places) > count:
                chosen = torch.randperm(len(places), generator=generator)[:count].sort().values
                places = places[chosen.to(places.device)]
            flats.append(exact(style.features.squeeze(0).flatten(1)[:, places]))
            shares.append(flats[-1].new_full((len(places),), style.share / len(places)))
            if style.kinds is not None:
                kinds.append(style.kinds.flatten(1)[:, places].T)
        flat, self._shares = torch.cat(flats, dim=1), torch.cat(shares)
        means = [style.share * part.mean(dim=1) for style, part in zip(styles, flats, strict=True)]
        self._mean = torch.stack(means).sum(dim=0)
        self._vectors = functional.normalize(flat - self._mean[:, None], dim=0).T.to(
            styles[0].features.dtype
        )  # (vectors, channels)
        self._keys = self._vectors
        if kinds:
            alike = LIKE * torch.cat(kinds).to(self._vectors.dtype)
            self._keys = torch.cat([self._vectors, alike], dim=1)

    def pull(self, features: Tensor, weights: Tensor, kinds: Tensor | None = None) -> Tensor:
        """The direction that each position of a painting is pulled in.

        Args:
            features: the painting's, shape (1, channels, height, width).
            weights: the region's, shape (height, width).
            kinds: how much each position is of each kind, shape (kinds, height, width), where the
                styles have kinds.

        Returns:
            Shape and type as the features; the lengths add up to about 1.
        """
        height, width = weights.shape
        rows = self._centered(features).squeeze(0).flatten(1).T
        flat = exact(weights.flatten())
        places = (flat > 0).nonzero()[:, 0]
        alike = None if kinds is None else kinds.flatten(1).T.to(rows.dtype)
        pulls = torch.zeros_like(rows, memory_format=torch.contiguous_format)
        if len(places) == 0:
            return pulls.view(1, height, width, -1).permute(0, 3, 1, 2)
        best = rows.new_full((len(self._vectors),), -torch.inf)
        nearest = torch.zeros(len(self._vectors), dtype=torch.long, device=rows.device)
        for part in torch.split(places, ROWS):
            # On a CPU index_select copies whole rows, eight times faster than [] does.
            units = functional.normalize(rows.index_select(0, part), dim=1)
            if alike is not None:
                units = torch.cat([units, alike.index_select(0, part)], dim=1)
            cosines = units @ self._keys.T
            share = (1 - BACK) * flat[part] / flat.sum()
            forth = self._vectors.index_select(0, _largest(cosines)[1])
            pulls.index_copy_(0, part, forth.mul_(share.to(rows.dtype)[:, None]))
            values, owners = _largest(cosines.T)
            nearest = torch.where(values > best, part[owners], nearest)
            best = torch.maximum(values, best)
        back = BACK * self._shares[:, None] * self._vectors
        pulls.index_add_(0, nearest, back.to(pulls.dtype))
        return pulls.view(1, height, width, -1).permute(0, 3, 1, 2)

    def add_slope(self, gradient: Tensor, features: Tensor, pull: Tensor, weight: float) -> Tensor:
        """Add the slope of the weighted cosine distance to the gradient at features, in place.

        The distance is 1 - sum <g, pull>, with g the unit vector of a position's features less the
        mean.

        Returns:
            The sum, shape (): what these features take off the distance.
        """
        centered, kind = self._centered(features), exact_type(features)
        norm: Tensor = torch.linalg.vector_norm(centered, dim=1, keepdim=True, dtype=kind)
        length = norm.clamp_(min=_TINY)
        along = (centered * pull).sum(dim=1, keepdim=True, dtype=kind) / length
        # With g the unit vector, the slope of -<g, pull> is (<g, pull> g - pull) / length.
        gradient.addcmul_(centered, (weight * along / length.square()).to(gradient.dtype))
        gradient.addcmul_(pull, (-weight / length).to(gradient.dtype))
        return along.sum()

    def _centered(self, features: Tensor) -> Tensor:
        return features - self._mean.to(features.dtype)[:, None, None]


def _largest(values: Tensor) -> tuple[Tensor, Tensor]:
    """The largest value of each row and its first place.

    Along rows in memory this is vectorised on a CPU: 2 ms for 1024x4096 in bfloat16. ``argmax``
    takes 7.5 ms, and along columns it takes 7 ms, which a copy reduces to 5.
    """
    found, places = values.contiguous().max(dim=1)
    return found, places
