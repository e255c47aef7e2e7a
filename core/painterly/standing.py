"""Where an optimisation stands, so that it can go on from there as if it had never stopped."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import torch
from torch import Tensor

from core.painterly.moving_average import MovingAverage
from core.painterly.optimizers.optimizer import Optimizer
from core.painterly.recipe import Recipe
from core.painterly.tiling import Tiler
from core.pixels.imaging import extent_of
from core.system.keep import Bookmark


class Within(NamedTuple):
    """What changes with each step of a scale, besides the picture."""

    optimizer: Optimizer
    average: MovingAverage


@dataclass(frozen=True)
class Standing:
    """Where an optimisation stands between two steps.

    Attributes:
        picture: the last step's, or what a scale starts from.
        total: the whole optimisation's pixels times steps.
        done: how many of these are done.
        taken: steps over all scales.
        scale: the number of the scale, from 0; the number of scales once all are done.
        step: how many of the scale's steps are taken.
        within: of a scale that has begun.
        losses: of each term, before the last step.
    """

    picture: Tensor
    total: int
    done: int = 0
    taken: int = 0
    scale: int = 0
    step: int = 0
    within: Within | None = None
    losses: Mapping[str, float] = field(default_factory=dict)

    @property
    def fraction(self) -> float:
        """How much of the whole optimisation's cost is done, 0..1."""
        return self.done / self.total

    @property
    def result(self) -> Tensor:
        """The painting, at the size of its scale, if it ends here."""
        if self.within is None or self.step == 0:
            return self.picture
        return self.within.average.value()

    def begun(self, picture: Tensor, optimizer: Optimizer, average: MovingAverage) -> Standing:
        """At a scale's first step, which starts from a picture."""
        return replace(self, picture=picture, within=Within(optimizer, average))

    def moved(self, gradient: Tensor, learning_rate: float | Tensor) -> Tensor:
        """Where the optimizer's next step leads from here."""
        assert self.within is not None
        return self.within.optimizer.step(gradient, learning_rate)

    def stepped(self, picture: Tensor, losses: Mapping[str, float]) -> Standing:
        """One step on, to a picture, which its average takes in."""
        assert self.within is not None
        self.within.average.add(picture)
        done, taken, step = self.done + extent_of(picture).area, self.taken + 1, self.step + 1
        return replace(self, picture=picture, done=done, taken=taken, step=step, losses=losses)

    def next_scale(self) -> Standing:
        """Before the next scale, or at the end."""
        return replace(self, picture=self.result, scale=self.scale + 1, step=0, within=None)

    def copy(self, device: torch.device) -> Standing:
        """The same with tensors of its own. Between two scales it may be of another device."""
        picture = self.picture.to(device, copy=True)
        return replace(self, picture=picture, within=copy.deepcopy(self.within))

    def mark(self, bookmark: Bookmark[Standing], recipe: Recipe, tiler: Tiler) -> None:
        """Keep it, where nothing but this crosses to the next step.

        Between two scales that is so. Within one it is so where the neighbours are searched anew
        in a step of all layers; but a GPU is through with a scale before it is worth its memory.
        What is painted in smaller tiles, as memory was short, is not the same to the last bit; and
        it is no time to keep anything.
        """
        if tiler.note() is not None:
            bookmark.give_back()
        elif self.within is None or (
            self.picture.device.type == "cpu"
            and self.step % math.lcm(recipe.rematch_every, recipe.deep_every) == 0
        ):
            size = sum(tensor.nbytes for tensor in self._tensors())
            bookmark.put(size, lambda: self.copy(torch.device("cpu")))

    def _tensors(self) -> Iterable[Tensor]:
        yield self.picture
        if self.within is not None:
            yield from self.within.optimizer.tensors
            yield from self.within.average.tensors
