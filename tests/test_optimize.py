"""Painterly's objective, and the course from coarse to fine."""

from __future__ import annotations

import pytest
import torch

from core.bridge.contract.errors import Enough
from core.bridge.contract.geometry import Extent
from core.bridge.storage.paths import Installation
from core.engine.networks import Networks
from core.features.models.vgg19 import ROLES
from core.features.network import FeatureNetwork
from core.features.regions import StyledMask, WeightedStyle
from core.painterly.objective import Objective
from core.painterly.optimize import Iteration, paint
from core.painterly.recipe import MIN_SIDE, Recipe, scales, schedule
from core.pixels.imaging import Picture


def _random(seed: int, *shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize(
    ("extent", "coarsest", "sizes"),
    [
        (Extent(512, 384), 128, [128, 181, 256, 362, 512]),
        (Extent(100, 80), 128, [100]),
        (Extent(512, 40), 128, [512]),
    ],
)
def test_scales_rise_by_the_root_of_two(extent: Extent, coarsest: int, sizes: list[int]) -> None:
    found = scales(extent, coarsest)
    assert [size.long_side for size in found] == sizes
    assert found[-1] == extent
    assert all(min(size) >= MIN_SIDE for size in found)


def test_steps_are_most_where_they_are_cheap() -> None:
    sizes = scales(Extent(512, 384), 128)
    steps = schedule(sizes, Recipe(steps=250))
    assert steps == sorted(steps, reverse=True)
    assert abs(sum(steps) - 250) <= len(steps)
    assert schedule(sizes, Recipe(steps=1)) == [1] * len(sizes)


def test_the_first_scale_takes_as_many_times_its_steps_as_the_recipe_says() -> None:
    sizes = scales(Extent(512, 384), 128)
    plain, settled = (
        schedule(sizes, Recipe(steps=400, first_scale_factor=times)) for times in (1, 3)
    )
    assert settled[0] / settled[1] == pytest.approx(3 * plain[0] / plain[1], rel=0.05)
    assert settled[1] / settled[2] == pytest.approx(plain[1] / plain[2], rel=0.05)
    assert abs(sum(settled) - sum(plain)) <= len(sizes)


@pytest.fixture(scope="module")
def network(installation: Installation) -> FeatureNetwork:
    return Networks(installation.weights).features(torch.device("cpu")).float()


def _objective(network: FeatureNetwork, recipe: Recipe) -> Objective:
    """The left half of a picture, in float32."""
    content = Picture(_random(3, 1, 3, 64, 64).float(), torch.ones(1, 1, 64, 64))
    style = Picture(_random(4, 1, 3, 64, 64).float() ** 2, torch.ones(1, 1, 64, 64))
    mask = torch.zeros(1, 1, 64, 64)
    mask[..., :32] = 1
    return Objective(content, StyledMask(mask, (WeightedStyle(style, 1.0),)), network, recipe)


@pytest.fixture(scope="module")
def objective(network: FeatureNetwork) -> Objective:
    """All layers at every step, and the nearest neighbours of the first step kept."""
    return _objective(network, Recipe(deep_every=1, rematch_every=10**6))


def test_every_other_step_looks_at_the_shallow_layers_only(network: FeatureNetwork) -> None:
    both = _objective(network, Recipe(deep_every=2))
    style, content, matching = (
        {name: weight for name, weight in layers.items() if name < "relu4"}
        for layers in (ROLES.style, ROLES.content, ROLES.matching)
    )
    assert style and content and matching
    alone = _objective(network, Recipe(style, content, matching, deep_every=1))
    picture = both.content * 0.9 + 0.05
    first, second, third = (both.gradient(picture, step)[0] for step in range(3))
    torch.testing.assert_close(second, alone.gradient(picture, 0)[0], rtol=1e-4, atol=1e-9)
    torch.testing.assert_close(third, first, rtol=1e-4, atol=1e-9)
    assert float((first - second).norm() / first.norm()) > 0.01


def test_nearest_neighbours_are_searched_again(network: FeatureNetwork) -> None:
    """After as many steps as the recipe says, from the current picture."""
    objective = _objective(network, Recipe(deep_every=1, rematch_every=3))
    pictures = [objective.content * 0.9 + 0.05, objective.content.flip(-2)]
    first, _ = objective.gradient(pictures[0], 0)
    held = [objective.gradient(pictures[step % 2], step)[0] for step in (1, 2)]
    torch.testing.assert_close(held[1], first, rtol=1e-4, atol=1e-9)
    renewed, _ = objective.gradient(pictures[1], 3)
    assert float((renewed - held[0]).norm() / renewed.norm()) > 0.001


def test_the_gradient_is_the_slope_of_the_loss(objective: Objective) -> None:
    picture = objective.content * 0.9 + 0.05
    gradient, losses = objective.gradient(picture, 0)
    step = gradient / gradient.norm() * 0.02
    after = sum(objective.gradient(picture + step, 0)[1].values())
    before = sum(objective.gradient(picture - step, 0)[1].values())
    assert after - before == pytest.approx(2 * 0.02 * float(gradient.norm()), rel=0.1)
    assert losses["style"] > 0


def test_the_gradient_ends_with_the_region(objective: Objective) -> None:
    gradient, _ = objective.gradient(objective.content * 0.9, 0)
    assert float(gradient[..., 32:].abs().max()) == 0.0
    assert float(gradient[..., :32].abs().min(dim=1).values.max()) > 0.0


def test_the_content_itself_costs_no_content(objective: Objective) -> None:
    assert objective.gradient(objective.content, 0)[1]["content"] == 0.0


def test_the_region_holds_its_content_up_to_its_border(objective: Objective) -> None:
    """A head narrower than the receptive field would otherwise lose its face."""
    before = objective.gradient(objective.content, 0)[1]["content"]
    changed = objective.content.clone()
    changed[..., 24:32] = 1 - changed[..., 24:32]
    assert objective.gradient(changed, 0)[1]["content"] > before + 1e-4


def test_enough_keeps_what_there_is_at_the_contents_size(network: FeatureNetwork) -> None:
    content = Picture(_random(3, 1, 3, 80, 96).float(), torch.ones(1, 1, 80, 96))
    style = Picture(_random(4, 1, 3, 64, 64).float() ** 2, torch.ones(1, 1, 64, 64))
    mask = torch.zeros(1, 1, 80, 96)
    mask[..., :48] = 1
    region = StyledMask(mask, (WeightedStyle(style, 1.0),))
    told: list[Iteration] = []

    def enough_at_the_third() -> bool:
        if len(told) == 2:
            raise Enough("What is painted so far was to be kept.")
        return False

    recipe = Recipe(steps=50, coarsest=48)
    painted = paint(content, region, network, recipe, told.append, enough_at_the_third)
    assert len(told) == 2 and told[-1].extent.long_side < 96, "still at a coarse scale"
    assert painted.shape == content.color.shape
    assert torch.equal(painted[..., 48:], content.color[..., 48:])
    assert (painted - content.color)[..., :48].abs().mean() > 0.01


def test_feature_vectors_are_matched_after_the_first_scale(network: FeatureNetwork) -> None:
    content = Picture(_random(3, 1, 3, 80, 96).float(), torch.ones(1, 1, 80, 96))
    style = Picture(_random(4, 1, 3, 64, 64).float() ** 2, torch.ones(1, 1, 64, 64))
    region = StyledMask(torch.ones(1, 1, 80, 96), (WeightedStyle(style, 1.0),))

    def matched(coarsest: int) -> dict[Extent, bool]:
        told: list[Iteration] = []
        recipe = Recipe(steps=6, coarsest=coarsest)
        paint(content, region, network, recipe, told.append, lambda: False)
        return {iteration.extent: "matching" in iteration.losses for iteration in told}

    assert list(matched(coarsest=48).values()) == [False, True, True]
    assert list(matched(coarsest=96).values()) == [True], "one scale is all there is"
