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
kept as a table over sRGB and interpolated, so that a picture costs as much for any style. PyTorch
samples planes with vector instructions, and solids one by one: so a colour's red chooses a plane,
which holds what is added there and what is added more at the next plane.

What is drawn to a gamut comes to lie at its near side, which for most colours is the grey one. So
where the held picture has less chroma than the style in the mean, its colours go away from grey,
all by one factor, and are held again. That does not help where the style has its chroma in its dark
and its light colours, and a painting most of its pixels between them, as with a pen's cool ink on
yellow paper. What is still missing they go without being held again, and not far.

Between a style's black and its bright colours the map is steep: a decoder's faint grid on a grey
becomes a maze, and an edge becomes one of whole pixels. So how much lighter a pixel becomes is
averaged over its neighbours. Hue and chroma are its own, or colours of single pixels would stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor
from torch.nn import functional

from core.bridge.contract.geometry import Box
from core.pixels.color import from_oklab, to_oklab
from core.pixels.imaging import Picture, bands, box_filter, cut, extent_of
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

MOST, MORE = 1.1, 0.018
"""The factor by which colours go away from grey is at most MOST + MORE / c, for a style's mean
chroma c in Oklab: 2.6 for an ink wash, and 1.3 for bright glass, which would show bands with more.
"""

BEYOND = 0.03
"""How far at most, in sRGB, a colour goes away from grey in the end without being held again: about
3 in Lab. It keeps its hue, so it is still taken for one of the style's. The factor by which it does
is at most 1 + BEYOND / c."""

STEPS = 2
"""Steps of the search for either factor, after both ends were tried."""

LOOKED_AT = 1 << 17
"""The most pixels of a style that are looked at, taken at random, each as it is: averages of
neighbours would be colours that the style has not."""

MEASURED = 1 << 14
"""Pixels of a picture, taken at random, whose mean chroma is compared with the style's."""

GREY = 0.2126, 0.7152, 0.0722
"""Shares of red, green and blue in the grey of a colour. sRGB is mixed as it is, not as light: the
colours of a grey style are near enough to their grey for that, and others are held again."""

_AT_ONCE = 4096
"""Nodes whose distances from all cells are held at once: 20 MB for a style of 1,300 cells."""


@dataclass(frozen=True)
class Gamut:
    """The colours that a painting is held in.

    Attributes:
        moves: what is added to sRGB at each node, shape (3, NODES, NODES, NODES): by channel, then
            over red, green and blue.
        chroma: the mean chroma that a picture is brought up to, in Oklab, shape ().
    """

    moves: Tensor
    chroma: Tensor

    @classmethod
    def of(cls, styles: Iterable[Picture]) -> Gamut:
        """The gamut of one or more pictures, where their alpha is above 0.

        A mixture may be as grey as the greyest of its styles.
        """
        seen = [_seen(style) for style in styles]
        colors = torch.cat([_common(*one) for one in seen])
        axis = torch.linspace(0, 1, NODES)
        nodes = torch.cartesian_prod(axis, axis, axis)
        parts = torch.split(to_lab(nodes), _AT_ONCE)
        held = torch.cat([drawn(part, colors) for part in parts])
        moves = from_oklab(held.T[None, :, None])[0, :, 0] - nodes.T
        chroma = torch.stack([_mean_chroma(*one) for one in seen]).amin()
        return cls(moves.reshape(3, NODES, NODES, NODES), chroma)

    def held(
        self,
        picture: Tensor,
        seen: Tensor | None = None,
        strength: float | Tensor = 1.0,
        follow: Follow = alone,
        *,
        radius: int = 0,
    ) -> Tensor:
        """A picture with its colours in the gamut.

        Args:
            picture: in 0..1, shape (1, 3, height, width), on the CPU.
            seen: how much each pixel counts in the picture's chroma, shape (1, 1, height, width);
                by default all alike.
            strength: of the style, 0..1, everywhere or at each pixel, shape (1, 1, height, width).
                What a painting keeps of its content, it keeps of the content's colours: this share
                of the way is gone.
            follow: called after each band of rows.
            radius: of the window, in pixels, over which it is averaged how much lighter a pixel
                becomes. 0 takes each by itself.
        """
        factors = self._factors(picture, seen)
        whole = Box.of(extent_of(picture))
        reach = 2 * radius  # a colour is moved twice at most
        held = torch.empty_like(picture)
        for band in bands(whole):
            around = Box(0, band.y - reach, whole.width, band.height + 2 * reach).intersect(whole)
            moved = self._moved(cut(picture, around), *factors, radius)
            share = cut(strength, band) if isinstance(strength, Tensor) else strength
            cut(held, band).copy_(
                torch.lerp(cut(picture, band), cut(moved, band.inside(around)), share)
            )
            follow(band.bottom / whole.height)
        return held

    def _moved(self, color: Tensor, factor: float, further: float, radius: int) -> Tensor:
        """Colours in 0..1, shape (1, 3, height, width), as they are held, by these factors."""
        held = self._drawn(color, radius)
        if factor > 1:
            held = self._drawn(_saturated(held, factor), radius)
        return _a_little_saturated(held, further) if further > 1 else held

    @cached_property
    def _planes(self) -> Tensor:
        """The table as planes below each other, shape (1, 6, (NODES - 1) * (NODES + 1), NODES).

        One for each red but the last, over green (its last row twice, or its end would be mixed
        with the next plane's beginning) and blue. Channels: what is added, and the differences from
        what is added at the next red.
        """
        moves = self.moves.float()
        both = torch.cat([moves[:, :-1], moves.diff(dim=1)])
        return torch.cat([both, both[:, :, -1:]], dim=2).flatten(1, 2)[None]

    def _drawn(self, color: Tensor, radius: int = 0) -> Tensor:
        """Colours in 0..1, shape (1, 3, height, width), moved as the table says; and each lighter
        by as much as a window of that radius is in the mean."""
        red, green, blue = color[0].flatten(1)
        planes = self._planes.to(color)
        last = NODES - 1
        along = red * last
        plane = along.floor().clamp_(0, last - 1)
        # Sampling counts from -1 to 1, and names the last axis first.
        row = (plane * (NODES + 1)).add_(green, alpha=last)
        row.mul_(2 / (planes.shape[2] - 1)).sub_(1)
        places = torch.stack([blue * 2 - 1, row], dim=1)[None, None]
        found = functional.grid_sample(planes, places, align_corners=True)[0, :, 0]
        ways = found[:3].addcmul_(found[3:], along.sub_(plane)).view_as(color)
        if radius:
            lighter = _grey(ways)
            ways += box_filter(lighter, radius) - lighter
        return ways.add_(color).clamp_(0, 1)

    def _factors(self, picture: Tensor, seen: Tensor | None) -> tuple[float, float]:
        """By how much the colours of a held picture go away from grey, before they are held again
        and after it; each at least 1."""
        area = picture.shape[-2] * picture.shape[-1]
        some = torch.randint(area, (MEASURED,), generator=torch.Generator().manual_seed(0))
        held = self._drawn(picture.flatten(2)[..., some][:, :, None])
        weights = held.new_ones(MEASURED) if seen is None else seen.flatten()[some]
        wanted = float(self.chroma)

        def over(colors: Tensor) -> float:
            """How much more chroma they have than is wanted."""
            return float(_mean_chroma(to_lab(colors[0, :, 0].T), weights)) - wanted

        chroma = max(wanted, 1e-3)
        most = MOST + MORE / chroma
        factor = _zero(lambda factor: over(self._drawn(_saturated(held, factor))), 1.0, most)
        if factor < most:
            return factor, 1.0
        again = self._drawn(_saturated(held, factor))
        most = 1 + BEYOND / chroma
        return factor, _zero(lambda factor: over(_a_little_saturated(again, factor)), 1.0, most)


