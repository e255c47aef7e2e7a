"""Colouring sketches: what is laid in where, the whole way with the real weights, the command."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from core import cli
from core.bridge.contract.errors import BadInput, Stopped
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Progress, Request
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.engine import job as engine
from core.engine.networks import Networks
from core.engine.painting import Painting
from core.pixels.color import to_oklab
from core.pixels.imaging import Picture, array, to_picture
from core.sketches import shapes, sketch, underpainting
from core.sketches.correspondence import Shape, areas, matched
from core.sketches.underpainting import Level
from tests import pictures
from tests.pictures import saved
from tests.sketches import circle, page, traced

METHODS = ("painterly", "instant")


@pytest.fixture(scope="module")
def networks(installation: Installation) -> Networks:
    return Networks(installation.weights)


def pixels(image: Image.Image, channels: str = "RGB") -> Pixels:
    return Pixels(Extent(*image.size), PixelFormat(channels, "u8"), image.tobytes())


def picture(image: Image.Image) -> Picture:
    return to_picture(pixels(image))


def rough(image: Image.Image, seed: int = 0) -> Image.Image:
    """With the grain that every picture has."""
    values = np.asarray(image, float)
    grain = np.random.default_rng(seed).normal(0, 9, values.shape)
    return Image.fromarray(np.clip(values + grain, 0, 255).astype(np.uint8))


def reference() -> Image.Image:
    """A red ball with a yellow spot on blue."""
    drawn = Image.new("RGB", (192, 160), (50, 90, 190))
    draw = ImageDraw.Draw(drawn)
    draw.ellipse((50, 30, 142, 122), fill=(205, 40, 40))
    draw.ellipse((90, 60, 120, 90), fill=(235, 205, 60))
    return rough(drawn)


def landscape() -> Image.Image:
    """A sky over a meadow."""
    drawn = Image.new("RGB", (192, 160), (150, 190, 235))
    ImageDraw.Draw(drawn).rectangle((0, 100, 192, 160), fill=(60, 140, 50))
    return rough(drawn)


BALL = page(circle(120, 96, 55))
Y, X = np.mgrid[:192, :240] + 0.5
AWAY = np.hypot(X - 120, Y - 96)


def request(drawn: Image.Image = BALL, **changes: object) -> Request:
    named: Mapping[str, object] = {
        "method": "instant", "steps": 8, "size": 192, "sketch": True, "device": "cpu",
    }  # fmt: skip
    settings = Settings.from_mapping({**named, **changes})
    given = {} if settings.library else {"style": pixels(reference())}
    return Request(pixels(drawn.convert("RGB")), settings, None, given)


def colored(
    networks: Networks, asked: Request, heard: list[Progress] | None = None
) -> tuple[np.ndarray, Painting]:
    told: list[Progress] = [] if heard is None else heard
    painting = engine.paint(asked, networks, told.append, lambda: False)
    return array(painting.over(asked.content)).astype(int), painting


def whole(image: Image.Image) -> Picture:
    return picture(image)


def test_a_sky_is_laid_in_above_and_a_meadow_below() -> None:
    ink = sketch.ink(picture(page([(0, 120), (240, 118)]).convert("RGB")))
    labels = shapes.enclosed(ink)
    everything = Level(np.ones_like(labels, bool), whole(landscape()))
    laid = underpainting.lay_in(labels, [everything])
    height = len(laid)
    above, below = laid[: height // 2].mean(axis=(0, 1)), laid[-height // 4 :].mean(axis=(0, 1))
    np.testing.assert_allclose(above * 255, (150, 190, 235), atol=6)
    np.testing.assert_allclose(below * 255, (60, 140, 50), atol=6)


def test_areas_of_one_colour_are_told_apart_and_cover_their_level() -> None:
    found = areas(whole(landscape()))
    covered = np.sum(found, axis=0)
    assert covered.max() == 1, "no two overlap"
    assert covered.mean() > 0.8
    for area in found:
        assert np.asarray(landscape(), float)[area].std(axis=0).max() < 15


def test_shapes_are_matched_by_size_outline_and_place() -> None:
    level = np.ones((100, 100), bool)

    def box(x: int, y: int, width: int, height: int) -> Shape:
        mask = np.zeros_like(level)
        mask[y : y + height, x : x + width] = True
        return Shape.of(mask, level)

    sky, ground, bar = box(0, 0, 100, 40), box(0, 70, 100, 30), box(5, 45, 90, 6)
    assert sky.area == pytest.approx(0.4)
    assert (sky.x, sky.y) == pytest.approx((0.5, 0.2))
    assert sky.unlike(sky) == 0
    drawn = [box(0, 75, 100, 25), box(0, 0, 100, 50), box(10, 52, 80, 5)]
    assert matched(drawn, [sky, bar, ground]) == [2, 0, 1]


def test_like_shapes_get_other_colours() -> None:
    level = np.ones((100, 100), bool)
    left, right = np.zeros_like(level), np.zeros_like(level)
    left[40:60, 20:40], right[40:60, 60:80] = True, True
    windows = [Shape.of(left, level), Shape.of(right, level)]
    assert sorted(matched(windows, windows)) == [0, 1]
    assert matched(windows, [windows[0]]) == [0, 0], "but for want of others"


def test_a_dark_reference_is_lightened_and_a_light_one_stays() -> None:
    light = picture(landscape())
    assert torch.equal(underpainting.lit(light).color, light.color)
    dark = Picture((light.color * 0.2), light.alpha)
    lightness = to_oklab(underpainting.lit(dark).color)[:, :1]
    assert float(lightness.median()) == pytest.approx(underpainting.LIGHT, abs=0.02)
    order = to_oklab(dark.color)[:, :1].flatten().argsort()
    assert (lightness.flatten()[order].diff() > -1e-4).all(), "what was lighter is lighter"


@pytest.mark.parametrize("method", METHODS)
def test_foreground_comes_from_foreground_and_background_from_background(
    networks: Networks, method: str
) -> None:
    values, painting = colored(networks, request(method=method))
    red, _, blue = (values[..., channel] for channel in range(3))
    inside, outside = AWAY < 45, AWAY > 75
    assert (red - blue)[inside].mean() > 40
    assert (blue - red)[outside].mean() > 40
    assert (array(painting.layer(request().content))[..., 3] == 255).all(), "all is painted"
    assert painting.report["reference"] == "the given picture"
    assert painting.report["size"] == 192


@pytest.mark.parametrize("method", METHODS)
def test_the_lines_lie_over_the_painting(networks: Networks, method: str) -> None:
    asked = request(method=method)
    values, _ = colored(networks, asked)
    ink = sketch.ink(to_picture(asked.content))[0, 0].numpy()
    assert values[ink == 1].max() == 0
    assert values[ink == 0].mean() > 60


def test_a_selection_is_the_foreground(networks: Networks) -> None:
    mask = Image.new("L", BALL.size, 0)
    ImageDraw.Draw(mask).rectangle((0, 0, 60, 192), fill=255)
    asked = request()
    asked = Request(asked.content, asked.settings, pixels(mask, "G"), asked.pictures)
    values, _ = colored(networks, asked)
    red, blue = values[..., 0], values[..., 2]
    assert (red - blue)[:, :50].mean() > 40
    assert (blue - red)[:, 180:].mean() > 40


def test_the_same_sketch_gives_the_same_picture(networks: Networks) -> None:
    first, second = (colored(networks, request())[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_flat_reference_paints_all_of_the_sketch(networks: Networks) -> None:
    asked = request()
    flat = {"style": pixels(rough(Image.new("RGB", (120, 90), (70, 150, 90))))}
    values, painting = colored(networks, Request(asked.content, asked.settings, None, flat))
    assert values[..., 1].mean() > max(values[..., 0].mean(), values[..., 2].mean())
    assert (array(painting.layer(asked.content))[..., 3] == 255).all()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of three, a sketch of one of them, and what is none."""
    library = tmp_path / "library"
    library.mkdir()
    saved(pictures.photograph(192, 160), library / "astronaut.png")
    saved(pictures.strokes(side=192), library / "strokes.png")
    saved(reference(), library / "ball.png")
    (tmp_path / "empty").mkdir()
    saved(BALL, tmp_path / "ball sketch.png")
    saved(traced(pictures.photograph(384, 320)), tmp_path / "face sketch.png")
    saved(Image.new("L", (200, 160), 255), tmp_path / "blank.png")
    (tmp_path / "text.png").write_text("no picture")
    return tmp_path


