"""Colouring a sketch after a reference: foreground from foreground, background from background.

The sketch is laid in with the reference's colours, shape by shape (core/sketches/underpainting.py),
painted as any picture with two regions is, and its lines are laid over the result.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.bridge.contract.methods import METHODS, REST, SELECTION
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Progress, Request
from core.bridge.i18n.text import Text
from core.engine.networks import Networks
from core.engine.painting import Painting
from core.masks import segment
from core.masks.salient import SalientNetwork
from core.pixels.components import Mask
from core.pixels.imaging import Picture, cut, fit, resize, to_mask, to_picture, to_pixels
from core.sketches import shapes, sketch, underpainting
from core.sketches.library import Library
from core.sketches.shapes import ShapeNumbers
from core.sketches.underpainting import Level
from core.styles import style_picture
from core.system.stopping import ShouldStop

_log = logging.getLogger(__name__)

OnProgress = Callable[[Progress], None]

LEAST = 0.01
"""Part of a picture below which a level has nothing to paint, or to be painted from."""


@dataclass(frozen=True)
class Sketch:
    """A sketch ready to be painted.

    Attributes:
        request: for the sketch laid in with colours, in regions that each have their style.
        ink: of the sketch, 0..1, shape (1, 1, height, width).
        report: what the painting's report gets besides: the ``reference`` that was taken and, out
            of a library, its ``likeness``.
    """

    request: Request
    ink: Tensor
    report: Mapping[str, object]

    def finished(self, painting: Painting) -> Painting:
        """The painting of the request, with the lines over it."""
        painted = painting.painted
        lined = sketch.lay_lines(painted.color, cut(self.ink, painted.box))
        _log.info("coloured: %s", self.report)
        return Painting(painted._replace(color=lined), {**painting.report, **self.report})


def prepared(
    request: Request, networks: Networks, on_progress: OnProgress, should_stop: ShouldStop
) -> Sketch:
    """Lay in the sketch that is a request's content.

    Args:
        request: its selection, where there is one, is the sketch's foreground.
        networks: where the network comes from that finds the reference's subject, and the folder
            that remembers what was found out about folders of pictures.
        on_progress: called with what is looked for.
        should_stop: asked often.

    Raises:
        BadInput: nothing is drawn, there is no reference, or it can't be used.
        Stopped: ``should_stop`` said so.
    """
    if not METHODS[request.settings.method].from_pictures:
        raise BadInput(
            "Pastiche knows only its own styles: colour a sketch with painterly or instant."
        )
    ink = sketch.ink(to_picture(request.content))
    if not bool(ink.any()):
        raise BadInput(
            "Nothing is drawn there: a sketch needs lines that stand out from its paper."
        )
    request, report = _with_reference(request, ink, networks.libraries, on_progress, should_stop)
    on_progress(Progress(0.0, Text("Finding the subject")))
    salient = networks.salient(networks.device(request.settings.device))
    return Sketch(_laid_in(request, ink, salient, should_stop), ink, report)


def _with_reference(
    request: Request,
    ink: Tensor,
    libraries: Path | None,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> tuple[Request, Mapping[str, object]]:
    """The request with a style, taken from the library where it has none; and the report."""
    settings = request.settings
    if request.has_picture(SELECTION):
        given = SELECTION in request.pictures
        return request, {"reference": "the given picture" if given else settings.style}

    def look(done: int, of: int) -> None:
        told = Text("Looking at the library, {done} of {count} pictures", done=done, count=of)
        on_progress(Progress(0, told))

    library = Library(Path(settings.library), libraries)
    best = library.rank(ink, look, should_stop)[0]
    found = replace(settings, style=str(best.path))
    return replace(request, settings=found), {
        "reference": str(best.path),
        "likeness": best.likeness,
    }


def _laid_in(
    request: Request, ink: Tensor, salient: SalientNetwork | None, should_stop: ShouldStop
) -> Request:
    """The sketch as a picture with tones, in regions that each have their style."""
    reference = style_picture.of_setting(request, SELECTION).read()
    if float((reference.alpha > 0).float().mean()) < LEAST:
        raise BadInput("The reference is transparent nearly everywhere: choose another.")
    labels = shapes.enclosed(ink)
    subject = _subject(reference, salient, should_stop)
    levels = _levels(request, labels, ink, reference, subject)
    small = fit(reference.extent, shapes.SIDE)
    laid = underpainting.lay_in(
        labels, [Level(mask, picture.resize(small)) for mask, picture in levels]
    )
    extent = request.content.extent
    content = resize(torch.from_numpy(laid).permute(2, 0, 1)[None], extent)
    # What is answered here is not to be asked again.
    settings = replace(
        request.settings,
        sketch=False, library="", style="", background_style="", mix="", segment="off",
    )  # fmt: skip
    return Request(
        content=to_pixels(Picture(content, _OPAQUE), PixelFormat("RGB", "u16")),
        settings=settings,
        selection=_mask(levels[0].mask, extent) if len(levels) > 1 else None,
        pictures={
            part: to_pixels(level.reference, PixelFormat("RGBA", "u16"))
            for part, level in zip((SELECTION, REST), levels, strict=False)
        },
        preview=request.preview,
    )


_OPAQUE = torch.ones(1, 1, 1, 1)


def _levels(
    request: Request, labels: ShapeNumbers, ink: Tensor, reference: Picture, subject: Tensor
) -> list[Level]:
    """Foreground and background; all as one where the sketch or the reference has but one."""
    visible = (reference.alpha > 0).float()
    sources = [
        Picture(reference.color, reference.alpha * share) for share in (subject, 1 - subject)
    ]
    grounded = bool(subject[..., -1, :].mean() > 0.5)
    foreground = _foreground(request, labels, ink, grounded)
    masks = [foreground, ~foreground]
    parts = [float(mask.mean()) for mask in masks]
    parts += [float((source.alpha > 0.5).float().mean()) for source in sources]
    if min(parts) < LEAST:
        masks, sources = [np.ones_like(foreground)], [Picture(reference.color, visible)]
    return [
        Level(mask, underpainting.lit(source)) for mask, source in zip(masks, sources, strict=True)
    ]


def _subject(reference: Picture, salient: SalientNetwork | None, should_stop: ShouldStop) -> Tensor:
    """The reference's foreground, shape (1, 1, height, width); all of it if nothing stands out."""
    try:
        return segment.find_subject(reference, should_stop=should_stop, network=salient)
    except BadInput:
        return torch.ones_like(reference.alpha)


def _foreground(request: Request, labels: ShapeNumbers, ink: Tensor, grounded: bool) -> Mask:
    """The sketch's foreground, at the labels' size."""
    if request.selection is None:
        return shapes.foreground(labels, ink, grounded)
    height, width = labels.shape
    return np.asarray((resize(to_mask(request.selection), Extent(width, height)) > 0.5)[0, 0])


def _mask(foreground: Mask, extent: Extent) -> Pixels:
    """The foreground as a selection, its edge as soft as a pixel of the shapes is wide."""
    enlarged = resize(torch.from_numpy(foreground.astype(np.float32))[None, None], extent)
    return to_pixels(
        Picture(enlarged.expand(-1, 3, -1, -1), _OPAQUE), PixelFormat("G", "u16", linear=True)
    )
