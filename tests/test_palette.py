"""A style's palette, matched to the content's and guarded against black."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from core.bench.darkness import darkness
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.storage.paths import Installation
from core.engine.networks import Networks
from core.pixels.color import from_oklab, to_oklab
from core.pixels.imaging import Picture, to_picture
from core.styles import drawing, palette
from core.styles.palette import CONTRAST, LEAST, MOST
from tests import pictures


def _picture(image: Image.Image) -> Picture:
    return to_picture(Pixels(Extent(*image.size), PixelFormat("RGB", "u8"), image.tobytes()))


def _plain(color: tuple[float, float, float], side: int = 40) -> Picture:
    return Picture(torch.tensor(color).view(1, 3, 1, 1).expand(1, 3, side, side), _ones(side))


def _ones(side: int) -> Tensor:
    return torch.ones(1, 1, side, side)


def _muted(seed: int, middle: tuple[float, float, float], side: int = 40) -> Picture:
    """Correlated colours well inside the gamut."""
    generator = torch.Generator().manual_seed(seed)
    mixing = 0.03 * torch.randn(3, 3, generator=generator)
    noise = torch.einsum(
        "ij,njhw->nihw", mixing, torch.randn(1, 3, side, side, generator=generator)
    )
    return Picture(noise.clamp(-0.2, 0.2) + torch.tensor(middle).view(1, 3, 1, 1), _ones(side))


def _moments(picture: Picture, weights: Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance in Oklab, pixel by pixel in numpy and float64."""
    lab = to_oklab(picture.color.double())[0].flatten(1).numpy()
    shares = weights.double().flatten().numpy()
    return np.average(lab, axis=1, weights=shares), np.cov(lab, aweights=shares, ddof=0)


def test_a_matched_style_has_the_contents_mean_and_covariance() -> None:
    content, style = _muted(1, (0.6, 0.5, 0.4)), _muted(2, (0.4, 0.45, 0.6))
    mask = torch.rand(1, 1, 40, 40, generator=torch.Generator().manual_seed(3))
    seen = torch.rand(1, 1, 40, 40, generator=torch.Generator().manual_seed(4))
    style = Picture(style.color, seen)
    changed = palette.prepared(style, content, mask, match=True, robust=False)
    assert changed.alpha is seen
    mean, covariance = _moments(changed, seen)
    wanted_mean, wanted_covariance = _moments(content, mask)
    np.testing.assert_allclose(mean, wanted_mean, atol=2e-4)
    np.testing.assert_allclose(covariance, wanted_covariance, atol=2e-5)
    assert abs(mean - _moments(style, seen)[0]).max() > 0.05, "it was another before"


def test_the_map_is_the_one_that_moves_colours_least() -> None:
    """Of all maps with these moments, the symmetric positive one (Pitié and Kokaram 2007)."""
    one, other = (palette.measured(_muted(seed, (0.5, 0.5, 0.5))) for seed in (5, 6))
    matrix, offset = (part.numpy() for part in palette.transport(one, other))
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-12)
    assert np.linalg.eigvalsh(matrix).min() > 0
    np.testing.assert_allclose(
        matrix @ one.covariance.numpy() @ matrix.T, other.covariance, rtol=1e-4
    )
    np.testing.assert_allclose(matrix @ one.mean.numpy() + offset, other.mean)


def test_a_palette_of_its_own_stays() -> None:
    style = _picture(pictures.strokes())
    changed = palette.matched(style, style)
    bent = palette.KNEE - (to_oklab(style.color)[:, :1] - 0.5).abs().clamp(max=0.5)
    assert float((changed.color - style.color).abs().max()) < 0.03 + 0.25 * float(bent.max())


def test_only_the_region_and_what_is_visible_count() -> None:
    content, style = _muted(1, (0.6, 0.5, 0.4)), _muted(2, (0.4, 0.45, 0.6))
    mask, seen = _ones(40), _ones(40)
    mask[..., 20:] = 0
    seen[..., :10, :] = 0
    shouting = content.color.clone()
    shouting[..., 20:] = torch.tensor([1.0, 0.0, 0.0]).view(1, 3, 1, 1)
    hidden = style.color.clone()
    hidden[..., :10, :] = 0.0
    one = palette.prepared(Picture(style.color, seen), content, mask, match=True, robust=True)
    other = palette.prepared(
        Picture(hidden, seen), Picture(shouting, _ones(40)), mask, match=True, robust=True
    )
    torch.testing.assert_close(one.color[..., 10:, :], other.color[..., 10:, :])