@pytest.mark.parametrize(
    ("drawn", "name"), [("ball sketch", "ball.png"), ("face sketch", "astronaut.png")]
)
def test_the_most_similar_of_a_library_is_taken(
    networks: Networks, folder: Path, drawn: str, name: str
) -> None:
    lines = Image.open(folder / f"{drawn}.png")
    _, painting = colored(networks, request(lines, library=str(folder / "library")))
    assert painting.report["reference"] == str(folder / "library" / name)
    assert isinstance(painting.report["likeness"], float)


def test_what_cannot_be_coloured_is_refused(networks: Networks, folder: Path) -> None:
    for asked, said in (
        (request(Image.open(folder / "blank.png")), "Nothing is drawn"),
        (request(library=str(folder / "empty")), "holds no picture"),
        (request(library=str(folder / "none")), "There is no folder"),
        (request(method="pastiche"), "painterly or instant"),
    ):
        with pytest.raises(BadInput, match=said):
            colored(networks, asked)


def test_it_can_be_stopped_while_the_library_is_looked_at(networks: Networks, folder: Path) -> None:
    asked = request(library=str(folder / "library"))
    with pytest.raises(Stopped):
        engine.paint(asked, networks, lambda told: None, lambda: True)


def command(folder: Path, name: str, *more: str) -> int:
    arguments = ["colorize", str(folder / name), "-o", str(folder / "out.png"), *more]
    return cli.main([*arguments, "--method", "instant", "--size", "128", "--device", "cpu"])


def test_the_command_colours_a_grey_scan(folder: Path) -> None:
    ball = str(folder / "library" / "ball.png")
    assert command(folder, "ball sketch.png", "--reference", ball) == 0
    made = Image.open(folder / "out.png")
    assert (made.mode, made.size) == ("RGB", (240, 192))
    red, _, blue = np.asarray(made).astype(int).transpose(2, 0, 1)
    assert (red - blue)[AWAY < 45].mean() > 40


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("ball sketch.png", (), "either --reference"),
        ("ball sketch.png", ("--reference", "a.png", "--library", "b"), "either --reference"),
        ("text.png", ("--library", "library"), "is not a picture"),
        ("none.png", ("--library", "library"), "There is no file"),
        ("ball sketch.png", ("--library", "empty"), "holds no picture"),
        ("blank.png", ("--library", "library"), "Nothing is drawn"),
        ("ball sketch.png", ("--reference", "text.png"), "is not a picture"),
    ],
)
def test_bad_input_gets_one_line(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    more: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(folder)
    assert command(folder, name, *more) == 1
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
    assert not (folder / "out.png").exists()
