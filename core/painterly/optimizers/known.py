"""The optimizers that a recipe can name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from torch import Tensor

from core.painterly.optimizers.gradient_descent import GradientDescent
from core.painterly.optimizers.lbfgs import LBFGS
from core.painterly.optimizers.optimizer import Optimizer
from core.painterly.optimizers.pyramid import FALL, FIRST_FALL, PyramidAdam


class OptimizerChoice(NamedTuple):
    """How an optimizer is made, and the recipe's settings that go with it.

    Attributes:
        begin: makes the optimizer of the first scale from its picture, shape (1, 3, height, width),
            and whether that repeats.
        refine: makes that of a finer scale, whose coarse structure is settled.
        deep_every, ema_decay: as in :class:`core.painterly.recipe.Recipe`.
    """

    begin: Callable[[Tensor, bool], Optimizer]
    refine: Callable[[Tensor, bool], Optimizer]
    deep_every: int
    ema_decay: float


def _pyramid(fall: float, picture: Tensor, wraps: bool) -> Optimizer:
    return PyramidAdam(picture, fall=fall, wraps=wraps)


# What these do to a pixel does not depend on its neighbours.


def _adam(picture: Tensor, _: bool) -> Optimizer:
    return PyramidAdam(picture, levels=1, betas=(0.9, 0.999))


def _lbfgs(picture: Tensor, _: bool) -> Optimizer:
    return LBFGS(picture)


def _gradient_descent(picture: Tensor, _: bool) -> Optimizer:
    return GradientDescent(picture)


OPTIMIZERS: Mapping[str, OptimizerChoice] = {
    "pyramid": OptimizerChoice(
        partial(_pyramid, FIRST_FALL), partial(_pyramid, FALL), deep_every=2, ema_decay=0.93
    ),
    "adam": OptimizerChoice(_adam, _adam, deep_every=2, ema_decay=0.93),
    # These two have no momentum, which would carry the deep layers' slopes over a step without
    # them.
    "lbfgs": OptimizerChoice(_lbfgs, _lbfgs, deep_every=1, ema_decay=0.0),
    "gradient": OptimizerChoice(_gradient_descent, _gradient_descent, deep_every=1, ema_decay=0.0),
}
"""By the name that the setting ``optimizer`` gives."""
