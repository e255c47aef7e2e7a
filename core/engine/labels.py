"""The labels of a request: which regions its label pictures draw, and what each is painted like."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.bridge.contract import label_styles
from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.methods import METHODS, SELECTION
from core.bridge.contract.request import Request
from core.bridge.i18n.text import Text
from core.masks.flat_colors import Color, NoLabels
from core.masks.label_map import LabelMap, read_labels
from core.pixels import files
from core.pixels.imaging import Picture, bounds, cut, to_picture
from core.styles import style_picture
from core.system.recent import Recent

MARGIN = 32
"""Pixels around a style's region that its picture keeps; an eighth of its long side if more."""


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
    content: LabelMap
    style: LabelMap | None
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

    def _number(self, style: LabelMap) -> int:
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

        The rest of the style is hidden, and covered with the region's own colours, so that none of
        its pixels has any influence. The margin may reach beyond the picture. Without it a small
        region could lie in the last pixels, which are too few for a position of a deep layer.

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
    if not METHODS[request.settings.method].from_pictures:
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
    others = request.has_picture(SELECTION)
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


def _named(color: str, content: LabelMap) -> Color:
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


_seen: Recent[LabelMap] = Recent(4)
"""While a slider moves, previews with the same label pictures come one after another."""


def _read(request: Request, name: str) -> LabelMap:
    """The labels of a ``file`` setting."""
    source = style_picture.of_setting(request, name)

    def read() -> LabelMap:
        given = source.given
        try:
            return read_labels(
                files.read_flat(Path(source.path)) if given is None else to_picture(given)
            )
        except NoLabels as error:
            named = source.path if given is None else Text("The given label picture")
            raise BadInput(
                "{name} is no label picture: {reason}.", name=named, reason=error
            ) from error

    return _seen.get(source.identity, read)
