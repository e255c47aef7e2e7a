"""The positions of layers in networks whose strides and borders differ from VGG's."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from core.bridge.contract.geometry import Extent
from core.features.chain import ChainNetwork
from core.features.descriptor import Chain, Convolution, Layer, Pooling, Roles
from core.features.models.alexnet import ALEXNET
from core.features.models.vgg16 import VGG16
from core.features.network import FeatureNetwork
from core.features.regions import StyledMask, WeightedStyle, layer_weights
from core.painterly.objective import Objective
from core.painterly.recipe import Recipe
from core.painterly.tiling import Tiler, split
from core.pixels.imaging import Picture

CPU = torch.device("cpu")


def _narrow(network: Chain, name: str) -> Chain:
    """The same geometry at a hundredth of the arithmetic, for float64."""
    steps = tuple(
        replace(step, channels=6) if isinstance(step, Convolution) else step
        for step in network.steps
    )
    return replace(network, name=name, steps=steps)


STRIDED = replace(
    ALEXNET,
    name="strided",
    steps=(
        Convolution("relu1", 6, kernel=5, stride=2, padding=2),
        Convolution("relu2", 6, kernel=3, stride=2, padding=1),
        Pooling(3, 2, 1),
        Convolution("relu3", 6),
    ),
    roles=Roles({"relu1": 4.0, "relu2": 1.0}, {"relu2": 20.0}, {"relu3": 16.0}),
)
"""Its layers have one position more than whole strides where a side is odd."""

NETWORKS = [_narrow(VGG16, "vgg16"), _narrow(ALEXNET, "alexnet"), STRIDED]
by_name = pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)


def _random(seed: int, *shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _features(network: Chain) -> FeatureNetwork:
    """The network with random weights (He et al. 2015), which keep the features' size."""
    tensors, channels = {}, 3
    generator = torch.Generator().manual_seed(0)
    for step in network.steps:
        if isinstance(step, Convolution):
            shape = (step.channels, channels, step.kernel, step.kernel)
            weight = torch.randn(*shape, generator=generator, dtype=torch.float64)
            scale = (2 / (step.kernel**2 * channels)) ** 0.5
            tensors[f"{step.weights}.weight"] = weight * scale
            tensors[f"{step.weights}.bias"] = torch.zeros(step.channels, dtype=torch.float64)
            channels = step.channels
    return ChainNetwork(network, tensors)


def _seen(network: FeatureNetwork, layer: Layer, number: int) -> range:
    """The columns that one position sees, by its gradient.

    Max pooling sends it on to one pixel of each window, so many pictures are asked.
    """
    seen = torch.zeros(400, dtype=torch.bool)
    for seed in range(12):
        picture = _random(
            seed, 1, 3, 40 if layer.receptive_field < 40 else 200, 400
        ).requires_grad_()
        network(picture, [layer.name])[layer.name][..., number].sum().backward()
        assert picture.grad is not None
        seen |= picture.grad.abs().sum(dim=(0, 1, 2)) > 0
    places = seen.nonzero().flatten()
    return range(int(places[0]), int(places[-1]) + 1)


@pytest.mark.parametrize(
    ("network", "layer"),
    [(0, "relu1_2"), (0, "relu3_1"), (1, "relu1"), (1, "relu2"), (1, "relu3"), (2, "relu3")],
)
def test_a_position_sees_its_receptive_field_at_its_place(network: int, layer: str) -> None:
    """It stands for the stride of pixels in the middle of the field."""
    features = _features(NETWORKS[network])
    found = features.network.layer(layer)
    number = 200 // found.stride
    seen = _seen(features, found, number)
    assert len(seen) == found.receptive_field
    middle = number * found.stride + found.offset + found.stride / 2
    assert (seen.start + seen.stop) / 2 == middle


@by_name
@pytest.mark.parametrize("edge", [64, 83, 120])
def test_a_mask_is_carried_to_where_the_positions_are(network: Chain, edge: int) -> None:
    """A position's weight is the share of its own pixels, wherever the mask's edge lies."""
    mask = torch.zeros(1, 1, 90, 160, dtype=torch.float64)
    mask[..., edge:] = 1
    found = layer_weights(mask, network, network.layers, border_share=0)
    for name, weights in found.items():
        layer = network.layer(name)
        assert weights.shape == (layer.positions(90), layer.positions(160))
        left = torch.arange(weights.shape[1], dtype=torch.float64) * layer.stride + layer.offset
        share = ((left + layer.stride - edge) / layer.stride).clamp(0, 1)
        torch.testing.assert_close(weights, share.expand_as(weights), rtol=0, atol=1e-12)


@by_name
@pytest.mark.parametrize("side", [90, 91, 97, 160])
def test_a_mask_of_ones_gives_every_position_one(network: Chain, side: int) -> None:
    mask = torch.ones(1, 1, side, side + 3)
    picture = torch.rand(1, 3, side, side + 3, dtype=torch.float64)
    features = _features(network)(picture, network.layers)
    for name, weights in layer_weights(mask, network, network.layers).items():
        assert weights.shape == features[name].shape[2:]
        assert bool((weights == 1).all())


@by_name
@pytest.mark.parametrize("extent", [Extent(271, 237), Extent(515, 64), Extent(401, 402)])
def test_every_position_has_one_owner(network: Chain, extent: Extent) -> None:
    for layer in network.layers.values():
        owners = torch.zeros(layer.positions(extent.height), layer.positions(extent.width))
        for tile in split(extent, network, network.layers, 200 * 200):
            seen = torch.zeros(layer.positions(tile.seen.height), layer.positions(tile.seen.width))
            own = tile.own(owners, layer.stride).add_(1)
            assert tile.keep(seen, layer.stride).shape == own.shape
        assert bool((owners == 1).all()), layer.name


@by_name
def test_tiles_give_the_whole_pictures_losses_and_gradient(network: Chain) -> None:
    """To the rounding of float64, in a region with a soft edge."""
    roles = network.roles
    recipe = Recipe(roles.style, roles.content, roles.matching)
    content = Picture(_random(1, 1, 3, 237, 271), torch.ones(1, 1, 237, 271).double())
    style = Picture(_random(2, 1, 3, 170, 161) ** 2, torch.ones(1, 1, 170, 161).double())
    across = torch.linspace(-2, 2.5, 271, dtype=torch.float64).clamp(0, 1)
    region = StyledMask(across.expand(1, 1, 237, 271).clone(), (WeightedStyle(style, 1.0),))
    picture, features = _random(5, 1, 3, 237, 271), _features(network)
    (whole, losses), (tiled, tiled_losses) = (
        Objective(content, region, features, recipe, Tiler(CPU, pixels)).gradient(picture, 0)
        for pixels in (10**6, 150 * 150)
    )
    assert float(whole.abs().max()) > 0
    assert tiled_losses == pytest.approx(losses, rel=1e-9)
    assert float((tiled - whole).abs().max() / whole.abs().max()) < 1e-9
