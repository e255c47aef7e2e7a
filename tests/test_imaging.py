"""Pixel formats, curves and sizes."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import DEPTHS, PixelFormat, Pixels
from core.pixels.color import from_oklab, keep_colors, to_oklab
from core.pixels.imaging import (
    Picture,
    array,
    box_filter,
    fit,
    resize,
    to_linear,
    to_mask,
    to_picture,
    to_pixels,
    to_srgb,
)

SIZE = Extent(7, 5)


def _noise(*shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(5))


@pytest.mark.parametrize("linear", [False, True])
@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("channels", ["G", "GA", "RGB", "RGBA", "BGR", "BGRA"])
def test_every_format_survives_the_way_there_and_back(
    channels: str, depth: str, linear: bool
) -> None:
    kind = PixelFormat(channels, depth, linear)
    dtype = {"u8": np.uint8, "u16": np.uint16, "f16": np.float16, "f32": np.float32}[depth]
    top = {"u8": 255, "u16": 65535}.get(depth, 1)
    values = (_noise(5, 7, len(channels)).numpy() * top).astype(dtype)
    pixels = Pixels(SIZE, kind, values.tobytes())
    back = array(to_pixels(to_picture(pixels), kind)).astype(np.float64)
    tolerance = {"u8": 0, "u16": 1, "f16": 1e-3, "f32": 1e-6}[depth]
    np.testing.assert_allclose(back, values.astype(np.float64), atol=tolerance, rtol=1e-3)


def test_channel_orders_mean_what_they_say() -> None:
    red = Pixels(Extent(1, 1), PixelFormat("BGRA", "u8"), bytes([0, 0, 255, 128]))
    picture = to_picture(red)
    assert picture.color.flatten().tolist() == [1.0, 0.0, 0.0]
    assert float(picture.alpha) == pytest.approx(128 / 255)


def test_linear_values_are_brought_to_the_curve() -> None:
    """Half the light is 188 of 255 on the sRGB curve (IEC 61966-2-1)."""
    assert round(float(to_srgb(torch.tensor(0.5))) * 255) == 188
    values = torch.linspace(-0.5, 2, 50)
    torch.testing.assert_close(to_linear(to_srgb(values)), values, rtol=1e-4, atol=1e-5)


def test_pixels_that_are_no_numbers_are_hidden() -> None:
    values = np.ones((5, 7, 3), np.float32)
    values[2, 2, 1], values[3, 3], values[4, 4, 1] = np.inf, np.nan, np.finfo(np.float32).max
    picture = to_picture(Pixels(SIZE, PixelFormat("RGB", "f32"), values.tobytes()))
    hidden = torch.zeros(5, 7)
    hidden[2, 2] = hidden[3, 3] = hidden[4, 4] = 1
    assert torch.equal(picture.alpha[0, 0], 1 - hidden)
    assert torch.equal(picture.color[0], (1 - hidden).expand(3, 5, 7))
    mask = to_mask(Pixels(SIZE, PixelFormat("G", "f32"), values[..., 1].tobytes()))
    assert torch.equal(mask[0, 0], 1 - hidden)


def test_resizing_stays_in_range_and_keeps_the_mean() -> None:
    picture = (_noise(1, 3, 60, 80) > 0.5).float()
    small = resize(picture, Extent(40, 30))
    assert small.shape == (1, 3, 30, 40)
    assert 0 <= float(small.min()) <= float(small.max()) <= 1
    assert float(small.mean()) == pytest.approx(float(picture.mean()), abs=0.02)


@pytest.mark.parametrize("size", [(1, 1), (3, 8), (30, 19)])
@pytest.mark.parametrize("radius", [1, 2, 3, 4, 15])
def test_a_box_filter_is_the_mean_of_what_lies_inside_the_window(
    size: tuple[int, int], radius: int
) -> None:
    values = _noise(2, 3, *size).double()
    found = box_filter(values, radius)
    for y in range(size[0]):
        for x in range(size[1]):
            down, across = (slice(max(0, place - radius), place + radius + 1) for place in (y, x))
            expected = values[..., down, across].mean(dim=(-2, -1))
            torch.testing.assert_close(found[..., y, x], expected, rtol=0, atol=1e-14)


def test_fit_never_enlarges_unless_told() -> None:
    assert fit(Extent(100, 50), 512) == (100, 50)
    assert fit(Extent(100, 50), 200, enlarge=True) == (200, 100)
    assert fit(Extent(4000, 3), 512) == (512, 1)


def test_hidden_colours_are_filled_from_the_visible_ones() -> None:
    color = torch.full((1, 3, 40, 40), 0.25)
    alpha = torch.ones(1, 1, 40, 40)
    alpha[..., 10:30, 10:30] = 0
    color[..., 10:30, 10:30] = 1.0
    filled = Picture(color, alpha).filled()
    torch.testing.assert_close(filled.color, torch.full_like(color, 0.25))
    assert filled.alpha is alpha


def test_oklab_knows_white_and_comes_back() -> None:
    white = to_oklab(torch.ones(1, 3, 1, 1)).flatten()
    torch.testing.assert_close(white, torch.tensor([1.0, 0.0, 0.0]), atol=1e-3, rtol=0)
    picture = _noise(1, 3, 8, 8)
    torch.testing.assert_close(from_oklab(to_oklab(picture)), picture, atol=1e-3, rtol=0)


def test_kept_colours_take_the_lightness_of_the_painting() -> None:
    content = torch.tensor([0.5, 0.3, 0.3]).view(1, 3, 1, 1).expand(1, 3, 4, 4)
    painted = torch.full((1, 3, 4, 4), 0.45)
    kept = to_oklab(keep_colors(painted, content))
    torch.testing.assert_close(kept[:, :1], to_oklab(painted)[:, :1], atol=1e-3, rtol=0)
    torch.testing.assert_close(kept[:, 1:], to_oklab(content)[:, 1:], atol=1e-3, rtol=0)
