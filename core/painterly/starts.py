"""Where painterly starts from, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.painterly.recipe import Recipe
from core.painterly.terms.mean import MEAN_COLOR
from core.pixels.imaging import resize

WHITE = 0.2
"""Standard deviation of white noise as a start: few of its values are clipped."""


class Given(NamedTuple):
    """What a start can be made of.

    Attributes:
        content: of whatever size, shape (1, 3, height, width).
        instant: the instant result, of whatever size; None where the recipe does not ask for it.
        size: of the first scale.
        recipe: whose seed and little noise count. That noise tells a flat area's neurons apart.
    """

    content: Tensor
    instant: Tensor | None
    size: Extent
    recipe: Recipe


def content(given: Given) -> Tensor:
    """The picture that is painted over."""
    return _noisy(resize(given.content, given.size), given.recipe.noise, given.recipe)


def noise(given: Given) -> Tensor:
    """White noise around a mid grey."""
    return _noisy(_even(given, (0.5, 0.5, 0.5)), WHITE, given.recipe)


def blank(given: Given) -> Tensor:
    """The mean colour of all pictures."""
    return _noisy(_even(given, MEAN_COLOR), given.recipe.noise, given.recipe)


def instant(given: Given) -> Tensor:
    """What the instant method made of the same region."""
    if given.instant is None:
        raise ValueError("the recipe starts from the instant result, and none was given")
    return _noisy(resize(given.instant, given.size), given.recipe.noise, given.recipe)


STARTS: Mapping[str, Callable[[Given], Tensor]] = {
    "content": content,
    "noise": noise,
    "blank": blank,
    "instant": instant,
}
"""Each gives a picture of the first scale, in 0..1."""


def _even(given: Given, color: tuple[float, float, float]) -> Tensor:
    width, height = given.size
    return given.content.new_tensor(color).view(1, 3, 1, 1).expand(1, 3, height, width)


def _noisy(picture: Tensor, deviation: float, recipe: Recipe) -> Tensor:
    generator = torch.Generator().manual_seed(recipe.seed)
    drawn = torch.randn(picture.shape, generator=generator).to(picture)
    return (picture + deviation * drawn).clamp(0, 1)
