"""Nearest neighbours against their definition, vector by vector in numpy and float64."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.painterly import nearest
from core.painterly.nearest import BACK, NearestNeighbors, StyleFeatures

STYLE, PAINTED = (1, 5, 4, 6), (1, 5, 3, 7)


def _random(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _neighbors(style: torch.Tensor, weights: torch.Tensor) -> NearestNeighbors:
    return NearestNeighbors([StyleFeatures(style, weights, 1.0)], torch.Generator().manual_seed(0))


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _rows(features: torch.Tensor) -> np.ndarray:
    return features[0].flatten(1).T.numpy()


def _distance(style: torch.Tensor, painted: torch.Tensor, weights: torch.Tensor) -> float:
    """1 - the weighted mean cosine to the nearest feature vector, and back."""
    mean = _rows(style).mean(axis=0)
    theirs, ours = _unit(_rows(style) - mean), _unit(_rows(painted) - mean)
    w = weights.flatten().numpy()
    cosines = np.where(w[:, None] > 0, ours @ theirs.T, -np.inf)
    seen = w > 0
    forth = np.sum(w[seen] * cosines[seen].max(axis=1)) / w.sum()
    return 1 - (1 - BACK) * forth - BACK * cosines.max(axis=0).mean()


@pytest.mark.parametrize("rows", [4096, 4])
def test_the_pull_is_the_distances_definition(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the painting's positions are compared a few at a time."""
    monkeypatch.setattr(nearest, "ROWS", rows)
    style, painted = _random(1, *STYLE), _random(2, *PAINTED)
    weights = torch.rand(3, 7, generator=torch.Generator().manual_seed(3)).double()
    weights[0, :3] = 0
    found = _neighbors(style, torch.ones(4, 6))
    pull = found.pull(painted, weights)
    taken = found.add_slope(torch.zeros_like(painted), painted, pull, 1.0)
    assert 1 - float(taken) == pytest.approx(_distance(style, painted, weights), rel=1e-9)
    assert float(pull[0, :, 0, :3].abs().max()) == 0.0


def test_the_slope_is_autograds() -> None:
    style, painted = _random(1, *STYLE), _random(2, *PAINTED)
    found, weights = _neighbors(style, torch.ones(4, 6)), torch.ones(3, 7).double()
    pull = found.pull(painted, weights)
    mean = style[0].flatten(1).mean(dim=1)[:, None, None]
    leaf = painted.clone().requires_grad_()
    unit = torch.nn.functional.normalize(leaf - mean, dim=1)
    (expected,) = torch.autograd.grad(3.0 * (1 - (unit * pull).sum()), leaf)
    gradient = _random(9, *PAINTED)
    before = gradient.clone()
    found.add_slope(gradient, painted, pull, 3.0)
    torch.testing.assert_close(gradient - before, expected, rtol=0, atol=1e-12)


def test_the_styles_own_features_are_already_there() -> None:
    style = _random(1, *STYLE)
    found, weights = _neighbors(style, torch.ones(4, 6)), torch.ones(4, 6).double()
    gradient = torch.zeros_like(style)
    taken = found.add_slope(gradient, style, found.pull(style, weights), 1.0)
    assert float(taken) == pytest.approx(1.0, rel=1e-9)
    assert float(gradient.abs().max()) < 1e-12


def test_hidden_positions_of_the_style_pull_nothing() -> None:
    style, painted = _random(1, *STYLE), _random(2, *PAINTED)
    seen = torch.ones(4, 6)
    seen[:, 3:] = 0
    changed = style.clone()
    changed[..., 3:] += 7
    pulls = [_neighbors(s, seen).pull(painted, torch.ones(3, 7).double()) for s in (style, changed)]
    assert torch.equal(*pulls)


def test_vectors_of_one_kind_are_nearer() -> None:
    """Both ways, by what both have of each kind; what pulls is the vector itself."""
    style, painted = _random(1, *STYLE), _random(2, *PAINTED)
    theirs, ours = (
        torch.stack([one, 1 - one])
        for one in ((4 * _random(5, 4, 6)).sigmoid(), (4 * _random(6, 3, 7)).sigmoid())
    )
    found = NearestNeighbors(
        [StyleFeatures(style, torch.ones(4, 6), 1.0, theirs)], torch.Generator()
    )
    pull = found.pull(painted, torch.ones(3, 7).double(), ours)
    mean = _rows(style).mean(axis=0)
    known, seen = _unit(_rows(style) - mean), _unit(_rows(painted) - mean)
    alike = ours.flatten(1).T.numpy() @ theirs.flatten(1).numpy()
    likeness = seen @ known.T + nearest.LIKE * alike
    assert (likeness.argmax(axis=1) != (seen @ known.T).argmax(axis=1)).any()
    wanted = (1 - BACK) / 21 * known[likeness.argmax(axis=1)]
    np.add.at(wanted, likeness.argmax(axis=0), BACK / 24 * known)
    np.testing.assert_allclose(_rows(pull), wanted, rtol=0, atol=1e-12)


def test_styles_pull_by_their_shares() -> None:
    """Of two styles of one size, the vectors used and their weights follow the shares.

    These are all vectors of the larger share, and a third as many of the other.
    """
    styles, painted = [_random(1, *STYLE), _random(4, *STYLE) + 0.5], _random(2, *PAINTED)
    shares, weights = (0.75, 0.25), torch.ones(3, 7).double()
    found = NearestNeighbors(
        [
            StyleFeatures(s, torch.ones(4, 6), share)
            for s, share in zip(styles, shares, strict=True)
        ],
        torch.Generator().manual_seed(0),
    )
    drawn = torch.randperm(24, generator=torch.Generator().manual_seed(0))[:8].sort().values
    rows = [_rows(styles[0]), _rows(styles[1])[drawn.numpy()]]
    mean = sum(share * part.mean(axis=0) for share, part in zip(shares, rows, strict=True))
    cosines = _unit(_rows(painted) - mean) @ _unit(np.concatenate(rows) - mean).T
    halves = np.split(cosines.max(axis=0), [24])
    back = sum(share * part.mean() for share, part in zip(shares, halves, strict=True))
    wanted = (1 - BACK) * cosines.max(axis=1).mean() + BACK * back
    pull = found.pull(painted, weights)
    taken = found.add_slope(torch.zeros_like(painted), painted, pull, 1.0)
    assert float(taken) == pytest.approx(wanted, rel=1e-9)


def test_a_large_style_is_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "SAMPLE", 10)
    style, painted = _random(1, *STYLE), _random(2, *PAINTED)
    pulls = [
        NearestNeighbors(
            [StyleFeatures(style, torch.ones(4, 6), 1.0)], torch.Generator().manual_seed(seed)
        ).pull(painted, torch.ones(3, 7).double())
        for seed in (0, 0, 1)
    ]
    assert torch.equal(pulls[0], pulls[1])
    assert not torch.equal(pulls[0], pulls[2])