@pytest.mark.parametrize(
    ("style", "content"),
    [
        (_plain((0.5, 0.5, 0.5)), _muted(1, (0.6, 0.5, 0.4))),
        (_muted(2, (0.4, 0.45, 0.6)), _plain((0.2, 0.5, 0.9))),
        (_plain((0.0, 0.0, 0.0)), _plain((1.0, 1.0, 1.0))),
        (_plain((1.0, 0.0, 0.0)), _plain((0.0, 0.0, 0.0))),
    ],
)
def test_palettes_without_extent_are_painted_from_all_the_same(
    style: Picture, content: Picture
) -> None:
    changed = palette.prepared(style, content, _ones(40), match=True, robust=True)
    assert bool(changed.color.isfinite().all())
    assert 0 <= float(changed.color.min()) <= float(changed.color.max()) <= 1
    assert float(changed.alpha.min()) > 0
    mean, wanted = _moments(changed, _ones(40))[0], _moments(content, _ones(40))[0]
    np.testing.assert_allclose(mean, wanted, atol=0.03)


def test_a_grey_style_gets_the_contents_tones_and_no_rainbow() -> None:
    grey = _muted(7, (0.5, 0.5, 0.5)).color[:, :1].expand(1, 3, 40, 40)
    grain = 0.002 * torch.randn(1, 3, 40, 40, generator=torch.Generator().manual_seed(8))
    style = Picture(grey + grain, _ones(40))
    content = _picture(pictures.photograph(64, 64))
    changed = palette.prepared(style, content, _ones(64), match=True, robust=False)
    (before, after, wanted) = (_moments(p, p.alpha) for p in (style, changed, content))
    assert after[0][0] == pytest.approx(wanted[0][0], abs=0.05)
    spread = np.sqrt([np.diag(moments[1]) for moments in (before, after)])
    assert (spread[1] <= 1.1 * CONTRAST * np.abs(spread[0]).max() + 1e-3).all()
    # The colours of the grain that the lightness does not explain stay small.
    lab = to_oklab(changed.color)[0].flatten(1).numpy()
    for axis in (1, 2):
        line = np.polyval(np.polyfit(lab[0], lab[axis], 1), lab[0])
        assert np.std(lab[axis] - line) < 0.03


def test_a_style_for_a_flat_sky_keeps_some_of_its_contrast() -> None:
    style = _picture(pictures.strokes())
    changed = palette.prepared(style, _plain((0.5, 0.7, 0.9)), _ones(40), match=True, robust=False)
    before, after = (np.sqrt(_moments(p, p.alpha)[1][0, 0]) for p in (style, changed))
    assert after == pytest.approx(before / CONTRAST, rel=0.05)


def test_colours_out_of_gamut_keep_lightness_and_hue() -> None:
    wild = torch.tensor([[0.6, 0.4, 0.1], [0.9, 0.15, 0.2], [0.5, 0.0, -0.4], [0.1, 0.2, 0.2]])
    lab = wild.T[None, :, :, None]
    clipped = from_oklab(lab)
    assert 0 <= float(clipped.min()) <= float(clipped.max()) <= 1
    back = to_oklab(clipped)[0, :, :, 0].T
    torch.testing.assert_close(back[:, 0], wild[:, 0], atol=2e-3, rtol=0)
    hues = [torch.atan2(values[:, 2], values[:, 1]) for values in (wild, back)]
    torch.testing.assert_close(hues[0], hues[1], atol=0.03, rtol=0)
    chroma = [values[:, 1:].norm(dim=1) for values in (wild, back)]
    assert bool((chroma[1] < chroma[0]).all())
    assert bool((chroma[1] > 0.02).all()), "and are not grey"


