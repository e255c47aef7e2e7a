"""The losses against their formulas, written out in numpy and float64."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.bridge.contract.geometry import Extent
from core.features.statistics import Statistics, Weighting, add_slope, moments, statistics
from core.painterly.terms import content, style
from core.painterly.terms.content import content_distance, content_energy, content_loss
from core.painterly.terms.mean import MEAN_COLOR, away_from_mean
from core.painterly.terms.style import gaussian_loss, gram_energy
from core.painterly.terms.total_variation import total_variation


def _random(*shape: int, seed: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_style_is_the_relative_frobenius_distance() -> None:
    painted = Statistics(_random(4, seed=1), _random(4, 4, seed=2))
    style = Statistics(_random(4, seed=3), _random(4, 4, seed=4))
    spread = np.linalg.norm(painted.covariance - style.covariance) / np.linalg.norm(
        style.covariance
    )
    mean = np.sum((painted.mean - style.mean).numpy() ** 2) / np.sum(style.mean.numpy() ** 2)
    np.testing.assert_allclose(float(gaussian_loss(painted, style)), spread + mean, rtol=1e-9)


def test_style_of_itself_costs_nothing() -> None:
    style = Statistics(_random(4, seed=3), _random(4, 4, seed=4))
    assert float(gaussian_loss(style, style)) < 1e-5


def test_content_is_the_squared_relative_squared_distance_under_the_weights() -> None:
    painted, content = _random(1, 3, 4, 5, seed=5), _random(1, 3, 4, 5, seed=6)
    weights = _random(4, 5, seed=7)
    w, f, p = weights.numpy(), painted[0].numpy(), content[0].numpy()
    expected = (np.sum(w * (f - p) ** 2) / np.sum(w * p**2)) ** 2
    size = content_distance(content, torch.zeros_like(content), weights)
    found = content_loss(content_distance(painted, content, weights), size)
    np.testing.assert_allclose(float(found), expected, rtol=1e-9)


def test_content_does_not_see_what_the_weights_hide() -> None:
    content = _random(1, 3, 4, 5, seed=6)
    weights = torch.ones(4, 5, dtype=torch.float64)
    weights[0] = 0
    painted = content.clone()
    painted[..., 0, :] += 9
    assert float(content_distance(painted, content, weights)) == 0.0


# --- the documents' forms and the gradients they print --------------------------------------------

N, M = 5, (6, 7)


def _before_relu(seed: int) -> torch.Tensor:
    """The input of a layer's ReLU: about half of it is below 0."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(1, N, *M, generator=generator, dtype=torch.float64)


def test_the_style_energy_is_the_papers() -> None:
    """1/(4 N^2 M^2) sum (G - A)^2, of sums over the positions."""
    f, a = (_before_relu(seed).relu()[0].flatten(1).numpy() for seed in (1, 2))
    count = f.shape[1]
    expected = np.sum((f @ f.T - a @ a.T) ** 2) / (4 * N**2 * count**2)
    painted, style = (
        statistics(_before_relu(seed).relu(), torch.ones(M).double()) for seed in (1, 2)
    )
    np.testing.assert_allclose(float(gram_energy(painted, style)), expected, rtol=1e-12)


def test_a_style_of_twice_the_positions_is_the_same_style() -> None:
    painted = statistics(_before_relu(1).relu(), torch.ones(M).double())
    style = _before_relu(2).relu()
    twice = statistics(torch.cat([style, style], dim=-1), torch.ones(M[0], 2 * M[1]).double())
    once = statistics(style, torch.ones(M).double())
    torch.testing.assert_close(gram_energy(painted, twice), gram_energy(painted, once))


def test_the_gradient_of_the_content_is_the_printed_one() -> None:
    """F - P where F > 0, else 0."""
    before, wanted = _before_relu(1).requires_grad_(), _before_relu(2).relu()
    painted = before.relu()
    loss = content_energy(content_distance(painted, wanted, torch.ones(M).double()))
    (gradient,) = torch.autograd.grad(loss, before)
    f, p = painted.detach().numpy(), wanted.numpy()
    np.testing.assert_allclose(gradient.numpy(), np.where(f > 0, f - p, 0), rtol=1e-12)


