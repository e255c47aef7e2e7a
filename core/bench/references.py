"""What Impasto is measured against: two recipes as their authors published them, in float32.

Both take whole pictures, RGB in 0..1, shape (1, 3, height, width), and a network whose features
are VGG-19's. Memory comes to them as to any program: what :mod:`core.system.heap` saves is
Impasto's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional

from core.bridge.contract.geometry import Extent
from core.features.network import Features
from core.pixels.imaging import fit, resize
from core.system import heap

STYLE_LAYERS = {"relu1_1": 256.0, "relu2_1": 64.0, "relu3_1": 16.0, "relu4_1": 4.0, "relu5_1": 1.0}
CONTENT_LAYER = "relu4_2"


class Loss(Protocol):
    """What can be descended; the optimiser's own target is one, too."""

    def gradient(self, picture: Tensor) -> tuple[Tensor, dict[str, float]]:
        """The direction of rising loss at a picture, and the losses, whose sum it is."""


@dataclass(frozen=True)
class Step:
    """One iteration: where it stood, how many its scale has in all, and its loss."""

    extent: Extent
    number: int
    planned: int
    loss: float


class _Graph:
    """A loss whose gradient autograd finds."""

    def gradient(self, picture: Tensor) -> tuple[Tensor, dict[str, float]]:
        picture = picture.detach().requires_grad_()
        losses = self._losses(picture)
        (gradient,) = torch.autograd.grad(torch.stack(list(losses.values())).sum(), picture)
        return gradient, {name: float(loss.detach()) for name, loss in losses.items()}

    def _losses(self, picture: Tensor) -> dict[str, Tensor]:
        raise NotImplementedError


# --- the best open engine's recipe ----------------------------------------------------------------


class WassersteinLoss(_Graph):
    """Wasserstein-2 distance between the Gaussians of the features, content, total variation.

    |mu - mu_s|^2 + tr(C + C_s - 2 (R C R)^(1/2)) with R = C_s^(1/2), over the number of channels,
    for each style layer; as in Crowson's style-transfer-pytorch, whose weights these are.
    """

    def __init__(self, content: Tensor, style: Tensor, network: Features) -> None:
        self._network = network
        total = sum(STYLE_LAYERS.values())
        self._weights = {name: weight / total for name, weight in STYLE_LAYERS.items()}
        with torch.no_grad():
            self._content = network(content, [CONTENT_LAYER])[CONTENT_LAYER]
            self._style = {}
            for name, features in network(style, STYLE_LAYERS).items():
                mean, covariance = _gaussian(features)
                values, vectors = torch.linalg.eigh(covariance)
                root = (vectors * values.clamp(min=0).sqrt()) @ vectors.T
                self._style[name] = mean, covariance.trace(), root

    def _losses(self, picture: Tensor) -> dict[str, Tensor]:
        features = self._network(picture, [*STYLE_LAYERS, CONTENT_LAYER])
        style = picture.new_zeros(())
        for name, (mean, trace, root) in self._style.items():
            own_mean, covariance = _gaussian(features[name])
            spread = covariance.trace() + trace - 2 * root_trace(root @ covariance @ root)
            distance = (own_mean - mean).square().sum() + spread
            style = style + self._weights[name] * distance / len(mean)
        across = picture[..., 1:] - picture[..., :-1]
        down = picture[..., 1:, :] - picture[..., :-1, :]
        return {
            "content": 0.015 * functional.mse_loss(features[CONTENT_LAYER], self._content),
            "style": style,
            "variation": 2 * (across.square().mean() + down.square().mean()),
        }


def _gaussian(features: Tensor) -> tuple[Tensor, Tensor]:
    flat = features.flatten(2)[0]
    mean = flat.mean(dim=1)
    centred = flat - mean[:, None]
    # The small diagonal is theirs too: few neurons span fewer dimensions than there are channels.
    covariance = centred @ centred.T / flat.shape[1]
    return mean, covariance + 1e-4 * torch.eye(len(mean), device=mean.device)


def root_trace(matrix: Tensor) -> Tensor:
    """Trace of the root of a symmetric matrix without negative eigenvalues."""
    result: Tensor = _RootTrace.apply(matrix)
    return result


class _RootTrace(torch.autograd.Function):
    """tr(M^(1/2)), whose derivative by M is half of the root's inverse.

    By eigenvalues on a CPU, where 512 channels take 0.10 s of one core against 0.43 s for Newton
    and Schulz's iteration; by that on a GPU, where matrix products cost nothing beside a
    decomposition. Their author takes the iteration everywhere.
    """

    @staticmethod
    def forward(ctx: Any, matrix: Tensor) -> Tensor:
        decide = by_eigenvalues if matrix.device.type == "cpu" else by_iteration
        trace, inverse = decide(matrix)
        ctx.save_for_backward(inverse)
        return trace

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, to_trace: Tensor) -> Tensor:
        inverse: Tensor = ctx.saved_tensors[0]
        return to_trace * inverse / 2


