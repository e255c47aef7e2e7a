"""A painting's colours stay in its style's gamut, and no bands come of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from skimage.color import rgb2lab
from torch.nn.functional import avg_pool2d, grid_sample

from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Progress, Request
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.engine import job as engine
from core.engine import methods
from core.engine.methods.method import Tools
from core.engine.networks import Networks
from core.engine.places import places
from core.pixels.color import from_oklab, to_oklab
from core.pixels.imaging import Picture, array, to_picture
from core.styles import drawing, gamut
from core.styles.gamut import Gamut
from tests import pictures

RGB, GREY = PixelFormat("RGB", "u8"), PixelFormat("G", "u8")
CPU = torch.device("cpu")

Colors = NDArray[np.float64]


def _pixels(image: Image.Image, format: PixelFormat = RGB) -> Pixels:
    return Pixels(Extent(*image.size), format, image.tobytes())


CONTENT = pictures.photograph(96, 80)
INK = pictures.strokes().convert("L").convert("RGB")
WARM = pictures.strokes(hue=20)
STROKES, GLASS = drawing.flowing_strokes(192), drawing.stained_glass(192)


def _yellowed(side: int = 96) -> Image.Image:
    """Greys, each of which is yellow by chance: not at all, or up to a chroma of about 16."""
    generator = np.random.default_rng(0)
    grey, share = generator.uniform(30, 250, (side, side, 1)), generator.random((side, side, 1))
    return Image.fromarray((grey * (1 - share * [0.0, 0.04, 0.16])).round().astype(np.uint8))


YELLOWED = _yellowed()


def _gamut(*images: Image.Image) -> Gamut:
    return Gamut.of(to_picture(_pixels(image)) for image in images)


def _lab(colors: NDArray[np.generic]) -> Colors:
    """Lab of sRGB, shape (colours, 3)."""
    found: Colors = rgb2lab(colors[None])[0]
    return found


def _distance(colors: Colors, style: Colors) -> Colors:
    """Of each colour from the nearest of a style, all in Lab, shape (colours, 3)."""
    return np.concatenate(
        [
            np.linalg.norm(part[:, None] - style, axis=2).min(axis=1)
            for part in np.array_split(colors, 50)
        ]
    )


def _chroma(values: NDArray[np.generic]) -> tuple[float, float]:
    """Its mean, and its 95th percentile."""
    lab = _lab(values.reshape(-1, 3))
    found = np.hypot(lab[:, 1], lab[:, 2])
    return float(found.mean()), float(np.quantile(found, 0.95))


# --- the map --------------------------------------------------------------------------------------


def _oklab(color: Colors) -> Colors:
    found: Colors = to_oklab(torch.from_numpy(color).view(1, 3, 1, 1)).numpy().reshape(3)
    return found


def _by_hand(color: Colors, common: Colors) -> Colors:
    """The formula for one colour, in float64; in sRGB."""
    lab = _oklab(color)
    square = ((common - lab) ** 2).sum(axis=1)
    near = square.min()
    weights = np.exp((near - square) / 2 / (gamut.NEAR**2 + gamut.WIDENING * np.sqrt(near)))
    goal = weights @ common / weights.sum()
    moved = lab + near**2 / (near**2 + gamut.SLACK**4) * (goal - lab)
    found: Colors = from_oklab(torch.from_numpy(moved).view(1, 3, 1, 1)).numpy().reshape(3)
    return found


def _common_by_hand(image: Image.Image) -> Colors:
    cells = defaultdict(list)
    for color in np.asarray(image).reshape(-1, 3) / 255:
        lab = _oklab(color)
        cells[tuple(np.round(lab / gamut.CELL))].append(lab)
    found, count, total = [], 0, sum(map(len, cells.values()))
    for members in sorted(cells.values(), key=len, reverse=True):
        if count < gamut.PART * total:
            found.append(np.mean(members, axis=0))
        count += len(members)
    return np.array(found)


def test_colours_move_as_by_hand() -> None:
    """On the nodes and between them, for a style of a few colours, the rarest of which is dust."""
    style = Image.new("RGB", (40, 40), (30, 40, 90))
    style.paste((220, 200, 120), (0, 0, 40, 14))
    style.paste((200, 60, 40), (0, 14, 11, 24))
    style.paste((0, 255, 0), (39, 39, 40, 40))
    common = _common_by_hand(style)
    assert len(common) == 3
    generator = np.random.default_rng(0)
    colors = np.concatenate(
        [generator.integers(0, gamut.NODES, (20, 3)) / (gamut.NODES - 1), generator.random((20, 3))]
    )
    expected = []
    for color in colors:
        place = color * (gamut.NODES - 1)
        low = np.floor(place).clip(0, gamut.NODES - 2)
        total = np.zeros(3)
        for corner in np.ndindex(2, 2, 2):
            share = np.prod(np.where(corner, place - low, 1 - place + low))
            node = (low + corner) / (gamut.NODES - 1)
            total += share * (_by_hand(node, common) - node)
        expected.append((color + total).clip(0, 1))
    picture = torch.from_numpy(colors).float().T[None, :, None]
    found = _gamut(style).held(picture)[0, :, 0].T.numpy()
    np.testing.assert_allclose(found, np.array(expected), atol=2e-3)
    assert np.abs(found - colors).max() > 0.3, "green is far from all of them"


def test_the_table_is_interpolated_up_to_its_ends() -> None:
    """As PyTorch samples a solid, also where one of its planes ends and the next begins."""
    style = _gamut(GLASS)
    ends = torch.tensor([0.0, 1e-6, 0.5, 1 - 1e-6, 1.0])
    colors = torch.cat([torch.cartesian_prod(ends, ends, ends), torch.rand(500, 3)])
    places = colors.flip(1).mul(2).sub(1)[None, None, None]
    moves = grid_sample(style.moves[None], places, align_corners=True)[0, :, 0, 0]
    neither = replace(style, chroma=torch.zeros(()))
    found = neither.held(colors.T[None, :, None])[0, :, 0]
    torch.testing.assert_close(found, (colors.T + moves).clamp(0, 1), atol=1e-4, rtol=0)


def test_the_styles_own_colours_stay() -> None:
    for style in (INK, STROKES, GLASS):
        own = to_picture(_pixels(style)).color
        moved = (_gamut(style).held(own) - own).abs()
        assert float(moved.mean()) < 0.006
        assert float(moved.flatten().quantile(0.95)) < 0.025


def test_every_colour_comes_near_to_one_of_the_style() -> None:
    """A cube of all colours, however far from the style's, ends within 6 of them in Lab."""
    axis = torch.linspace(0, 1, 21)
    every = torch.cartesian_prod(axis, axis, axis).T[None, :, None]
    for style in (INK, drawing.flowing_strokes(64), drawing.stained_glass(64)):
        found = _gamut(style).held(every)[0, :, 0].T.numpy()
        own = _lab(np.asarray(style).reshape(-1, 3))
        far = _distance(_lab(found), own)
        before = _distance(_lab(every[0, :, 0].T.numpy()), own)
        assert np.quantile(before, 0.5) > 15
        assert np.quantile(far, 0.98) < 6


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ((0.25, 0.45, 0.85), (0.8, 0.9, 1.0)),
        ((0.02, 0.02, 0.1), (0.9, 0.5, 0.3)),
        ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
    ],
    ids=["day", "dusk", "grey"],
)
@pytest.mark.parametrize("style", ["ink", "glass", "strokes"])
def test_a_ramp_does_not_band(
    style: str, first: tuple[float, ...], last: tuple[float, ...]
) -> None:
    """Where a sky passes through all of a palette, no step grows to one that is seen as an edge."""
    images = {"ink": INK, "glass": GLASS, "strokes": STROKES}
    share = torch.linspace(0, 1, 1024)
    ends = torch.tensor([first, last])
    ramp = torch.lerp(ends[0, :, None], ends[1, :, None], share)[None, :, None]
    held = _gamut(images[style]).held(ramp)
    before, after = (
        np.linalg.norm(np.diff(_lab(colors[0, :, 0].T.numpy()), axis=0), axis=1)
        for colors in (ramp, held)
    )
    assert after.max() < 15 * before.mean()
    assert after.max() < 1.5, "a step that can just be seen is 2.3"


