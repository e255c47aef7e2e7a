"""What a later frame of painterly takes over from the one before, so that it costs less."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from core.bridge.contract.geometry import Extent
from core.features.regions import Held, StyledMask, WeightedStyle
from core.painterly import optimize
from core.painterly.recipe import Recipe, pixel_steps, scales
from tests import narrow

EXTENT = Extent(96, 80)
CONTENT, STYLE = narrow.picture(1, EXTENT), narrow.picture(2, Extent(64, 64))
REGION = StyledMask(torch.ones(1, 1, 80, 96).double(), (WeightedStyle(STYLE, 1.0),))
RECIPE = Recipe(steps=60, coarsest=48)


@pytest.mark.parametrize("width", [160, 256, 384, 512, 768, 1024])
def test_a_later_frame_takes_about_a_tenth_of_a_still_s_steps(width: int) -> None:
    """They are counted in pixels: the finer a scale is, the more each of its steps costs."""
    extent, still = Extent(width, width * 3 // 4), Recipe()
    later = still.going_on(extent)
    spent, whole = (
        pixel_steps(scales(extent, recipe.coarsest, recipe.min_side), recipe)
        for recipe in (later, still)
    )
    assert 0.07 < spent / whole < 0.13


def changed(weight: torch.Tensor) -> torch.Tensor:
    """How far a later frame is from what it begins with, where no step has the time to change it;
    shape (height, width)."""
    generator = torch.Generator().manual_seed(0)
    before = torch.rand(1, 3, 80, 96, generator=generator, dtype=torch.float64)
    recipe = replace(RECIPE.going_on(EXTENT), learning_rate=1e-6)
    assert len(scales(EXTENT, recipe.coarsest)) == 2
    found = optimize.paint(
        CONTENT, replace(REGION, held=Held(before, weight)), narrow.features(), recipe,
        lambda _: None, lambda: False, start=before,
    )  # fmt: skip
    return (found - before).abs().mean(dim=(0, 1))


def test_a_later_frame_keeps_detail_that_its_coarser_scale_has_not() -> None:
    assert float(changed(torch.ones(1, 1, 80, 96).double()).mean()) < 0.02


def test_a_later_frame_keeps_no_noise_where_nothing_is_known_of_it() -> None:
    weight = torch.ones(1, 1, 80, 96).double()
    weight[..., 48:] = 0
    away = changed(weight)
    assert float(away[:, :44].mean()) < 0.02
    assert float(away[:, 52:].mean()) > 0.1


def test_what_is_new_is_painted_with_the_steps_of_a_still() -> None:
    """It has as few of them as what was seen before, whose steps are short for its steadiness."""
    before = narrow.picture(3, EXTENT).color
    recipe = replace(RECIPE.going_on(EXTENT), coarsest=96, temporal=0.0)

    def painted(weight: float, rate: float) -> torch.Tensor:
        held = Held(before, torch.full((1, 1, 80, 96), weight).double())
        return optimize.paint(
            CONTENT, replace(REGION, held=held), narrow.features(),
            replace(recipe, learning_rate=rate), lambda _: None, lambda: False, start=before,
        )  # fmt: skip

    new, seen = painted(0.0, recipe.learning_rate), painted(1.0, RECIPE.learning_rate)
    torch.testing.assert_close(new, seen)
    assert not torch.allclose(new, painted(1.0, recipe.learning_rate), atol=1e-2)


def test_new_places_do_not_hurry_what_is_beside_them() -> None:
    before, weight = narrow.picture(3, EXTENT).color, torch.ones(1, 1, 80, 96).double()
    recipe = replace(RECIPE.going_on(EXTENT), coarsest=96, temporal=0.0)

    def away(weight: torch.Tensor) -> torch.Tensor:
        found = optimize.paint(
            CONTENT, replace(REGION, held=Held(before, weight)), narrow.features(), recipe,
            lambda _: None, lambda: False, start=before,
        )  # fmt: skip
        return (found - before).abs().mean(dim=(0, 1))

    usual = away(weight)
    weight[..., 64:] = 0
    found = away(weight)
    assert float(found[:, :32].mean()) < 1.3 * float(usual[:, :32].mean())
    assert float(found[:, 72:].mean()) > 1.5 * float(usual[:, 72:].mean())
