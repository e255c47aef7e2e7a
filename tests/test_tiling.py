"""Tiles against the whole picture: the same losses, the same gradient, wherever it is cut."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

import pytest
import torch

from core.bridge.contract.errors import ImpastoError, Stopped
from core.bridge.contract.geometry import Box, Extent
from core.bridge.i18n.text import Text
from core.features.chain import ChainNetwork
from core.features.models.vgg19 import VGG19
from core.features.network import FeatureNetwork
from core.features.regions import StyledMask, WeightedStyle
from core.painterly.objective import Objective
from core.painterly.optimize import paint
from core.painterly.recipe import Recipe
from core.painterly.tiling import Tiler, split
from core.pixels.imaging import Picture
from tests import narrow
from tests.narrow import NARROW

CPU = torch.device("cpu")
RECIPE = Recipe()
LAYERS = [*RECIPE.style_layers, *RECIPE.content_layers]


def _random(seed: int, *shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.fixture(scope="module")
def weights() -> dict[str, torch.Tensor]:
    return narrow.weights()


@pytest.fixture(scope="module")
def network(weights: dict[str, torch.Tensor]) -> FeatureNetwork:
    return ChainNetwork(NARROW, weights)


@pytest.fixture(scope="module")
def content() -> Picture:
    """A picture whose sides are no multiple of a stride; a part of it is transparent."""
    alpha = torch.ones(1, 1, 237, 271, dtype=torch.float64)
    alpha[..., :40, :60] = 0
    return Picture(_random(1, 1, 3, 237, 271), alpha)


def _region(name: str) -> StyledMask:
    style = Picture(_random(2, 1, 3, 150, 141) ** 2, torch.ones(1, 1, 150, 141).double())
    mask = torch.ones(1, 1, 237, 271, dtype=torch.float64)
    if name == "feathered":
        across = torch.linspace(-2, 2.5, 271, dtype=torch.float64).clamp(0, 1)
        mask = across.expand(1, 1, 237, 271).clone()
    return StyledMask(mask, (WeightedStyle(style, 1.0),))


@pytest.mark.parametrize("mask", ["everywhere", "feathered"])
@pytest.mark.parametrize("pixels", [200 * 200, 100 * 100])
def test_tiles_give_the_whole_pictures_losses_and_gradient(
    network: FeatureNetwork, content: Picture, mask: str, pixels: int
) -> None:
    """Up to rounding in float64: nothing is lost, counted twice or padded at a cut."""
    region, picture = _region(mask), _random(5, 1, 3, 237, 271)
    objectives = [
        Objective(content, region, network, RECIPE, Tiler(CPU, limit)) for limit in (10**6, pixels)
    ]
    (whole, losses), (tiled, tiled_losses) = (
        objective.gradient(picture, 0) for objective in objectives
    )
    assert float(whole.abs().max()) > 0
    assert tiled_losses == pytest.approx(losses, rel=1e-9)
    assert float((tiled - whole).abs().max() / whole.abs().max()) < 1e-9


def test_float32_differs_by_its_rounding_only(
    content: Picture, weights: dict[str, torch.Tensor]
) -> None:
    """Also along the cuts, where a seam would show first."""
    single = ChainNetwork(NARROW, {name: tensor.float() for name, tensor in weights.items()})
    small = Picture(content.color.float(), content.alpha.float())
    mask, (styled,) = _region("everywhere").mask, _region("everywhere").styles
    style = Picture(styled.picture.color.float(), styled.picture.alpha.float())
    region = StyledMask(mask.float(), (WeightedStyle(style, 1.0),))
    picture = _random(5, 1, 3, 237, 271).float()
    whole, tiled = (
        Objective(small, region, single, RECIPE, Tiler(CPU, limit)).gradient(picture, 0)[0]
        for limit in (10**6, 150 * 150)
    )
    assert float((tiled - whole).abs().max() / whole.abs().max()) < 1e-4


def test_statistics_of_one_tile_would_not_do(network: FeatureNetwork, content: Picture) -> None:
    """A mistake would be to match each tile to the style by itself."""
    region, picture = _region("everywhere"), _random(5, 1, 3, 237, 271)
    whole, _ = Objective(content, region, network, RECIPE, Tiler(CPU, 10**6)).gradient(picture, 0)
    part = (..., slice(0, 128), slice(0, 144))
    cut = Picture(content.color[part], content.alpha[part])
    alone = Objective(cut, replace(region, mask=region.mask[part]), network, RECIPE, Tiler(CPU))
    gradient, _ = alone.gradient(picture[part], 0)
    inside = (..., slice(48, 80), slice(64, 96))
    apart = (gradient[inside] - whole[inside]).norm() / whole[inside].norm()
    assert float(apart) > 0.1


@pytest.mark.parametrize("extent", [Extent(271, 237), Extent(1000, 17), Extent(515, 512)])
def test_every_position_has_one_owner_and_tiles_keep_to_their_size(extent: Extent) -> None:
    tiles = split(extent, VGG19, LAYERS, 240 * 240)
    for name in LAYERS:
        layer = VGG19.layer(name)
        owners = torch.zeros(layer.positions(extent.height), layer.positions(extent.width))
        for tile in tiles:
            tile.own(owners, layer.stride).add_(1)
            features = torch.zeros(
                layer.positions(tile.seen.height), layer.positions(tile.seen.width)
            )
            kept = tile.keep(features, layer.stride)
            assert kept.shape == tile.own(owners, layer.stride).shape
        assert bool((owners == 1).all()), name
    assert max(tile.seen.extent.area for tile in tiles) <= 240 * 240


def test_a_picture_that_fits_is_one_tile() -> None:
    whole = Box(0, 0, 240, 240)
    (tile,) = split(Extent(240, 240), VGG19, LAYERS, 240 * 240)
    assert (tile.core, tile.seen) == (whole, whole)


class Cramped(ChainNetwork):
    """VGG-19 on a device whose memory holds a picture of ``pixels``."""

    def __init__(self, weights: dict[str, torch.Tensor], pixels: int) -> None:
        super().__init__(NARROW, weights)
        self._pixels = pixels
        self.seen: list[int] = []

    def forward(
        self,
        picture: torch.Tensor,
        layers: Collection[str],
        before_step: Callable[[], None] = lambda: None,
    ) -> dict[str, torch.Tensor]:
        area = picture.shape[-1] * picture.shape[-2]
        if area > self._pixels:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        self.seen.append(area)
        return super().forward(picture, layers, before_step)


def test_when_memory_runs_out_the_painting_goes_on_in_tiles_and_is_the_same(
    network: FeatureNetwork, weights: dict[str, torch.Tensor], content: Picture
) -> None:
    recipe = replace(RECIPE, steps=2, coarsest=200)
    told: list[list[Text | None]] = []

    def painted(network: FeatureNetwork, tiler: Tiler) -> torch.Tensor:
        told.append([])
        region = _region("feathered")
        return paint(
            content, region, network, recipe,
            lambda at: told[-1].append(at.memory), lambda: False, tiler,
        )  # fmt: skip

    ample = painted(network, Tiler(CPU, 10**6))
    cramped = Cramped(weights, 230 * 230)
    tiler = Tiler(CPU, 10**6)
    short = painted(cramped, tiler)
    assert torch.equal(ample, short) or float((ample - short).abs().max()) < 1e-6
    assert set(told[0]) == {None}
    assert "the memory was short" in str(told[1][-1])
    assert max(cramped.seen) <= 230 * 230
    assert "px" in str(tiler.note())


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes."),
        RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes."),
    ],
)
def test_memory_that_runs_out_is_known_on_each_device_and_system(error: Exception) -> None:
    tiler, errors = Tiler(CPU, 10**6), [error]
    tiler.split(Extent(200, 200), NARROW, ["relu1_1"])

    def work() -> str:
        if errors:
            raise errors.pop()
        return "painted"

    assert tiler.run(work) == "painted"
    assert tiler.note() is not None


def test_a_memory_that_holds_nothing_ends_in_a_sentence(
    weights: dict[str, torch.Tensor], content: Picture
) -> None:
    with pytest.raises(ImpastoError, match="choose the device cpu"):
        Objective(content, _region("everywhere"), Cramped(weights, 1), RECIPE, Tiler(CPU, 10**6))


def test_a_job_can_be_stopped_between_two_tiles(network: FeatureNetwork, content: Picture) -> None:
    """A step of a large picture takes minutes; nobody waits that long for Cancel."""
    objective = Objective(content, _region("everywhere"), network, RECIPE, Tiler(CPU, 150 * 150))
    asked = iter([False, False, True])
    with pytest.raises(Stopped):
        objective.gradient(content.color, 0, lambda: next(asked))