def _two() -> Image.Image:
    """A style of black and a bright colour, with nothing between."""
    style = Image.new("RGB", (64, 64), (10, 10, 14))
    style.paste((240, 190, 90), (0, 0, 64, 32))
    return style


def test_a_faint_grid_does_not_become_a_maze() -> None:
    """A ramp from dark to light with a decoder's grid on it passes through the steepest place."""
    ramp = torch.linspace(0.15, 0.7, 96).expand(1, 3, 96, 96).clone()
    ramp[..., ::2, :] += 0.02
    ramp[..., 1::4] -= 0.02
    held = _gamut(_two())

    def grid(picture: torch.Tensor) -> float:
        """The most of what is finer than four pixels, in the mean of a column."""
        light = picture.mean(dim=1)
        return float((light - avg_pool2d(light, 5, 1, 2)).abs()[..., 8:-8, 8:-8].mean(1).max())

    alone, among = held.held(ramp), held.held(ramp, radius=1)
    assert grid(alone) > 5 * grid(ramp)
    assert grid(among) < min(4 * grid(ramp), grid(alone) / 2)
    assert float((among - ramp).abs().mean()) > 0.1, "and it is held"


def test_single_pixels_keep_no_colour_of_their_own() -> None:
    generator = torch.Generator().manual_seed(0)
    specks = (0.5 + 0.1 * torch.randn(1, 3, 64, 64, generator=generator)).clamp(0, 1)
    found = _gamut(INK).held(specks, radius=1)[0].flatten(1).T.numpy()
    assert _chroma(specks[0].flatten(1).T.numpy())[0] > 10
    assert _chroma(found)[0] < 1


