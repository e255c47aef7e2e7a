"""Mixed styles, weights of 0, starts, optimizers and snapshots, on a narrow network in float64."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.features.chain import ChainNetwork, ChainTrace
from core.features.network import FeatureNetwork
from core.features.regions import StyledMask, WeightedStyle, layer_weights
from core.features.statistics import Statistics, statistics
from core.painterly.objective import Objective
from core.painterly.optimize import Iteration, paint
from core.painterly.optimizers.known import OPTIMIZERS
from core.painterly.recipe import BEFORE, Recipe
from core.painterly.starts import STARTS, StartInputs
from core.painterly.terms.mean import MEAN_COLOR
from core.painterly.terms.style import DISTANCES, StyleTerm
from core.painterly.tiling import Tiler
from core.pixels.imaging import Picture, resize
from tests import narrow

CPU = torch.device("cpu")
EXTENT = Extent(72, 56)


class Watched(ChainNetwork):
    """Remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__(narrow.NARROW, narrow.weights())
        self.asked: list[tuple[int, set[str]]] = []

    def forward(
        self,
        picture: Tensor,
        layers: Collection[str],
        before_step: Callable[[], None] = lambda: None,
    ) -> dict[str, Tensor]:
        self.asked.append((picture.shape[-1], set(layers)))
        return super().forward(picture, layers, before_step)

    def trace(
        self,
        picture: Tensor,
        layers: Collection[str],
        before_step: Callable[[], None] = lambda: None,
    ) -> ChainTrace:
        self.asked.append((picture.shape[-1], set(layers)))
        return super().trace(picture, layers, before_step)


@pytest.fixture(scope="module")
def network() -> FeatureNetwork:
    return narrow.features()


def _random(seed: int, *shape: int) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _picture(seed: int, width: int = EXTENT.width, height: int = EXTENT.height) -> Picture:
    color = resize(_random(seed, 1, 3, 9, 11), Extent(width, height)).contiguous()
    return Picture(color, torch.ones(1, 1, height, width).double())


CONTENT, ONE, OTHER = _picture(1), _picture(2, 64, 64), _picture(3, 48, 60)
EVERYWHERE = torch.ones_like(CONTENT.alpha)
LEFT = EVERYWHERE.clone()
LEFT[..., 40:] = 0
RECIPE = Recipe(steps=6, coarsest=40)


def _paint(
    network: FeatureNetwork, recipe: Recipe, *styles: WeightedStyle, **more: object
) -> Tensor:
    told = more.pop("told", [])
    region = StyledMask(LEFT, styles or (WeightedStyle(ONE, 1.0),))
    on = told.append  # type: ignore[attr-defined]
    return paint(CONTENT, region, network, recipe, on, lambda: False, **more)  # type: ignore[arg-type]


def style_of(objective: Objective) -> Mapping[str, Statistics]:
    """The statistics wanted at each layer."""
    (term,) = (term for term in objective.terms if isinstance(term, StyleTerm))
    return term.wanted


# --- several styles -------------------------------------------------------------------------------


def test_a_share_of_nothing_is_the_other_style_alone(network: FeatureNetwork) -> None:
    alone = _paint(network, RECIPE, WeightedStyle(ONE, 1.0))
    mixed = _paint(network, RECIPE, WeightedStyle(ONE, 1.0), WeightedStyle(OTHER, 0.0))
    assert torch.equal(alone, mixed)
    assert not torch.equal(alone, _paint(network, RECIPE, WeightedStyle(OTHER, 1.0)))


def test_statistics_lie_between_the_styles_by_their_weights(network: FeatureNetwork) -> None:
    """Worked out by hand."""
    layers = ["relu1_1", "relu3_1"]
    recipe = replace(RECIPE, style_layers=dict.fromkeys(layers, 1.0), matching_layers={})
    shares = (WeightedStyle(ONE, 0.25), WeightedStyle(OTHER, 0.75))
    objective = Objective(CONTENT, StyledMask(EVERYWHERE, shares), network, recipe)
    both = [network(picture.color, layers) for picture in (ONE, OTHER)]
    for name in layers:
        parts = [
            statistics(found[name], torch.ones(found[name].shape[-2:]).double()) for found in both
        ]
        weights = (0.25, 0.75)
        for kind in ("mean", "covariance"):
            wanted = sum(w * getattr(p, kind) for w, p in zip(weights, parts, strict=True))
            torch.testing.assert_close(
                getattr(style_of(objective)[name], kind), wanted, rtol=1e-9, atol=1e-12
            )


