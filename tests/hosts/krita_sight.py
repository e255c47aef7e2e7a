"""What the dialog's picture says of itself: whose it is, what is wrong, and where it lies."""

from __future__ import annotations

import os
import signal
from typing import Any

from impasto.qt import QtCore

from .krita_paint import Heart, instant, worker_pids
from .krita_session import (
    GIVEN,
    Case,
    all_nodes,
    case,
    open_picture,
    pause,
    photograph,
    select,
    wait,
)
from .krita_tools import button, knob, look_settled, open_dialog


@case
def other_style() -> Case:
    """Another style is chosen while the worker can't answer: the old picture is marked."""
    yield from open_picture(GIVEN["large"])
    dialog = yield from open_dialog()
    view = dialog._sight.view
    dialog.set_settings(instant(style="", size=256))
    yield from wait(lambda: view._hint)
    result: dict[str, Any] = {"hint": view._hint}
    _to_workers(signal.SIGSTOP)
    try:
        dialog.set_settings(instant(size=256))
        yield from pause(0.3)
        result["hint_with_a_style"] = view._hint
    finally:
        _to_workers(signal.SIGCONT)
    yield from look_settled(dialog)
    result["fresh"] = [view.stale, view.after.isNull()]
    shown = view.after.cacheKey()
    _to_workers(signal.SIGSTOP)
    try:
        dialog._panel.update_settings({"strength": 0.5})
        yield from pause(0.3)
        result["weaker"] = view.stale
        dialog._panel.update_settings({"style": GIVEN["photo"]})
        yield from pause(0.3)
        result["other"] = [view.stale, view.after.cacheKey() == shown]
        yield from photograph(dialog, "preview-stale")
    finally:
        _to_workers(signal.SIGCONT)
    yield from look_settled(dialog)
    result["then"] = [view.stale, view.after.cacheKey() == shown]
    dialog.close()
    return result


@case
def fineness() -> Case:
    """What is looked at stays where it is, though the painting reads more or less around it."""
    document = yield from open_picture(GIVEN["large"])
    select(document, 300, 200, 200, 200)
    dialog = yield from open_dialog()
    dialog.set_settings(instant(size=512))
    view = dialog._sight.view
    yield from look_settled(dialog)
    view.zoom_by(3, QtCore.QPointF(100, 120))
    before = _looked_at(view, 100, 120)
    parts, painted = [view.viewport.part], [view.after.cacheKey()]
    yield from photograph(dialog, "fineness-512")
    knob(dialog, "size").set_value(128)
    yield from look_settled(dialog)
    yield from photograph(dialog, "fineness-128")
    parts.append(view.viewport.part)
    painted.append(view.after.cacheKey())
    after = _looked_at(view, 100, 120)
    view.look_at_all()
    everything = QtCore.QRectF(view.rect()).contains(QtCore.QRectF(*view.viewport.place))
    # Something else to look at is looked at as a whole.
    view.zoom_by(3)
    select(document, 100, 100, 400, 100)
    yield from wait(lambda: view.viewport.part != parts[1])
    yield from look_settled(dialog)
    other = view.viewport.zoom
    dialog.close()
    return {
        "parts": parts,
        "painted": painted,
        "before": before,
        "after": after,
        "everything": everything,
        "other": other,
    }


@case
def painted_before_the_preview() -> Case:
    """Another style and Paint at once: the answer to the preview is read, and nobody waits."""
    document = yield from open_picture(GIVEN["large"])
    count = len(all_nodes(document))
    dialog = yield from open_dialog()
    dialog.set_settings(instant(size=256))
    yield from look_settled(dialog)
    heart = Heart()
    _to_workers(signal.SIGSTOP)  # or it may have answered before anybody looks
    dialog._panel.update_settings({"style": GIVEN["photo"]})
    yield from wait(lambda: dialog.session.preview.owed)
    button(dialog, "Paint").click()
    _to_workers(signal.SIGCONT)
    yield from wait(lambda: dialog.painter is None)
    layers = len(all_nodes(document)) - count
    yield from look_settled(dialog)
    alive, stale = heart.stop(), dialog._sight.view.stale
    dialog.close()
    return {"layers": layers, "alive": alive, "stale": stale}


def _to_workers(what: signal.Signals) -> None:
    for pid in worker_pids():
        os.kill(pid, what)


def _looked_at(view: Any, x: float, y: float) -> dict[str, Any]:
    """How closely, where the split is, and which pixel of the canvas is at a point."""
    viewport = view.viewport
    left, top, width, _ = viewport.place
    factor = viewport.part.width / width
    at = [viewport.part.x + (x - left) * factor, viewport.part.y + (y - top) * factor]
    return {"zoom": viewport.zoom, "split": viewport.split_at, "at": at}
