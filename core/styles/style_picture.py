"""The style pictures that a request names, alone or as a mixture."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

from core.bridge.contract import crops
from core.bridge.contract.crops import Crop, written
from core.bridge.contract.errors import BadInput
from core.bridge.contract.methods import SELECTION
from core.bridge.contract.pixels import Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.weighted import PATHS, weighted
from core.bridge.i18n.text import Text
from core.pixels import files
from core.pixels.highlights import within
from core.pixels.imaging import Picture, cut, to_picture

MIN_SIDE = 32
"""Shortest side of a style in pixels. The deep layers have no positions in a shorter one."""


@dataclass(frozen=True)
class StylePicture:
    """A style that is not read yet.

    Attributes:
        path: of its file.
        given: pixels that are used instead of the file, if any.
        weight: in a mixture, whose weights sum to 1.
        enough: long side in pixels that is enough: a larger picture may be read at a smaller size.
        crop: the part of the picture that is the style; None is all of it.
    """

    path: str
    given: Pixels | None = None
    weight: float = 1.0
    enough: int | None = None
    crop: Crop | None = None

    def read(self) -> Picture:
        """Decode the picture. Raises BadInput if it can't be a style."""
        given = self.given
        if given is None:
            style = files.read(Path(self.path), self.enough).picture()
        else:
            style = to_picture(given)
        if self.crop is not None:
            box = self.crop.of(style.extent)
            style = Picture(cut(style.color, box).contiguous(), cut(style.alpha, box).contiguous())
        label = self.path if given is None else Text("the given picture")
        width, height = style.extent
        if min(style.extent) < MIN_SIDE:
            if self.crop is not None:
                raise BadInput(
                    "The part of the style {name} is {width}x{height} px: take a part of at least "
                    "{least} px on each side, or a larger picture.",
                    name=label,
                    width=width,
                    height=height,
                    least=MIN_SIDE,
                )
            raise BadInput(
                "The style {name} is {width}x{height} px: choose one of at least {least} px on "
                "each side.",
                name=label,
                width=width,
                height=height,
                least=MIN_SIDE,
            )
        if not bool((style.alpha > 0).any()):
            raise BadInput(
                "The style {name} is transparent everywhere: choose another.", name=label
            )
        return within(style.filled())

    @property
    def identity(self) -> str:
        """A text that differs for each picture, found without decoding it."""
        part = "" if self.crop is None else f" {written(self.crop)}"
        if self.given is not None:
            return f"{self.given.identity}{part}"
        path = Path(self.path)
        try:
            found = path.stat()
        except OSError:
            return f"{path}"  # read() says what is wrong
        told = f"{files.VERSION} {path.resolve()} {found.st_mtime_ns} {found.st_size}"
        return f"{told}{part}" if self.enough is None else f"{told} {self.enough}{part}"


def of_setting(request: Request, name: str) -> StylePicture:
    """The picture that a ``file`` setting names."""
    given = request.pictures.get(name)
    return StylePicture(getattr(request.settings, name), given, enough=enough(request))


def enough(request: Request, part: float = 1.0) -> int | None:
    """The long side in pixels that a style needs; None if only some region of it may be used.

    It is at least twice the painting's, so that every style is reduced once more, in the same way;
    larger strokes need a larger style. It is a power of two, so that contents of similar sizes
    share a style's statistics.

    Args:
        request: says how large the painting is.
        part: of the style's sides that is taken, 0..1: the style is then that much larger.
    """
    if request.has_picture("style_labels"):
        return None
    longest = max(request.content.extent.long_side, *(request.preview or (0,)))
    needed = math.ceil(2 * longest * max(1.0, request.settings.stroke_size) / part)
    return 1 << (needed - 1).bit_length()


def mixture(request: Request, name: str) -> tuple[StylePicture, ...]:
    """The styles of a region: that of its setting, and for the selection those of ``mix``.

    Args:
        request: names them.
        name: ``style`` for the selection, or ``background_style``, which is never mixed.

    Raises:
        BadInput: the text of the mixture is malformed, or there are labels, which belong to one
            style.
    """
    first = of_setting(request, name)
    if name == SELECTION:
        first = _part(first, request)
    others = weighted(request.settings.mix, PATHS) if name == SELECTION else {}
    if others and request.has_picture("style_labels"):
        raise BadInput(
            "Labels belong to one style picture, so that several can't be mixed with them: leave "
            "out mix or the labels."
        )
    total = 1 + sum(others.values())
    more = (
        StylePicture(path, weight=w / total, enough=enough(request))
        for path, w in others.items()
        if w
    )
    return replace(first, weight=1 / total), *more


def _part(style: StylePicture, request: Request) -> StylePicture:
    """The part of the selection's style that is to be taken.

    Raises:
        BadInput: the setting names none, or there are labels, which are those of the whole style.
    """
    crop = crops.read(request.settings.style_crop)
    if crop is None:
        return style
    if request.has_picture("style_labels"):
        raise BadInput(
            "A part of the style and labels on it can't be had together: leave out style-crop or "
            "the style's labels."
        )
    least = min(1.0, min(crop.width, crop.height) / 100)
    return replace(style, crop=crop, enough=enough(request, least))