def test_a_style_with_no_position_at_a_layer_leaves_it_to_the_others(
    network: FeatureNetwork,
) -> None:
    """The region of a style is too small for the deep layers."""
    alpha = torch.zeros_like(OTHER.alpha)
    alpha[..., -3:, -3:] = 1
    speck = Picture(OTHER.color, alpha)
    assert float(layer_weights(alpha, network.network, ["relu5_1"])["relu5_1"].sum()) == 0
    shares = (WeightedStyle(ONE, 0.5), WeightedStyle(speck, 0.5))
    mixed = Objective(CONTENT, StyledMask(EVERYWHERE, shares), network, RECIPE)
    alone = Objective(CONTENT, StyledMask(EVERYWHERE, (WeightedStyle(ONE, 1.0),)), network, RECIPE)
    torch.testing.assert_close(style_of(mixed)["relu5_1"].mean, style_of(alone)["relu5_1"].mean)
    gradient, _ = Objective(
        CONTENT, StyledMask(EVERYWHERE, (WeightedStyle(speck, 1.0),)), network, RECIPE
    ).gradient(CONTENT.color * 0.9, 0)
    assert bool(gradient.isfinite().all())


# --- what weighs nothing is not computed ----------------------------------------------------------


def test_content_alone_does_not_look_at_the_style() -> None:
    watched = Watched()
    recipe = replace(RECIPE, style_layers={}, matching_layers={}, coarsest=72, start="noise")
    _paint(watched, recipe)
    assert {width for width, _ in watched.asked} == {EXTENT.width}
    assert all(layers == set(RECIPE.content_layers) for _, layers in watched.asked)


def test_style_alone_does_not_look_at_the_content() -> None:
    watched = Watched()
    recipe = replace(RECIPE, content_layers={}, matching_layers={}, coarsest=72, start="noise")
    _paint(watched, recipe)
    widths = [width for width, _ in watched.asked]
    assert widths == [ONE.extent.width] + [EXTENT.width] * RECIPE.steps
    assert not any("relu4_2" in layers for _, layers in watched.asked)


def test_a_style_is_seen_once_a_scale() -> None:
    watched = Watched()
    shares = (WeightedStyle(ONE, 0.5), WeightedStyle(OTHER, 0.5))
    Objective(CONTENT, StyledMask(EVERYWHERE, shares), watched, RECIPE)
    assert sorted(width for width, _ in watched.asked) == [48, 64, 72]


def test_content_alone_rebuilds_the_content(network: FeatureNetwork) -> None:
    """From white noise, by a shallow layer, nearly every pixel of the region is restored."""
    recipe = Recipe(
        {}, {"relu1_1": 1.0}, {}, statistics="gram", total_variation=0.0, start="noise",
        optimizer="lbfgs", ema_decay=0.0, steps=80, coarsest=72,
    )  # fmt: skip
    noise = _start("noise", steps=1)
    found = _paint(network, recipe)[..., :36]
    left = float((found - CONTENT.color[..., :36]).abs().mean())
    assert left < 0.15 * float((noise - resize(CONTENT.color, Extent(36, 28))).abs().mean())


@pytest.mark.parametrize("kind", DISTANCES)
def test_style_alone_makes_its_texture(network: FeatureNetwork, kind: str) -> None:
    """At another size than the style's the statistics come near, and the content has no part."""
    recipe = Recipe(
        {"relu1_1": 1.0, "relu2_1": 1.0}, {}, {}, statistics=kind, total_variation=0.0,
        start="noise", optimizer="lbfgs", ema_decay=0.0, steps=60, coarsest=72,
    )  # fmt: skip
    told: list[Iteration] = []
    _paint(network, recipe, told=told)
    assert told[-1].losses["style"] < 0.1 * told[0].losses["style"]
    assert told[-1].losses["content"] == 0.0


# --- start ----------------------------------------------------------------------------------------


def _start(name: str, **changed: object) -> Tensor:
    recipe = replace(RECIPE, start=name, **changed)  # type: ignore[arg-type]
    return STARTS[name](StartInputs(CONTENT.color, ONE.color, Extent(36, 28), recipe))


