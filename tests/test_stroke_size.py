"""How large the strokes of a style are in a painting, apart from its resolution."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.engine.draft import seen_in, sized
from core.features.regions import StyledMask, WeightedStyle
from core.painterly.objective import Objective
from core.painterly.patches.source import Source
from core.painterly.recipe import Recipe
from core.painterly.stroke_size import scaled
from core.painterly.terms.style import StyleTerm
from core.pixels.imaging import Picture, fit, resize
from core.styles import style_picture
from tests import narrow


def _opaque(color: Tensor) -> Picture:
    return Picture(color, torch.ones_like(color[:, :1]))


def _stripes(width: int, height: int, period: int) -> Picture:
    """Upright stripes, brighter from left to right."""
    places = torch.arange(width)
    color = (places % period < period // 2) * 0.5 + places / (2 * width)
    return _opaque(color.expand(1, 3, height, width).contiguous())


@pytest.mark.parametrize("side", [40, 90, 400])
def test_at_1_a_style_is_what_it_always_was(side: int) -> None:
    style = _stripes(90, 60, 6)
    usual = style.resize(fit(style.extent, side))
    assert torch.equal(scaled(style, side).color, usual.color)


@pytest.mark.parametrize(("factor", "extent"), [(0.25, (12, 8)), (0.5, (24, 16)), (4, (192, 128))])
def test_it_multiplies_the_size_at_which_a_style_is_seen(
    factor: float, extent: tuple[int, int]
) -> None:
    assert scaled(_stripes(96, 64, 6), 48, factor).extent == extent
    small = _stripes(48, 32, 6)
    assert scaled(small, 400, factor).extent == extent


def test_of_a_style_that_grows_too_large_parts_are_seen_at_its_scale() -> None:
    style = _stripes(1200, 800, 20)
    found = scaled(style, 1200, 4.0, most=1200 * 800)
    assert found.extent.area <= 1.01 * 1200 * 800
    assert float(found.color.mean()) == pytest.approx(float(style.color.mean()), abs=0.01)
    (steps,) = (found.color[0, 0, 40, 10:500].diff().abs() > 0.1).nonzero(as_tuple=True)
    edges = steps[1:][steps.diff() > 5]
    assert edges.diff().float().mean() == pytest.approx(40, abs=1)  # half of 4 times 20 px
    # What lies beside a part is not its neighbour in the style: nothing is seen across.
    assert float(found.alpha.min()) == 0
    assert float(found.alpha.mean()) > 0.98


def test_parts_that_are_all_transparent_are_not_what_is_seen() -> None:
    style = _stripes(1200, 800, 20)
    alpha = torch.zeros_like(style.alpha)
    alpha[..., 396:404, :] = 1  # between two rows of parts
    found = scaled(Picture(style.color, alpha), 1200, 4.0, most=1200 * 800)
    assert float(found.alpha.sum()) > 0


def test_the_painting_is_drawn_to_the_statistics_of_the_style_at_that_size() -> None:
    network = narrow.features()
    generator = torch.Generator().manual_seed(1)
    drawn = torch.rand(1, 3, 12, 15, generator=generator, dtype=torch.float64)
    content = _opaque(resize(drawn, Extent(60, 48)))
    style = _opaque(resize(drawn.flip(-1), Extent(60, 48)))

    def wanted(seen: Picture, stroke_size: float) -> StyleTerm:
        region = StyledMask(torch.ones_like(content.alpha), (WeightedStyle(seen, 1.0),))
        recipe = Recipe(stroke_size=stroke_size)
        terms = Objective(content, region, network, recipe).terms
        (term,) = (term for term in terms if isinstance(term, StyleTerm))
        return term

    halved = wanted(style, 0.5)
    expected = wanted(style.resize(Extent(30, 24)), 1.0)
    for layer, statistics in expected.wanted.items():
        torch.testing.assert_close(halved.wanted[layer].mean, statistics.mean)
        torch.testing.assert_close(halved.wanted[layer].covariance, statistics.covariance)
    usual = wanted(style, 1.0)
    assert any(
        not torch.allclose(usual.wanted[layer].mean, halved.wanted[layer].mean)
        for layer in expected.wanted
    )


def test_paint_is_taken_from_a_style_of_that_size_but_never_beyond_its_own() -> None:
    style = [WeightedStyle(_stripes(80, 60, 6), 1.0)]
    assert Source.of(style, 160, 2.0, 0.5).fine.shape[-2:] == (32, 40)
    assert Source.of(style, 60, 2.0, 1.2).fine.shape[-2:] == (54, 72)
    assert Source.of(style, 60, 2.0, 4.0).fine.shape[-2:] == (60, 80)


def test_a_one_pass_work_shrinks_by_the_root_and_its_style_grows_in_it_by_the_other() -> None:
    work, style = Extent(400, 300), Extent(1000, 500)
    assert sized(work, 1.0) == work
    assert sized(work, 4.0) == (200, 150)
    assert sized(work, 0.25) == (800, 600)
    assert seen_in(style, 400, 1.0) == fit(style, 400)
    assert seen_in(style, 200, 4.0) == (400, 200)  # twice the work
    assert seen_in(style, 200, 4.0, shrunk=0.5) == (200, 100)


def test_larger_strokes_need_more_pixels_of_the_style() -> None:
    canvas = Pixels(Extent(400, 300), PixelFormat("G", "u8"), bytes(400 * 300))
    request = Request(canvas, Settings(style="a.png"))
    larger = replace(request, settings=replace(request.settings, stroke_size=4.0))
    smaller = replace(request, settings=replace(request.settings, stroke_size=0.25))
    assert style_picture.enough(request) == style_picture.enough(smaller) == 1024
    assert style_picture.enough(larger) == 4096