def by_eigenvalues(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """The root's trace and the root's inverse, in the space that the matrix spans."""
    values, vectors = torch.linalg.eigh(matrix)
    spanned = values > torch.finfo(values.dtype).eps * len(values) * values[-1]
    roots = values.clamp(min=0).sqrt()
    inverse = torch.where(spanned, 1 / roots, torch.zeros_like(roots))
    return roots.sum(), (vectors * inverse) @ vectors.T


def by_iteration(matrix: Tensor, iterations: int = 12) -> tuple[Tensor, Tensor]:
    """As :func:`by_eigenvalues`, with matrix products only.

    Newton and Schulz's iteration (Higham, Functions of Matrices, 2008, equation 6.35). After 12
    iterations, as many as their author makes, eigenvalues below 1e-4 of the largest are still on
    their way to their root.
    """
    size = matrix.norm()
    identity = torch.eye(len(matrix), dtype=matrix.dtype, device=matrix.device)
    root, inverse = matrix / size, identity
    for _ in range(iterations):
        step = (3 * identity - inverse @ root) / 2
        root, inverse = root @ step, step @ inverse
    return (root * size.sqrt()).trace(), inverse / size.sqrt()


def wasserstein_scales(long_side: int) -> list[int]:
    """Long sides from 128 px or above, each about the square root of 2 times the one before."""
    sides = [long_side]
    while (smaller := round(long_side / 2 ** (len(sides) / 2))) >= 128:
        sides.append(smaller)
    return sides[::-1]


@heap.as_usual()
def paint_wasserstein(
    content: Tensor,
    style: Tensor,
    network: Features,
    on_step: Callable[[Step], None],
    sample: int | None = None,
) -> Tensor:
    """Paint by the whole recipe: 300 steps of Adam at the first scale, 150 at each other.

    Args:
        content, style: at the size of the work.
        network: VGG-19 in float32.
        on_step: told about every step.
        sample: take only so many steps at each scale, to see what one costs.

    Returns:
        The painting, of the content's size.
    """
    extent = Extent(content.shape[-1], content.shape[-2])
    style_extent = Extent(style.shape[-1], style.shape[-2])
    picture = content
    mean = square = torch.zeros_like(content)
    count = 0
    for place, side in enumerate(wasserstein_scales(extent.long_side)):
        size = fit(extent, side)
        loss = WassersteinLoss(
            resize(content, size), resize(style, fit(style_extent, side)), network
        )
        picture, mean = resize(picture, size).clamp(0, 1), resize(mean, size)
        square = resize(square, size).clamp(min=0)
        average, weight = 0.01 * picture, 0.01
        planned = 150 if place else 300
        for number in range(1, min(planned, sample or planned) + 1):
            gradient, losses = loss.gradient(picture)
            count += 1
            mean = torch.lerp(mean, gradient, 0.1)
            square = torch.lerp(square, gradient.square(), 0.01)
            spread = (square / (1 - 0.99**count)).sqrt() + 1e-8
            picture = (picture - 0.02 * mean / (1 - 0.9**count) / spread).clamp(0, 1)
            average, weight = torch.lerp(average, picture, 0.01), weight * 0.99 + 0.01
            on_step(Step(size, number, planned, sum(losses.values())))
        picture = average / weight
    return picture


# --- Gatys's recipe -------------------------------------------------------------------------------


class GatysLoss(_Graph):
    """Gatys, Ecker and Bethge (2016): Gram matrices for the style, features for the content.

    E = |G/M - A/M_s|^2 / 4N^2 for a layer of N channels and M neurons. E is weighted 4000 / N^2,
    the content's mean squared difference 1, as in the first author's PyTorch code for this very
    network, whose features have a mean of 1.
    """

    def __init__(self, content: Tensor, style: Tensor, network: Features) -> None:
        self._network = network
        self._dtype = next(network.parameters()).dtype
        with torch.no_grad():
            own = network(content.to(self._dtype), [CONTENT_LAYER])
            self._content = own[CONTENT_LAYER].float()
            theirs = network(style.to(self._dtype), STYLE_LAYERS)
            self._grams = {name: _gram(features) for name, features in theirs.items()}

    def _losses(self, picture: Tensor) -> dict[str, Tensor]:
        features = self._network(picture.to(self._dtype), [*STYLE_LAYERS, CONTENT_LAYER])
        style = picture.new_zeros(())
        for name, gram in self._grams.items():
            style = style + self.share(gram) * (_gram(features[name]) - gram).square().sum()
        content = functional.mse_loss(features[CONTENT_LAYER].float(), self._content)
        return {"content": content.to(style), "style": style}

    @staticmethod
    def share(gram: Tensor) -> float:
        """What the squares of a layer's differences count."""
        return 4000 / len(gram) ** 2 / (4 * len(gram) ** 2)


def _gram(features: Tensor) -> Tensor:
    flat = features.float().flatten(2)[0]
    return flat @ flat.T / flat.shape[1]


@dataclass(frozen=True)
class Course:
    """The losses of an optimisation and the seconds at which each was known."""

    losses: list[float]
    seconds: list[float]


@heap.as_usual()
def paint_gatys(content: Tensor, loss: Loss, iterations: int = 300) -> tuple[Tensor, Course]:
    """Descend Gatys's loss from the content with L-BFGS, at one scale.

    L-BFGS as PyTorch has it, which is what the first author's code takes: no line search, a memory
    of 100 steps.
    """
    picture = content.clone()
    course = Course([], [])
    started = time.perf_counter()
    optimizer = torch.optim.LBFGS(
        [picture], max_iter=iterations, max_eval=iterations, tolerance_grad=0, tolerance_change=0
    )

    def closure() -> float:
        picture.grad, losses = loss.gradient(picture)
        course.losses.append(sum(losses.values()))
        course.seconds.append(time.perf_counter() - started)
        return course.losses[-1]

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return picture.clamp(0, 1), course
