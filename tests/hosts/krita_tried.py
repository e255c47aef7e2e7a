"""The gallery's styles on the picture itself."""

from __future__ import annotations

from typing import Any

from impasto.bridge.session.tries import Tries
from impasto.gallery.tiles import SIDE, STYLE
from impasto.qt import QtCore, QtGui, QtWidgets

from .krita_hands import point_at, point_away, press_key
from .krita_paint import instant
from .krita_session import GIVEN, Case, Steps, case, open_picture, photograph, select, wait
from .krita_tools import look_settled, open_dialog


@case
def tried() -> Case:
    """They come while nothing else is wanted, are those of the selection, and can be switched."""
    document = yield from open_picture(GIVEN["large"])
    dialog = yield from open_dialog()
    dialog.set_settings(instant(size=256, style=GIVEN["style"]))
    tiles, tries = dialog._panel.gallery.tiles, dialog.session.tries
    names = "Batik", "Ink wash", "Carnival"
    yield from _all_tried(tiles, tries)
    yield from look_settled(dialog)
    yield from photograph(dialog, "tried")
    whole = _pictures(tiles, names)
    paths = {item.text(): str(item.data(STYLE).path) for item in _items(tiles)}
    own = {name: _look(tiles._own[paths[name]]) for name in names}

    select(document, 40, 40, 200, 200)
    yield from wait(lambda: not tiles._tried)
    yield from _all_tried(tiles, tries)
    yield from photograph(dialog, "tried-selection")
    part = _pictures(tiles, names)

    dialog._panel.update_settings({"strength": 0.4})
    yield from look_settled(dialog)
    moved = _pictures(tiles, names)

    view, style = dialog._sight.view, dialog.settings().style
    chosen, frames = view.after.copy(), []
    point_at(tiles, "Carnival")
    yield from wait(lambda: dialog.session.preview.stale)
    yield from look_settled(dialog)
    yield from photograph(dialog, "tried-pointed")
    frames.append(view.after.copy())
    tiles.setCurrentItem(next(item for item in _items(tiles) if item.text() == "Carnival"))
    press_key(tiles, QtCore.Qt.Key.Key_Left)
    yield from wait(lambda: dialog.session.preview.stale)
    yield from look_settled(dialog)
    frames.append(view.after.copy())
    point_away(tiles)
    yield from look_settled(dialog)
    pointed = [frame != chosen for frame in frames] + [frames[0] != frames[1]]
    pointed += [view.after == chosen, dialog.settings().style == style]

    switch = dialog.findChild(QtWidgets.QToolButton, "on-your-picture")
    switch.click()
    off = _pictures(tiles, names)
    dialog.close()
    dialog = yield from open_dialog()
    kept = dialog.findChild(QtWidgets.QToolButton, "on-your-picture")
    again = [kept.isChecked(), dialog.session.tries.on]
    kept.click()
    tiles = dialog._panel.gallery.tiles
    yield from _all_tried(tiles, dialog.session.tries)
    dialog.close()
    return {
        "document": document.name(),
        "renewed": [own[name] != whole[name] != part[name] for name in names],
        "differ": len({*part.values()}),
        "moved": moved == part,
        "pointed": pointed,
        "off": off == own,
        "again": again,
    }


def _all_tried(tiles: Any, tries: Tries) -> Steps[None]:
    yield from wait(lambda: len(tiles._tried) == tiles.count() and not tries.waiting)


def _items(tiles: Any) -> list[Any]:
    return [tiles.item(row) for row in range(tiles.count())]


def _pictures(tiles: Any, names: tuple[str, ...]) -> dict[str, bytes]:
    """The pictures of some tiles, by their names."""
    return {item.text(): _look(item.icon()) for item in _items(tiles) if item.text() in names}


def _look(icon: QtGui.QIcon) -> bytes:
    image = icon.pixmap(SIDE, SIDE).toImage()
    return bytes(image.constBits().asstring(image.sizeInBytes()))