def test_windows_reach_from_one_band_into_the_next() -> None:
    """A picture of more than one band is the same there as a part of it, which has one."""
    generator = torch.Generator().manual_seed(0)
    tall = torch.rand(1, 3, 1100, 1024, generator=generator)
    held = replace(_gamut(_two()), chroma=torch.zeros(()))
    part, whole = held.held(tall[..., 960:, :], radius=3), held.held(tall, radius=3)
    torch.testing.assert_close(part[..., 12:, :], whole[..., 972:, :], atol=1e-6, rtol=0)


def test_a_style_of_two_colours_stays_one_of_two() -> None:
    style = Image.new("RGB", (64, 64), (236, 226, 200))
    style.paste((150, 30, 40), (0, 0, 64, 30))
    ramp = torch.linspace(0, 1, 504).expand(1, 3, 1, 504)
    lab = _lab(_gamut(style).held(ramp)[0, :, 0].T.numpy())
    near = _distance(lab, _lab(np.array([[236, 226, 200], [150, 30, 40]], np.uint8)))
    assert (near < 6).mean() > 0.85
    assert np.linalg.norm(np.diff(lab, axis=0), axis=1).max() < 10, "and no edge is hard"


def test_a_picture_comes_as_far_from_grey_as_its_style() -> None:
    """Colours that are drawn to a gamut come to lie at its grey side, unless something is done."""
    style, grey = _gamut(YELLOWED), to_picture(_pixels(CONTENT.convert("L").convert("RGB"))).color
    wanted = _chroma(np.asarray(YELLOWED))[0]
    drawn_only = replace(style, chroma=torch.zeros(()))
    before, found = (held.held(grey)[0].flatten(1).T.numpy() for held in (drawn_only, style))
    assert _chroma(before)[0] < wanted - 1.5
    assert _chroma(found)[0] == pytest.approx(wanted, abs=1)
    assert np.abs(_lab(before)[:, 0] - _lab(found)[:, 0]).max() < 3, "and stays as light"


