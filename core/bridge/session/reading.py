"""Which part of the canvas a job reads, and the request that is made of it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ..contract import points
from ..contract.geometry import Extents, Work, plan
from ..contract.host import Source
from ..contract.pixels import Pixels
from ..contract.request import Request
from ..contract.settings import Settings
from .styles import pictures as styles_of


def work_of(extents: Extents, settings: Settings, pictures: Mapping[str, Pixels]) -> Work:
    """The part of the canvas that a painting, or the preview of it, reads and paints.

    Args:
        extents: of the canvas, the layer and the selection.
        settings: how to paint.
        pictures: pixels for ``file`` settings whose picture is no file (see Request).

    Raises:
        BadInput: there is nothing here to paint on.
    """
    # Labels and a strength mask are of the whole layer; of a sketch the rest is painted, too.
    needed = [
        name for name in ("background_style", "content_labels", "strength_mask") if name in pictures
    ]
    whole_layer = bool(
        needed
        or settings.styled("background_style")
        or settings.content_labels
        or settings.strength_mask
        or settings.sketch
        or settings.tile
    )
    return plan(extents, settings.size, whole_layer, settings.reach)


def read_request(
    source: Source, settings: Settings, pictures: Mapping[str, Pixels], preview: bool = False
) -> tuple[Work, Request]:
    """Read what a job needs, of the part of the canvas it needs.

    Args:
        source: what to paint on.
        settings: how to paint.
        pictures: pixels for ``file`` settings whose picture is no file (see Request).
        preview: of the painting, for :class:`core.bridge.client.job.Previews`.

    Raises:
        ImpastoError: there is nothing here to paint on, in words for a person.
    """
    extents = source.extent()
    work = work_of(extents, settings, pictures)
    if settings.segment == "auto":
        here = points.moved(settings.subject, extents.layer, work.box)
        settings = replace(settings, subject=here)
    return work, Request(
        content=source.read(work.box),
        settings=settings,
        selection=source.selection(work.box),
        pictures=pictures,
        preview=work.box.extent if preview else None,
    )


def written(settings: Settings) -> list[int]:
    """When the files that settings name were written; those that can't be seen are left out.

    Raises:
        BadInput: what they are painted like can't be read.
    """
    found = []
    for name in (*styles_of(settings), settings.content_labels, settings.style_labels):
        with contextlib.suppress(OSError):
            found.append(Path(name).stat().st_mtime_ns if name else 0)
    return found
