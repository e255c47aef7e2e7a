"""Combinations of sizes and settings are refused before anything is painted, or painted whole."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Progress, Request
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.engine import job as engine
from core.engine.networks import Networks
from core.features.models.alexnet import ALEXNET
from core.features.models.vgg19 import VGG19
from core.painterly.nearest import NearestNeighbors, StyleFeatures
from core.pixels.imaging import Picture, array, mirrored

EDGES = (1, 2, 3, 15, 16, 17, 31, 32, 33, 40)
"""Sides in pixels at which a network has one position more or less."""

STRIPS = (5, 10, 20, 40)
"""Long side over short side."""


@pytest.fixture(scope="module")
def networks(installation: Installation) -> Networks:
    return Networks(installation.weights)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """One thread, as starting others costs more than such small pictures."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


class Draw:
    """A random request; a seed gives the same one each time."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._numbers = np.random.default_rng(seed)

    def request(self) -> Request:
        chance = self._chance
        extent = self._extent()
        settings: dict[str, Any] = {
            "device": "cpu",
            "size": 64,
            "method": chance.choice(("painterly", "painterly", "instant", "pastiche")),
            "steps": chance.choice((1, 2)),
            "network": chance.choice(("vgg19", "vgg16", "alexnet")),
            "statistics": chance.choice(("gaussian", "gram")),
            "optimizer": chance.choice(("pyramid", "adam", "lbfgs", "gradient")),
            "start": chance.choice(("content", "noise", "blank", "instant")),
            "content_weight": chance.choice((1.0, 1.0, 0.0)),
            "coarsest": chance.choice((32, 64)),
            "strength": chance.choice((0.0, 0.5, 1.0, 1.0)),
            "colors": chance.choice(("style", "keep", "match")),
            "faces": chance.choice(("keep", "as-the-rest")),
            "dark": chance.choice(("robust", "plain")),
            "detail": chance.choice((True, False)),
            "segment": "auto" if chance.random() < 0.1 else "off",
            "grow": chance.choice((0, 0, 0, -20, 20)),
            "feather": chance.choice((0, 0, 0, 10)),
        }
        content = _in_floats(self._picture(extent, chance.choice(("RGB", "RGBA", "GA"))))
        selection = self._mask(extent) if chance.random() < 0.5 else None
        pictures: dict[str, Pixels] = {}
        if settings["method"] == "pastiche":
            settings["pastiche"] = chance.choice(("1", "3=0.5, 7=0.5"))
            settings["background_pastiche"] = chance.choice(("", "5"))
            return Request(content, Settings(**settings), selection)
        pictures["style"] = self._picture(self._style(), chance.choice(("RGB", "RGBA", "G")))
        if selection is not None and chance.random() < 0.5:
            pictures["background_style"] = self._picture(self._style(), "RGB")
        elif chance.random() < 0.2:
            content = self._sketch(extent)
            settings["sketch"] = True
        elif chance.random() < 0.2:
            pictures["content_labels"] = self._labels(extent)
            pictures["style_labels"] = self._labels(pictures["style"].extent)
        preview = Extent(3 * extent.width, 3 * extent.height) if chance.random() < 0.15 else None
        return Request(content, Settings(**settings), selection, pictures, preview)

    def _extent(self) -> Extent:
        chance = self._chance
        if chance.random() < 0.6:
            return Extent(*(chance.choice((*EDGES, chance.randint(1, 40))) for _ in range(2)))
        return self._strip(chance.choice((1, 2, 8, 16)))

    def _style(self) -> Extent:
        if self._chance.random() < 0.1:
            return self._extent()
        return self._strip(self._chance.choice((32, 33, 47)))

    def _strip(self, short: int) -> Extent:
        long = short * self._chance.choice((1, *STRIPS))
        return Extent(long, short) if self._chance.random() < 0.5 else Extent(short, long)

    def _picture(self, extent: Extent, channels: str) -> Pixels:
        shape = extent.height, extent.width, len(channels)
        values = self._numbers.integers(0, 256, shape, dtype=np.uint8)
        if channels.endswith("A"):
            values[..., -1] = self._chance.choice((255, 128, 1))
            values[: extent.height // 2, :, -1] *= self._chance.choice((0, 1))
        return Pixels(extent, PixelFormat(channels, "u8"), values.tobytes())

    def _mask(self, extent: Extent) -> Pixels:
        values = np.zeros((extent.height, extent.width), np.uint8)
        row, column = (self._chance.randrange(side) for side in values.shape)
        if self._chance.random() < 0.5:
            values[row, column] = self._chance.choice((1, 255))
        else:
            values[row:, column:] = 255
        return Pixels(extent, PixelFormat("G", "u8"), values.tobytes())

    def _labels(self, extent: Extent) -> Pixels:
        values = np.zeros((extent.height, extent.width, 3), np.uint8)
        values[..., 0] = 255
        half = (
            np.s_[:, extent.width // 2 :]
            if extent.width > extent.height
            else np.s_[extent.height // 2 :]
        )
        values[half] = 0, 0, 255
        return Pixels(extent, PixelFormat("RGB", "u8"), values.tobytes())

    def _sketch(self, extent: Extent) -> Pixels:
        values = np.full((extent.height, extent.width, 3), 255, np.uint8)
        values[extent.height // 3 :][:2] = values[:, extent.width // 3 :][:, :2] = 0
        return Pixels(extent, PixelFormat("RGB", "u8"), values.tobytes())


def _in_floats(pixels: Pixels) -> Pixels:
    """The pixels in floats, which can show a NaN."""
    values = (np.frombuffer(pixels.data, np.uint8) / 255).astype(np.float32)
    return Pixels(pixels.extent, PixelFormat(pixels.format.channels, "f32"), values.tobytes())


@pytest.mark.parametrize("seed", range(12))
def test_a_combination_is_painted_or_refused_before(networks: Networks, seed: int) -> None:
    """There is no crash, no NaN, and no refusal after hours of work."""
    draw = Draw(seed)
    for _ in range(10):
        asked = draw.request()
        told: list[Progress] = []
        try:
            result = engine.run(asked, networks, told.append, lambda: False)
        except BadInput as error:
            assert str(error).endswith("."), error
            assert not any(progress.step for progress in told), error
        else:
            assert result.layer.extent == asked.content.extent
            assert np.isfinite(array(result.layer)).all()
            losses = [loss for progress in told for loss in progress.losses.values()]
            assert all(map(math.isfinite, losses)), asked.settings


@pytest.mark.parametrize("network", ["vgg19", "vgg16", "alexnet"])
@pytest.mark.parametrize("turned", [False, True], ids=["frieze", "scroll"])
def test_a_strip_is_a_style(networks: Networks, network: str, turned: bool) -> None:
    """40 times as long as wide: at the size of the work it is a pixel or two wide."""
    draw = Draw(0)
    extent = Extent(32, 1280) if turned else Extent(1280, 32)
    style = draw._picture(extent, "RGB")
    content = draw._picture(Extent(48, 40), "RGB")
    settings = Settings(size=64, steps=2, network=network, device="cpu")
    asked = Request(content, settings, None, {"style": style})
    layer = engine.run(asked, networks, lambda progress: None, lambda: False).layer
    painted = np.frombuffer(layer.data, np.uint8).reshape(40, 48, 4)
    below = np.frombuffer(content.data, np.uint8).reshape(40, 48, 3)
    assert (painted[..., 3] == 255).all()
    assert (painted[..., :3] != below).mean() > 0.5


def test_a_second_regions_style_is_refused_before_the_first_is_painted(
    networks: Networks,
) -> None:
    draw = Draw(0)
    content, mask = draw._picture(Extent(40, 40), "RGB"), np.zeros((40, 40), np.uint8)
    mask[:20] = 255
    pictures = {
        "style": draw._picture(Extent(40, 40), "RGB"),
        "background_style": draw._picture(Extent(40, 8), "RGB"),
    }
    selection = Pixels(content.extent, PixelFormat("G", "u8"), mask.tobytes())
    told: list[Progress] = []
    asked = Request(content, Settings(size=64, steps=2, device="cpu"), selection, pictures)
    with pytest.raises(BadInput, match="40x8 px"):
        engine.run(asked, networks, told.append, lambda: False)
    assert told == []


def test_a_layers_min_side_is_the_shortest_that_gives_it_a_position() -> None:
    for network in (VGG19, ALEXNET):
        for layer in network.layers.values():
            assert layer.positions(layer.min_side) == 1
            assert layer.min_side == 1 or layer.positions(layer.min_side - 1) == 0
    assert VGG19.min_side(["relu1_1", "relu5_1"]) == 16
    assert ALEXNET.min_side(["relu5"]) == 31


def test_a_strip_goes_on_mirrored() -> None:
    color = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]).expand(1, 3, 2, 3)
    found = mirrored(Picture(color, color[:, :1] / 6), 5)
    first = [1, 2, 3, 3, 2]
    second = [4, 5, 6, 6, 5]
    assert found.color[0, 1].tolist() == [first, second, second, first, first]
    assert torch.equal(found.alpha, found.color[:, :1] / 6)


def test_nothing_is_drawn_where_no_position_is_the_regions() -> None:
    """In a picture of one pixel AlexNet has no position."""
    features = torch.randn(1, 4, 3, 3)
    neighbors = NearestNeighbors(
        [StyleFeatures(features, torch.ones(3, 3), 1.0)], torch.Generator()
    )
    assert not neighbors.pull(features, torch.zeros(3, 3)).any()