def test_what_is_lighter_than_white_keeps_its_steps() -> None:
    """A palette that is stretched beyond the range is compressed into it, not clipped."""
    steps = torch.linspace(0.2, 0.9, 8).view(1, 1, 1, 8).expand(1, 3, 8, 8)
    content = torch.tensor([0.0, 1.0]).repeat(4).view(1, 1, 1, 8).expand(1, 3, 8, 8)
    ones = torch.ones(1, 1, 8, 8)
    changed = palette.matched(Picture(steps, ones), Picture(content, ones))
    lightness = to_oklab(changed.color)[0, 0, 0]
    assert float(lightness.diff().min()) > 1e-3


BLACK = _picture(drawing.strokes_on_black(256))
BRIGHT = _plain((0.7, 0.75, 0.8), 96)


def test_black_counts_no_more_than_it_may() -> None:
    assert palette.black(BLACK) > 2 * MOST
    changed = palette.prepared(BLACK, BRIGHT, _ones(96), match=False, robust=True)
    assert changed.color is BLACK.color, "strokes on black stay strokes on black"
    assert palette.black(changed) == pytest.approx(MOST, abs=0.05)
    light = to_oklab(BLACK.color)[:, :1] > 0.6
    assert float(changed.alpha[light].mean()) > 3 * float(changed.alpha.min()) > 0


@pytest.mark.parametrize(
    "style", [drawing.flowing_strokes(256), drawing.stained_glass(256), pictures.strokes()]
)
def test_a_style_with_little_black_is_left_alone(style: Image.Image) -> None:
    picture = _picture(style)
    assert palette.prepared(picture, BRIGHT, _ones(96), match=False, robust=True) is picture


def test_what_is_painted_in_black_on_black_is_left_alone() -> None:
    mask = _ones(96)
    mask[..., 48:] = 0
    dark = Picture(torch.where(mask > 0, 0.02, BRIGHT.color), _ones(96))
    assert palette.prepared(BLACK, dark, mask, match=False, robust=True) is BLACK
    assert palette.prepared(BLACK, dark, 1 - mask, match=False, robust=True) is not BLACK


def test_black_that_is_not_in_the_styles_region_does_not_count() -> None:
    alpha = (palette._blackness(BLACK) < 0.05).float()
    style = Picture(BLACK.color, alpha)
    assert palette.prepared(style, BRIGHT, _ones(96), match=False, robust=True) is style


def test_a_style_that_is_black_everywhere_is_still_one() -> None:
    changed = palette.guarded(_plain((0.0, 0.0, 0.0)), BRIGHT)
    assert float(changed.alpha.min()) == pytest.approx(LEAST, rel=1e-3)


def test_darkness_is_the_share_of_patches_blacker_than_the_content() -> None:
    content = torch.full((1, 3, 64, 64), 0.6)
    content[..., :16, :16] = 0.2
    painted = content.clone()
    mask = _ones(64)
    assert darkness(painted, content, mask) == 0
    painted[..., 32:48, :] = 0.05
    assert darkness(painted, content, mask) == 4 / 16
    mask[..., 32:] = 0
    assert darkness(painted, content, mask) == 2 / 8
    assert darkness(painted, content, torch.zeros_like(mask)) == 0
    pupil = torch.full((1, 3, 160, 160), 0.6)
    pupil[..., :16, :16] = 0.0
    night = torch.full_like(pupil, 0.1)
    assert darkness(night, pupil, _ones(160)) == 1, "one patch of 100 says nothing"
    grey = torch.full((1, 3, 64, 64), 0.5)
    assert darkness(grey, torch.ones_like(grey), _ones(64)) == 0, "grey is not black"


def test_a_photograph_does_not_turn_into_black_patches(installation: Installation) -> None:
    """Painted by the instant method with the real weights."""
    instant = Networks(installation.weights).instant(torch.device("cpu"))
    photograph = _picture(pictures.photograph(192, 160))
    content = Picture(0.35 + 0.65 * photograph.color, photograph.alpha)  # in a bright haze
    mask = torch.ones_like(content.alpha)
    found = []
    for robust in (False, True):
        style = palette.prepared(BLACK, content, mask, match=False, robust=robust)
        painted = instant.paint(
            instant.encode(content), mask, [(instant.measure(style), 1.0)], 1.0, lambda: False
        )
        found.append(darkness(painted, content.color, mask, patch=8))
    assert found[0] > 0.1
    assert found[1] < 0.5 * found[0]
