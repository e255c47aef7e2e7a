"""PyTorch's private operators against autograd, in float64."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from core.bridge.contract.geometry import Extent
from core.features import operators
from core.features.pooling import Pooled


def _random(seed: int, *shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _expected(given: Tensor, made: Tensor, slope: Tensor) -> Tensor:
    (found,) = torch.autograd.grad(made, given, slope)
    return found


@pytest.mark.parametrize(("stride", "padding"), [(1, 1), (2, 0), (4, 2)])
def test_a_convolutions_gradient_is_autograds(stride: int, padding: int) -> None:
    given, weight = _random(0, 1, 3, 13, 11).requires_grad_(), _random(1, 5, 3, 5, 5)
    made = functional.conv2d(given, weight, None, stride, padding)
    slope = _random(2, *made.shape)
    found = operators.convolution_backward(slope, given.detach(), weight, stride, padding)
    torch.testing.assert_close(found, _expected(given, made, slope), rtol=0, atol=1e-12)


def test_a_relus_gradient_is_autograds_also_in_place() -> None:
    given = _random(0, 1, 3, 6, 7).requires_grad_()
    made = functional.relu(given)
    slope = _random(1, *made.shape)
    expected = _expected(given, made, slope)
    operators.relu_backward(slope, made.detach(), out=slope)
    assert torch.equal(slope, expected)


@pytest.mark.parametrize(("kernel", "stride", "padding"), [(2, 2, 0), (3, 2, 1)])
def test_a_poolings_gradient_is_autograds(kernel: int, stride: int, padding: int) -> None:
    given = _random(0, 1, 3, 9, 11).requires_grad_()
    window = (kernel, stride, padding)
    made, places = functional.max_pool2d(given, *window, return_indices=True)
    slope = _random(1, *made.shape)
    found = torch.empty_like(given)
    operators.max_pool_backward(slope, given.detach(), places, *window, out=found)
    torch.testing.assert_close(found, _expected(given, made, slope), rtol=0, atol=1e-12)


@pytest.mark.parametrize("size", [(8, 6), (9, 11), (4, 3)])
@pytest.mark.parametrize("window", [(2, 2, 0), (3, 3, 0), (3, 2, 1)])
@pytest.mark.parametrize("layout", [torch.channels_last, torch.contiguous_format])
def test_a_pooling_by_rows_is_one_of_the_whole_picture(
    size: tuple[int, int], window: tuple[int, int, int], layout: torch.memory_format
) -> None:
    # Whole numbers, so that some maxima are found twice.
    given = _random(0, 1, 3, *size).round().contiguous(memory_format=layout).requires_grad_()
    made = functional.max_pool2d(given, *window)
    slope = _random(1, *made.shape)
    pooled = Pooled(given.detach(), *window)
    assert torch.equal(pooled.made, made)
    torch.testing.assert_close(pooled.back(slope), _expected(given, made, slope), rtol=0, atol=0)


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_a_paddings_gradient_is_autograds(mode: str) -> None:
    given = _random(0, 1, 3, 6, 7).requires_grad_()
    made = functional.pad(given, (2,) * 4, mode)
    slope = _random(1, *made.shape)
    found = operators.pad_backward(slope, given.detach(), 2, mode)
    torch.testing.assert_close(found, _expected(given, made, slope), rtol=0, atol=1e-12)


def test_an_enlargements_gradient_is_autograds() -> None:
    given = _random(0, 1, 3, 4, 5).requires_grad_()
    made = functional.interpolate(given, (9, 10), mode="bilinear")
    slope = _random(1, *made.shape)
    found = operators.enlarge_backward(slope, Extent(5, 4))
    torch.testing.assert_close(found, _expected(given, made, slope), rtol=0, atol=1e-12)