@pytest.mark.parametrize("name", [name for name in STARTS if name != BEFORE])
def test_a_start_is_the_seeds(name: str) -> None:
    assert torch.equal(_start(name), _start(name))
    assert not torch.equal(_start(name), _start(name, seed=1))
    assert _start(name).shape == (1, 3, 28, 36)
    assert 0 <= float(_start(name).min()) < float(_start(name).max()) <= 1


def test_starts_are_what_they_say() -> None:
    small = Extent(36, 28)
    assert torch.equal(_start("content", noise=0.0), resize(CONTENT.color, small))
    assert torch.equal(_start("instant", noise=0.0), resize(ONE.color, small))
    assert torch.equal(_start(BEFORE), resize(ONE.color, small))
    mean = torch.tensor(MEAN_COLOR).double()
    torch.testing.assert_close(
        _start("blank", noise=0.0), mean.view(1, 3, 1, 1).expand(1, 3, 28, 36)
    )
    white = _start("noise")
    assert float(white.mean()) == pytest.approx(0.5, abs=0.02)
    assert float(white.std()) == pytest.approx(0.2, abs=0.02)
    beside = (white[..., 1:] - 0.5) * (white[..., :-1] - 0.5)
    assert abs(float(beside.mean())) < 0.003, "neighbours know nothing of each other"


# --- optimizers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("tiled", [False, True])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_goes_down_and_keeps_to_the_region(
    network: FeatureNetwork, optimizer: str, tiled: bool
) -> None:
    choice = OPTIMIZERS[optimizer]
    recipe = replace(
        RECIPE,
        optimizer=optimizer,
        deep_every=choice.deep_every,
        ema_decay=choice.ema_decay,
        steps=24,
        coarsest=72,
    )
    told: list[Iteration] = []
    tiler = Tiler(CPU, 40 * 40 if tiled else None)
    shares = (WeightedStyle(ONE, 0.5), WeightedStyle(OTHER, 0.5))
    found = _paint(network, recipe, *shares, told=told, tiler=tiler)
    torch.testing.assert_close(found[..., 40:], CONTENT.color[..., 40:], rtol=0, atol=1e-12)
    totals = [sum(iteration.losses.values()) for iteration in told]
    assert min(totals[-4:]) < 0.9 * totals[0]
    assert 0 <= float(found.min()) < float(found.max()) <= 1


# --- the pull to the mean colour ------------------------------------------------------------------


def test_the_regularisers_slope_is_its_definitions(network: FeatureNetwork) -> None:
    """It is added to the rest, inside the region only."""
    region = StyledMask(LEFT, (WeightedStyle(ONE, 1.0),))
    plain, drawn = (
        Objective(CONTENT, region, network, replace(RECIPE, mean=mean)).gradient(
            CONTENT.color * 0.9, 0
        )
        for mean in (0.0, 7.0)
    )
    mean = torch.tensor(MEAN_COLOR).double().view(1, 3, 1, 1)
    away = (CONTENT.color * 0.9 - mean) * LEFT
    share = 7.0 / (3 * float(LEFT.sum()))
    torch.testing.assert_close(drawn[0] - plain[0], share * away, rtol=1e-6, atol=1e-9)
    assert drawn[1]["mean"] == pytest.approx(share * float(away.square().sum()) / 2)
    assert "mean" not in plain[1]


# --- snapshots ------------------------------------------------------------------------------------


def test_snapshots_come_every_so_many_steps(network: FeatureNetwork) -> None:
    told: list[Iteration] = []
    found = _paint(network, replace(RECIPE, steps=24, snapshot_every=5), told=told)
    shown = [number for number, one in enumerate(told, start=1) if one.picture is not None]
    assert shown == [number for number in range(1, len(told) + 1) if number % 5 == 0]
    for one in told:
        if one.picture is not None:
            assert one.picture.shape[-2:] == (one.extent.height, one.extent.width)
    again = _paint(network, replace(RECIPE, steps=24, snapshot_every=1), told=told)
    assert torch.equal(found, again)
    assert told[-1].picture is not None
    assert torch.equal(told[-1].picture, again)
    apart = [
        float((one.picture - other.picture).abs().max())
        for one, other in pairwise(told[-4:])
        if one.picture is not None and other.picture is not None
    ]
    assert min(apart) > 0


def test_without_snapshots_there_is_no_picture(network: FeatureNetwork) -> None:
    told: list[Iteration] = []
    _paint(network, RECIPE, told=told)
    assert all(one.picture is None for one in told)
