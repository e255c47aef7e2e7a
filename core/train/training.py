"""The training itself: epochs of augmented pictures, AdamW, and a schedule.

What happens in an epoch depends on its number and the seed alone, so one that starts from a
checkpoint goes on as if nothing had been.
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

WARMING = 0.1
"""Share of the steps over which the rate rises, before it falls like a cosine to 0 (Loshchilov
and Hutter 2017)."""

DECAY = 0.05
"""AdamW's weight decay (Loshchilov and Hutter 2019), of kernels only."""

SHIFT = 1 / 8
"""How far a picture is moved at most, as a share of its side; what opens is mirrored."""


@dataclass(frozen=True)
class Plan:
    """What decides how a training goes, beside the pictures.

    Attributes:
        task: ``autoencoder`` or ``classifier``.
        size: side of the pictures in pixels.
        epochs: how often each picture is seen.
        batch: pictures a step.
        rate: AdamW's highest.
        seed: of the first weights, the pictures' order and what is done to them.
    """

    task: str
    size: int
    epochs: int
    batch: int
    rate: float
    seed: int


class Epoch(NamedTuple):
    """What came of one: the mean loss, and the mean score of what is held out."""

    loss: float
    score: float


class Trainer:
    """A model on its way, at the beginning of an epoch."""

    def __init__(
        self, plan: Plan, build: Callable[[int], Model], data: Data, device: torch.device
    ) -> None:
        """Set out.

        Args:
            plan: how to go.
            build: makes the model for a number of classes.
            data: the pictures.
            device: where to compute.
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
            {"params": [value for value in parameters if value.dim() > 1], "weight_decay": DECAY},
            {"params": [value for value in parameters if value.dim() == 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=plan.rate)

    def epoch(self, on_step: Callable[[float], None], should_stop: ShouldStop) -> Epoch:
        """See every picture once, then those that are held out.

        Args:
            on_step: told the share of the epoch that is done.
            should_stop: asked before each step.

        Raises:
            Stopped: ``should_stop`` said so; the model stands within the epoch then.
            ImpastoError: the loss is no number any more.
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
                rate = self.plan.rate * course(before + number, self.plan.epochs * len(batches))
                losses.append(self._step(self._data.learnt.take(batch), rate, generator))
                on_step((number + 1) / len(batches))
        loss = float(torch.stack(losses).mean())
        if not math.isfinite(loss):
            raise ImpastoError(
                f"In epoch {len(self.past) + 1} the loss grew beyond all numbers: take a smaller "
                f"--rate than {self.plan.rate:g}."
            )
        self.past.append(Epoch(loss, self._mean(self.model.score)))
        return self.past[-1]

    def _step(self, pictures: Pictures, rate: float, generator: torch.Generator) -> Tensor:
        for group in self.optimizer.param_groups:
            group["lr"] = rate
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
        """The mean score of having learnt nothing."""
        return self._mean(self.model.blind)

    @torch.no_grad()
    def _mean(self, judge: Callable[[Tensor, Tensor], Tensor]) -> float:
        """Over what is held out."""
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
        """Half precision where a GPU is built for it."""
        device = self._device.type
        return torch.autocast(device, torch.bfloat16, enabled=device == "cuda")


def _unit(pixels: Tensor) -> Tensor:
    return pixels.float().div_(255)


def course(step: int, steps: int) -> float:
    """The rate at a step, counted from 0, as a share of the highest."""
    warming = max(1.0, WARMING * steps)
    if step < warming:
        return (step + 1) / (warming + 1)
    return 0.5 * (1 + math.cos(math.pi * (step - warming) / (steps - warming)))


def augmented(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Each moved a little, and every other one mirrored.

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
    """Let cuDNN choose only what gives the same numbers each time."""
    backend = torch.backends.cudnn
    before = backend.deterministic, backend.benchmark
    backend.deterministic, backend.benchmark = True, False
    try:
        yield
    finally:
        backend.deterministic, backend.benchmark = before
