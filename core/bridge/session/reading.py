"""Which part of the canvas a job reads, and the request that is made of it."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..contract import points
from ..contract.geometry import Box, Extents, Work, plan
from ..contract.host import Content, Host, Source
from ..contract.pixels import Pixels
from ..contract.request import Request
from ..contract.settings import Settings
from .styles import pictures as styles_of

PART = 1 << 21
"""Pixels that are read at a time where a host is not to be kept: 8 MB in 8 bits."""


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


def in_parts(host: Host, box: Box) -> Generator[None, None, Content]:
    """Read a box little by little, so that a host is not kept for long; once more each time that
    it may go on. It is for the caller to notice whether the layer was changed meanwhile."""
    rows = max(1, PART // box.width) if host.in_parts else box.height
    parts = []
    for y in range(box.y, box.bottom, rows):
        part = Box(box.x, y, box.width, rows).intersect(box)
        parts.append(Content(host.read(part), host.selection(part)))
        yield
    masks = [mask for _, mask in parts if mask is not None]
    whole = _stacked(box, [pixels for pixels, _ in parts])
    return Content(whole, _stacked(box, masks) if len(masks) == len(parts) else None)


def _stacked(box: Box, parts: Sequence[Pixels]) -> Pixels:
    """Pictures of one width, from the top down."""
    if len(parts) == 1:
        return parts[0]
    return Pixels(box.extent, parts[0].format, b"".join(part.data for part in parts))


def read_request(
    source: Source,
    settings: Settings,
    pictures: Mapping[str, Pixels],
    preview: bool = False,
    content: Content | None = None,
) -> tuple[Work, Request]:
    """Read what a job needs, of the part of the canvas it needs.

    Args:
        source: what to paint on.
        settings: how to paint.
        pictures: pixels for ``file`` settings whose picture is no file (see Request).
        preview: of the painting, for :class:`core.bridge.client.job.Previews`.
        content: what is read of the source already.

    Raises:
        ImpastoError: there is nothing here to paint on, in words for a person.
    """
    extents = source.extent()
    work = work_of(extents, settings, pictures)
    settings = placed(settings, extents, work)
    content = content or Content(source.read(work.box), source.selection(work.box))
    return work, Request(
        content=content.pixels,
        settings=settings,
        selection=content.selection,
        pictures=pictures,
        preview=work.box.extent if preview else None,
    )


def placed(settings: Settings, extents: Extents, work: Work) -> Settings:
    """The settings for what is read: what they count from the layer's corner is counted there."""
    if settings.segment != "auto":
        return settings
    here = points.moved(settings.subject, extents.layer, work.box)
    return replace(settings, subject=here)


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
