"""Masked statistics against a float64 reference that is written out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.features.models.vgg19 import VGG19
from core.features.regions import BORDER_SHARE, layer_weights
from core.features.statistics import Statistics, Weighting, add_slope, moments, statistics
from core.pixels.imaging import bounds

LAYERS = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"]


def by_hand(features: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance, one position at a time."""
    channels, height, width = features.shape
    total = weights.sum()
    mean = np.zeros(channels)
    for y in range(height):
        for x in range(width):
            mean += weights[y, x] * features[:, y, x] / total
    covariance = np.zeros((channels, channels))
    for y in range(height):
        for x in range(width):
            difference = features[:, y, x] - mean
            covariance += weights[y, x] * np.outer(difference, difference) / total
    return mean, covariance


@pytest.fixture
def features() -> torch.Tensor:
    generator = torch.Generator().manual_seed(3)
    return torch.rand(1, 5, 7, 6, generator=generator, dtype=torch.float64) * 4


@pytest.fixture
def mask() -> torch.Tensor:
    generator = torch.Generator().manual_seed(4)
    return torch.rand(7, 6, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("even", [True, False])
def test_statistics_equal_the_reference(
    features: torch.Tensor, mask: torch.Tensor, even: bool
) -> None:
    mask = torch.full_like(mask, 0.3) if even else mask
    mean, covariance = by_hand(features[0].numpy(), mask.numpy())
    for dtype, tolerance in ((torch.float64, 1e-12), (torch.float32, 1e-5)):
        found = statistics(features.to(dtype), mask.to(dtype))
        np.testing.assert_allclose(found.mean.numpy(), mean, rtol=tolerance)
        np.testing.assert_allclose(
            found.covariance.numpy(), covariance, rtol=tolerance, atol=tolerance
        )


@pytest.mark.parametrize("even", [True, False])
@pytest.mark.parametrize("channels", [1, 3, 30])
def test_strips_of_a_symmetric_product_are_the_whole(even: bool, channels: int) -> None:
    generator = torch.Generator().manual_seed(6)
    features = torch.rand(1, channels, 5, 4, generator=generator, dtype=torch.float64)
    mask = torch.full((5, 4), 0.3) if even else torch.rand(5, 4, generator=generator)
    mean, covariance = by_hand(features[0].numpy(), mask.double().numpy())
    found = statistics(features, mask.double())
    np.testing.assert_allclose(found.mean.numpy(), mean, rtol=1e-12)
    np.testing.assert_allclose(found.covariance.numpy(), covariance, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("even", [True, False])
def test_bfloat16_loses_a_few_parts_in_ten_thousand(even: bool) -> None:
    """With many positions, sums in bfloat16 alone would lose 2e-3 and more."""
    generator = torch.Generator().manual_seed(4)
    features = torch.rand(1, 32, 71, 64, generator=generator).bfloat16()
    mask = torch.full((71, 64), 0.3) if even else torch.rand(71, 64, generator=generator)
    mean, covariance = by_hand(features[0].double().numpy(), mask.double().numpy())
    found = statistics(features.contiguous(memory_format=torch.channels_last), mask)
    assert found.mean.dtype == found.covariance.dtype == torch.float32
    second = covariance + np.outer(mean, mean)
    ours = found.covariance + torch.outer(found.mean, found.mean)
    assert np.abs(found.mean.numpy() - mean).max() / mean.max() < 1e-3
    assert np.linalg.norm(ours.numpy() - second) / np.linalg.norm(second) < 5e-4


@pytest.mark.parametrize("even", [True, False])
@pytest.mark.parametrize("cut", [True, False])
def test_the_slope_is_autograds(even: bool, cut: bool) -> None:
    """It is added to the gradient, in float64, also at a part of a larger layer."""
    generator = torch.Generator().manual_seed(5)

    def random(*shape: int) -> torch.Tensor:
        return torch.rand(*shape, generator=generator, dtype=torch.float64)

    whole, gradient = random(1, 6, 9, 8), random(1, 6, 9, 8)
    gradient = gradient.contiguous(memory_format=torch.channels_last)
    part = (..., slice(1, 7), slice(2, 8)) if cut else (..., slice(None), slice(None))
    mask = torch.full((9, 8), 0.3).double() if even else random(9, 8)
    to_mean, to_second = random(6), random(6, 6)
    leaf = whole.clone().requires_grad_()
    flat, w = leaf[part][0].flatten(1), mask[part].flatten() / mask.sum()
    loss = (to_mean * (flat * w).sum(dim=1)).sum() + (to_second * ((flat * w) @ flat.T)).sum()
    (expected,) = torch.autograd.grad(loss, leaf)
    before = gradient.clone()
    weights = Weighting.of(mask).part(mask[part])
    add_slope(gradient[part], whole[part], weights, to_mean, to_second)
    torch.testing.assert_close(gradient - before, expected, rtol=0, atol=1e-12)


def test_a_half_mask_equals_a_whole_one(features: torch.Tensor) -> None:
    whole = statistics(features, torch.ones(7, 6, dtype=torch.float64))
    half = statistics(features, torch.full((7, 6), 0.5, dtype=torch.float64))
    torch.testing.assert_close(half.mean, whole.mean)
    torch.testing.assert_close(half.covariance, whole.covariance)


def test_one_pixel_has_its_own_mean_and_no_spread(features: torch.Tensor) -> None:
    mask = torch.zeros(7, 6, dtype=torch.float64)
    mask[2, 3] = 0.7
    found = statistics(features, mask)
    torch.testing.assert_close(found.mean, features[0, :, 2, 3])
    assert float(found.covariance.abs().max()) < 1e-12


def test_an_empty_region_has_statistics_of_zero(features: torch.Tensor) -> None:
    found = statistics(features, torch.zeros(7, 6, dtype=torch.float64))
    assert float(found.mean.abs().max()) == 0.0
    assert float(found.covariance.abs().max()) == 0.0


def test_what_lies_outside_the_mask_counts_nothing(
    features: torch.Tensor, mask: torch.Tensor
) -> None:
    mask = mask * (mask > 0.5)
    changed = torch.where(mask > 0, features, features + 100)
    torch.testing.assert_close(
        statistics(changed, mask).covariance, statistics(features, mask).covariance
    )


def test_the_written_gradient_is_the_true_one(features: torch.Tensor, mask: torch.Tensor) -> None:
    features.requires_grad_()
    weights = Weighting.of(mask)
    assert torch.autograd.gradcheck(lambda leaf: moments(leaf, weights), features)


def test_the_moments_of_parts_add_up(features: torch.Tensor, mask: torch.Tensor) -> None:
    weights = Weighting.of(mask)
    whole = moments(features, weights)
    left = moments(features[..., :2], weights.part(mask[:, :2]))
    right = moments(features[..., 2:], weights.part(mask[:, 2:]))
    for one, *parts in zip(whole, left, right, strict=True):
        torch.testing.assert_close(sum(parts), one, rtol=1e-12, atol=0)


def test_statistics_are_mixed_by_weights(features: torch.Tensor, mask: torch.Tensor) -> None:
    one, other = statistics(features, mask), statistics(features * 2, mask)
    alone = Statistics.mixed([(one, 1.0)])
    assert torch.equal(alone.mean, one.mean)
    assert torch.equal(alone.covariance, one.covariance)
    mixed = Statistics.mixed([(one, 0.25), (other, 0.75)])
    torch.testing.assert_close(mixed.mean, one.mean * 1.75)
    torch.testing.assert_close(mixed.covariance, one.covariance * 3.25)


def test_receptive_fields_are_those_of_the_papers() -> None:
    fields = [VGG19.layer(name).receptive_field for name in LAYERS]
    assert fields == [3, 10, 24, 68, 156]
    assert [VGG19.layer(name).stride for name in LAYERS] == [1, 2, 4, 8, 16]


def test_weights_shrink_from_the_border_by_their_field() -> None:
    mask = torch.zeros(1, 1, 320, 320)
    mask[..., 160:] = 1.0
    weights = layer_weights(mask, VGG19, LAYERS)
    for name in LAYERS:
        layer = VGG19.layer(name)
        first = int((weights[name][160 // layer.stride] > 0).nonzero()[0])
        gap = first * layer.stride - 160
        assert abs(gap - layer.receptive_field * BORDER_SHARE) <= layer.stride, name
        assert float(weights[name][:, -1].min()) == 1.0, "the picture's edge is no border"


def test_a_region_thinner_than_its_border_falls_back_to_the_plain_mask() -> None:
    mask = torch.zeros(1, 1, 128, 128)
    mask[..., 60:66, :] = 1.0
    weights = layer_weights(mask, VGG19, ["relu5_1"])["relu5_1"]
    torch.testing.assert_close(
        weights, torch.nn.functional.avg_pool2d(mask, 16)[0, 0], rtol=0, atol=0
    )
    assert float(weights.sum()) > 0


def test_bounds_hold_every_pixel_above_zero() -> None:
    mask = torch.zeros(1, 1, 20, 30)
    assert bounds(_inside(mask)).empty
    mask[0, 0, 4, 7] = 0.001
    mask[0, 0, 9, 11] = 1.0
    assert bounds(_inside(mask)) == (7, 4, 5, 6)


def _inside(mask: torch.Tensor) -> NDArray[np.bool_]:
    return (mask[0, 0] > 0).numpy()
