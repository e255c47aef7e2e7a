"""A painting that was begun or done before goes on from there, and is the same to the last bit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from core.bridge.contract.errors import Enough, Stopped
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Progress, Request, Result
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.engine import job as engine
from core.engine.networks import Networks
from core.features.regions import StyledMask, WeightedStyle
from core.painterly import detail, optimize
from core.painterly.optimizers.known import OPTIMIZERS
from core.painterly.recipe import Recipe
from core.painterly.tiling import Tiler
from core.pixels.imaging import resize
from core.system.keep import MOST, Bookmark, Keep
from core.system.stopping import ShouldStop
from tests import narrow, pictures

CPU = torch.device("cpu")
EXTENT = Extent(96, 80)
CONTENT, STYLE = narrow.picture(1, EXTENT), narrow.picture(2, Extent(64, 64))
REGION = StyledMask(torch.ones(1, 1, 80, 96).double(), (WeightedStyle(STYLE, 1.0),))
RECIPE = Recipe(steps=60, coarsest=48)


def optimized(
    bookmark: Bookmark[Any],
    recipe: Recipe = RECIPE,
    until: int | None = None,
    tiler: Tiler | None = None,
    ending: type[Enough] | None = None,
) -> tuple[torch.Tensor, int]:
    """The picture, and the steps that it took; it is stopped after so many."""
    told: list[optimize.Iteration] = []

    def should_stop() -> bool:
        over = len(told) == until
        if over and ending:
            raise ending("It was to be kept.")
        return over

    found = optimize.paint(
        CONTENT, REGION, narrow.features(), recipe, told.append, should_stop, tiler,
        bookmark=bookmark,
    )  # fmt: skip
    return found, len(told)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_optimisation_goes_on_wherever_it_was_stopped(optimizer: str) -> None:
    choice = OPTIMIZERS[optimizer]
    recipe = replace(
        RECIPE, optimizer=optimizer, deep_every=choice.deep_every, ema_decay=choice.ema_decay
    )
    cold, steps = optimized(Bookmark(), recipe)
    for until in (1, 15, 29, 40, steps - 1):
        mark = Keep(MOST).bookmark("this")
        with pytest.raises(Stopped):
            optimized(mark, recipe, until)
        picture, more = optimized(mark, recipe)
        assert torch.equal(picture, cold)
        assert steps - until <= more <= steps - until + recipe.rematch_every
        assert optimized(mark, recipe)[1] == 0, "and then it is done"


def test_it_can_be_stopped_again_and_again() -> None:
    cold, _ = optimized(Bookmark())
    mark, stops = Keep(MOST).bookmark("this"), 0
    while True:
        try:
            picture, _ = optimized(mark, until=13)
        except Stopped:
            stops += 1
        else:
            break
    assert torch.equal(picture, cold) and stops > 2


def test_it_goes_on_in_tiles() -> None:
    def tiler() -> Tiler:
        return Tiler(CPU, 300 * 300)

    recipe = replace(RECIPE, steps=20)
    cold, _ = optimized(Bookmark(), recipe, tiler=tiler())
    mark = Keep(MOST).bookmark("this")
    with pytest.raises(Stopped):
        optimized(mark, recipe, 12, tiler())
    assert torch.equal(optimized(mark, recipe, tiler=tiler())[0], cold)


def test_what_was_kept_as_it_was_is_not_taken_for_the_whole() -> None:
    cold, _ = optimized(Bookmark())
    mark = Keep(MOST).bookmark("this")
    part, _ = optimized(mark, until=35, ending=Enough)
    assert not torch.equal(part, cold)
    again, more = optimized(mark, until=0, ending=Enough)
    assert more == 0 and again.shape == cold.shape, "there is something to keep from the start"
    assert torch.equal(optimized(mark)[0], cold)


def test_finer_scales_go_on_behind_the_last_one() -> None:
    content = narrow.picture(3, Extent(240, 200))
    region = replace(REGION, mask=torch.ones_like(content.alpha))
    painting = resize(content.color, Extent(60, 50)).lerp(torch.tensor(0.5).double(), 0.3)
    recipe = Recipe(steps=30)
    finer = detail.finer_scales(Extent(60, 50), content.extent, recipe, narrow.NARROW)
    assert len(finer) == 2

    def refined(bookmark: Bookmark[detail.Refined], until: float = 2.0) -> tuple[Any, list[float]]:
        told: list[float] = []
        found = detail.refine(
            painting.clone(), content, region, narrow.features(), recipe, finer,
            lambda at: told.append(at.fraction), lambda share, _: told.append(share),
            lambda: bool(told) and told[-1] >= until, Tiler(CPU), bookmark,
        )  # fmt: skip
        return found, told

    cold, told = refined(Bookmark())
    first = finer[0].cost / detail.cost(finer)
    mark = Keep(MOST).bookmark("this")
    with pytest.raises(Stopped):
        refined(mark, first + 0.01)
    picture, rest = refined(mark)
    assert torch.equal(picture, cold)
    assert first <= rest[0] and len(rest) < len(told)
    assert refined(mark)[1] == []


class _Short(Tiler):
    """One whose memory ran out some time ago."""

    def note(self) -> Any:
        return "in tiles"


def test_where_memory_is_short_nothing_is_kept() -> None:
    keep = Keep(MOST)
    keep.bookmark("another").put(8, lambda: "another")
    optimized(keep.bookmark("this"), replace(RECIPE, steps=6), tiler=_Short(CPU))
    assert keep.bytes == 0


# The whole engine with the real weights.


@pytest.fixture(scope="module")
def networks(installation: Installation) -> Networks:
    return Networks(installation.weights)


def pixels(image: Any, channels: str = "RGB") -> Pixels:
    return Pixels(Extent(*image.size), PixelFormat(channels, "u8"), image.tobytes())


PHOTO = pixels(pictures.photograph())
MASK = pixels(pictures.soft_disc(), "G")
STROKES, OTHER = pixels(pictures.strokes(hue=20)), pixels(pictures.strokes(hue=150, seed=1))
THIRD = pixels(pictures.strokes(hue=80, seed=2))
BOTH = {"style": STROKES, "background_style": OTHER}


def request(given: Mapping[str, Pixels] = BOTH, **settings: object) -> Request:
    chosen = {"steps": 6, "size": 96, "device": "cpu", **settings}
    return Request(PHOTO, Settings.from_mapping(chosen), MASK, given)


def paint(
    networks: Networks,
    asked: Request,
    keep: Keep | None = None,
    should_stop: ShouldStop = lambda: False,
    told: list[Progress] | None = None,
) -> Result:
    heard: list[Progress] = [] if told is None else told
    return engine.run(asked, networks, heard.append, should_stop, keep)


def before(result: Result) -> float:
    """The share that was painted before."""
    return float(result.report.get("painted_before", 0))


@pytest.fixture(scope="module")
def painted(networks: Networks) -> Callable[[], Keep]:
    """Gives a keep in which :func:`request` lies, painted once."""
    keep = Keep(MOST)
    paint(networks, request(), keep)

    def another() -> Keep:
        copy = Keep(MOST)
        copy._values.update(keep._values)
        return copy

    return another


@pytest.mark.parametrize(
    "settings",
    [{}, {"strength": 0.4}, {"colors": "keep"}, {"background_colors": "keep"}, {"snapshots": 1}],
    ids=lambda value: " ".join(value) or "the same",
)
def test_what_only_touches_the_end_costs_only_the_end(
    networks: Networks, painted: Callable[[], Keep], settings: Mapping[str, object]
) -> None:
    told: list[Progress] = []
    warm = paint(networks, request(BOTH, **settings), painted(), told=told)
    cold = paint(networks, request(BOTH, **settings))
    assert warm.layer == cold.layer
    assert before(warm) > 0.9
    assert warm.report["steps"] == cold.report["steps"]
    assert warm.report["losses"] == cold.report["losses"]
    assert "painted_before" not in cold.report
    fractions = [progress.fraction for progress in told]
    assert fractions == sorted(fractions) and fractions[-1] == 1


@pytest.mark.parametrize("changed", BOTH)
def test_another_style_leaves_the_other_region_as_it_is(
    networks: Networks, painted: Callable[[], Keep], changed: str
) -> None:
    asked = request({**BOTH, changed: THIRD})
    warm = paint(networks, asked, painted())
    assert 0.2 < before(warm) < 0.8
    assert warm.layer == paint(networks, asked).layer


def _nudged(given: Pixels) -> Pixels:
    """The least change of one pixel, in its middle."""
    data = bytearray(given.data)
    data[len(data) // 2] ^= 1
    return replace(given, data=bytes(data))


@pytest.mark.parametrize(
    "asked",
    [
        request(seed=1),
        request(steps=7),
        request(size=80),
        request(stroke_size=1.5),
        request(faces="as-the-rest"),
        request(content_weight=2.0),
        request(dark="plain", colors="match"),
        replace(request(), content=_nudged(PHOTO)),
        replace(request(), selection=_nudged(MASK)),
        request({name: _nudged(style) for name, style in BOTH.items()}),
    ],
    ids=["seed", "steps", "size", "strokes", "faces", "weight", "match", "pixel", "mask", "style"],
)
def test_what_changes_the_painting_is_painted_anew(
    networks: Networks, painted: Callable[[], Keep], asked: Request
) -> None:
    warm = paint(networks, asked, painted())
    assert before(warm) < 0.6, "a region that does not show a face may be the same"
    assert warm.layer == paint(networks, asked).layer


def test_a_style_of_the_same_name_with_other_bytes_is_another(
    networks: Networks, tmp_path: Path
) -> None:
    keep, path = Keep(MOST), tmp_path / "style.png"
    found = []
    for seed in (0, 1):
        pictures.strokes(seed=seed).save(path)
        asked = request({}, style=str(path))
        warm = paint(networks, asked, keep)
        assert before(warm) == 0
        assert warm.layer == paint(networks, asked).layer
        found.append(warm.layer.data)
    assert found[0] != found[1]


@pytest.mark.parametrize(
    "settings",
    [{"size": 64}, {"tile": True, "size": 64}, {"start": "instant"}],
    ids=lambda value: " ".join(value),
)
def test_a_stopped_job_goes_on(networks: Networks, settings: Mapping[str, object]) -> None:
    asked = request({"style": STROKES}, coarsest=32, steps=30, **settings)
    cold = paint(networks, asked)
    last = int(str(cold.report["steps"]))
    for share in (0.5, 0.85):
        keep, told = Keep(MOST), list[Progress]()

        def passed(told: list[Progress] = told, share: float = share) -> bool:
            return bool(told) and told[-1].fraction > share

        with pytest.raises(Stopped):
            paint(networks, asked, keep, passed, told)
        told.clear()
        warm = paint(networks, asked, keep, told=told)
        assert warm.layer == cold.layer
        assert 0 < before(warm) <= share + 0.1
        assert warm.report["steps"] == last


def test_each_label_is_kept_for_itself(networks: Networks, tmp_path: Path) -> None:
    labels = tmp_path / "labels.png"
    halves = pictures.photograph()
    halves.paste((255, 0, 0), (0, 0, 48, 80))
    halves.paste((0, 0, 255), (48, 0, 96, 80))
    halves.save(labels)
    files = []
    for seed in range(3):
        files.append(tmp_path / f"style{seed}.png")
        pictures.strokes(seed=seed).save(files[-1])

    def asked(left: Path, right: Path) -> Request:
        named = f"#ff0000={left.name}; #0000ff={right.name}".replace("=", f"={tmp_path}/")
        return replace(request({}, content_labels=str(labels), label_styles=named), selection=None)

    keep = Keep(MOST)
    paint(networks, asked(files[0], files[1]), keep)
    warm = paint(networks, asked(files[0], files[2]), keep)
    assert 0.3 < before(warm) < 0.7
    assert warm.layer == paint(networks, asked(files[0], files[2])).layer


def test_detail_that_is_added_takes_the_painting_as_it_is(networks: Networks) -> None:
    keep, wanted = Keep(MOST), partial(request, {"style": STROKES}, size=64)
    paint(networks, wanted(detail=False), keep)
    warm = paint(networks, wanted(), keep)
    assert before(warm) > 0
    assert warm.layer == paint(networks, wanted()).layer
