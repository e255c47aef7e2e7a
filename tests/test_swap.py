"""Style swap against a plain reference in float64, and what an instant painting owes to it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.storage.paths import Installation
from core.engine.networks import Networks
from core.onepass import swap
from core.onepass.instant import SWAPPED, AdaIN, Encoded, InstantStyle
from core.onepass.swap import StylePatches, swapped
from core.pixels.imaging import Picture, to_picture
from tests import pictures

CHANNELS = 5
"""So few that the projection keeps all there is to know of a patch."""

SIDES = [(down, across) for down in (-1, 0, 1) for across in (-1, 0, 1)]


def features(height: int, width: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(1, CHANNELS, height, width, generator=generator, dtype=torch.float64)


def described(values: np.ndarray, y: int, x: int, wraps: bool = False) -> np.ndarray:
    """A patch, less half its mean per channel, of unit length; the border is repeated."""
    _, height, width = values.shape
    rows = []
    for down, across in SIDES:
        if wraps:
            rows.append(values[:, (y + down) % height, (x + across) % width])
        else:
            rows.append(
                values[:, min(max(y + down, 0), height - 1), min(max(x + across, 0), width - 1)]
            )
    patch = np.stack(rows)
    patch = patch - (1 - swap.MEAN) * patch.mean(axis=0)
    return patch.ravel() / np.linalg.norm(patch)


def prices_of(likeness: np.ndarray, due: float) -> np.ndarray:
    prices = np.zeros(likeness.shape[1])
    for _ in range(swap.ROUNDS):
        odds = np.exp((likeness - prices) / swap.SOFTNESS)
        wanted = (odds / odds.sum(axis=1, keepdims=True)).mean(axis=0) / due
        prices += swap.SOFTNESS * np.log(np.maximum(wanted, 1e-3))
    return prices


def by_the_book(content: Tensor, weights: Tensor, style: Tensor, wraps: bool) -> np.ndarray:
    """Patch by patch: the nearest at their prices, laid, and the mean of what lies on a place."""
    ours, theirs = content[0].numpy(), style[0].numpy()
    _, height, width = ours.shape
    centers = [(y, x) for y in range(1, theirs.shape[1] - 1) for x in range(1, theirs.shape[2] - 1)]
    places = [(y, x) for y in range(height) for x in range(width) if weights[y, x] > 0]
    keys = np.stack([described(theirs, y, x) for y, x in centers])
    likeness = np.stack([described(ours, y, x, wraps) for y, x in places]) @ keys.T
    likeness -= prices_of(likeness, 1 / min(len(centers), len(places)))
    total, count = np.zeros_like(ours), np.zeros((height, width))
    for (y, x), row in zip(places, likeness, strict=True):
        nearest = np.argsort(-row)[: swap.NEAREST]
        amounts = np.exp((row[nearest] - row[nearest[0]]) / swap.BLEND)
        amounts /= amounts.sum()
        for down, across in SIDES:
            to_y, to_x = y + down, x + across
            if wraps:
                to_y, to_x = to_y % height, to_x % width
            elif not (0 <= to_y < height and 0 <= to_x < width):
                continue
            for amount, (from_y, from_x) in zip(
                amounts, (centers[each] for each in nearest), strict=True
            ):
                total[:, to_y, to_x] += amount * theirs[:, from_y + down, from_x + across]
            count[to_y, to_x] += 1
    laid = total / np.maximum(count, 1)
    return np.where(weights.numpy() > 0, laid, ours)


@pytest.mark.parametrize("wraps", [False, True])
@pytest.mark.parametrize("part", ["all", "some"])
def test_it_is_the_papers_at_our_prices(wraps: bool, part: str) -> None:
    content, style = features(7, 9, seed=1), features(8, 6, seed=2)
    weights = torch.ones(7, 9, dtype=torch.float64)
    if part == "some":
        weights[:, :3] = 0
        weights[2:4, 5] = 0
    known = StylePatches.of(style, torch.ones(8, 6))
    found = swapped(content, weights, known, wraps=wraps)
    expected = by_the_book(content, weights, style, wraps)
    np.testing.assert_allclose(found[0].numpy(), expected, rtol=0, atol=1e-12)


def test_a_style_becomes_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swap, "NEAREST", 1)
    style = features(12, 10, seed=3)
    known = StylePatches.of(style, torch.ones(12, 10))
    inner = torch.zeros(12, 10)
    inner[1:-1, 1:-1] = 1
    torch.testing.assert_close(swapped(style, inner, known), style, rtol=0, atol=1e-12)


def test_patches_keep_within_the_style() -> None:
    """What is transparent in a style has other values here, which no painting shows."""
    style, weights = features(9, 12, seed=4), torch.ones(9, 12)
    style[..., 6:] += 100
    weights[:, 6:] = 0
    found = swapped(features(8, 8, seed=5), torch.ones(8, 8), StylePatches.of(style, weights))
    assert float(found.max()) < 1.5


@pytest.mark.parametrize("size", [(1, 1), (1, 6), (2, 2), (3, 3)], ids=str)
@pytest.mark.parametrize("filled", [True, False], ids=["visible", "transparent"])
def test_a_style_of_any_size_has_patches(size: tuple[int, int], filled: bool) -> None:
    style = features(*size, seed=6)
    known = StylePatches.of(style, torch.full(size, float(filled)))
    found = swapped(features(4, 5, seed=7), torch.ones(4, 5), known)
    assert found.shape == (1, CHANNELS, 4, 5)
    assert bool(torch.isfinite(found).all())
    assert float(found.max()) <= float(style.max()) + 1e-12


def test_an_even_area_is_made_of_many_patches(monkeypatch: pytest.MonkeyPatch) -> None:
    """An almost even sky is nearest to one patch of the style, which becomes too dear."""
    style = features(20, 20, seed=8)
    sky = 0.5 + 0.02 * features(20, 20, seed=9)
    known = StylePatches.of(style, torch.ones(20, 20))

    monkeypatch.setattr(swap, "NEAREST", 1)

    def kinds() -> int:
        rows = swapped(sky, torch.ones(20, 20), known)[0].flatten(1).T
        return len(torch.unique((rows * 1e6).round(), dim=0))

    many = kinds()
    monkeypatch.setattr(swap, "ROUNDS", 0)
    assert many > 1.5 * kinds()


# --- in an instant painting ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def network(installation: Installation) -> AdaIN:
    return Networks(installation.weights).instant(torch.device("cpu"))


@pytest.fixture(scope="module")
def style(network: AdaIN) -> InstantStyle:
    return network.measure(as_picture(pictures.strokes(hue=20)))


def as_picture(image: Image.Image) -> Picture:
    return to_picture(Pixels(Extent(*image.size), PixelFormat("RGB", "u8"), image.tobytes()))


def _encoded(network: AdaIN, width: int = 160, height: int = 128) -> Encoded:
    return network.encode(as_picture(pictures.photograph(width, height)))


def _painted(
    network: AdaIN,
    content: Encoded,
    mask: Tensor,
    styles: list[tuple[InstantStyle, float]],
    share: float = SWAPPED,
) -> Tensor:
    return network.paint(content, mask, styles, 1.0, lambda: False, share=share)


def test_the_share_leads_from_adain_to_patches(network: AdaIN, style: InstantStyle) -> None:
    content = _encoded(network)
    mask = torch.ones_like(content.alpha)
    none, some, all_of_it = (
        _painted(network, content, mask, [(style, 1.0)], share) for share in (0.0, 0.5, 1.0)
    )
    way = float((all_of_it - none).square().mean())
    assert way > 1e-4
    assert float((some - none).square().mean()) < way
    assert float((some - all_of_it).square().mean()) < way


def test_the_same_is_painted_each_time(network: AdaIN) -> None:
    """From its statistics as they are kept, too."""
    picture = as_picture(pictures.strokes(hue=20))
    styles = [network.measure(picture), network.measure(picture)]
    styles.append(InstantStyle.of(styles[0].tensors()))
    found = []
    for each in styles:
        content = _encoded(network)
        found.append(_painted(network, content, torch.ones_like(content.alpha), [(each, 1.0)]))
    assert all(torch.equal(found[0], other) for other in found[1:])


def test_a_region_takes_no_patch_for_what_lies_far_outside(
    network: AdaIN, style: InstantStyle
) -> None:
    """There the picture is that of AdaIN alone, but for what the decoder sees of the region."""
    content = _encoded(network, 256, 128)
    mask = torch.zeros_like(content.alpha)
    mask[..., :96] = 1
    with_patches, plain = (
        _painted(network, content, mask, [(style, 1.0)], share) for share in (SWAPPED, 0.0)
    )
    changed = (with_patches - plain).abs()
    assert float(changed[..., :64].mean()) > 0.02
    assert float(changed[..., 192:].max()) < 1e-5


def test_two_styles_are_both_seen(network: AdaIN, style: InstantStyle) -> None:
    other = network.measure(as_picture(pictures.strokes(hue=150, seed=1)))
    content = _encoded(network)
    mask = torch.ones_like(content.alpha)
    half = _painted(network, content, mask, [(style, 0.5), (other, 0.5)])
    turned = _painted(network, content, mask, [(other, 0.5), (style, 0.5)])
    assert float((half - turned).abs().max()) < 0.02, "in any order"
    for one in (style, other):
        assert float((half - _painted(network, content, mask, [(one, 1.0)])).abs().mean()) > 0.01


def test_a_steady_content_is_painted_steadily(network: AdaIN, style: InstantStyle) -> None:
    """Noise of 1 of 255 changes a painting with patches at most by half more than one without."""
    picture = as_picture(pictures.photograph(160, 128))
    generator = torch.Generator().manual_seed(10)
    noise = torch.randn(picture.color.shape, generator=generator) / 255
    noisy = Picture((picture.color + noise).clamp(0, 1), picture.alpha)
    mask = torch.ones_like(picture.alpha)

    def moved(share: float) -> float:
        one, two = (
            _painted(network, network.encode(each), mask, [(style, 1.0)], share)
            for each in (picture, noisy)
        )
        return float((one - two).abs().mean())

    assert moved(SWAPPED) < 1.5 * moved(0.0)
