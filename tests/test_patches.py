"""Paint in patches, against plain loops in float64."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from core.bridge.contract.errors import Enough
from core.bridge.contract.geometry import Box, Extent
from core.features.regions import StyledMask, WeightedStyle
from core.painterly.patches import correspondence, overlay
from core.painterly.patches.correspondence import Places
from core.painterly.patches.description import POOL, WINDOW, Description
from core.painterly.patches.overlay import KEPT, MOST, STEP
from core.painterly.patches.source import LEAST, Source
from core.painterly.patches.transfer import Paint, repaint
from core.pixels.imaging import Picture, box_filter
from core.system.stopping import Follow, alone

STRIDE = STEP // POOL


def _random(seed: int, *shape: int) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def _generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def _opaque(color: Tensor, alpha: Tensor | None = None) -> Picture:
    return Picture(color, torch.ones_like(color[:, :1]) if alpha is None else alpha)


def _source(seed: int = 1, width: int = 80, height: int = 64) -> Source:
    style = WeightedStyle(_opaque(_random(seed, 1, 3, height, width)), 1.0)
    return Source.of([style], max(width, height), 2.0)


class TestSource:
    def test_both_bands_are_the_style_and_the_coarse_one_is_smooth(self) -> None:
        color = _random(2, 1, 3, 60, 70)
        source = Source.of([WeightedStyle(_opaque(color), 1.0)], 70, 2.0)
        torch.testing.assert_close(source.coarse + source.fine, color)
        assert float(source.coarse.std()) < 0.6 * float(color.std())
        assert float(source.weight.sum()) == pytest.approx(1.0)

    def test_a_style_is_made_smaller_but_never_larger(self) -> None:
        style = WeightedStyle(_opaque(_random(3, 1, 3, 60, 80)), 1.0)
        assert Source.of([style], 40, 2.0).fine.shape[-2:] == (LEAST, 40)
        assert Source.of([style], 4000, 2.0).fine.shape[-2:] == (60, 80)

    def test_several_lie_side_by_side_with_their_shares_and_nothing_between(self) -> None:
        styles = [
            WeightedStyle(_opaque(_random(4, 1, 3, 40, 50)), 0.75),
            WeightedStyle(_opaque(_random(5, 1, 3, 64, 36)), 0.25),
            WeightedStyle(_opaque(_random(6, 1, 3, 64, 36)), 0.0),
        ]
        source = Source.of(styles, 64, 2.0)
        assert source.fine.shape == (1, 3, 64, 86)
        assert float(source.weight[..., :50].sum()) == pytest.approx(0.75)
        assert float(source.weight[..., 50:].sum()) == pytest.approx(0.25)
        assert float(source.weight[..., 40:, :50].abs().max()) == 0


def test_windows_are_as_far_apart_as_their_weighted_pixels() -> None:
    """With as many numbers as a window has pixels, nothing is lost."""
    picture = torch.zeros(1, 3, 64, 64)
    picture[:, :, ::2] += _random(7, 1, 3, 32, 64)  # few directions, so that 24 hold them all
    picture[:, :2] = picture[:, 2:]
    picture = picture.mean(dim=-1, keepdim=True).expand(1, 3, 64, 64).contiguous()
    found = Description(picture).of(picture).double()
    halved = picture.double().view(1, 3, 32, 2, 32, 2).mean(dim=(3, 5))[0]

    def window(y: int, x: int) -> Tensor:
        seen = halved[:, y : y + WINDOW, x : x + WINDOW]
        mean = seen.mean(dim=(1, 2), keepdim=True)
        return torch.cat([seen - mean, 0.5 * mean.expand(seen.shape)]).flatten()

    for one, other in (((0, 0), (5, 3)), ((7, 7), (2, 9)), ((12, 1), (1, 12))):
        wanted = (window(*one) - window(*other)).norm()
        assert float((found[one] - found[other]).norm()) == pytest.approx(float(wanted), rel=1e-3)


class TestPlaces:
    def test_alone_each_patch_is_given_its_nearest_place(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(correspondence, "PRICE", 0.0)
        monkeypatch.setattr(correspondence, "ROUNDS", 0)
        described, patches = _random(8, 9, 11, 5), _random(9, 6, 7, 5)
        found = Places(described, torch.ones(9, 11), STRIDE, _generator()).find(patches)
        apart = torch.cdist(patches.double().flatten(0, 1), described.double().flatten(0, 1))
        assert torch.equal(found.flatten(), apart.argmin(dim=1))

    def test_no_patch_comes_from_where_there_is_no_style(self) -> None:
        weight = torch.zeros(20, 30)
        weight[3:12, 5:25] = 1.0
        found = Places(_random(10, 20, 30, 5), weight, STRIDE, _generator()).find(
            _random(11, 12, 12, 5)
        )
        assert bool((weight.flatten()[found.flatten()] > 0).all())

    def test_agreeing_makes_the_whole_cheaper_and_whole_pieces_larger(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        described = _random(12, 70, 80, 5)
        piece = described[4 : 4 + 12 * STRIDE : STRIDE, 8 : 8 + 14 * STRIDE : STRIDE]
        patches = piece + 0.4 * (_random(13, 12, 14, 5) - 0.5)  # often another place is nearer
        monkeypatch.setattr(correspondence, "SAMPLE", 70 * 80)
        monkeypatch.setattr(correspondence, "PRICE", 4.0)

        def found(rounds: int) -> Tensor:
            monkeypatch.setattr(correspondence, "ROUNDS", rounds)
            return Places(described, torch.ones(70, 80), STRIDE, _generator()).find(patches)

        costs = [self._cost(found(rounds), patches, described) for rounds in (0, 1, 2, 4)]
        assert costs == sorted(costs, reverse=True) and costs[-1] < 0.95 * costs[0]

    @staticmethod
    def _cost(found: Tensor, patches: Tensor, described: Tensor) -> float:
        """The distances, and the price of each pair of neighbours, one by one."""
        flat = described.double().flatten(0, 1)
        apart = (flat[found] - patches.double()).square().sum(dim=-1)
        nearest = torch.cdist(patches.double().flatten(0, 1), flat).square().min(dim=1).values
        price = correspondence.PRICE * float(nearest.mean())
        total = float(apart.sum())
        rows, columns = found.shape
        across = described.shape[1]
        at = np.stack(np.divmod(found.numpy(), across), axis=-1)
        for y in range(rows):
            for x in range(columns):
                for down, right in ((0, 1), (1, 0)):
                    if y + down < rows and x + right < columns:
                        moved = at[y + down, x + right] - at[y, x]
                        total += price * bool((moved != (STRIDE * down, STRIDE * right)).any())
        return total

    def test_a_piece_of_the_style_is_found_as_one_piece(self) -> None:
        described = _random(14, 60, 70, 5)
        patches = described[4 : 4 + 10 * STRIDE : STRIDE, 8 : 8 + 12 * STRIDE : STRIDE]
        found = Places(described, torch.ones(60, 70), STRIDE, _generator()).find(patches)
        y, x = torch.arange(10)[:, None] * STRIDE + 4, torch.arange(12)[None] * STRIDE + 8
        assert torch.equal(found, y * 70 + x)


class TestOverlay:
    EXTENT = Extent(45, 37)

    def _laid(self, box: Box | None = None) -> tuple[Tensor, Tensor, Tensor]:
        pixels = _random(15, 60 * 50, 3) - 0.5
        down, across = overlay.grid(self.EXTENT)
        y = torch.randint(0, 60 - 2 * STEP, (down, across), generator=_generator())
        x = torch.randint(0, 50 - 2 * STEP, (down, across), generator=_generator())
        corners = y * 50 + x
        whole = box or Box.of(self.EXTENT)
        return overlay.laid(pixels, corners, 50, whole, self.EXTENT), pixels, corners

    def test_it_is_the_weighted_mean_of_the_patches_with_their_contrast(self) -> None:
        found, pixels, corners = self._laid()
        width, height = self.EXTENT
        mean, energy = torch.zeros(1, 3, height, width).double(), torch.zeros(1, 1, height, width)
        total, energy = torch.zeros(height, width).double(), energy.double()
        rise = [math.sin(math.pi * (k + 0.5) / (4 * STEP)) ** 2 for k in range(STEP)]
        rise = [k**2 / (k**2 + (1 - k) ** 2) for k in rise]
        weights = [*rise, *(1 - k for k in rise)]
        for row in range(corners.shape[0]):
            for column in range(corners.shape[1]):
                for k in range(2 * STEP):
                    for m in range(2 * STEP):
                        y, x = (row - 1) * STEP + k, (column - 1) * STEP + m
                        if 0 <= y < height and 0 <= x < width:
                            seen = pixels[int(corners[row, column]) + k * 50 + m].double()
                            weight = weights[k] * weights[m]
                            mean[0, :, y, x] += weight * seen
                            energy[0, 0, y, x] += weight * seen.square().sum()
                            total[y, x] += weight
        torch.testing.assert_close(total, torch.ones_like(total))

        def around(values: Tensor) -> Tensor:
            return box_filter(box_filter(values, KEPT), KEPT)

        had = around(mean.square().sum(dim=1, keepdim=True))
        wanted = mean * (around(energy) / had).sqrt().clamp(1, MOST)
        wanted -= around(wanted)
        torch.testing.assert_close(found.double(), wanted, rtol=1e-4, atol=1e-5)

    def test_bands_are_the_whole(self) -> None:
        whole, _, _ = self._laid()
        for y, rows in ((0, 5), (5, 20), (25, 12)):
            band, _, _ = self._laid(Box(0, y, self.EXTENT.width, rows))
            assert torch.equal(band, whole[..., y : y + rows, :])


def test_paint_in_bands_is_the_paint_of_the_whole() -> None:
    painting, source = _random(16, 1, 3, 90, 75), _source()
    amount = _random(17, 1, 1, 90, 75)
    results = []
    for band_pixels in (1 << 20, 75 * 16):
        laid = painting.clone()
        paint = Paint.find(laid, source, _generator(), band_pixels=band_pixels)
        paint.lay(laid, amount, band_pixels=band_pixels)
        results.append(laid)
    assert torch.equal(*results)


def test_a_painting_that_is_the_blurred_style_becomes_the_style() -> None:
    source = _source(18, 120, 104)
    painting = source.coarse.clone()
    paint = Paint.find(painting, source, _generator())
    paint.lay(painting, torch.ones(1, 1, 104, 120))
    inner = (..., slice(16, -16), slice(16, -16))
    wanted = source.fine - box_filter(box_filter(source.fine, KEPT), KEPT)
    missed = (painting - source.coarse - wanted)[inner]
    assert float(missed.abs().mean()) < 0.3 * float(wanted[inner].abs().mean())


def test_the_mean_of_a_neighbourhood_is_kept() -> None:
    painting, source = torch.full((1, 3, 80, 90), 0.5), _source(19)
    laid = painting.clone()
    Paint.find(painting, source, _generator()).lay(laid, torch.full((1, 1, 80, 90), 0.3))
    moved = laid - painting
    assert float(moved.std()) > 0.01
    around = box_filter(box_filter(moved, 2 * KEPT), 2 * KEPT)
    assert float(around.abs().max()) < 0.2 * float(moved.std())


def _repainted(
    content: Picture,
    region: StyledMask,
    seed: int = 0,
    follow: Follow = alone,
) -> Tensor:
    painting = content.color.clone()
    generator = torch.Generator().manual_seed(seed)
    repaint(painting, content, region, 2.0, 1.0, generator, follow, lambda: False)
    return painting


def _region(content: Picture, style: Picture) -> StyledMask:
    return StyledMask(torch.ones_like(content.alpha), (WeightedStyle(style, 1.0),))


def _two() -> tuple[Picture, Picture]:
    return _opaque(_random(3, 1, 3, 90, 110)), _opaque(_random(4, 1, 3, 120, 150))


def test_the_seed_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correspondence, "SAMPLE", 64)  # of more places than that
    content, style = _two()
    one, again, other = (_repainted(content, _region(content, style), seed) for seed in (1, 1, 2))
    assert torch.equal(one, again) and not torch.equal(one, other)


def test_nothing_is_laid_outside_of_the_mask_or_where_the_content_is_transparent() -> None:
    content, style = _two()
    mask, alpha = torch.zeros_like(content.alpha), torch.ones_like(content.alpha)
    mask[..., 20:70, 30:90] = 0.5
    alpha[..., :40, :] = 0
    seen = Picture(content.color, alpha)
    found = _repainted(seen, StyledMask(mask, _region(seen, style).styles))
    changed = (found != content.color).any(dim=1, keepdim=True)
    inside = (mask > 0) & (alpha > 0)
    assert not bool((changed & ~inside).any())
    assert float(changed[inside].float().mean()) > 0.9


def test_a_constant_style_adds_nothing() -> None:
    content, _ = _two()
    flat = _opaque(torch.full((1, 3, 64, 64), 0.3))
    found = _repainted(content, _region(content, flat))
    torch.testing.assert_close(found, content.color, rtol=0, atol=1e-5)


def test_what_is_enough_has_no_paint_in_one_part_only() -> None:
    """Whenever it is said, nothing is laid yet, or all of it."""
    content, style = _two()
    whole = _repainted(content, _region(content, style))
    shares: list[float] = []
    _repainted(content, _region(content, style), follow=shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0
    for share in shares:
        painting = content.color.clone()

        def enough(done: float, limit: float = share) -> None:
            if done >= limit:
                raise Enough("It is enough.")

        with pytest.raises(Enough):
            region = _region(content, style)
            repaint(painting, content, region, 2.0, 1.0, _generator(), enough, lambda: False)
        assert torch.equal(painting, content.color if share < 1 else whole)
