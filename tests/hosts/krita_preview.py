"""The live preview: what it shows, how fast, and what hands can do to it."""

from __future__ import annotations

import time
from typing import Any

from impasto.qt import QtCore, QtWidgets

from .krita_hands import drag, press_key, wheel
from .krita_paint import Heart, instant, paint
from .krita_session import GIVEN, Case, case, open_picture, pause, photograph, select, top, wait
from .krita_tools import image_bytes, knob, look_settled, open_dialog, projection_image, shown_view


@case
def preview() -> Case:
    """Opened warm, with a style remembered; then a slider, the split, the wheel and keys."""
    document = yield from open_picture(GIVEN["large"])
    select(document, 150, 60, 420, 460, feather=20)
    settings = instant(size=384)
    # A painting first: it is what the preview is held against, and the worker is warm by it.
    dialog = yield from open_dialog()
    dialog.set_settings(settings)
    view = dialog._sight.view
    yield from wait(lambda: not view.after.isNull())
    dialog.close()
    outcome = yield from paint(document, settings)
    painted = top(document)[-1]
    document.waitForDone()
    final = projection_image(document)
    document.rootNode().removeChildNode(painted)
    yield from pause(0.3)

    heart = Heart()
    started = time.monotonic()
    dialog = yield from open_dialog()
    dialog.set_settings(settings)
    view = dialog._sight.view
    yield from wait(lambda: not view.after.isNull())
    first = time.monotonic() - started
    # The first picture may still be one of the settings that the dialog opened with.
    yield from look_settled(dialog)
    box = shown_view(dialog).frame
    shown = view.after
    yield from photograph(dialog, "preview")

    # The slider, dragged by its handle: every stop on the way asks for another picture.
    seen: set[int] = set()
    first_one = view.after.cacheKey()
    dialog._sight.ticked.connect(lambda: seen.add(view.after.cacheKey()))
    slider = knob(dialog, "strength").findChild(QtWidgets.QSlider)
    y, width = slider.height() / 2, slider.width()
    yield from drag(slider, [(width - 6, y), *((width - 6 - step * 12, y) for step in range(14))])
    moved_to = dialog.settings().strength
    yield from wait(lambda: seen - {first_one})
    yield from look_settled(dialog)
    yield from pause(0.1)
    weaker = view.after
    alive = heart.stop()
    yield from photograph(dialog, "preview-weaker")

    splits = [view.viewport.split]
    place = QtCore.QRectF(*view.viewport.place)
    yield from drag(
        view, [(view.viewport.split_at, 150), (place.left() + place.width() * 0.2, 150)]
    )
    splits.append(view.viewport.split)
    view.setFocus()
    press_key(view, QtCore.Qt.Key.Key_Right)
    splits.append(view.viewport.split)
    zooms = [view.viewport.zoom]
    at = (place.left() + 80.0, place.top() + 90.0)
    part = _part(view, at)
    wheel(view, at, 3)
    zooms.append(view.viewport.zoom)
    stays = _part(view, at)
    unmoved = view.viewport.place
    yield from drag(view, [(place.right() - 30, 40), (place.right() - 60, 70)])
    panned = [view.viewport.place[side] - unmoved[side] for side in (0, 1)]
    yield from photograph(dialog, "preview-zoomed")
    press_key(view, QtCore.Qt.Key.Key_0)
    zooms.append(view.viewport.zoom)
    dialog.close()
    return {
        "outcome": outcome,
        "box": list(box),
        "shown": image_bytes(shown),
        "final": image_bytes(final.copy(*box)),
        "weaker": image_bytes(weaker),
        "original": image_bytes(view._before),
        "first": first,
        "moved_to": moved_to,
        "pictures": len(seen - {first_one}),
        "alive": alive,
        "splits": splits,
        "zooms": zooms,
        "under_the_pointer": [part, stays],
        "panned": panned,
    }


def _part(view: Any, at: tuple[float, float]) -> list[float]:
    """Which part of the picture lies at a point of the widget."""
    place = QtCore.QRectF(*view.viewport.place)
    return [(at[0] - place.left()) / place.width(), (at[1] - place.top()) / place.height()]


@case
def preview_follows() -> Case:
    """Another selection on the canvas, and settings without a style."""
    document = yield from open_picture(GIVEN["large"])
    select(document, 200, 200, 200, 200)
    dialog = yield from open_dialog()
    dialog.set_settings(instant(size=128))
    view = dialog._sight.view
    yield from wait(lambda: not view.after.isNull())
    yield from pause(1.0)
    sizes = [[view.after.width(), view.after.height()]]
    select(document, 150, 250, 400, 100)
    yield from wait(lambda: view._before.width() != sizes[0][0])
    yield from wait(lambda: not view.after.isNull())
    sizes.append([view.after.width(), view.after.height()])
    dialog.set_settings(instant(style=""))
    yield from wait(lambda: view._hint)
    hint = view._hint
    dialog.close()
    return {"sizes": sizes, "hint": hint, "pictured": not view._before.isNull()}
