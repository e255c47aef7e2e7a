"""Finer scales and the guided enlargement, in numbers."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from PIL import Image

from core.bridge.contract.errors import Stopped
from core.bridge.contract.geometry import Extent
from core.bridge.storage.paths import Installation
from core.engine.networks import Networks
from core.features.models.vgg19 import VGG19
from core.features.network import FeatureNetwork
from core.features.regions import StyledMask, WeightedStyle
from core.painterly.detail import FinerScale, LocalAdam, finer_scales, refine
from core.painterly.optimize import Iteration
from core.painterly.recipe import Recipe
from core.painterly.tiling import Tiler
from core.pixels.enlarge import enlarge
from core.pixels.imaging import Picture, box_filter, resize
from tests import pictures

CPU = torch.device("cpu")


def _random(seed: int, *shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def _picture(image: Image.Image) -> Picture:
    values = torch.from_numpy(np.array(image)).permute(2, 0, 1).unsqueeze(0) / 255
    return Picture(values, torch.ones_like(values[:, :1]))


@pytest.fixture(scope="module")
def network(installation: Installation) -> FeatureNetwork:
    return Networks(installation.weights).features(CPU)


def _stripes(width: int, height: int, period: int) -> torch.Tensor:
    """Black and white, upright."""
    across = (torch.arange(width) // (period // 2) % 2).float()
    return across.expand(1, 3, height, width).clone()


def test_the_mean_over_a_window_counts_what_lies_inside() -> None:
    values = _random(1, 1, 1, 9, 7)
    found = box_filter(values, 2)
    assert float(found[0, 0, 4, 3]) == pytest.approx(float(values[0, 0, 2:7, 1:6].mean()))
    assert float(found[0, 0, 0, 0]) == pytest.approx(float(values[0, 0, :3, :3].mean()))


def test_a_painting_of_the_contents_size_stays_as_it_is() -> None:
    painting = _random(2, 1, 3, 20, 30)
    assert torch.equal(enlarge(painting, _random(3, 1, 3, 20, 30), 1.0), painting)


def test_edges_that_the_painting_shares_with_the_content_come_out_sharp() -> None:
    """The error is less than half that of bicubic enlargement."""
    content = (_picture(pictures.photograph(160, 160)).color > 0.5).float()
    content = content.mean(dim=1, keepdim=True).expand(1, 3, 160, 160).contiguous()
    painting = resize(content * 0.6 + 0.2, Extent(40, 40))
    wanted = content * 0.6 + 0.2
    plain = (resize(painting, Extent(160, 160)) - wanted).abs().mean()
    guided = (enlarge(painting, content, 0.0) - wanted).abs().mean()
    assert float(guided) < 0.5 * float(plain)


def test_texture_that_the_painting_has_not_is_not_laid_over_it() -> None:
    """Fine stripes of the photograph do not show on strokes that do not have them."""
    content = _stripes(160, 160, 4)
    painting = resize(_random(4, 1, 3, 10, 10), Extent(40, 40))
    laid = enlarge(painting, content, 0.0) - resize(painting, Extent(160, 160))
    assert float(laid.abs().mean()) < 0.02


@pytest.mark.parametrize(
    ("small", "full", "sides"),
    [
        (Extent(512, 384), Extent(512, 384), []),
        (Extent(512, 384), Extent(760, 570), [760]),
        (Extent(512, 384), Extent(1100, 825), [1100]),
        (Extent(512, 384), Extent(4000, 3000), [1016, 2016, 4000]),
        (Extent(512, 4), Extent(4000, 31), []),
    ],
)
def test_scales_double_up_to_the_layers_own(small: Extent, full: Extent, sides: list[int]) -> None:
    scales = finer_scales(small, full, Recipe(), VGG19)
    assert [scale.extent.long_side for scale in scales] == pytest.approx(sides, abs=2)
    steps = [scale.steps for scale in scales]
    assert all(count > 0 for count in steps[:1]) and not any(steps[1:])
    if scales:
        assert scales[-1].extent == full


def test_broad_strokes_are_finished_without_steps() -> None:
    small, full = Extent(100, 75), Extent(800, 600)
    for stroke_size, steps in ((1.0, True), (4.0, False)):
        found = finer_scales(small, full, Recipe(stroke_size=stroke_size), VGG19)
        assert [scale.steps > 0 for scale in found] == [steps, False, False]


def test_a_step_is_as_long_as_the_gradient_is_large_for_its_neighbourhood() -> None:
    """The learning rate where all are alike; a tenth for a pixel of a tenth of their gradient."""
    picture, gradient = torch.full((1, 3, 40, 40), 0.5), torch.ones(1, 3, 40, 40)
    gradient[..., 20, 20] = 0.1
    LocalAdam(picture).step(picture, gradient, 0.01)
    assert float(picture[0, 0, 0, 0]) == pytest.approx(0.49, abs=1e-5)
    assert float(picture[0, 0, 20, 20]) == pytest.approx(0.499, abs=1e-4)


def test_there_is_none_where_no_shallow_layer_takes_on_the_style() -> None:
    for layers in ({}, {"relu4_1": 1.0}):
        assert (
            finer_scales(Extent(96, 80), Extent(192, 160), Recipe(style_layers=layers), VGG19) == []
        )


def _silent(share: float, extent: Extent) -> None:
    """Of what is told nothing is looked at."""


def _finer(small: Extent, content: Picture, steps: int = 200) -> list[FinerScale]:
    return finer_scales(small, content.extent, Recipe(steps=steps), VGG19)


def test_detail_has_the_styles_grain_and_the_paintings_composition(network: FeatureNetwork) -> None:
    content, style = _picture(pictures.photograph(192, 160)), _picture(pictures.strokes(hue=20))
    painting = resize(content.color, Extent(96, 80)).lerp(torch.full((1, 3, 80, 96), 0.5), 0.3)
    region = StyledMask(torch.ones_like(content.alpha), (WeightedStyle(style, 1.0),))
    told: list[Iteration] = []
    found = refine(
        painting, content, region, network, Recipe(), _finer(Extent(96, 80), content),
        told.append, _silent, lambda: False, Tiler(CPU),
    )  # fmt: skip
    assert found.shape == content.color.shape
    assert told[-1].losses["style"] < 0.6 * told[0].losses["style"]
    assert told[-1].fraction == pytest.approx(1.0)
    settled = box_filter(box_filter(found - resize(painting, content.extent), 8), 8)
    assert float(settled.abs().mean()) < 0.02


def test_tiles_leave_no_seam(network: FeatureNetwork) -> None:
    """The finished detail differs by rounding only, at the cuts as elsewhere."""
    content, style = _picture(pictures.photograph(192, 160)), _picture(pictures.strokes(hue=20))
    painting = resize(content.color, Extent(96, 80))
    region = StyledMask(torch.ones_like(content.alpha), (WeightedStyle(style, 1.0),))
    exact = copy.deepcopy(network).float()
    whole, tiled = (
        refine(
            painting, content, region, exact, Recipe(),
            _finer(Extent(96, 80), content, 60), lambda _: None, _silent,
            lambda: False, Tiler(CPU, pixels),
        )
        for pixels in (10**6, 90 * 90)
    )  # fmt: skip
    apart = (whole - tiled).abs()
    # Rounding may choose the other of two features that are as near: a few pixels, less than 1/255.
    assert float(apart.quantile(0.999)) < 1e-3
    assert float(apart.max()) < 1 / 255


def test_detail_stops_when_told(network: FeatureNetwork) -> None:
    content = _picture(pictures.photograph(128, 128))
    region = StyledMask(torch.ones_like(content.alpha), (WeightedStyle(content, 1.0),))
    with pytest.raises(Stopped):
        refine(
            resize(content.color, Extent(64, 64)), content, region, network, Recipe(),
            _finer(Extent(64, 64), content), lambda _: None, _silent, lambda: True,
            Tiler(CPU),
        )  # fmt: skip


def test_scales_after_the_first_are_repainted_from_the_styles_pixels(
    network: FeatureNetwork,
) -> None:
    """Finer grain than enlarging gives, at the size of the layer, with one course of progress."""
    content, style = _picture(pictures.photograph(256, 208)), _picture(pictures.strokes(hue=20))
    painting = resize(content.color, Extent(64, 52))
    region = StyledMask(torch.ones_like(content.alpha), (WeightedStyle(style, 1.0),))
    scales = _finer(Extent(64, 52), content, 60)
    assert [scale.steps > 0 for scale in scales] == [True, False]
    steps: list[Iteration] = []
    pieces: list[tuple[float, Extent]] = []

    def refined(some: list[FinerScale]) -> torch.Tensor:
        return refine(
            painting, content, region, network, Recipe(), some, steps.append,
            lambda *piece: pieces.append(piece), lambda: False, Tiler(CPU),
        )  # fmt: skip

    found = refined(scales)
    told = [at.fraction for at in steps] + [share for share, _ in pieces]
    assert told == sorted(told) and told[-1] == pytest.approx(1.0)
    assert {extent for _, extent in pieces} == {content.extent}
    plain = enlarge(refined(scales[:1]), content.color, 1.0)
    assert _grain(found) > 1.2 * _grain(plain)
    settled = box_filter(box_filter(found - plain, 8), 8)
    assert float(settled.abs().mean()) < 0.02


def _grain(picture: torch.Tensor) -> float:
    return float((picture - box_filter(picture, 1)).std())
