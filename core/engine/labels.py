"""Label pictures: regions drawn in flat colours, each with a soft mask whose edges stay as drawn.

A label picture comes as a person saved it: antialiased, feathered or JPEG. Its colours are those
that it has in flat areas; a pixel between two areas belongs to both by the share of their colours
that it is mixed of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.bridge.contract import label_styles
from core.bridge.contract.errors import BadInput, Reason
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.label_styles import SAME
from core.bridge.contract.pixels import PixelFormat
from core.bridge.contract.request import Request
from core.bridge.i18n.text import Text
from core.pixels import files
from core.pixels.imaging import Picture, bounds, cut, to_picture, to_pixels
from core.styles import styles
from core.system.recent import Recent

FLAT = 8
"""How far the values within 3x3 px may be apart in a flat area. Exact colours have 0, the blocks of
JPEG at quality 50 up to 6; a feather of 30 px between two colours has 8 and more."""

FEWEST = 12, 1e-4
"""Flat pixels that make a colour a label: at least so many, and so much of the picture. The
antialiased edges of the maps tried have 2 of a colour by accident, a drawn eye has 116."""

MOST = 32
"""Labels in a picture: more are noise, and each pair of them is looked at."""

SHARP = 0.5
"""Of the flat pixels that a label has, those within FLAT of its colour. A wide feather is flat as
well, and so is a sky, but neither has one colour more than the next."""

DRAWN = 0.7
"""Part of a label picture that lies within its areas: a map shrunk to 150 px and saved as JPEG at
quality 50 still has 0.83, a photograph of a floodlit tower at night 0.58, others 0.27 and less."""

REACH = 32
"""Pixels beyond its nearest area that a pixel's colour may come from: the widest feather."""

MARGIN = 32
"""Pixels around a style's region that its picture keeps; an eighth of its long side if more."""

_SQUARE = np.ones((3, 3), np.uint8)


class Color(NamedTuple):
    """Red, green and blue, 0 to 255."""

    red: int
    green: int
    blue: int

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


@dataclass(frozen=True, eq=False)
class Labels:
    """The labels of a picture, at most two to a pixel.

    Attributes:
        palette: their colours.
        numbers: of a pixel's labels in the palette, shape (2, height, width).
        shares: of the pixel that each has, in 255ths, as ``numbers``; together the pixel's opacity.
        dropped: colours drawn too thinly for a label, and each one's share of the picture.
    """

    palette: tuple[Color, ...]
    numbers: NDArray[np.uint8]
    shares: NDArray[np.uint8]
    dropped: tuple[tuple[Color, float], ...] = ()

    @property
    def extent(self) -> Extent:
        return Extent(self.numbers.shape[2], self.numbers.shape[1])

    def mask(self, number: int, box: Box) -> Tensor:
        """The label's soft mask in the box, shape (1, 1, height, width)."""
        numbers, shares = (cut(torch.from_numpy(of), box) for of in (self.numbers, self.shares))
        return torch.where(numbers == number, shares, 0).sum(dim=0)[None, None].float() / 255

    def covers(self, number: int, box: Box) -> NDArray[np.bool_]:
        """Where the label's mask is above 0 in the box, shape (height, width)."""
        rows, columns = slice(box.y, box.bottom), slice(box.x, box.right)
        numbers, shares = self.numbers[:, rows, columns], self.shares[:, rows, columns]
        covered: NDArray[np.bool_] = ((numbers == number) & (shares > 0)).any(axis=0)
        return covered

    def fitted(self, extent: Extent) -> Labels:
        """At another size, by the nearest neighbour."""
        if extent == self.extent:
            return self
        rows, columns = (
            ((np.arange(new) + 0.5) * old / new).astype(int)
            for new, old in zip(extent[::-1], self.extent[::-1], strict=True)
        )
        near = np.ix_(np.arange(2), rows, columns)
        return replace(self, numbers=self.numbers[near], shares=self.shares[near])

    def like(self, color: Color) -> int | None:
        """The number of the label of that colour; None where there is none."""
        known = list(map(str, self.palette))
        meant = label_styles.nearest(str(Color(*color)), known)
        return None if meant is None else known.index(meant)

    @cached_property
    def legend(self) -> list[tuple[str, float]]:
        """Each label's colour and its share of the picture, the largest first."""
        counts = np.bincount(
            self.numbers.ravel(), weights=self.shares.ravel(), minlength=len(self.palette)
        )
        shares = counts / (255 * self.extent.area)
        told = zip(map(str, self.palette), shares.tolist(), strict=True)
        return sorted(told, key=lambda label: -label[1])

    def middle(self, number: int) -> tuple[int, int]:
        """Column and row of the pixel that lies deepest inside the label."""
        inside = (self.numbers[0] == number).astype(np.uint8)
        depth = cv2.distanceTransform(inside, cv2.DIST_L2, 3)
        row, column = np.unravel_index(int(depth.argmax()), depth.shape)
        return int(column), int(row)