def test_the_gradient_of_the_style_is_the_printed_one() -> None:
    """1/(N^2 M^2) F^T (G - A) where F > 0, else 0; by autograd, and by the slope of the moments."""
    before, style = _before_relu(1).requires_grad_(), _before_relu(2).relu()
    weights, painted = torch.ones(M).double(), before.relu()
    wanted = statistics(style, weights)
    (gradient,) = torch.autograd.grad(gram_energy(statistics(painted, weights), wanted), before)
    f, a = (x.detach()[0].flatten(1).numpy() for x in (painted, style))
    count = f.shape[1]
    printed = (f.T @ (f @ f.T - a @ a.T)).T / (N**2 * count**2)
    printed = np.where(f > 0, printed, 0)
    np.testing.assert_allclose(gradient[0].flatten(1).numpy(), printed, rtol=1e-9, atol=1e-15)

    leaves = [value.detach().requires_grad_() for value in moments(painted, Weighting.of(weights))]
    slopes = torch.autograd.grad(gram_energy(Statistics.of(*leaves), wanted), leaves)
    added = torch.zeros_like(painted)
    add_slope(added, painted.detach(), Weighting.of(weights), *slopes)
    ours = np.where(f > 0, added[0].flatten(1).numpy(), 0)
    np.testing.assert_allclose(ours, printed, rtol=1e-9, atol=1e-15)


def test_half_a_mask_weighs_the_style_like_a_whole_one() -> None:
    wanted = statistics(_before_relu(2).relu(), torch.ones(M).double())
    whole, half = (
        gram_energy(statistics(_before_relu(1).relu(), torch.full(M, value).double()), wanted)
        for value in (1.0, 0.5)
    )
    torch.testing.assert_close(whole, half, rtol=1e-12, atol=0)


@pytest.mark.parametrize("name", style.DISTANCES)
def test_each_distance_is_0_at_its_target_and_1_where_there_is_nothing(name: str) -> None:
    of_style, of_content = style.DISTANCES[name], content.DISTANCES[name]
    wanted = statistics(_before_relu(2).relu(), torch.ones(M).double())
    nothing = Statistics(torch.zeros(N).double(), torch.zeros(N, N).double())
    one = torch.ones((), dtype=torch.float64)
    assert float(of_style(wanted, wanted)) < 2e-6
    # Mean and covariance are compared separately.
    assert float(of_style(nothing, wanted)) == pytest.approx(2 if name == "gaussian" else 1)
    assert float(of_content(0 * one, 7 * one)) == 0.0
    assert float(of_content(7 * one, 7 * one)) == pytest.approx(1)


def test_the_regulariser_is_half_the_squared_distance_from_the_mean_colour() -> None:
    picture, mask = _random(1, 3, 4, 5, seed=8), _random(1, 1, 4, 5, seed=9)
    away = (picture[0].permute(1, 2, 0).numpy() - np.array(MEAN_COLOR)) ** 2
    expected = np.sum(away * mask[0].permute(1, 2, 0).numpy()) / 2
    np.testing.assert_allclose(float(away_from_mean(picture, mask)), expected, rtol=1e-12)


# --- total variation ------------------------------------------------------------------------------


def test_variation_is_the_sum_of_squared_steps_between_neighbours() -> None:
    picture = _random(1, 3, 6, 5, seed=8)
    x = picture.numpy()
    steps = np.sum((x[..., 1:] - x[..., :-1]) ** 2) + np.sum((x[..., 1:, :] - x[..., :-1, :]) ** 2)
    found = total_variation(picture, torch.ones(1, 1, 6, 5, dtype=torch.float64))
    np.testing.assert_allclose(float(found), steps, rtol=1e-12)


def test_variation_does_not_count_a_step_across_the_border() -> None:
    picture = torch.zeros(1, 3, 4, 6)
    picture[..., 3:] = 1.0
    mask = torch.zeros(1, 1, 4, 6)
    mask[..., 3:] = 1.0
    assert float(total_variation(picture, mask)) == 0.0
    assert float(total_variation(picture, torch.ones_like(mask))) > 0.0


def test_the_variations_of_parts_add_up() -> None:
    picture, mask = _random(1, 3, 6, 5, seed=8), _random(1, 1, 6, 5, seed=9)
    parts = [
        total_variation(picture[..., y:, x:], mask[..., y:, x:], Extent(width, height))
        for y, height in ((0, 4), (4, 2))
        for x, width in ((0, 2), (2, 3))
    ]
    torch.testing.assert_close(sum(parts), total_variation(picture, mask), rtol=1e-12, atol=0)
