"""The subject takes from the styles' subject, and what is behind it from the rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from skimage import data
from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.engine import job as engine
from core.engine.kinds import told_apart
from core.engine.methods.method import Tools
from core.engine.networks import Networks
from core.engine.places import places
from core.engine.region import Region
from core.features.network import FeatureNetwork
from core.features.regions import StyledMask, WeightedStyle, position_weights
from core.painterly.objective import Objective
from core.painterly.recipe import Recipe
from core.painterly.terms.kinds import KindsTerm
from core.painterly.tiling import Tiler
from core.pixels.imaging import Picture, array, resize
from tests import narrow

CPU = torch.device("cpu")
LAYERS = {"relu1_1": 2.0, "relu3_1": 0.5}
RECIPE = Recipe(style_layers=LAYERS, kinds=0.7, terms=(KindsTerm,))


@pytest.fixture(scope="module")
def network() -> FeatureNetwork:
    return narrow.features()


def _kinds(picture: Picture, first: int) -> Tensor:
    """A subject in the first columns, with a soft edge."""
    across = torch.arange(picture.extent.width, dtype=torch.float64)
    subject = torch.sigmoid((first - across) / 3).expand(1, 1, picture.extent.height, -1)
    return torch.cat([subject, 1 - subject], dim=1)


CONTENT = narrow.picture(1, Extent(152, 120))
ONE, OTHER = narrow.picture(2, Extent(96, 80)), narrow.picture(3, Extent(90, 110))
STYLES = (WeightedStyle(ONE, 0.25, _kinds(ONE, 40)), WeightedStyle(OTHER, 0.75, _kinds(OTHER, 60)))
MASK = torch.ones_like(CONTENT.alpha)
MASK[..., 130:] = 0
REGION = StyledMask(MASK, STYLES, _kinds(CONTENT, 70))


def _loss(network: FeatureNetwork, painted: Tensor) -> Tensor:
    """The definition: weighted means of features, kind by kind."""
    assert REGION.kinds is not None
    total = painted.new_zeros(())
    for name, weight in LAYERS.items():
        layer = network.network.layer(name)
        shares = [
            float(position_weights(MASK * kind, layer).sum())
            for kind in REGION.kinds.chunk(2, dim=1)
        ]
        for kind, share in enumerate(shares):

            def mean(color: Tensor, mask: Tensor, kinds: Tensor, kind: int = kind) -> Tensor:
                own = position_weights(mask * kinds[:, kind : kind + 1], layer)  # noqa: B023
                features = network(color, [name])[name]  # noqa: B023
                return (features * own).sum(dim=(0, 2, 3)) / own.sum()

            wanted = painted.new_zeros(())
            for style in STYLES:
                assert style.kinds is not None
                found = mean(style.picture.color, style.picture.alpha, style.kinds)
                wanted = wanted + style.weight * found
            away = mean(painted, MASK, REGION.kinds) - wanted
            part = away.square().sum() / wanted.square().sum()
            total = total + 0.7 * weight * share / sum(shares) * part
    return total


@pytest.mark.parametrize("pixels", [10**6, 90 * 90])
def test_the_loss_and_its_gradient_are_the_definitions(
    network: FeatureNetwork, pixels: int
) -> None:
    """In float64, in one tile and in several."""
    painted = CONTENT.color * 0.8 + 0.1
    objective = Objective(CONTENT, REGION, network, RECIPE, Tiler(CPU, pixels))
    gradient, losses = objective.gradient(painted, 0)
    leaf = painted.clone().requires_grad_()
    loss = _loss(network, leaf)
    (slope,) = torch.autograd.grad(loss, leaf)
    assert losses == {"kinds": pytest.approx(float(loss.detach()), rel=1e-9)}
    torch.testing.assert_close(gradient, slope * (MASK > 0), rtol=1e-7, atol=1e-12)


def _gradient(network: FeatureNetwork, region: StyledMask, kinds: float = 0.5) -> Tensor:
    recipe = Recipe(kinds=kinds)
    return Objective(CONTENT, region, network, recipe).gradient(CONTENT.color * 0.8 + 0.1, 0)[0]


def test_without_kinds_a_painting_is_what_it_was(network: FeatureNetwork) -> None:
    """To the last bit: neither the weight counts then, nor what is known of the styles alone."""
    bare = replace(REGION, styles=tuple(s._replace(kinds=None) for s in STYLES), kinds=None)
    plain = _gradient(network, bare, kinds=0.0)
    assert torch.equal(_gradient(network, bare), plain)
    assert torch.equal(_gradient(network, replace(REGION, kinds=None)), plain)
    assert not torch.equal(_gradient(network, REGION), plain)


def test_a_style_without_a_subject_may_be_mixed_in(network: FeatureNetwork) -> None:
    mixed = replace(REGION, styles=(STYLES[0], STYLES[1]._replace(kinds=None)))
    assert bool(_gradient(network, mixed).isfinite().all())


def test_a_kind_that_the_region_lacks_asks_for_nothing(network: FeatureNetwork) -> None:
    only = torch.cat([torch.ones_like(MASK), torch.zeros_like(MASK)], dim=1)
    region = replace(REGION, kinds=only)
    objective = Objective(CONTENT, region, network, RECIPE)
    gradient, losses = objective.gradient(CONTENT.color * 0.8 + 0.1, 0)
    assert bool(gradient.isfinite().all())
    assert losses["kinds"] > 0


# --- in the engine --------------------------------------------------------------------------------


def _scene(
    subject: tuple[int, int, int], behind: tuple[int, int, int], seed: int, side: int = 120
) -> Pixels:
    """A disc before a calm ground, both a little grained."""
    rows, columns = np.mgrid[:side, :side] * 120 // side
    inside = (rows - 64) ** 2 + (columns - 56) ** 2 < 34**2
    flat = np.where(inside[..., None], subject, behind)
    grain = np.random.default_rng(seed).normal(0, 12, flat.shape)
    values = (flat + grain).clip(0, 255).astype(np.uint8)
    return Pixels(Extent(side, side), PixelFormat("RGB", "u8"), values.tobytes())


def _painted(installation: Installation, style: Pixels, semantic: str) -> np.ndarray:
    content = _scene((150, 150, 150), (110, 110, 110), 1)
    settings = Settings(semantic=semantic, steps=24, size=120, device="cpu")
    asked = Request(content, settings, None, {"style": style})
    result = engine.run(asked, Networks.of(installation), lambda _: None, lambda: False)
    return array(result.layer)[..., :3].astype(float)


def test_a_subject_takes_from_the_styles_subject(installation: Installation) -> None:
    """A bright disc becomes darker, and its dark ground brighter, like the style's."""
    style = _scene((60, 20, 20), (200, 210, 240), 2, side=400)
    off, auto = (_painted(installation, style, choice) for choice in ("off", "auto"))
    contrast = [painted[48:80, 40:72].mean() - painted[:20].mean() for painted in (off, auto)]
    assert contrast[0] > 20
    assert contrast[1] < contrast[0] - 5


