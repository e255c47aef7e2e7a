"""The matrices of Toom and Cook's short convolutions, for Winograd's algorithm.

A row of four outputs of a convolution with three taps is part of a product of polynomials. The
product is known by its values at six points, so six multiplications give the four outputs, for
which the plain sum takes twelve. In two dimensions these are 36 and 144.

The points are 0, infinity, and a, -a, 1/a, -1/a, where a is the root of 2 (Alam et al. 2022,
"Winograd convolution for deep neural networks: efficient point selection"). In float32 they round
as much as the plain sum; the usual points 0, 1, -1, 2, -2 round four times as much. The reciprocal
of each point is a point too. Reversed taps have the same values at the reciprocals, so one
transformed kernel serves both the convolution and its gradient.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

OUTPUTS = 4
TAPS = 3
REACH = OUTPUTS + TAPS - 1
"""The inputs that a row of outputs sees, and the number of points."""

_ROOT = math.sqrt(2)
_POINTS = (0.0, _ROOT, -_ROOT, 1 / _ROOT, -1 / _ROOT)
"""All points but infinity, which comes last."""

_TURNED = (5, 3, 4, 1, 2, 0)
"""The place of each point's reciprocal."""


def taps_to_points() -> Tensor:
    """The matrix from taps to their values at the points, shape (36, 9), float64."""
    # Divided by the absolute value, so that reversed taps have the same value at the reciprocal.
    rows = [[power / (abs(point) or 1.0) for power in _powers(point, TAPS)] for point in _POINTS]
    return _both_ways([*rows, [0.0] * (TAPS - 1) + [1.0]])


def inputs_to_points() -> Tensor:
    """The matrix from a tile's inputs to their values at the points, shape (36, 36), float64."""
    rows = []
    for point in _POINTS:
        others = [other for other in _POINTS if other != point]
        scale = (abs(point) or 1.0) / math.prod(point - other for other in others)
        rows.append([scale * factor for factor in [*_polynomial(others), 0.0]])
    return _both_ways([*rows, _polynomial(_POINTS)])


def points_to_outputs() -> Tensor:
    """The matrix from values at the points to the outputs of a tile, shape (16, 36), float64."""
    columns = [_powers(point, OUTPUTS) for point in _POINTS]
    columns.append([0.0] * (OUTPUTS - 1) + [1.0])
    return _both_ways([list(row) for row in zip(*columns, strict=True)])


def turned() -> Tensor:
    """For each of the 36 points the place at which taps reversed both ways have the same value."""
    places = torch.tensor(_TURNED)
    return (places[:, None] * REACH + places).flatten()


def _powers(point: float, count: int) -> list[float]:
    return [point**power for power in range(count)]


def _polynomial(roots: tuple[float, ...] | list[float]) -> list[float]:
    """The coefficients of a polynomial with these roots, the lowest power first."""
    factors = [1.0]
    for root in roots:
        factors = [
            higher - root * lower
            for higher, lower in zip([0.0, *factors], [*factors, 0.0], strict=True)
        ]
    return factors


def _both_ways(rows: list[list[float]]) -> Tensor:
    """The matrix that applies these rows along both the height and the width."""
    matrix = torch.tensor(rows, dtype=torch.float64)
    return torch.kron(matrix, matrix)
