"""The optimiser's parts against references, and the course from coarse to fine."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.bridge.geometry import Extent
from core.bridge.paths import Installation
from core.imaging import Picture
from core.networks import Networks
from core.optimize import MIN_SIDE, Average, ClippedAdam, Recipe, Target, scales, schedule
from core.regions import Region


def _random(seed: int, *shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_adam_is_torchs_with_the_pixels_clipped() -> None:
    """In float64, over steps that meet both ends of the range."""
    start, wanted = _random(1, 1, 3, 4, 5), _random(2, 1, 3, 4, 5) * 2 - 0.5
    reference = start.clone().requires_grad_()
    theirs = torch.optim.Adam([reference], lr=0.05, betas=(0.9, 0.99))
    picture = start.clone()
    ours = ClippedAdam(picture)
    for _ in range(40):
        theirs.zero_grad()
        (reference - wanted).square().sum().backward()
        theirs.step()
        reference.data.clamp_(0, 1)
        picture = ours.step(picture, 2 * (picture - wanted), 0.05)
        torch.testing.assert_close(picture, reference.detach(), rtol=0, atol=1e-12)
    assert float(picture.min()) == 0.0
    assert float(picture.max()) == 1.0


def test_adam_goes_on_warm_at_the_next_scale() -> None:
    """The same gradient enlarged moves the same picture enlarged as it would have moved on."""
    picture, gradient = torch.full((1, 3, 8, 8), 0.5), torch.linspace(-1, 1, 8).expand(1, 3, 8, 8)
    small = ClippedAdam(picture)
    for _ in range(5):
        picture = small.step(picture, gradient, 0.01)
    large = ClippedAdam(torch.full((1, 3, 16, 16), 0.5), small)
    cold = ClippedAdam(torch.full((1, 3, 16, 16), 0.5))
    noise = torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(0)) * 0.01
    warm_step = large.step(torch.full((1, 3, 16, 16), 0.5), noise, 0.01) - 0.5
    cold_step = cold.step(torch.full((1, 3, 16, 16), 0.5), noise, 0.01) - 0.5
    direction = torch.nn.functional.interpolate(gradient.contiguous(), (16, 16))
    along, by_chance = (float((step * direction).sum()) for step in (warm_step, cold_step))
    assert along < -5 * abs(by_chance)


def test_the_average_is_the_bias_corrected_exponential_one() -> None:
    iterates = [_random(seed, 1, 3, 2, 2) for seed in range(6)]
    average = Average(0.9)
    for iterate in iterates:
        average.add(iterate)
    weights = np.array([0.1 * 0.9 ** (5 - n) for n in range(6)])
    expected = sum(w * x for w, x in zip(weights / weights.sum(), iterates, strict=True))
    torch.testing.assert_close(average.value(), expected, rtol=1e-12, atol=0)


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


@pytest.fixture(scope="module")
def target(installation: Installation) -> Target:
    """The left half of a picture, in float32."""
    network = Networks(installation.weights).features(torch.device("cpu")).float()
    content = Picture(_random(3, 1, 3, 64, 64).float(), torch.ones(1, 1, 64, 64))
    style = Picture(_random(4, 1, 3, 64, 64).float() ** 2, torch.ones(1, 1, 64, 64))
    mask = torch.zeros(1, 1, 64, 64)
    mask[..., :32] = 1
    return Target(content, Region(mask, style, 1.0), network, Recipe())


def test_the_gradient_is_the_slope_of_the_loss(target: Target) -> None:
    picture = target.content * 0.9 + 0.05
    gradient, losses = target.gradient(picture)
    step = gradient / gradient.norm() * 0.02
    after = sum(target.gradient(picture + step)[1].values())
    before = sum(target.gradient(picture - step)[1].values())
    assert after - before == pytest.approx(2 * 0.02 * float(gradient.norm()), rel=0.1)
    assert losses["style"] > 0


def test_the_gradient_ends_with_the_region(target: Target) -> None:
    gradient, _ = target.gradient(target.content * 0.9)
    assert float(gradient[..., 32:].abs().max()) == 0.0
    assert float(gradient[..., :32].abs().min(dim=1).values.max()) > 0.0


def test_the_content_itself_costs_no_content(target: Target) -> None:
    assert target.gradient(target.content)[1]["content"] == 0.0


def test_the_region_holds_its_content_up_to_its_border(target: Target) -> None:
    """A head narrower than the receptive field would otherwise lose its face."""
    before = target.gradient(target.content)[1]["content"]
    changed = target.content.clone()
    changed[..., 24:32] = 1 - changed[..., 24:32]
    assert target.gradient(changed)[1]["content"] > before + 1e-4
