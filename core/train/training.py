"""The training: epochs of augmented pictures, AdamW, and a schedule of the learning rate.

An epoch depends on its number and the seed only, so a training that resumes from a checkpoint gives
the same result as one that was not interrupted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from core.bridge.contract.errors import ImpastoError, Stopped
from core.system.stopping import ShouldStop
from core.train.models import Model
from core.train.pictures import Data, Pictures

WARM_UP = 0.1
"""Share of the steps over which the learning rate rises. Then it falls like a cosine to 0
(Loshchilov and Hutter 2017)."""

WEIGHT_DECAY = 0.05
"""Weight decay of AdamW (Loshchilov and Hutter 2019), applied to kernels only."""

SHIFT = 1 / 8
"""The most that a picture is shifted, as a share of its side. What opens is filled by mirroring."""


@dataclass(frozen=True)
class TrainingPlan:
    """The choices of a training. A checkpoint keeps them under these names.

    Attributes:
        task: ``autoencoder`` or ``classifier``.
        size: side of the pictures in pixels.
        epochs: how often each picture is seen.
        batch: pictures per step.
        rate: the largest learning rate.
        seed: of the initial weights, the order of the pictures, and their augmentation.
    """

    task: str
    size: int
    epochs: int
    batch: int
    rate: float
    seed: int


class Epoch(NamedTuple):
    """The result of an epoch: the mean loss, and the mean score of what is held out."""

    loss: float
    score: float


class Trainer:
    """A model in training, between two epochs.

    Attributes:
        plan: the choices.
        past: the results of the epochs so far.
        model: the model.
        optimizer: AdamW, with its state.
    """

    def __init__(
        self, plan: TrainingPlan, build: Callable[[int], Model], data: Data, device: torch.device
    ) -> None:
        """Begin a training.

        Args:
            plan: the choices.
            build: makes the model for a number of classes.
            data: the pictures.
            device: computes.
        """
        self.plan = plan
        self.past: list[Epoch] = []
        self._data = data
        self._device = device
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(plan.seed)
            self.model = build(len(data.classes))
        self.model.to(device).to(memory_format=torch.channels_last)
        parameters = list(self.model.parameters())
        groups: list[dict[str, Any]] = [
            {
                "params": [value for value in parameters if value.dim() > 1],
                "weight_decay": WEIGHT_DECAY,
            },
            {"params": [value for value in parameters if value.dim() == 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=plan.rate)

    def epoch(self, on_step: Callable[[float], None], should_stop: ShouldStop) -> Epoch:
        """Train on every picture once, then score those that are held out.

        Args:
            on_step: called with the share of the epoch that is done.
            should_stop: asked before each step.

        Raises:
            Stopped: ``should_stop`` returned True. The model is then in the middle of the epoch.
            ImpastoError: the loss became NaN or infinite.
        """
        generator = torch.Generator().manual_seed(self.plan.seed * 100_003 + len(self.past))
        places = torch.randperm(len(self._data.learnt), generator=generator)
        batches = torch.split(places, self.plan.batch)
        before = len(self.past) * len(batches)
        losses = []
        self.model.train()
        with _repeatable():
            for number, batch in enumerate(batches):
                if should_stop():
                    raise Stopped("The training was cancelled.")
                share = schedule(before + number, self.plan.epochs * len(batches))
                learning_rate = self.plan.rate * share
                losses.append(self._step(self._data.learnt.take(batch), learning_rate, generator))
                on_step((number + 1) / len(batches))
        loss = float(torch.stack(losses).mean())
        if not math.isfinite(loss):
            raise ImpastoError(
                "In epoch {epoch} the loss grew beyond all numbers: take a smaller --rate than "
                "{rate}.",
                epoch=len(self.past) + 1,
                rate=f"{self.plan.rate:g}",
            )
        self.past.append(Epoch(loss, self._mean(self.model.score)))
        return self.past[-1]

    def _step(self, pictures: Pictures, learning_rate: float, generator: torch.Generator) -> Tensor:
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate
        given = augmented(_unit(pictures.pixels), generator)
        noise = torch.randn(given.shape, generator=generator)
        with self._cast():
            loss = self.model.loss(
                self._there(given), pictures.labels.to(self._device), self._there(noise)
            )
        self.optimizer.zero_grad()
        torch.autograd.backward(loss)
        self.optimizer.step()
        return loss.detach()

    def blind(self) -> float:
        """The mean score of a model that has learnt nothing."""
        return self._mean(self.model.blind)

    @torch.no_grad()
    def _mean(self, judge: Callable[[Tensor, Tensor], Tensor]) -> float:
        """The mean of a score over what is held out."""
        self.model.eval()
        found = []
        for places in torch.split(torch.arange(len(self._data.held)), self.plan.batch):
            part = self._data.held.take(places)
            with self._cast():
                judged = judge(self._there(_unit(part.pixels)), part.labels.to(self._device))
            found.append(judged.float().cpu())
        return float(torch.cat(found).mean())

    def _there(self, pictures: Tensor) -> Tensor:
        return pictures.to(self._device).contiguous(memory_format=torch.channels_last)

    def _cast(self) -> torch.autocast:
        """Half precision on CUDA."""
        device = self._device.type
        return torch.autocast(device, torch.bfloat16, enabled=device == "cuda")


def _unit(pixels: Tensor) -> Tensor:
    return pixels.float().div_(255)


def schedule(step: int, steps: int) -> float:
    """The learning rate at a step, counted from 0, as a share of the largest."""
    warm_up = max(1.0, WARM_UP * steps)
    if step < warm_up:
        return (step + 1) / (warm_up + 1)
    return 0.5 * (1 + math.cos(math.pi * (step - warm_up) / (steps - warm_up)))


def augmented(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """The pictures, each shifted a little, and mirrored with a probability of one half.

    Args:
        pictures: shape (count, 3, size, size).
        generator: on the CPU.
    """
    count, _, _, size = pictures.shape
    most = round(size * SHIFT)
    wide = functional.pad(pictures, (most,) * 4, mode="reflect")
    corners = torch.randint(0, 2 * most + 1, (count, 2), generator=generator).tolist()
    moved = torch.stack(
        [
            picture[:, y : y + size, x : x + size]
            for picture, (y, x) in zip(wide, corners, strict=True)
        ]
    )
    mirrored = torch.rand(count, generator=generator) < 0.5
    return torch.where(mirrored[:, None, None, None], moved.flip(-1), moved)


@contextmanager
def _repeatable() -> Iterator[None]:
    """Make cuDNN use only algorithms that give the same numbers each time."""
    backend = torch.backends.cudnn
    before = backend.deterministic, backend.benchmark
    backend.deterministic, backend.benchmark = True, False
    try:
        yield
    finally:
        backend.deterministic, backend.benchmark = before
