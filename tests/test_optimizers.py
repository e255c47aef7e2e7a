"""Adam against PyTorch's, the pyramid's inverse, gradient descent and the average by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.painterly.moving_average import MovingAverage
from core.painterly.optimizers.gradient_descent import GradientDescent
from core.painterly.optimizers.known import OPTIMIZERS
from core.painterly.optimizers.pyramid import FALL, PyramidAdam, compose, decompose


def _random(seed: int, *shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("shape", [(37, 50), (4, 5), (3, 90)])
def test_a_pyramid_is_the_picture_it_was_made_of(shape: tuple[int, int]) -> None:
    picture = _random(1, 1, 3, *shape)
    levels = decompose(picture, 5)
    assert min(min(level.shape[-2:]) for level in levels) >= min(2, *shape)
    torch.testing.assert_close(compose(levels), picture, rtol=0, atol=1e-12)


def test_one_level_is_torchs_adam_with_the_pixels_clipped() -> None:
    start, wanted = _random(1, 1, 3, 4, 5), _random(2, 1, 3, 4, 5) * 0.8 + 0.1
    reference = start.clone().requires_grad_()
    theirs = torch.optim.Adam([reference], lr=0.01, betas=(0.9, 0.97))
    picture, ours = start.clone(), PyramidAdam(start, levels=1)
    for _ in range(40):
        theirs.zero_grad()
        (reference - wanted).square().sum().backward()
        theirs.step()
        picture = ours.step(2 * (picture - wanted), 0.01)
        torch.testing.assert_close(picture, reference.detach().clamp(0, 1), rtol=0, atol=1e-9)
        if not torch.equal(picture, reference.detach()):
            break  # clipped: from here on the gradients differ
    assert not torch.equal(picture, start)


def test_levels_are_torchs_parameters() -> None:
    """Every level moves as torch's Adam moves it, by its own slope, at its own learning rate."""
    start, wanted = _random(3, 1, 3, 16, 12) * 0.4 + 0.3, _random(4, 1, 3, 16, 12) * 0.4 + 0.3
    reference = [level.clone().requires_grad_() for level in decompose(start, 3)]
    groups = [{"params": [level], "lr": 0.003 * FALL**n} for n, level in enumerate(reference)]
    theirs = torch.optim.Adam(groups, betas=(0.9, 0.97))
    picture, ours = start.clone(), PyramidAdam(start, levels=3)
    for _ in range(12):
        theirs.zero_grad()
        (compose(reference) - wanted).square().sum().backward()
        theirs.step()
        picture = ours.step(2 * (picture - wanted), 0.003)
        torch.testing.assert_close(picture, compose(reference).detach(), rtol=0, atol=1e-9)
    assert 0 < float(picture.min()) < float(picture.max()) < 1


def test_a_patch_of_noise_moves_as_one() -> None:
    """The pyramid follows a faint common slope under strong noise of single pixels."""
    generator = torch.Generator().manual_seed(0)
    moved = []
    for levels in (1, 5):
        picture = torch.full((1, 3, 32, 32), 0.5)
        adam = PyramidAdam(picture, levels)
        for _ in range(30):
            noise = torch.randn(picture.shape, generator=generator)
            picture = adam.step(noise + 0.2, 0.002)
        moved.append((0.5 - float(picture.mean())) / float(picture.std()))
    assert moved[1] > 2 * moved[0] > 0


def test_the_first_scale_moves_what_is_coarse_farther() -> None:
    """Colours are found there; the finer scales leave them alone."""
    choice, start = OPTIMIZERS["pyramid"], torch.full((1, 3, 32, 32), 0.5)
    first, later = choice.begin(start, False), choice.refine(start, False)
    for _ in range(5):
        moved = [optimizer.step(torch.ones_like(start), 0.002) for optimizer in (first, later)]
    far, near = (0.5 - float(picture.mean()) for picture in moved)
    assert far > 1.2 * near > 0


def test_plain_adam_is_torchs() -> None:
    start, wanted = _random(1, 1, 3, 4, 5) * 0.4 + 0.3, _random(2, 1, 3, 4, 5) * 0.4 + 0.3
    reference = start.clone().requires_grad_()
    theirs = torch.optim.Adam([reference], lr=0.01)
    picture, ours = start.clone(), OPTIMIZERS["adam"].begin(start, False)
    for _ in range(40):
        theirs.zero_grad()
        (reference - wanted).square().sum().backward()
        theirs.step()
        picture = ours.step(2 * (picture - wanted), 0.01)
    torch.testing.assert_close(picture, reference.detach(), rtol=0, atol=1e-9)


def test_a_step_along_the_gradient_is_as_long_as_the_learning_rate_says() -> None:
    """It depends neither on the size of the loss nor on the pixels outside the region."""
    gradient = torch.randn(1, 3, 8, 8, generator=torch.Generator().manual_seed(1)).double()
    gradient[..., 4:] = 0
    picture = torch.full((1, 3, 8, 8), 0.5).double()
    optimizer = GradientDescent(picture)
    for scale in (1.0, 1e-6):
        moved = optimizer.step(scale * gradient, 0.02)
        size = gradient[..., :4].square().mean().sqrt()
        torch.testing.assert_close(picture - moved, 0.02 * gradient / size)
        picture = moved


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_pixels_stay_in_range(name: str) -> None:
    start = torch.full((1, 3, 8, 8), 0.01)
    for make in (OPTIMIZERS[name].begin, OPTIMIZERS[name].refine):
        picture, optimizer = start, make(start, False)
        for _ in range(20):
            picture = optimizer.step(torch.ones(1, 3, 8, 8), 0.1)
        assert float(picture.min()) == float(picture.max()) == 0.0


def test_the_moving_average_is_exponential_and_corrected_for_its_start() -> None:
    iterates = [_random(seed, 1, 3, 2, 2) for seed in range(6)]
    average = MovingAverage(0.9)
    for iterate in iterates:
        average.add(iterate)
    weights = np.array([0.1 * 0.9 ** (5 - n) for n in range(6)])
    expected = sum(w * x for w, x in zip(weights / weights.sum(), iterates, strict=True))
    torch.testing.assert_close(average.value(), expected, rtol=1e-12, atol=0)