def test_a_picture_that_can_comes_as_far_exactly() -> None:
    held = _gamut(GLASS)
    found = held.held(to_picture(_pixels(CONTENT)).color)
    chroma = torch.hypot(*to_oklab(found)[0, 1:]).mean()
    assert float(chroma) == pytest.approx(float(held.chroma), rel=0.01)


def test_a_picture_between_the_tones_that_have_the_colour_has_some_too() -> None:
    """Yellow paper and blue ink are grey where they mix, and there is nearly all of a painting."""
    generator = np.random.default_rng(0)
    ink = generator.random((96, 96, 1))
    ink = np.where(generator.random(ink.shape) < 0.3, ink, ink.round())
    paper, blue = np.array([244, 238, 226]), np.array([40, 42, 52])
    style = Image.fromarray((paper * (1 - ink) + blue * ink).round().astype(np.uint8))
    between = torch.from_numpy(generator.uniform(0.15, 0.85, (1, 1, 40, 50))).float()
    held = _gamut(style)
    found = held.held(between.expand(1, 3, 40, 50))[0].flatten(1).T.numpy()
    wanted = _chroma(np.asarray(style))[0]
    assert _chroma(found)[0] == pytest.approx(wanted, abs=0.5), "3.4 of 5.8 if held to the end"
    assert _distance(_lab(found), _lab(np.asarray(style).reshape(-1, 3))).max() < 6


def test_what_is_not_seen_does_not_count_in_a_pictures_chroma() -> None:
    style, picture = (
        _gamut(YELLOWED),
        to_picture(_pixels(CONTENT.convert("L").convert("RGB"))).color,
    )
    beside = torch.tensor([0.8, 0.2, 0.1]).view(1, 3, 1, 1).expand(1, 3, 80, 200)
    both = torch.cat([picture, beside], dim=3)
    seen = torch.zeros_like(both[:, :1])
    seen[..., :96] = 1
    alone, part, whole = style.held(picture), style.held(both, seen), style.held(both)
    torch.testing.assert_close(part[..., :96], alone, atol=0.01, rtol=0)
    assert float((whole[..., :96] - alone).abs().max()) > 0.01


def test_strength_says_how_far_colours_move() -> None:
    picture = to_picture(_pixels(CONTENT)).color
    held = _gamut(INK)
    half = (held.held(picture) + picture) / 2
    torch.testing.assert_close(held.held(picture, strength=0.5), half, atol=2e-3, rtol=0)
    torch.testing.assert_close(held.held(picture, strength=0.0), picture, atol=1e-6, rtol=0)
    left = torch.zeros_like(picture[:, :1])
    left[..., :40] = 1
    parts = torch.where(left > 0, held.held(picture), picture)
    torch.testing.assert_close(held.held(picture, strength=left), parts, atol=1e-6, rtol=0)


def test_a_mixture_has_the_colours_of_all() -> None:
    both, one = _gamut(STROKES, GLASS), _gamut(STROKES)
    for style in (STROKES, GLASS):
        own = to_picture(_pixels(style)).color
        assert float((both.held(own) - own).abs().mean()) < 0.006
    other = to_picture(_pixels(GLASS)).color
    assert float((one.held(other) - other).abs().mean()) > 0.05


def test_what_is_transparent_in_a_style_is_none_of_its_colours() -> None:
    picture = to_picture(_pixels(WARM))
    alpha = torch.zeros_like(picture.alpha)
    alpha[..., :48, :] = 1
    color = picture.color.clone()
    color[..., 48:, :] = torch.tensor([0.0, 0.0, 1.0]).view(1, 3, 1, 1)
    blue = torch.tensor([0.0, 0.0, 1.0]).view(1, 3, 1, 1)
    found = Gamut.of([Picture(color, alpha)]).held(blue)
    assert float(found[0, 2]) < 0.5


# --- paintings ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def networks(installation: Installation) -> Networks:
    return Networks(installation.weights)


