"""Pictures that Krita can read and the engine can't: layered, vector and raw ones, pages.

Layers, paths and raw pixels become what Krita shows of them, in sRGB and 8 bits, with their
opacity.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from krita import Document, Krita

from .bridge.contract.errors import BadInput
from .bridge.contract.geometry import Extent
from .bridge.contract.pixels import Pixels
from .bridge.i18n.texts import tr
from .bridge.session.renditions import Renditions
from .bridge.storage.paths import Installation
from .formats import SHOWN_SPACE
from .preview.images import SHOWN, to_image


@lru_cache
def renditions() -> Renditions:
    """What Krita has made of files so far."""
    return Renditions(Installation.here(), "Krita", _render)


def _render(file: Path, place: Path) -> bool:
    """Write what Krita shows of a file as PNG; False where it can't read it. Raises BadInput, or
    OSError."""
    pixels = _read(file)
    if pixels is None:
        return False
    if not any(pixels.data[3::4]):
        raise BadInput(
            "Krita finds no picture in {path}: save it as a PNG, then choose that.", path=file
        )
    if not to_image(pixels).save(str(place), "PNG"):
        raise OSError(5, tr("the disk may be full"))
    return True


def _read(file: Path) -> Pixels | None:
    """What Krita shows of a file, which it closes again; None where it can't read it."""
    app = Krita.instance()
    before = app.batchmode()
    app.setBatchmode(True)
    try:
        document = app.openDocument(str(file))
    finally:
        app.setBatchmode(before)
    if document is None:
        return None
    try:
        return _pixels(document)
    finally:
        document.setBatchmode(True)
        document.setModified(False)
        document.close()


def _pixels(document: Document) -> Pixels:
    # Paths are drawn later, when Krita has time; to be flattened, they are drawn at once.
    document.flatten()
    document.setColorSpace(*SHOWN_SPACE)
    document.waitForDone()
    extent = Extent(document.width(), document.height())
    return Pixels(extent, SHOWN, bytes(document.pixelData(0, 0, *extent)))
