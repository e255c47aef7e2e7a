"""Faces: each keeps its form, whatever its colours and its contrast become.

In each face, each channel of the painting's features is to rise and fall where the content's does:
what counts is their correlation over the positions of the face, those in eyes, nose and mouth the
most. Mean and deviation of a channel are free, and left to the style's statistics. A distance of
the features themselves would hold the skin's colours as well, and the face would stay a photograph
in the midst of a painting.

Correlation within a channel is the part of self-similarity (Shechtman and Irani 2007; Kolkin et al.
2019, "Style transfer by relaxed optimal transport and self-similarity") that is a sum over
positions, and so can be seen in tiles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from core.bridge.contract.geometry import Box
from core.features.faces import Face
from core.features.regions import position_weights
from core.features.statistics import exact
from core.painterly.terms.scale import Scale
from core.painterly.terms.term import Term
from core.painterly.tiling import Tile
from core.pixels.imaging import Picture, cut, extent_of

if TYPE_CHECKING:
    from core.painterly.recipe import Recipe

_AROUND = 2.0
"""What is seen around a face, its own size included, to know the content's features in it."""

SMALL, FIRMEST = 128.0, 2.0
"""A face with a side of fewer pixels at a scale is held more firmly there, up to so many times as
firmly: an eye has fewer positions than a stroke. So every face is, at the first scales."""

_LEAST = 4.0
"""Positions that a face has at least at a layer that it takes part at."""

_FLAT = 0.02
"""A channel's variance is no less than this share of the content's: a flat painting has a slope."""

_TINY = 1e-12


class _Wanted(NamedTuple):
    """A face at a layer.

    Attributes:
        place: the positions around it.
        weights: of these positions, shape (height, width): eyes, nose and mouth weigh the most.
        total: the sum of the weights.
        form: the content's features there, of mean 0 and variance 1, shape (channels, height,
            width).
        variance: that they had, shape (channels,).
        share: how much each channel counts, shape (channels,).
        amount: of the face in the loss: its share of all that is painted, more if it is small.
    """

    place: Box
    weights: Tensor
    total: Tensor
    form: Tensor
    variance: Tensor
    share: Tensor
    amount: Tensor


class FaceTerm(Term):
    """What each face's features lack of the full correlation with the content's."""

    name = "faces"

    def __init__(self, scale: Scale, wanted: Mapping[str, Sequence[_Wanted]]) -> None:
        weights = scale.recipe.face_layers
        self.layers = {layer: weights[layer] for layer in wanted}
        self._scale, self._wanted = scale, wanted

    @classmethod
    def weights(cls, recipe: Recipe) -> Mapping[str, float]:
        return recipe.face_layers

    @classmethod
    def of(cls, scale: Scale) -> FaceTerm | None:
        wanted = _wanted(scale)
        return cls(scale, wanted) if wanted else None

    def sums(self, layer: str, features: Tensor, tile: Tile) -> Sequence[Tensor]:
        """For each face the sums of its features, of their squares and of their products with the
        content's, shape (3, channels) each."""
        stride = self._scale.stride(layer)
        own, corner = tile.keep(features, stride), _corner(tile, stride)
        return [_products(own, corner, one) for one in self._wanted[layer]]

    def loss(self, sums: Mapping[str, Sequence[Tensor]]) -> Tensor:
        losses = (
            self.layers[layer] * one.amount * _unlike(each, one)
            for layer, found in sums.items()
            for each, one in zip(found, self._wanted[layer], strict=True)
        )
        return sum(losses, start=self._scale.zero())

    def add_slope(
        self, layer: str, features: Tensor, gradient: Tensor, tile: Tile, slopes: Sequence[Tensor]
    ) -> None:
        corner = _corner(tile, self._scale.stride(layer))
        for one, slope in zip(self._wanted[layer], slopes, strict=True):
            here, within = _common(one.place, features, corner)
            if here.empty:
                continue
            first, second, product = slope[:, :, None, None]
            own = exact(cut(features, here)[0])
            more = first + 2 * second * own + product * cut(one.form, within)
            part = cut(gradient, here)
            part.add_((more * cut(one.weights, within)).to(part.dtype))


def _corner(tile: Tile, stride: int) -> tuple[int, int]:
    """The first position of a tile's core, across and down."""
    return tile.core.x // stride, tile.core.y // stride


def _common(place: Box, features: Tensor, corner: tuple[int, int]) -> tuple[Box, Box]:
    """The positions that a face and a tile's core share, in the core and around the face."""
    core = Box(*corner, *extent_of(features))
    both = place.intersect(core)
    return both.inside(core), both.inside(place)


def _products(features: Tensor, corner: tuple[int, int], one: _Wanted) -> Tensor:
    here, within = _common(one.place, features, corner)
    if here.empty:
        return one.form.new_zeros(3, len(one.variance))
    own = exact(cut(features, here)[0])
    weighted = own * cut(one.weights, within)
    return torch.stack(
        [
            weighted.sum(dim=(1, 2)),
            (weighted * own).sum(dim=(1, 2)),
            (weighted * cut(one.form, within)).sum(dim=(1, 2)),
        ]
    )


def _unlike(sums: Tensor, one: _Wanted) -> Tensor:
    """1 less the channels' mean correlation, from the sums of :func:`_products`."""
    first, second, product = sums / one.total
    variance = (second - first.square()).clamp(min=0) + _FLAT * one.variance
    unlike: Tensor = ((1 - product / (variance + _TINY).sqrt()) * one.share).sum()
    return unlike


def _wanted(scale: Scale) -> dict[str, list[_Wanted]]:
    found: dict[str, list[_Wanted]] = {}
    for face in scale.faces:
        for layer, wanted in _of_face(face, scale).items():
            found.setdefault(layer, []).append(wanted)
    return found


def _of_face(face: Face, scale: Scale) -> dict[str, _Wanted]:
    layers = scale.recipe.face_layers
    network = scale.network.network
    whole = scale.extent
    stride = max((network.layer(name).stride for name in layers), default=1)
    around = _aligned(face.box(whole, _AROUND), stride, Box.of(whole))
    if around.empty or min(around.extent) < network.min_side(layers):
        return {}
    mask = cut(face.held(whole).to(scale.mask) * scale.mask, around)
    seen = Picture(cut(scale.content, around), torch.ones_like(mask))
    features = scale.network.extract(seen, (), tuple(layers)).features
    found = {}
    for name in layers:
        weights = position_weights(mask, network.layer(name), border_share=0)
        total = weights.sum()
        if float(total) < _LEAST:
            continue
        own, step = exact(features[name][0]), network.layer(name).stride
        mean = (own * weights).sum(dim=(1, 2), keepdim=True) / total
        variance = ((own - mean).square() * weights).sum(dim=(1, 2)) / total
        deviation = variance.sqrt()
        found[name] = _Wanted(
            Box(around.x // step, around.y // step, *extent_of(own)),
            weights,
            total,
            (own - mean) / (deviation[:, None, None] + _TINY),
            variance,
            deviation / (deviation.sum() + _TINY),
            _firmness(face.side(whole)) * total * step**2 / scale.area,
        )
    return found


def _firmness(side: float) -> float:
    return min(FIRMEST, max(1.0, SMALL / side))


def _aligned(box: Box, stride: int, whole: Box) -> Box:
    """Grown to whole strides, so that its positions are the picture's own."""
    x, y = box.x // stride * stride, box.y // stride * stride
    right, bottom = -(-box.right // stride) * stride, -(-box.bottom // stride) * stride
    return Box(x, y, right - x, bottom - y).intersect(whole)
