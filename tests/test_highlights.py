"""Light beyond white, and NaN and infinity."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.engine import job as engine
from core.engine.networks import Networks
from core.pixels.highlights import KNEE, Highlights, within
from core.pixels.imaging import Picture, array, read, to_linear, to_srgb
from tests import pictures

EXTENT = Extent(96, 80)
LINEAR = PixelFormat("RGB", "f32", linear=True)
LAMP, LIT = np.s_[50:70, 60:80], np.s_[50:70, 20:40]
"""A lamp of 8 times the light of white, and its surroundings of twice that light."""

DIM = np.s_[10:40, 10:80]


@pytest.fixture(scope="module")
def networks(installation: Installation) -> Networks:
    return Networks(installation.weights)


def values(format: PixelFormat = LINEAR) -> np.ndarray:
    photograph = np.asarray(pictures.photograph(*EXTENT), np.float32) / 255
    found = to_linear(torch.from_numpy(photograph)).numpy() * 0.5
    found[LIT], found[LAMP] = 2, 8
    return found if format.linear else to_srgb(torch.from_numpy(found)).numpy()


def pixels(values: np.ndarray, format: PixelFormat = LINEAR) -> Pixels:
    return Pixels(EXTENT, format, np.ascontiguousarray(values).tobytes())


def request(content: Pixels, selection: Pixels | None = None, **settings: Any) -> Request:
    strokes = pictures.strokes(hue=20)
    style = Pixels(Extent(*strokes.size), PixelFormat("RGB", "u8"), strokes.tobytes())
    chosen = Settings(**{"method": "instant", "steps": 4, "size": 96, "device": "cpu", **settings})
    given = {} if chosen.method == "pastiche" else {"style": style}
    return Request(content, chosen, selection, given)


def painted(networks: Networks, asked: Request) -> np.ndarray:
    result = engine.run(asked, networks, lambda progress: None, lambda: False)
    return array(result.layer).copy()


def light(layer: np.ndarray, part: Any, format: PixelFormat = LINEAR) -> float:
    color = torch.from_numpy(layer[..., :3])
    return float((color if format.linear else to_linear(color))[part].mean())


def test_the_curve_is_the_formula() -> None:
    curve = Highlights(2.5)
    most = np.linspace(0, 2.5, 1001)
    color = torch.from_numpy(np.stack([most, most / 2, 0 * most])).view(1, 3, 1, -1)
    found = curve.compressed(Picture(color, color[:, :1])).color[0, :, 0].numpy()
    steep = curve._steepness
    assert steep * (1 - KNEE) == pytest.approx(np.log1p(steep * (2.5 - KNEE)))
    bent = np.where(most < KNEE, most, KNEE + np.log1p(steep * np.maximum(0, most - KNEE)) / steep)
    np.testing.assert_allclose(found[0], bent, atol=1e-12)
    lights = [to_linear(torch.from_numpy(one)).numpy() for one in (most, bent, most / 2, found[1])]
    np.testing.assert_allclose(lights[3] * lights[0], lights[2] * lights[1], atol=1e-12)
    assert (np.diff(found[0]) > 0).all()
    assert found[0][-1] == pytest.approx(1)
    np.testing.assert_allclose(np.diff(found[0])[298:302], 2.5e-3, rtol=0.05)  # no kink


@pytest.mark.parametrize("brightest", [1.0000001, 1.01, 2.45, 50.0, 1e6])
def test_what_was_taken_comes_back(brightest: float) -> None:
    curve = Highlights(brightest)
    color = torch.rand(1, 3, 20, 30) ** 4 * brightest
    compressed = curve.compressed(Picture(color, color[:, :1])).color
    assert float(compressed.max()) <= 1
    torch.testing.assert_close(curve.restored(compressed, color), color, rtol=2e-4, atol=1e-5)


def test_pictures_within_white_have_no_curve() -> None:
    plain = values().clip(0, 1)
    assert Highlights.of(pixels(plain)) is None
    assert Highlights.of(Pixels(EXTENT, PixelFormat("RGB", "u8"), bytes(96 * 80 * 3))) is None
    hidden = np.dstack([values(), np.ones((80, 96), np.float32)])
    hidden[hidden[..., 0] > 1, 3] = 0
    assert Highlights.of(pixels(hidden, PixelFormat("RGBA", "f32", linear=True))) is None


@pytest.mark.parametrize("linear", [True, False], ids=["linear", "curved"])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"method": "painterly"},
        {"method": "pastiche", "pastiche": "7"},
        {"colors": "keep"},
        {"colors": "match"},
        {"strength": 0.5},
    ],
    ids=str,
)
def test_what_is_brighter_than_white_stays_so(
    networks: Networks, settings: dict[str, Any], linear: bool
) -> None:
    """The lamp stays brighter than its surroundings, by about the same ratio."""
    format = PixelFormat("RGB", "f32", linear)
    asked = request(pixels(values(format), format), **settings)
    layer = painted(networks, asked)
    dim, lit, lamp = (light(layer, part, format) for part in (DIM, LIT, LAMP))
    assert np.isfinite(layer).all()
    assert dim < 0.6
    assert lit > 1.3 * dim
    assert 2 < lamp / lit < 8
    assert lamp > 1


def test_a_preview_and_a_selection_see_the_same_light(networks: Networks) -> None:
    content = pixels(values())
    whole = painted(networks, request(content))
    asked = request(content)
    preview = Request(content, asked.settings, None, asked.pictures, EXTENT)
    np.testing.assert_allclose(painted(networks, preview), whole, atol=0.2, rtol=0.1)
    # If the selection does not hold the lamp, the curve is still that of the whole picture.
    mask = np.zeros((80, 96), np.uint8)
    mask[LIT] = 255
    selected = Pixels(EXTENT, PixelFormat("G", "u8"), mask.tobytes())
    layer = painted(networks, request(content, selected))
    without = values()
    without[LAMP] = without[DIM][0, 0]
    other = painted(networks, request(pixels(without), selected))
    assert abs(light(layer, LIT) / light(whole, LIT) - 1) < 0.6
    assert light(layer, LIT) != light(other, LIT)


def test_negative_values_are_painted_as_black(networks: Networks) -> None:
    """Negative light means colours out of gamut."""
    some = values().clip(0, 1)
    some[LIT] = -4
    black = some.clip(0)
    found, wanted = (painted(networks, request(pixels(one))) for one in (some, black))
    np.testing.assert_array_equal(found, wanted)


def test_a_styles_highlights_are_white() -> None:
    color = to_srgb(torch.from_numpy(values())).permute(2, 0, 1)[None]
    style = Picture(color, torch.ones(1, 1, 80, 96))
    found = within(style).color
    assert float(found.max()) == pytest.approx(1)
    assert float(found.min()) >= 0
    dim = (..., *DIM)
    torch.testing.assert_close(found[dim], color[dim])
    plain = Picture(color.clamp(0, 1), style.alpha)
    assert within(plain) is plain


# --- values that are no numbers -------------------------------------------------------------------

HOLES = np.s_[[3, 5, 20], [7, 30, 40]]


def holed() -> np.ndarray:
    found = values().clip(0, 1)
    found[HOLES] = np.nan, np.inf, -np.inf
    return found


def test_pixels_that_are_no_numbers_are_transparent(networks: Networks) -> None:
    whole, broken = values().clip(0, 1), holed()
    asked = request(pixels(broken))
    result = engine.run(asked, networks, lambda progress: None, lambda: False)
    layer = array(result.layer)
    assert np.isfinite(layer).all()
    hidden = np.zeros((80, 96), bool)
    hidden[HOLES] = True
    np.testing.assert_array_equal(layer[..., 3], np.where(hidden, 0, 1))
    (note,) = result.report["notes"]
    assert str(note).endswith("stay as they are: 3.")
    # The rest is as if these pixels were transparent, and they stay bit for bit.
    veiled = np.dstack([whole, np.float32(~hidden)])
    format = PixelFormat("RGBA", "f32", linear=True)
    veiled_layer = painted(networks, request(pixels(veiled, format)))
    np.testing.assert_array_equal(layer[~hidden], veiled_layer[~hidden])
    painting = engine.paint(asked, networks, lambda progress: None, lambda: False)
    over = painting.over(asked.content)
    assert array(over)[HOLES].tobytes() == broken[HOLES].tobytes()
    assert np.isfinite(array(over)[~hidden]).all()


@pytest.mark.parametrize("method", ["painterly", "instant", "pastiche"])
def test_the_largest_float_is_no_light_but_transparent(networks: Networks, method: str) -> None:
    largest = np.where(np.isfinite(holed()), holed(), np.finfo(np.float32).max)
    found, wanted = (
        painted(networks, request(pixels(one), method=method, steps=2))
        for one in (largest, holed())
    )
    np.testing.assert_array_equal(found[..., 3], wanted[..., 3])
    there = wanted[..., 3] > 0
    np.testing.assert_array_equal(found[there], wanted[there])


def test_a_mask_counts_as_black_where_it_is_no_number(networks: Networks) -> None:
    mask = np.ones((80, 96), np.float32)
    mask[HOLES] = np.nan, np.inf, -np.inf
    black = np.nan_to_num(mask, nan=0, posinf=0, neginf=0)
    format = PixelFormat("G", "f32", linear=True)
    content = pixels(values().clip(0, 1))
    asked = [request(content, Pixels(EXTENT, format, one.tobytes())) for one in (mask, black)]
    found, wanted = (
        engine.run(one, networks, lambda progress: None, lambda: False) for one in asked
    )
    assert found.layer.data == wanted.layer.data
    (note,) = found.report["notes"]
    assert str(note).endswith("count as black: 3.")
    assert "notes" not in wanted.report


def test_nothing_but_what_is_no_number_is_refused(networks: Networks) -> None:
    with pytest.raises(BadInput, match="no numbers, only NaN"):
        painted(networks, request(pixels(np.full((80, 96, 3), np.nan, np.float32))))


def test_a_picture_is_read_in_bands_as_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.bridge.contract.geometry import Box
    from core.pixels import imaging
    from core.pixels.imaging import to_picture

    broken, box = pixels(holed()), Box(2, 3, 60, 50)
    wanted = to_picture(broken.crop(box))
    whole = imaging.bands
    monkeypatch.setattr(imaging, "bands", lambda box: whole(box, 60 * 7))
    shares: list[float] = []
    found = read(broken, box, shares.append)
    torch.testing.assert_close(found.color, wanted.color, rtol=0, atol=1e-7)
    torch.testing.assert_close(found.alpha, wanted.alpha, rtol=0, atol=0)
    assert shares == sorted(shares)
    assert (len(shares), shares[-1]) == (8, 1.0)
