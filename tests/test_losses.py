"""The losses against their formulas, written out in numpy and float64."""

from __future__ import annotations

import numpy as np
import torch

from core.bridge.geometry import Extent
from core.losses import content_distance, content_loss, gaussian_loss, variation
from core.statistics import Statistics


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


def test_variation_is_the_sum_of_squared_steps_between_neighbours() -> None:
    picture = _random(1, 3, 6, 5, seed=8)
    x = picture.numpy()
    steps = np.sum((x[..., 1:] - x[..., :-1]) ** 2) + np.sum((x[..., 1:, :] - x[..., :-1, :]) ** 2)
    found = variation(picture, torch.ones(1, 1, 6, 5, dtype=torch.float64))
    np.testing.assert_allclose(float(found), steps, rtol=1e-12)


def test_variation_does_not_count_a_step_across_the_border() -> None:
    picture = torch.zeros(1, 3, 4, 6)
    picture[..., 3:] = 1.0
    mask = torch.zeros(1, 1, 4, 6)
    mask[..., 3:] = 1.0
    assert float(variation(picture, mask)) == 0.0
    assert float(variation(picture, torch.ones_like(mask))) > 0.0


def test_the_variations_of_parts_add_up() -> None:
    picture, mask = _random(1, 3, 6, 5, seed=8), _random(1, 1, 6, 5, seed=9)
    parts = [
        variation(picture[..., y:, x:], mask[..., y:, x:], Extent(width, height))
        for y, height in ((0, 4), (4, 2))
        for x, width in ((0, 2), (2, 3))
    ]
    torch.testing.assert_close(sum(parts), variation(picture, mask), rtol=1e-12, atol=0)