def _zero(rising: Callable[[float], float], low: float, high: float) -> float:
    """Where a function that is nearly a line reaches 0, or the end that is nearer to that.

    By regula falsi: the line through two of its places comes close to the wanted one.
    """
    below = rising(low)
    if below >= 0:
        return low
    above = rising(high)
    if above <= 0:
        return high
    for _ in range(STEPS):
        middle = low + (high - low) * below / (below - above)
        found = rising(middle)
        if found < 0:
            low, below = middle, found
        else:
            high, above = middle, found
    return low + (high - low) * below / (below - above)


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


def _saturated(color: Tensor, factor: float) -> Tensor:
    """Colours in 0..1, shape (1, 3, height, width), so many times as far from their grey."""
    return torch.lerp(_grey(color), color, factor).clamp_(0, 1)


def _a_little_saturated(color: Tensor, factor: float) -> Tensor:
    """As :func:`_saturated`, but none farther than by :data:`BEYOND`."""
    more = (color - _grey(color)).mul_(factor - 1)
    size = more.abs().amax(dim=1, keepdim=True)
    return more.div_(size.div_(BEYOND).add_(1)).add_(color).clamp_(0, 1)


def _grey(color: Tensor) -> Tensor:
    """The grey of colours, shape (1, 1, height, width)."""
    (red, green, blue), (of_red, of_green, of_blue) = torch.split(color, 1, dim=1), GREY
    return (of_red * red).add_(green, alpha=of_green).add_(blue, alpha=of_blue)


def _seen(style: Picture) -> tuple[Tensor, Tensor]:
    """Some of a style's colours where its alpha is above 0, in Oklab, and their alphas."""
    color, alpha = style.color[0].flatten(1), style.alpha.flatten()
    seen = (alpha > 0).nonzero()[:, 0]
    generator = torch.Generator().manual_seed(0)
    some = seen[torch.randperm(len(seen), generator=generator)[:LOOKED_AT]]
    return to_lab(color[:, some].T), alpha[some]


def _mean_chroma(lab: Tensor, weights: Tensor) -> Tensor:
    """The mean of colours' distances from grey, shape ()."""
    chroma = torch.hypot(lab[:, 1], lab[:, 2])
    return (chroma * weights).sum() / weights.sum().clamp(min=1e-6)


def _common(lab: Tensor, weights: Tensor) -> Tensor:
    """The commonest of colours, as means of cells in Oklab, shape (colours, 3)."""
    _, cell = torch.unique((lab / CELL).round().long(), dim=0, return_inverse=True)
    totals = lab.new_zeros(int(cell.max()) + 1).index_add_(0, cell, weights)
    sums = lab.new_zeros(len(totals), 3).index_add_(0, cell, weights[:, None] * lab)
    order = totals.argsort(descending=True)
    before = totals[order].cumsum(0) - totals[order]
    kept = order[before < PART * totals.sum()]
    return sums[kept] / totals[kept, None]
