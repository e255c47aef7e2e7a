"""L-BFGS against the minimum of a quadratic and against PyTorch's L-BFGS, in float64."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
import torch

from core.painterly.optimizers.lbfgs import LBFGS

SHAPE = (1, 3, 4, 5)
SIZE = 60


def _random(seed: int, *shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _quadratic(steepest: float) -> tuple[Callable[[torch.Tensor], torch.Tensor], torch.Tensor]:
    """1/2 (x - x0)^T A (x - x0) with eigenvalues from 1 to ``steepest``; and x0, inside 0..1."""
    generator = torch.Generator().manual_seed(1)
    turned, _ = torch.linalg.qr(torch.randn(SIZE, SIZE, generator=generator, dtype=torch.float64))
    spread = torch.logspace(0, torch.log10(torch.tensor(steepest)).item(), SIZE).double()
    matrix = turned @ torch.diag(spread) @ turned.T
    lowest = _random(2, *SHAPE) * 0.2 + 0.4

    def loss(picture: torch.Tensor) -> torch.Tensor:
        away = (picture - lowest).flatten()
        return away @ matrix @ away / 2

    return loss, lowest


def _course(
    loss: Callable[[torch.Tensor], torch.Tensor], start: torch.Tensor, steps: int, history: int
) -> list[torch.Tensor]:
    search, pictures = LBFGS(start, history), [start]
    for _ in range(steps):
        leaf = pictures[-1].clone().requires_grad_()
        (gradient,) = torch.autograd.grad(loss(leaf), leaf)
        pictures.append(search.step(gradient))
    return pictures


def test_a_quadratic_is_solved() -> None:
    """60 unknowns and a condition of 100: gradient descent would need thousands of steps."""
    loss, lowest = _quadratic(100.0)
    found = _course(loss, _random(3, *SHAPE) * 0.2 + 0.4, 80, 100)[-1]
    assert float((found - lowest).abs().max()) < 1e-8


@pytest.mark.parametrize("history", [3, 10, 100])
def test_the_course_is_torchs(history: int) -> None:
    """On a loss that is not quadratic, also after more steps than the history holds."""
    quadratic, lowest = _quadratic(30.0)

    def loss(picture: torch.Tensor) -> torch.Tensor:
        return quadratic(picture) + 10 * (picture - lowest).pow(4).sum()

    start = lowest + 0.05 * (_random(3, *SHAPE) - 0.5)
    theirs = start.clone().requires_grad_()
    optimizer = torch.optim.LBFGS(
        [theirs], lr=1, max_iter=1, history_size=history, tolerance_grad=0, tolerance_change=0
    )

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        value = loss(theirs)
        value.backward()
        return value

    for ours in _course(loss, start, 25, history)[1:]:
        optimizer.step(closure)
        assert 0 < float(ours.min()) < float(ours.max()) < 1
        torch.testing.assert_close(ours, theirs.detach(), rtol=0, atol=1e-9)


def test_where_the_loss_curves_the_other_way_it_still_goes_down() -> None:
    """Half of the directions curve downwards, and their steps would lead uphill."""
    signs = torch.ones(SIZE, dtype=torch.float64)
    signs[::2] = -1

    def loss(picture: torch.Tensor) -> torch.Tensor:
        return (signs * (picture - 0.45).flatten().square()).sum()

    course = _course(loss, _random(3, *SHAPE) * 0.2 + 0.4, 30, 20)
    losses = [float(loss(picture)) for picture in course]
    assert losses[-1] < -0.2 * SIZE / 2 < losses[0]
    assert all(after <= before + 1e-12 for before, after in pairwise(losses))


def test_pixels_stay_in_range_and_the_rest_finds_its_lowest() -> None:
    """The minimum is outside the range for some pixels, which end at its border."""
    lowest = _random(2, *SHAPE) * 1.4 - 0.2

    def loss(picture: torch.Tensor) -> torch.Tensor:
        return (picture - lowest).square().sum() + (picture - lowest).sum().square() / SIZE

    def projected(picture: torch.Tensor) -> torch.Tensor:
        leaf = picture.clone().requires_grad_()
        (gradient,) = torch.autograd.grad(loss(leaf), leaf)
        return (picture - gradient).clamp(0, 1) - picture

    found = _course(loss, torch.full(SHAPE, 0.5).double(), 60, 20)[-1]
    assert float(found.min()) == 0.0
    assert float(found.max()) == 1.0
    assert float(projected(found).abs().max()) < 1e-3