@dataclass(frozen=True, eq=False)
class Label:
    """A region of the content, and what it is painted like.

    Attributes:
        color: as the content's map has it.
        content: the content's labels, of its size.
        style: the style's labels, of any size: the region of this colour counts. None where the
            whole style does.
        own: the file of a style of its own; none takes after the request's.
    """

    color: Color
    content: Labels
    style: Labels | None
    own: str = ""

    def mask(self, box: Box) -> Tensor:
        """The region's soft mask in a box of the content, shape (1, 1, height, width)."""
        return self.content.mask(self.content.palette.index(self.color), box)

    def covers(self, box: Box) -> NDArray[np.bool_]:
        """Where that mask is above 0."""
        return self.content.covers(self.content.palette.index(self.color), box)

    def check(self) -> None:
        """Raise BadInput where the style's labels have none of this colour."""
        if self.style is not None:
            self._number(self.style)

    def _number(self, style: Labels) -> int:
        number = style.like(self.color)
        if number is None:
            column, row = self.content.middle(self.content.palette.index(self.color))
            known = ", ".join(map(str, style.palette))
            raise BadInput(
                "The content's label {color} (around column {column}, row {row}) is not among "
                "the style's, which are {names}: draw it in one of these, or add it there.",
                color=self.color,
                column=column,
                row=row,
                names=known,
            )
        return number

    def narrowed(self, style: Picture) -> Picture:
        """The style's own region, in its box with a margin.

        What else the style shows is hidden, and covered with the region's own colours: not one of
        its pixels has a say. The margin, beyond the picture's edge if need be, keeps the smallest
        region clear of the neurons that a picture's last pixels are too few for.

        Raises:
            BadInput: the labels have other proportions than the style, or not this one.
        """
        if self.style is None:
            return style
        _check_proportions(Text("style"), self.style.extent, style.extent)
        labels = self.style.fitted(style.extent)
        mask = labels.mask(self._number(self.style), Box.of(style.extent)) * style.alpha
        region = bounds((mask[0, 0] > 0).numpy())
        if region.empty:
            raise BadInput(
                "The style is transparent where its labels have {color}: there is nothing to "
                "paint that region like.",
                color=self.color,
            )
        margin = max(MARGIN, region.extent.long_side // 8)
        around = (margin,) * 4
        return Picture(
            functional.pad(cut(style.color, region), around),
            functional.pad(cut(mask, region), around),
        ).filled()


def drawn(request: Request) -> list[Label]:
    """The content's regions as its label picture has them; none where no labels are given.

    Raises:
        BadInput: the content's label picture is missing, one is none, or has other proportions
            than its picture; colours have styles of their own as well as places in one; the
            content's labels have not the colour that has a style; or the method has no style
            picture that labels could be on.
    """
    own = label_styles.read(request.settings.label_styles)
    content_has, style_has = map(request.has_picture, ("content_labels", "style_labels"))
    if not (content_has or style_has or own):
        return []
    if not content_has:
        raise BadInput(
            "There are no labels that these styles are for: give content-labels, a picture of the "
            "original in flat colours."
        )
    if style_has and own:
        raise BadInput(
            "A label's colour has its place in one style, by style-labels, or a style of its own, "
            "by label-styles: give one of the two."
        )
    if request.settings.method == "pastiche":
        raise BadInput(
            "Labels say which part of a style picture is meant, and the method pastiche has none: "
            "choose another method, or no labels."
        )
    content = _read(request, "content_labels")
    _check_proportions(Text("content"), content.extent, request.content.extent)
    content = content.fitted(request.content.extent)
    if style_has:
        style = _read(request, "style_labels")
        return [Label(color, content, style) for color in content.palette]
    named = {_named(color, content): path for color, path in own.items()}
    if len(named) < len(own):
        raise BadInput(
            "label-styles names two colours that are one label of this picture: leave one out."
        )
    others = request.has_picture("style")
    return [
        Label(color, content, None, named.get(color, ""))
        for color in content.palette
        if others or color in named
    ]


def legend(request: Request) -> list[tuple[str, float]]:
    """Of the content's labels, as they were drawn. Raises BadInput where the picture is none."""
    return _read(request, "content_labels").legend


def told(request: Request) -> list[Text]:
    """What a person should know of the content's labels."""
    return [told_of_label(*dropped) for dropped in _read(request, "content_labels").dropped]


def told_of_label(color: Color, share: float) -> Text:
    return Text(
        "The labels' colour {color} is drawn too thinly for a label of its own ({share} of their "
        "picture): it counts for the label next to it.",
        color=color,
        share=f"{share:.2%}",
    )


def _named(color: str, content: Labels) -> Color:
    """The content's label of about that colour. Raises BadInput where there is none."""
    number = content.like(Color(*bytes.fromhex(color[1:])))
    if number is None:
        known = ", ".join(map(str, content.palette))
        raise BadInput(
            "label-styles names {color}, which no label has: there are {names}.",
            color=color,
            names=known,
        )
    return content.palette[number]


def _check_proportions(of: Text, labels: Extent, picture: Extent) -> None:
    # One pixel of rounding is what a shrunken copy of the right map may be off by.
    off = abs(labels.width * picture.height - labels.height * picture.width)
    if off > max(*labels, *picture):
        raise BadInput(
            "The {of}'s label picture is {width}x{height} px, the {of} {wide}x{high}: give it the "
            "same proportions.",
            of=of,
            width=labels.width,
            height=labels.height,
            wide=picture.width,
            high=picture.height,
        )


_seen: Recent[Labels] = Recent(4)
"""While a slider moves, previews with the same label pictures come one after another."""


def _read(request: Request, name: str) -> Labels:
    """The labels of a ``file`` setting."""
    source = styles.picture(request, name)

    def read() -> Labels:
        given = source.given
        try:
            return labels(
                files.read_flat(Path(source.path)) if given is None else to_picture(given)
            )
        except NoLabels as error:
            named = source.path if given is None else Text("The given label picture")
            raise BadInput(
                "{name} is no label picture: {reason}.", name=named, reason=error
            ) from error

    return _seen.get(source.identity, read)


class NoLabels(Reason):
    """A picture is no label picture; says why."""


def labels(picture: Picture) -> Labels:
    """The labels of a picture in flat colours. Raises NoLabels where it is none."""
    pixels = to_pixels(picture, PixelFormat("RGBA", "u8"))
    values: NDArray[np.uint8] = np.frombuffer(pixels.data, np.uint8).reshape(
        pixels.extent.height, pixels.extent.width, 4
    )
    color, alpha = np.ascontiguousarray(values[..., :3]), values[..., 3]
    seen = alpha > 0
    # A map has far fewer colours than pixels: what is asked of each colour is asked once.
    packed = color @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    codes, numbered = np.unique(packed, return_inverse=True)
    numbered = numbered.reshape(packed.shape)
    colors = np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1).astype(np.float32)
    counts = np.bincount(numbered[_flat(color) & seen], minlength=len(colors))
    fewest = max(FEWEST[0], FEWEST[1] * int(seen.sum()))
    found = palette(colors, counts, fewest)
    away = np.stack([_away(colors, one) for one in found], axis=1)
    nearest, distance = away.argmin(axis=1)[numbered], away.min(axis=1)[numbered]
    # What a colour may be off by in an area of its own: nothing in PNG, a lot in JPEG.
    noise = float(np.percentile(distance[seen], 80))
    tolerance = min(max(3 * noise, FLAT), SAME)
    sure = (distance <= tolerance) & seen
    areas = [
        cv2.morphologyEx((sure & (nearest == number)).astype(np.uint8), cv2.MORPH_OPEN, _SQUARE)
        for number in range(len(found))
    ]
    kept = [number for number, area in enumerate(areas) if area.any()]
    found, areas = [found[number] for number in kept], [areas[number] for number in kept]
    inside = np.max(areas, axis=0)
    if inside[seen].mean() < DRAWN:
        raise NoLabels("most of it is in no flat colour")
    numbers = np.zeros((2, *inside.shape), np.uint8)
    shares = np.zeros_like(numbers)
    numbers[:] = np.argmax(areas, axis=0)
    shares[0] = 255
    between = (inside == 0) & seen
    numbers[:, between], shares[:, between] = _mixtures(
        color[between].astype(np.float32), found, areas, between, tolerance
    )
    every = np.bincount(numbered[seen], minlength=len(colors))
    dropped = []
    for thin in _thin(colors, every, found, fewest):
        there = seen & (_away(colors, thin) <= FLAT)[numbered]
        dropped.append((thin, float(there.sum() / seen.sum())))
        numbers[:, there], shares[0, there], shares[1, there] = _next(areas, there), 255, 0
    shares[1] = np.rint(shares[1] * (alpha / 255))
    shares[0] = alpha - shares[1]
    return Labels(tuple(found), numbers, shares, tuple(dropped))


