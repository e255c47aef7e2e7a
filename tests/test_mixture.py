"""A painting of less than its full strength."""

from __future__ import annotations

import pytest
import torch

from core.bridge.contract.geometry import Extent
from core.pixels import imaging
from core.pixels.imaging import resize
from core.pixels.mixture import mixed


def _texture(seed: int, width: int = 60, height: int = 50) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return 0.35 + 0.3 * torch.rand(1, 3, height, width, generator=generator)


CONTENT, PAINTING = _texture(1), _texture(2)


def _even(strength: float, like: torch.Tensor = CONTENT) -> torch.Tensor:
    return torch.full_like(like[:, :1], strength)


def test_nothing_of_it_is_the_content_and_all_of_it_the_painting() -> None:
    for strength, wanted in ((0.0, CONTENT), (1.0, PAINTING)):
        torch.testing.assert_close(mixed(CONTENT, PAINTING, _even(strength)), wanted)


def test_it_has_the_contrast_of_both_where_their_mean_would_have_less() -> None:
    found = mixed(CONTENT, PAINTING, _even(0.5))
    mean = torch.lerp(CONTENT, PAINTING, 0.5)
    both = float((CONTENT.std() + PAINTING.std()) / 2)
    assert float(mean.std()) < 0.75 * both
    assert float(found.std()) == pytest.approx(both, rel=0.1)
    low = [resize(each, Extent(6, 5)) for each in (found, mean)]
    torch.testing.assert_close(*low, atol=0.03, rtol=0)


def test_what_both_share_stays() -> None:
    torch.testing.assert_close(mixed(CONTENT, CONTENT, _even(0.4)), CONTENT)


def test_each_pixel_has_its_own_strength() -> None:
    rising = torch.linspace(0, 1, 60).expand(1, 1, 50, 60)
    away = (mixed(CONTENT, PAINTING, rising) - CONTENT).abs().mean(dim=(0, 1, 2))
    parts = away.view(6, 10).mean(dim=1)
    assert (parts.diff() > 0).all() and float(parts[0]) < 0.3 * float(parts[-1])


@pytest.mark.parametrize("ratio", [1.0, 3.0])
def test_bands_of_rows_are_as_the_whole(ratio: float, monkeypatch: pytest.MonkeyPatch) -> None:
    content, painting = (_texture(seed, 40, 200) for seed in (3, 4))
    strength = _even(0.5, content)
    whole = mixed(content, painting, strength, ratio)
    told: list[float] = []
    monkeypatch.setattr(imaging.bands, "__defaults__", (40 * 16,))
    torch.testing.assert_close(mixed(content, painting, strength, ratio, told.append), whole)
    assert len(told) > 10 and told == sorted(told) and told[-1] == 1
