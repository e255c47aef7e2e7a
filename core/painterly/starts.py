"""The pictures that painterly can start from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.painterly.recipe import BEFORE, Recipe
from core.painterly.terms.mean import MEAN_COLOR
from core.pixels.imaging import resize

WHITE = 0.2
"""Standard deviation of the start that is white noise: few of its values are clipped."""


class StartInputs(NamedTuple):
    """What a start is made from.

    Attributes:
        content: of any size, shape (1, 3, height, width).
        given: the instant result or the painting before, of any size; None where the recipe asks
            for neither.
        size: of the first scale.
        recipe: gives the seed and the deviation of the noise that is added. The noise makes the
            feature vectors of a flat area differ.
    """

    content: Tensor
    given: Tensor | None
    size: Extent
    recipe: Recipe


def content(inputs: StartInputs) -> Tensor:
    """The content."""
    return _noisy(resize(inputs.content, inputs.size), inputs.recipe.noise, inputs.recipe)


def noise(inputs: StartInputs) -> Tensor:
    """White noise around a mid grey."""
    return _noisy(_even(inputs, (0.5, 0.5, 0.5)), WHITE, inputs.recipe)


def blank(inputs: StartInputs) -> Tensor:
    """The mean colour of ImageNet's pictures."""
    return _noisy(_even(inputs, MEAN_COLOR), inputs.recipe.noise, inputs.recipe)


def instant(inputs: StartInputs) -> Tensor:
    """The instant method's result for the same region."""
    if inputs.given is None:
        raise ValueError("the recipe starts from the instant result, and none was given")
    return _noisy(resize(inputs.given, inputs.size), inputs.recipe.noise, inputs.recipe)


def before(inputs: StartInputs) -> Tensor:
    """The painting of the frame before, carried along with its noise."""
    if inputs.given is None:
        raise ValueError("the recipe goes on from a painting, and none was given")
    return resize(inputs.given, inputs.size)


STARTS: Mapping[str, Callable[[StartInputs], Tensor]] = {
    "content": content,
    "noise": noise,
    "blank": blank,
    "instant": instant,
    BEFORE: before,
}
"""By the setting ``start``'s names; each makes a picture of the first scale, in 0..1."""


def _even(inputs: StartInputs, color: tuple[float, float, float]) -> Tensor:
    width, height = inputs.size
    return inputs.content.new_tensor(color).view(1, 3, 1, 1).expand(1, 3, height, width)


def _noisy(picture: Tensor, deviation: float, recipe: Recipe) -> Tensor:
    generator = torch.Generator().manual_seed(recipe.seed)
    drawn = torch.randn(picture.shape, generator=generator).to(picture)
    return (picture + deviation * drawn).clamp(0, 1)
