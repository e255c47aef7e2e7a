"""Pictures that repeat without a seam, against a wall of the same picture in float64."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box, Extent, Extents
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.bridge.session.reading import work_of
from core.bridge.storage.paths import Installation
from core.engine import job as engine
from core.engine import methods
from core.engine.networks import Networks
from core.engine.places import places
from core.engine.region import Region
from core.features.chain import ChainNetwork
from core.features.network import FeatureNetwork
from core.features.regions import StyledMask, WeightedStyle
from core.painterly.objective import Objective
from core.painterly.optimizers.pyramid import compose, decompose
from core.painterly.recipe import Recipe
from core.painterly.terms.style import StyleTerm
from core.painterly.tiling import Tiler
from core.pixels.imaging import Picture, array, resize, to_picture
from core.pixels.seamless import (
    Continue,
    Margins,
    add_at,
    closed,
    continued,
    margins,
    repeated,
    resized,
    seamless,
    whole_strides,
)
from core.styles.gamut import Gamut
from tests import narrow, pictures

LAYERS = ["relu1_1", "relu3_1", "relu5_1"]
EXTENT = Extent(48, 32)


def _random(seed: int, extent: Extent = EXTENT) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(1, 3, extent.height, extent.width, generator=generator, dtype=torch.float64)


@pytest.fixture(scope="module")
def network() -> ChainNetwork:
    tensors = narrow.weights()
    plain = ChainNetwork(narrow.NARROW, tensors)
    return ChainNetwork(narrow.NARROW, tensors, padding="circular", plain=plain)


# --- the network ----------------------------------------------------------------------------------


def test_features_are_those_amid_a_wall_of_the_picture(network: ChainNetwork) -> None:
    """The wall reaches farther than relu5_1 sees, so its own border has no part in them."""
    picture = _random(0)
    wall = network.plain(picture.repeat(1, 1, 9, 7), LAYERS)
    for name, found in network(picture, LAYERS).items():
        stride = narrow.NARROW.layer(name).stride
        height, width = EXTENT.height // stride, EXTENT.width // stride
        amid = wall[name][..., 4 * height : 5 * height, 3 * width : 4 * width]
        torch.testing.assert_close(found, amid, rtol=0, atol=1e-12)


def test_its_gradient_is_autograds(network: ChainNetwork) -> None:
    picture = _random(1)
    by_hand, recorded = (
        network.trace(picture, LAYERS),
        FeatureNetwork.trace(network, picture, LAYERS),
    )
    slopes = {name: _like(found) for name, found in by_hand.features.items()}

    def add(name: str, gradient: Tensor) -> None:
        gradient.add_(slopes[name])

    ours, theirs = by_hand.back(add), recorded.back(add)
    torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-12)


def _like(values: Tensor) -> Tensor:
    generator = torch.Generator().manual_seed(5)
    return torch.randn(values.shape, generator=generator, dtype=values.dtype)


# --- the objective --------------------------------------------------------------------------------


def _objective(
    network: FeatureNetwork,
    shift: int = 0,
    tiler: Tiler | None = None,
    extent: Extent = EXTENT,
) -> Objective:
    content = _random(2, extent).roll((shift, shift), (-2, -1))
    everywhere = torch.ones_like(content[:, :1])
    style = Picture(resize(_random(3), Extent(64, 40)), torch.ones(1, 1, 40, 64).double())
    region = StyledMask(everywhere, (WeightedStyle(style, 1.0),))
    recipe = Recipe(deep_every=1, seed=3)
    return Objective(Picture(content, everywhere), region, network, recipe, tiler)


def test_where_the_seam_lies_makes_no_difference(network: ChainNetwork) -> None:
    picture = _random(4)
    found, losses = _objective(network).gradient(picture, 0)
    moved, same = _objective(network, 16).gradient(picture.roll((16, 16), (-2, -1)), 0)
    torch.testing.assert_close(moved.roll((-16, -16), (-2, -1)), found, rtol=0, atol=1e-12)
    assert same == pytest.approx(losses)
    plain, _ = _objective(network.plain).gradient(picture, 0)
    assert not torch.allclose(plain, found)


def test_tiles_wrap_and_add_up_to_the_whole(network: ChainNetwork) -> None:
    extent = Extent(480, 416)
    picture = _random(5, extent)
    whole, losses = _objective(network, extent=extent).gradient(picture, 0)
    tiler = Tiler(torch.device("cpu"), 448 * 448)
    found, same = _objective(network, 0, tiler, extent).gradient(picture, 0)
    torch.testing.assert_close(found, whole, rtol=0, atol=1e-12)
    assert same == pytest.approx(losses)


def test_styles_end_at_their_borders(network: ChainNetwork) -> None:
    (ours,), (usual,) = (
        [term for term in _objective(one).terms if isinstance(term, StyleTerm)]
        for one in (network, network.plain)
    )
    for layer, statistics in usual.wanted.items():
        torch.testing.assert_close(ours.wanted[layer].covariance, statistics.covariance)


def test_a_pyramid_that_repeats_is_undone_and_has_no_seam() -> None:
    picture = _random(6, Extent(96, 64))
    levels = decompose(picture, 5, wraps=True)
    assert [level.shape[-1] for level in levels] == [96, 48, 24, 12, 6]
    torch.testing.assert_close(compose(levels, wraps=True), picture, rtol=0, atol=1e-12)
    moved = decompose(picture.roll((16, 32), (-2, -1)), 5, wraps=True)
    for scale, (level, other) in enumerate(zip(levels, moved, strict=True)):
        back = other.roll((-(16 >> scale), -(32 >> scale)), (-2, -1))
        torch.testing.assert_close(back, level, rtol=0, atol=1e-12)


# --- pictures -------------------------------------------------------------------------------------


def test_what_is_added_beyond_a_border_comes_to_the_other_end() -> None:
    picture, box = _random(7), Box(-10, 20, 70, 30)
    values = _random(8, box.extent)
    into = torch.zeros_like(picture)
    add_at(into, box, values)
    # <repeated(x), y> = <x, add_at(y)>, as one is the other's transpose
    assert float((repeated(picture, box) * values).sum()) == pytest.approx(
        float((picture * into).sum())
    )


def test_what_repeats_is_closed_as_it_was() -> None:
    picture, by = _random(9), Margins(10, 6)
    torch.testing.assert_close(closed(continued(picture, by), by), picture, rtol=0, atol=1e-12)


def test_margins_are_the_same_part_of_both_sizes() -> None:
    small, large = Extent(192, 160), Extent(1000, 751)
    near, far = margins(small, large)
    for less, more, ratio in zip(near, far, (1000 / 192, 751 / 160), strict=True):
        assert abs(less * ratio - more) < 0.2
    assert far.of(far.around(large), far.around(large)) == far


def test_an_enlargement_that_knows_nothing_of_it_has_no_seam() -> None:
    extent, large = Extent(64, 48), Extent(150, 113)
    painting = _random(10, extent)
    content = Picture(_random(11, large), torch.ones(1, 1, 113, 150).double())

    def enlarged(small: Tensor, around: Picture, continued: Continue) -> Tensor:
        assert continued(content.alpha).shape == around.alpha.shape
        return resize(small, around.extent)

    found = seamless(painting, content, enlarged)
    assert found.shape == content.color.shape
    wall = resize(painting.repeat(1, 1, 3, 3), Extent(450, 339))[..., 113:226, 150:300]
    torch.testing.assert_close(found, wall, rtol=0, atol=0.02)


def test_a_picture_that_repeats_does_so_at_another_size() -> None:
    picture, extent = _random(12, Extent(60, 44)), Extent(96, 64)
    found = resized(picture, extent)
    wall = resize(picture.repeat(1, 1, 3, 3), Extent(288, 192))[..., 64:128, 96:192]
    torch.testing.assert_close(found, wall, rtol=0, atol=0.02)
    plain = resize(picture, extent)
    assert float((plain - wall).abs().max()) > 0.05
    assert resized(picture, Extent(60, 44)) is picture


def test_a_work_is_whole_strides() -> None:
    assert whole_strides(Extent(500, 341), 16) == (496, 336)
    assert whole_strides(Extent(500, 10), 16) == (496, 32)


# --- the engine -----------------------------------------------------------------------------------

WIDTH, HEIGHT = 168, 128


def _waves() -> Pixels:
    """A content that repeats."""
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH]
    generator, values = np.random.default_rng(0), np.zeros((HEIGHT, WIDTH, 3))
    for _ in range(12):
        one, other = generator.integers(-4, 5, 2)
        phase = 2 * np.pi * (one * across / WIDTH + other * down / HEIGHT + generator.random())
        values += np.sin(phase)[..., None] * generator.uniform(-1, 1, 3)
    values = 255 * (values - values.min()) / np.ptp(values)
    return Pixels(Extent(WIDTH, HEIGHT), PixelFormat("RGB", "u8"), values.astype("u1").tobytes())


def _request(**settings: object) -> Request:
    style = pictures.strokes(side=128)
    given = {"style": Pixels(Extent(*style.size), PixelFormat("RGB", "u8"), style.tobytes())}
    return Request(_waves(), Settings(device="cpu", **settings), pictures=given)  # type: ignore[arg-type]


def _seam(painted: np.ndarray) -> float:
    """How much a step across the seams is, over one that is large among those between them."""
    values, found = painted.astype(float), []
    for axis in (0, 1):
        steps = np.abs(np.roll(values, -1, axis) - values).mean(axis=(1 - axis, 2))
        found.append(steps[-1] / np.quantile(steps[:-1], 0.9))
    return float(max(found))


@pytest.mark.parametrize(
    "settings",
    [
        {"method": "pastiche"},
        {"method": "instant"},
        {"method": "instant", "size": 80},
        {"method": "instant", "stroke_size": 0.5},
        {"method": "painterly", "size": 80, "steps": 30},
    ],
    ids=str,
)
def test_a_content_that_repeats_is_painted_without_a_seam(
    installation: Installation, settings: dict[str, object]
) -> None:
    networks = Networks(installation.weights)

    def painted(request: Request) -> np.ndarray:
        return array(engine.run(request, networks, lambda _: None, lambda: False).layer)[..., :3]

    request = _request(tile=True, **settings)
    seamless = painted(request)
    assert _seam(seamless) < 1.25
    assert _seam(painted(_request(**settings))) > 1.4
    if settings["method"] != "painterly":
        shown = painted(replace(request, preview=request.content.extent))
        assert np.abs(shown.astype(int) - seamless).max() <= 1


def test_colours_are_held_alike_wherever_the_seam_lies() -> None:
    (place,) = places(_request(tile=True))
    region, painted = Region.read(place, None), to_picture(_waves()).color
    gamut = Gamut.of([to_picture(place.request.pictures["style"])])
    gamut = replace(gamut, chroma=torch.zeros(()))  # nothing is measured of a sample

    def held(picture: Tensor) -> Tensor:
        return region.colored(picture, region.content, region.mask, gamut, pixel=2.0)

    there = held(painted.roll((50, 70), (2, 3))).roll((-50, -70), (2, 3))
    torch.testing.assert_close(there, held(painted), atol=1e-5, rtol=0)


def test_networks_that_skip_pixels_are_refused_in_a_sentence() -> None:
    settings = Settings(style="a.png", network="alexnet", tile=True)
    with pytest.raises(BadInput, match="alexnet can't paint without a seam"):
        methods.of(settings).check()
    methods.of(replace(settings, network="vgg16")).check()


def test_a_region_that_repeats_is_seen_with_the_whole_picture() -> None:
    mask = np.zeros((HEIGHT, WIDTH), "u1")
    mask[40:60, 50:70] = 255
    selection = Pixels(Extent(WIDTH, HEIGHT), PixelFormat("G", "u8"), mask.tobytes())
    (place,) = places(replace(_request(tile=True), selection=selection))
    assert place.box == Box(0, 0, WIDTH, HEIGHT)
    assert place.target == Box(50, 40, 20, 20)
    extents = Extents(Extent(500, 400), Box(0, 0, 500, 400), Box(50, 40, 20, 20))
    assert work_of(extents, Settings(tile=True), {}).box == Box(0, 0, 500, 400)