def _painted(networks: Networks, request: Request) -> NDArray[np.uint8]:
    """The colours where something was painted, shape (pixels, 3)."""
    layer = engine.run(request, networks, lambda _: None, lambda: False).layer
    values = array(layer)
    return np.ascontiguousarray(values[values[..., -1] == 255][:, :3])


def _request(style: Image.Image, content: Image.Image = CONTENT, **settings: object) -> Request:
    quick = {"device": "cpu", "size": 96, "steps": 12, **settings}
    return Request(_pixels(content), Settings(**quick), None, {"style": _pixels(style)})  # type: ignore[arg-type]


def _assert_as_grey(painted: NDArray[np.uint8], style: Image.Image) -> None:
    mean, most = _chroma(painted)
    style_mean, style_most = _chroma(np.asarray(style))
    assert style_mean - 1 <= mean <= style_mean + 1
    assert style_most - 2 <= most <= style_most + 2


@pytest.mark.parametrize("kind", ["painterly", "instant", "preview", "enlarged", "detail"])
def test_a_grey_style_gives_a_grey_painting(kind: str, networks: Networks) -> None:
    request = {
        "painterly": _request(INK),
        "instant": _request(INK, method="instant"),
        "preview": replace(_request(INK), preview=Extent(192, 160)),
        "enlarged": _request(INK, pictures.photograph(240, 200), detail=False),
        "detail": _request(INK, pictures.photograph(240, 200)),
    }[kind]
    assert request.content.extent.long_side == 96 or request.settings.size < 240
    _assert_as_grey(_painted(networks, request), INK)


def test_each_region_has_the_colours_of_its_own_style(networks: Networks) -> None:
    mask = _pixels(pictures.soft_disc(96, 80, feather=0.0), GREY)
    request = _request(INK, method="instant", background_style="given")
    request = replace(
        request, selection=mask, pictures={**request.pictures, "background_style": _pixels(WARM)}
    )
    layer = engine.run(request, networks, lambda _: None, lambda: False).layer
    values, inside = array(layer)[..., :3], array(mask)[..., 0] == 255
    _assert_as_grey(values[inside], INK)
    assert _chroma(values[~inside])[0] > 20


@pytest.mark.parametrize("colors", ["style", "keep"])
@pytest.mark.parametrize("strength", [1.0, 0.6])
def test_what_is_seen_of_a_painting_as_it_grows_has_its_colours(
    colors: str, strength: float, networks: Networks
) -> None:
    """The last glimpse, of a whole scale as large as the layer, is the layer."""
    request = _request(YELLOWED, colors=colors, snapshots=1, strength=strength, steps=4)
    told: list[Progress] = []
    layer = engine.run(request, networks, told.append, lambda: False).layer
    seen = [at.picture for at in told if at.picture is not None and at.fraction < 1]
    last = array(seen[-1]).astype(int)
    assert len(seen) == 4
    assert np.abs(last - array(layer)[..., :3]).max() <= 1


@pytest.mark.parametrize("colors", ["keep", "match"])
def test_colours_that_are_the_contents_are_left(colors: str, networks: Networks) -> None:
    request = _request(INK, method="instant", colors=colors)
    assert _chroma(_painted(networks, request))[0] > 8
    assert _gamut_of(request, networks) is None


def test_pastiche_has_no_style_picture(networks: Networks) -> None:
    assert _gamut_of(_request(INK, method="pastiche"), networks) is None


def test_a_styles_gamut_is_measured_once(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = _request(WARM, method="instant")
    first = _gamut_of(request, Networks(installation.weights, styles=tmp_path))
    monkeypatch.setattr(Gamut, "of", None)
    again = _gamut_of(request, Networks(installation.weights, styles=tmp_path))
    assert first is not None and again is not None
    assert torch.equal(first.moves, again.moves)


def _gamut_of(request: Request, networks: Networks) -> Gamut | None:
    tools = Tools(networks, CPU, lambda: False)
    (place,) = places(request)
    return methods.of(request.settings).gamut(place, tools)
