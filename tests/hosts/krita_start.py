"""The first file of the session's plug-in: runs the cases once Krita's window is there."""

from impasto.qt import QtCore
from krita import Krita

session: object = None
"""Held here, or it would be collected with its timer."""


def start() -> None:
    global session
    if Krita.instance().activeWindow() is None:
        QtCore.QTimer.singleShot(200, start)
        return
    from . import (  # noqa: F401
        krita_appimage,
        krita_at_first,
        krita_broken,
        krita_enter,
        krita_failures,
        krita_foreign,
        krita_frames,
        krita_gallery,
        krita_knobs,
        krita_late,
        krita_layers,
        krita_leaving,
        krita_long,
        krita_look,
        krita_meanwhile,
        krita_new,
        krita_parts,
        krita_pixels,
        krita_preview,
        krita_regions,
        krita_resting,
        krita_restless,
        krita_results,
        krita_runs,
        krita_sight,
        krita_silence,
        krita_sketch,
        krita_strip,
        krita_tried,
    )
    from .krita_session import Session

    session = Session()


QtCore.QTimer.singleShot(500, start)
