"""torchvision's classifiers as feature networks, with random weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.bridge.contract.settings import Settings
from core.engine.networks import Networks
from core.features import classifiers, known
from core.features.chain import ChainNetwork
from core.features.descriptor import Layer
from core.features.network import FeatureNetwork
from core.features.regions import StyledMask, WeightedStyle
from core.features.weights import hub
from core.painterly.objective import Objective
from core.painterly.optimize import paint
from core.painterly.recipe import Recipe
from core.painterly.tiling import Tiler
from core.pixels.imaging import Picture, resize
from tests import narrow

CPU = torch.device("cpu")
NAME = "torchvision:resnet18:layer1,layer2"


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FeatureNetwork:
    """ResNet-18 with random weights instead of the hub's."""

    def random(weights: Any, name: str) -> dict[str, Tensor]:
        torch.manual_seed(1)
        return dict(classifiers._built(name).state_dict())

    monkeypatch.setattr(hub, "fetched", random)
    return Networks(tmp_path).features(CPU, NAME)


def _picture(seed: int, extent: Extent) -> Picture:
    coarse = torch.rand(1, 3, 9, 11, generator=torch.Generator().manual_seed(seed))
    return Picture(resize(coarse, extent).contiguous(), torch.ones(1, 1, *extent[::-1]))


CONTENT, STYLE = _picture(1, Extent(200, 150)), _picture(2, Extent(160, 130))
MASK = torch.ones_like(CONTENT.alpha)
MASK[..., 140:] = 0
REGION = StyledMask(MASK, (WeightedStyle(STYLE, 1.0),))


def _geometry(layer: Layer) -> tuple[int, int, int, int]:
    return layer.stride, layer.receptive_field, layer.padding, layer.channels


def test_strides_and_fields_are_those_of_the_build() -> None:
    """Worked out by hand: 7 px at stride 2, a pooling of 3, then four and four 3x3 convolutions."""
    network = known.by_name(NAME)
    first, second = (network.layer(name) for name in ("layer1", "layer2"))
    assert _geometry(first) == (4, 43, 21, 64)
    assert _geometry(second) == (8, 99, 49, 128)
    assert [second.positions(pixels) for pixels in (64, 65, 97)] == [8, 9, 13]


def test_a_chain_measured_is_the_chain_computed() -> None:
    """VGG-19, measured and by the descriptor's formulas."""
    found = known.by_name("torchvision:vgg19:features.8,features.20")
    for ours, theirs in (("relu2_2", "features.8"), ("relu4_1", "features.20")):
        computed, measured = known.NETWORKS["vgg19"].layer(ours), found.layer(theirs)
        assert _geometry(measured) == _geometry(computed)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("torchvision:resnet19:layer1", "no classifier 'resnet19': it has alexnet"),
        ("torchvision:resnet18", "names no layers: write it as torchvision:resnet50"),
        ("torchvision:resnet18:layer9", "has not all of the layers layer9"),
        ("torchvision:resnet18:fc", "fc has no feature maps"),
        ("torchvision:mobilenet_v3_small:features.4", "sees all of the picture"),
    ],
)
def test_what_can_not_be_used_is_said(name: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        known.by_name(name)


def test_the_gradient_is_the_slope_of_the_loss_in_tiles_as_well(network: FeatureNetwork) -> None:
    recipe = Recipe.of(Settings(style="a.png", network=NAME), network.network)
    picture = CONTENT.color * 0.9 + 0.05
    whole, tiled = (
        Objective(CONTENT, REGION, network, recipe, Tiler(CPU, pixels)).gradient(picture, 0)
        for pixels in (10**6, 110 * 110)
    )
    assert float((whole[0] - tiled[0]).abs().max() / whole[0].abs().max()) < 1e-3
    assert tiled[1] == pytest.approx(whole[1], rel=1e-3)
    assert float(whole[0][..., 140:].abs().max()) == 0.0
    objective = Objective(CONTENT, REGION, network, recipe)
    step = whole[0] / whole[0].norm() * 0.05
    after, before = (sum(objective.gradient(picture + s, 0)[1].values()) for s in (step, -step))
    assert after - before == pytest.approx(2 * 0.05 * float(whole[0].norm()), rel=0.1)


def test_it_paints(network: FeatureNetwork) -> None:
    settings = Settings(style="a.png", network=NAME, steps=12, coarsest=200)
    recipe = Recipe.of(settings, network.network)
    told: list[float] = []
    found = paint(
        CONTENT, REGION, network, recipe,
        lambda at: told.append(sum(at.losses.values())), lambda: False,
    )  # fmt: skip
    assert bool(found.isfinite().all())
    torch.testing.assert_close(found[..., 140:], CONTENT.color[..., 140:], rtol=0, atol=1e-6)
    assert min(told[-3:]) < told[0]


def test_the_quick_way_back_is_autograds() -> None:
    """On a chain, with slopes at three layers."""
    chain = narrow.features()
    picture = _picture(3, Extent(70, 54)).color.double()
    layers = ["relu1_2", "relu3_1", "relu4_2"]

    def add(name: str, gradient: Tensor) -> None:
        gradient.add_(torch.linspace(-1, 1, gradient.numel()).double().view_as(gradient))

    quick, plain = (
        way(chain, picture, layers).back(add) for way in (ChainNetwork.trace, FeatureNetwork.trace)
    )
    torch.testing.assert_close(quick, plain, rtol=1e-9, atol=1e-12)