def test_a_face_is_a_kind_of_its_own(installation: Installation) -> None:
    """Of three kinds, which say of each pixel what it is; only the subject and the rest where the
    style has no face."""
    networks = Networks.of(installation)
    person = data.astronaut()[:320, 60:380]
    content = Pixels(Extent(320, 320), PixelFormat("RGB", "u8"), person.tobytes())
    other = Pixels(Extent(320, 320), PixelFormat("RGB", "u8"), person[:, ::-1].tobytes())
    for style, count in ((other, 3), (_scene((60, 20, 20), (200, 210, 240), 2), 2)):
        asked = Request(content, Settings(semantic="auto"), None, {"style": style})
        region = Region.read(places(asked)[0], None)
        tools = Tools(networks, CPU, lambda: False)
        found = told_apart(region.styled_mask(), region, tools)
        (styled,) = found.styles
        assert found.kinds is not None and styled.kinds is not None
        assert found.kinds.shape[1] == styled.kinds.shape[1] == count
        torch.testing.assert_close(
            found.kinds.sum(dim=1), torch.ones(1, *found.kinds.shape[-2:]), rtol=0, atol=1e-5
        )
        if count == 3:
            # The astronaut's face, by hand, in the part of her picture.
            face = resize(found.kinds[:, :1], Extent(320, 320))[0, 0]
            assert float(face[90:150, 140:190].mean()) > 0.8
            assert float(face[250:].mean()) < 0.05


def test_a_style_without_a_subject_paints_as_ever(installation: Installation) -> None:
    style = _scene((120, 90, 60), (120, 90, 60), 3)
    off, auto = (_painted(installation, style, choice) for choice in ("off", "auto"))
    assert np.array_equal(off, auto)