def _thin(
    colors: NDArray[np.float32],
    counts: NDArray[np.int64],
    found: Sequence[Color],
    fewest: float,
) -> list[Color]:
    """The colours that are no label's, nor mixed of two, and that were drawn nevertheless.

    Args:
        colors, fewest: as for :func:`palette`.
        counts: how many pixels have each colour, flat or not.
        found: the labels' colours.
    """
    counts = counts.copy()
    ends = [np.array(color, np.float32) for color in found]
    for one, other in (*((end, end) for end in ends), *combinations(ends, 2)):
        way = other - one
        part = ((colors - one) @ way / max(float(way @ way), 1.0)).clip(0, 1)
        mixed = one + part[:, None] * way
        reach = SAME if one is other else 2 * FLAT
        counts[np.linalg.norm(colors - mixed, axis=1) <= reach] = 0
    try:
        return palette(colors, counts, fewest)
    except NoLabels:
        return []  # none, or so many that it is noise


def _next(areas: Sequence[NDArray[Any]], there: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The number of the label whose area is nearest to each of some pixels."""
    away = [cv2.distanceTransform(1 - area, cv2.DIST_L2, 5)[there] for area in areas]
    nearest: NDArray[np.int64] = np.stack(away).argmin(axis=0)
    return nearest


def palette(colors: NDArray[np.float32], counts: NDArray[np.int64], fewest: float) -> list[Color]:
    """The colours of a picture's labels, the largest first. Raises NoLabels for too many, or none.

    Args:
        colors: all that the picture has, shape (colours, 3).
        counts: how many of its flat pixels have each.
        fewest: flat pixels that make a label.
    """
    counts, found = counts.copy(), list[Color]()
    while counts.sum() >= fewest:
        middle = colors[counts.argmax()]
        distance = _away(colors, middle)
        near, sharp = (int(counts[distance <= radius].sum()) for radius in (SAME, FLAT))
        if sharp >= max(fewest, SHARP * near):
            found.append(Color(*middle.astype(int).tolist()))
        if len(found) > MOST:
            raise NoLabels("it has more than {most} flat colours (draw with fewer)", most=MOST)
        counts[distance <= SAME] = 0
    if not found:
        raise NoLabels("it has no area in a flat colour")
    return found


def _flat(color: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a pixel is as its neighbours are."""
    apart = cv2.subtract(cv2.dilate(color, _SQUARE), cv2.erode(color, _SQUARE))
    found: NDArray[np.bool_] = np.asarray(apart).max(axis=-1) <= FLAT
    return found


def _away(colors: NDArray[np.float32], one: Sequence[float] | NDArray[Any]) -> NDArray[Any]:
    """The Euclidean distance of colours, shape (colours, 3), to one of them."""
    found: NDArray[Any] = np.linalg.norm(colors - np.asarray(one, np.float32), axis=1)
    return found


def _mixtures(
    color: NDArray[np.float32],
    colors: Sequence[Color],
    areas: Sequence[NDArray[Any]],
    between: NDArray[np.bool_],
    tolerance: float,
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The two labels that explain each pixel between the areas best, and their shares in 255ths.

    Only labels near by are asked: halfway from red to green lies olive, and where the map has that
    too, the nearest colour alone would draw an olive line between them.

    Args:
        color: of the pixels, shape (count, 3).
        colors, areas: of the labels.
        between: where the pixels are.
        tolerance: what a colour may be off by and still be the label's alone.
    """
    # Euclidean distance to each label's area, and what is near as seen from the nearest.
    away = np.stack(
        [cv2.distanceTransform(1 - area, cv2.DIST_L2, 5)[between] for area in areas], axis=1
    )
    near = away <= away.min(axis=1, initial=np.inf, keepdims=True) + REACH
    chosen = np.zeros((2, len(color)), np.uint8)
    share = np.zeros(len(color), np.float32)
    least = np.full(len(color), np.inf, np.float32)
    singles = [(number, number) for number in range(len(colors))]
    for one, other in (*singles, *combinations(range(len(colors)), 2)):
        (asked,) = (near[:, one] & near[:, other]).nonzero()
        start, end = (np.array(colors[number], np.float32) for number in (one, other))
        way = end - start
        part = ((color[asked] - start) @ way / max(float(way @ way), 1.0)).clip(0, 1)
        mixed = start + part[:, None] * way
        # Of what looks alike, what lies nearest; in JPEG, where colours stray, all the more so.
        cost = np.linalg.norm(color[asked] - mixed, axis=1)
        cost += tolerance / FLAT * (away[asked, one] + away[asked, other]) / 2
        better = cost < least[asked]
        at, part = asked[better], part[better]
        for end_color, whole in ((start, 0.0), (end, 1.0)):
            part[np.linalg.norm(color[at] - end_color, axis=1) <= tolerance] = whole
        least[at], share[at] = cost[better], part
        chosen[0, at], chosen[1, at] = one, other
    second = np.rint(share * 255).astype(np.uint8)
    return chosen, np.stack([255 - second, second])
