"""The optimizers that a recipe can name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from torch import Tensor

from core.painterly.optimizers.gradient_descent import GradientDescent
from core.painterly.optimizers.lbfgs import LBFGS
from core.painterly.optimizers.optimizer import Optimizer
from core.painterly.optimizers.pyramid import FIRST_FALL, PyramidAdam


class OptimizerChoice(NamedTuple):
    """How an optimizer is made, and the recipe's settings that go with it.

    Attributes:
        begin: makes the optimizer of the first scale from its picture, shape (1, 3, height, width).
        refine: makes that of a finer scale, whose coarse structure is settled.
        deep_every, ema_decay: as in :class:`core.painterly.recipe.Recipe`.
    """

    begin: Callable[[Tensor], Optimizer]
    refine: Callable[[Tensor], Optimizer]
    deep_every: int
    ema_decay: float


_pyramid = partial(PyramidAdam, fall=FIRST_FALL)
_adam = partial(PyramidAdam, levels=1, betas=(0.9, 0.999))

OPTIMIZERS: Mapping[str, OptimizerChoice] = {
    "pyramid": OptimizerChoice(_pyramid, PyramidAdam, deep_every=2, ema_decay=0.93),
    "adam": OptimizerChoice(_adam, _adam, deep_every=2, ema_decay=0.93),
    # These two have no momentum, which would carry the deep layers' slopes over a step without
    # them.
    "lbfgs": OptimizerChoice(LBFGS, LBFGS, deep_every=1, ema_decay=0.0),
    "gradient": OptimizerChoice(GradientDescent, GradientDescent, deep_every=1, ema_decay=0.0),
}
"""By the name that the setting ``optimizer`` gives."""
