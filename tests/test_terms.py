"""A term of the loss that only this test knows, added to a recipe by one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.features.network import FeatureNetwork
from core.features.regions import Held, StyledMask, WeightedStyle, position_weights
from core.features.statistics import Weighting, add_slope, moments
from core.painterly.objective import Objective
from core.painterly.recipe import Recipe
from core.painterly.terms import TERMS
from core.painterly.terms.scale import Scale
from core.painterly.terms.temporal import TemporalTerm
from core.painterly.terms.term import Needs, Term
from core.painterly.tiling import Tile, Tiler
from tests import narrow

LAYER, WEIGHT = "relu2_1", 3.0


class Calm(Term):
    """Pulls a layer's mean features to the content's in the region, and the picture to grey."""

    name = "calm"

    def __init__(self, scale: Scale) -> None:
        self.layers = {LAYER: WEIGHT}
        self._scale = scale
        self._wanted = scale.own.statistics[LAYER].mean

    @classmethod
    def weights(cls, recipe: Recipe) -> Mapping[str, float]:
        return {LAYER: WEIGHT}

    @classmethod
    def needs(cls, recipe: Recipe) -> Needs:
        return Needs(own_statistics=[LAYER])

    @classmethod
    def of(cls, scale: Scale) -> Calm:
        return cls(scale)

    def sums(self, layer: str, features: Tensor, tile: Tile) -> Sequence[Tensor]:
        return moments(tile.keep(features, self._scale.stride(layer)), self._part(tile))

    def loss(self, sums: Mapping[str, Sequence[Tensor]]) -> Tensor:
        mean, _ = sums.get(LAYER, (self._wanted, None))
        return WEIGHT * (mean - self._wanted).square().sum()

    def add_slope(
        self, layer: str, features: Tensor, gradient: Tensor, tile: Tile, slopes: Sequence[Tensor]
    ) -> None:
        add_slope(gradient, features, self._part(tile), *slopes)

    def add_at_pixels(self, picture: Tensor, gradient: Tensor, tiles: Sequence[Tile]) -> Tensor:
        away = (picture - 0.5) * self._scale.support
        gradient.add_(away)
        return away.square().sum() / 2

    def _part(self, tile: Tile) -> Weighting:
        whole = self._scale.weighting(LAYER)
        return whole.part(tile.own(whole.values, self._scale.stride(LAYER)))


@pytest.fixture(scope="module")
def network() -> FeatureNetwork:
    return narrow.features()


CONTENT, STYLE = narrow.picture(1, Extent(152, 120)), narrow.picture(2, Extent(96, 80))
MASK = torch.ones_like(CONTENT.alpha)
MASK[..., 100:] = 0
REGION = StyledMask(MASK, (WeightedStyle(STYLE, 1.0),))


def _gradient(
    network: FeatureNetwork, recipe: Recipe, pixels: int
) -> tuple[Tensor, dict[str, float]]:
    tiler = Tiler(torch.device("cpu"), pixels)
    objective = Objective(CONTENT, REGION, network, recipe, tiler)
    return objective.gradient(CONTENT.color * 0.8 + 0.1, 0)


@pytest.mark.parametrize("pixels", [10**6, 90 * 90])
def test_a_new_term_is_one_class_and_one_line_of_the_recipe(
    network: FeatureNetwork, pixels: int
) -> None:
    """Alone, in one tile and in several, its gradient is autograd's."""
    recipe = Recipe(total_variation=0.0, terms=(Calm,))
    found, losses = _gradient(network, recipe, pixels)
    weights = Weighting.of(position_weights(MASK, network.network.layer(LAYER)))
    leaf = (CONTENT.color * 0.8 + 0.1).requires_grad_()
    mean, _ = moments(network(leaf, [LAYER])[LAYER], weights)
    wanted, _ = moments(network(CONTENT.color, [LAYER])[LAYER], weights)
    away = (leaf - 0.5) * (MASK > 0)
    loss = WEIGHT * (mean - wanted).square().sum() + away.square().sum() / 2
    (slope,) = torch.autograd.grad(loss, leaf)
    assert losses == {"calm": pytest.approx(loss.item(), rel=1e-9)}
    torch.testing.assert_close(found, slope * (MASK > 0), rtol=1e-7, atol=1e-10)


def test_it_adds_to_the_recipes_own(network: FeatureNetwork) -> None:
    recipe = Recipe(deep_every=1)
    plain, told = _gradient(network, recipe, 10**6)
    alone, calm = _gradient(network, replace(recipe, terms=(Calm,)), 10**6)
    both, all_told = _gradient(network, replace(recipe, terms=(*TERMS, Calm)), 10**6)
    torch.testing.assert_close(both, plain + alone, rtol=1e-7, atol=1e-10)
    assert all_told == pytest.approx({**told, **calm}, rel=1e-9)


def test_what_a_recipe_does_not_weigh_is_no_term(network: FeatureNetwork) -> None:
    names = {
        term.name for term in Objective(CONTENT, REGION, network, Recipe(total_variation=0.0)).terms
    }
    assert names == {"style", "content", "matching"}


def test_a_painting_is_held_to_the_frame_before_where_both_show_the_same(
    network: FeatureNetwork,
) -> None:
    """The term of time alone, in several tiles: its gradient is autograd's."""
    recipe = Recipe(total_variation=0.0, temporal=7.0, terms=(TemporalTerm,))
    before, weight = narrow.picture(3, Extent(152, 120)).color, MASK.clone()
    weight[..., :30, :] = 0.25
    held = replace(REGION, held=Held(before, weight))
    objective = Objective(CONTENT, held, network, recipe, Tiler(torch.device("cpu"), 90 * 90))
    picture = CONTENT.color * 0.8 + 0.1
    found, losses = objective.gradient(picture, 0)
    leaf = picture.clone().requires_grad_()
    area = (MASK > 0).sum()
    loss = 7 * (weight * (MASK > 0) * (leaf - before).square()).sum() / (3 * area)
    (slope,) = torch.autograd.grad(loss, leaf)
    assert losses == {"temporal": pytest.approx(loss.item(), rel=1e-6)}
    torch.testing.assert_close(found, slope, rtol=1e-5, atol=1e-8)
    free = Objective(CONTENT, REGION, network, recipe, Tiler(torch.device("cpu")))
    assert list(free.terms) == []
