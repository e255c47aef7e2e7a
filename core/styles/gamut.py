"""Holds a painting's colours in its style's gamut: a pen drawing gives a grey painting.

Statistics and matching leave specks of colours that the style has not, and where the content is
colourful some of it shines through. So each pixel of the finished painting is drawn to the style's
nearest colours, the further the less it is one of them.

The gamut is the commonest :data:`PART` of a style's pixels; a mixture has the colours of all its
styles. These are the means of the small cells of Oklab that the pixels lie in. Let d be a colour's
distance from the nearest of them. The colour is drawn towards the mean of all, weighted by
exp(-(d_i² - d²) / 2h²), by the share d⁴ / (d⁴ + s⁴).

A plain nearest colour would turn a sky into bands. With h² = a² + b d the map is continuous, and
halfway between two colours that are g apart its slope is g / 2b: gaps between a painting's colours
are small, and steps across them grow little, while a style of two colours stays one. The map is
kept as a table over sRGB and interpolated, so that a picture costs as much for any style.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from core.pixels.color import from_oklab, in_bands, to_oklab
from core.pixels.imaging import Picture
from core.system.stopping import Follow, alone

PART = 0.99
"""The share of a style's pixels whose colours are its gamut. The rest is dust and ringing."""

CELL = 0.015
"""Side of a cell in Oklab; about 1.5 in Lab."""

SLACK = 0.014
"""The distance s in Oklab at which half of the way is gone. Nearer colours hardly move."""

NEAR = 0.01
"""The a of h² = a² + b d, in Oklab."""

WIDENING = 0.02
"""The b of h² = a² + b d, in Oklab."""

NODES = 25
"""Nodes of the table along each axis of sRGB."""

LOOKED_AT = 1 << 17
"""The most pixels of a style that are looked at, taken at random, each as it is: averages of
neighbours would be colours that the style has not."""

_AT_ONCE = 4096
"""Nodes whose distances from all cells are held at once: 20 MB for a style of 1,300 cells."""


@dataclass(frozen=True)
class Gamut:
    """The colours that a painting is held in.

    Attributes:
        moves: what is added to sRGB at each node, shape (3, NODES, NODES, NODES): by channel, then
            over red, green and blue.
    """

    moves: Tensor

    @classmethod
    def of(cls, styles: Iterable[Picture]) -> Gamut:
        """The gamut of one or more pictures, where their alpha is above 0."""
        colors = torch.cat([_common(style) for style in styles])
        axis = torch.linspace(0, 1, NODES)
        nodes = torch.cartesian_prod(axis, axis, axis)
        parts = torch.split(to_lab(nodes), _AT_ONCE)
        held = torch.cat([drawn(part, colors) for part in parts])
        moves = from_oklab(held.T[None, :, None])[0, :, 0] - nodes.T
        return cls(moves.reshape(3, NODES, NODES, NODES))

    def held(
        self, picture: Tensor, strength: float | Tensor = 1.0, follow: Follow = alone
    ) -> Tensor:
        """A picture with its colours in the gamut.

        Args:
            picture: in 0..1, shape (1, 3, height, width), on the CPU.
            strength: of the style, 0..1, everywhere or at each pixel, shape (1, 1, height, width).
                What a painting keeps of its content, it keeps of the content's colours: this share
                of the way is gone.
            follow: called after each band of rows.
        """
        moves = self.moves.to(picture.dtype)[None]
        share = strength if isinstance(strength, Tensor) else picture.new_tensor(strength)

        def hold(color: Tensor, share: Tensor) -> Tensor:
            # Sampling counts from -1 to 1, and names the last axis, blue, first.
            places = color.flip(1).movedim(1, -1)[:, None].mul(2).sub_(1)
            moved = functional.grid_sample(moves, places, align_corners=True)[:, :, 0]
            return moved.mul_(share).add_(color).clamp_(0, 1)

        return in_bands(hold, picture, share.expand(picture[:, :1].shape), follow=follow)


def to_lab(colors: Tensor) -> Tensor:
    """Oklab of colours, sRGB in 0..1; both of shape (colours, 3)."""
    return to_oklab(colors.T[None, :, None])[0, :, 0].T


def drawn(lab: Tensor, colors: Tensor) -> Tensor:
    """Colours, drawn towards those of a gamut; all in Oklab, shape (colours, 3)."""
    square = torch.cdist(lab, colors).square_()
    nearest = square.amin(dim=1, keepdim=True)
    width = NEAR**2 + WIDENING * nearest.sqrt()
    weights = square.sub_(nearest).div_(-2 * width).exp_()
    goal = weights @ colors / weights.sum(dim=1, keepdim=True)
    share = nearest.square() / (nearest.square() + SLACK**4)
    return torch.lerp(lab, goal, share)


def _common(style: Picture) -> Tensor:
    """The commonest colours of a style, as means of cells in Oklab, shape (colours, 3)."""
    color, alpha = style.color[0].flatten(1), style.alpha.flatten()
    seen = (alpha > 0).nonzero()[:, 0]
    generator = torch.Generator().manual_seed(0)
    some = seen[torch.randperm(len(seen), generator=generator)[:LOOKED_AT]]
    lab, weights = to_lab(color[:, some].T), alpha[some]
    _, cell = torch.unique((lab / CELL).round().long(), dim=0, return_inverse=True)
    totals = lab.new_zeros(int(cell.max()) + 1).index_add_(0, cell, weights)
    sums = lab.new_zeros(len(totals), 3).index_add_(0, cell, weights[:, None] * lab)
    order = totals.argsort(descending=True)
    before = totals[order].cumsum(0) - totals[order]
    kept = order[before < PART * totals.sum()]
    return sums[kept] / totals[kept, None]
