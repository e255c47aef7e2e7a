"""Two recipes that Impasto is compared with, as their authors published them, in float32.

A third one, NNST's, is in :mod:`core.bench.neighbours`.

Both take whole pictures, RGB in 0..1, shape (1, 3, height, width), and a network with VGG-19's
features. They run with the C library's own heap: what :mod:`core.system.heap` saves is counted for
Impasto only.
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
from core.features.network import FeatureNetwork
from core.painterly.moving_average import MovingAverage
from core.painterly.optimizers.adam import Moments
from core.pixels.imaging import extent_of, fit, resize
from core.system import heap

STYLE_LAYERS = {"relu1_1": 256.0, "relu2_1": 64.0, "relu3_1": 16.0, "relu4_1": 4.0, "relu5_1": 1.0}
CONTENT_LAYER = "relu4_2"


class Loss(Protocol):
    """A loss of pictures."""

    def gradient(self, picture: Tensor) -> tuple[Tensor, dict[str, float]]:
        """The gradient of the sum of the losses at a picture, and the losses by name."""


@dataclass(frozen=True)
class ReferenceStep:
    """One iteration.

    Attributes:
        extent: the size of its scale.
        number: within its scale, from 1.
        planned: iterations of its scale.
        loss: before the step.
    """

    extent: Extent
    number: int
    planned: int
    loss: float


class _Graph:
    """A loss whose gradient autograd computes."""

    def gradient(self, picture: Tensor) -> tuple[Tensor, dict[str, float]]:
        picture = picture.detach().requires_grad_()
        losses = self._losses(picture)
        (gradient,) = torch.autograd.grad(torch.stack(list(losses.values())).sum(), picture)
        return gradient, {name: float(loss.detach()) for name, loss in losses.items()}

    def _losses(self, picture: Tensor) -> dict[str, Tensor]:
        raise NotImplementedError


# --- the best open engine's recipe ----------------------------------------------------------------


class WassersteinLoss(_Graph):
    """The loss of Crowson's style-transfer-pytorch, with its weights.

    Style is the squared Wasserstein-2 distance between Gaussians of the features, |mu - mu_s|^2 +
    tr(C + C_s - 2 (R C R)^(1/2)) with R = C_s^(1/2), over the number of channels, for each style
    layer. Content and total variation come on top.
    """

    def __init__(self, content: Tensor, style: Tensor, network: FeatureNetwork) -> None:
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
    # The original adds the diagonal too: few positions span fewer dimensions than channels.
    covariance = centred @ centred.T / flat.shape[1]
    return mean, covariance + 1e-4 * torch.eye(len(mean), device=mean.device)


def root_trace(matrix: Tensor) -> Tensor:
    """The trace of the square root of a symmetric matrix without negative eigenvalues."""
    result: Tensor = _RootTrace.apply(matrix)
    return result


class _RootTrace(torch.autograd.Function):
    """tr(M^(1/2)), whose derivative by M is half the inverse of the root.

    On a CPU it is computed by eigenvalues: 512 channels take 0.10 s of one core, and 0.43 s by the
    iteration of Newton and Schulz. On a GPU it is the iteration, as matrix products are much
    faster there than a decomposition. The original uses the iteration everywhere.
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
    """The trace of the square root, and the inverse of the root in the space it spans."""
    values, vectors = torch.linalg.eigh(matrix)
    spanned = values > torch.finfo(values.dtype).eps * len(values) * values[-1]
    roots = values.clamp(min=0).sqrt()
    inverse = torch.where(spanned, 1 / roots, torch.zeros_like(roots))
    return roots.sum(), (vectors * inverse) @ vectors.T


def by_iteration(matrix: Tensor, iterations: int = 12) -> tuple[Tensor, Tensor]:
    """As :func:`by_eigenvalues`, with matrix products only.

    The iteration of Newton and Schulz (Higham, Functions of Matrices, 2008, equation 6.35). The
    original makes 12 iterations. By then eigenvalues below 1e-4 of the largest have not converged.
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
    network: FeatureNetwork,
    on_step: Callable[[ReferenceStep], None],
    sample: int | None = None,
) -> Tensor:
    """Paint by the whole recipe: 300 steps of Adam at the first scale, 150 at each other.

    Args:
        content, style: at the size of the work.
        network: VGG-19 in float32.
        on_step: called with every step.
        sample: the most steps at each scale, to measure what one costs; by default all.

    Returns:
        The painting, of the content's size.
    """
    extent = extent_of(content)
    style_extent = extent_of(style)
    picture = content
    moments = Moments(torch.zeros_like(content), torch.zeros_like(content), betas=(0.9, 0.99))
    for place, side in enumerate(wasserstein_scales(extent.long_side)):
        size = fit(extent, side)
        loss = WassersteinLoss(
            resize(content, size), resize(style, fit(style_extent, side)), network
        )
        picture = resize(picture, size).clamp(0, 1)
        moments.mean = resize(moments.mean, size)
        moments.square = resize(moments.square, size).clamp(min=0)
        average = MovingAverage(decay=0.99)
        average.add(picture)
        planned = 150 if place else 300
        for number in range(1, min(planned, sample or planned) + 1):
            gradient, losses = loss.gradient(picture)
            moments.update(gradient, gradient.square())
            step = 0.02 / moments.correction * moments.mean / moments.deviation(1e-8)
            picture = (picture - step).clamp(0, 1)
            average.add(picture)
            on_step(ReferenceStep(size, number, planned, sum(losses.values())))
        picture = average.value()
    return picture


# --- Gatys's recipe -------------------------------------------------------------------------------


class GatysLoss(_Graph):
    """The loss of Gatys, Ecker and Bethge (2016): Gram matrices for style, features for content.

    E = |G/M - A/M_s|^2 / 4N^2 for a layer of N channels and M positions. The weight of E is
    4000 / N^2 and that of the content's mean squared difference is 1, as in the first author's
    PyTorch code for this network, whose features have a mean of 1.
    """

    def __init__(self, content: Tensor, style: Tensor, network: FeatureNetwork) -> None:
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
        """The weight of a layer's squared differences."""
        return 4000 / len(gram) ** 2 / (4 * len(gram) ** 2)


def _gram(features: Tensor) -> Tensor:
    flat = features.float().flatten(2)[0]
    return flat @ flat.T / flat.shape[1]


@dataclass(frozen=True)
class LossCurve:
    """The losses of an optimisation, and the seconds at which each was known."""

    losses: list[float]
    seconds: list[float]


@heap.as_usual()
def paint_gatys(content: Tensor, loss: Loss, iterations: int = 300) -> tuple[Tensor, LossCurve]:
    """Minimise Gatys's loss from the content with L-BFGS, at one scale.

    The optimizer is PyTorch's L-BFGS, as in the first author's code: no line search, and a history
    of 100 steps.
    """
    picture = content.clone()
    curve = LossCurve([], [])
    started = time.perf_counter()
    optimizer = torch.optim.LBFGS(
        [picture], max_iter=iterations, max_eval=iterations, tolerance_grad=0, tolerance_change=0
    )

    def closure() -> float:
        picture.grad, losses = loss.gradient(picture)
        curve.losses.append(sum(losses.values()))
        curve.seconds.append(time.perf_counter() - started)
        return curve.losses[-1]

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return picture.clamp(0, 1), curve
