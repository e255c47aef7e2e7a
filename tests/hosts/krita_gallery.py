"""Styles as pictures: the gallery, its search, and two styles mixed."""

from __future__ import annotations

from pathlib import Path

from impasto.bridge.session.gallery import Gallery
from impasto.bridge.storage.paths import Installation
from impasto.gallery.tiles import STYLE
from impasto.qt import QtCore, QtGui, QtWidgets

from .krita_hands import click, click_item, click_star, dragged, drop, press_key, write
from .krita_paint import instant
from .krita_session import GIVEN, Case, case, open_picture, pause, photograph, wait
from .krita_tools import knob, layer_menu, look_settled, open_dialog, part

_Button = QtWidgets.QToolButton


@case
def gallery() -> Case:
    """Files, the clipboard and a drop go in; a click chooses; search, favourite and mix."""
    document = yield from open_picture(GIVEN["large"])
    dialog = yield from open_dialog()
    dialog._panel.update_settings({"style": "", "method": "instant", "size": 256})
    box = dialog._panel.gallery
    shipped = box.tiles.count()
    box.add([Path(GIVEN["style"])])
    taken = dialog.settings().style
    picture = QtGui.QImage(80, 60, QtGui.QImage.Format.Format_RGB32)
    picture.fill(QtGui.QColor("#c03010"))
    QtWidgets.QApplication.clipboard().setImage(picture)
    add = {action.text(): action for action in box.findChild(_Button, "add-style").menu().actions()}
    add["From the clipboard"].trigger()
    pasted = dialog.settings().style
    drop(box.tiles.viewport(), dragged(GIVEN["photo"]))
    dropped = dialog.settings().style
    add["The active layer"].trigger()
    layer = dialog.settings().style
    yield from pause(0.5)
    tiles = box.tiles
    names = [tiles.item(row).text() for row in range(tiles.count())]

    write(box.search, "brush")
    found = _visible(tiles)
    click_item(tiles, "brush work")
    clicked = dialog.settings().style
    box.search.clear()

    style = next(s for s in Gallery(Installation.here()).styles() if s.name == "brush work")
    before_star = dialog.settings().style
    click_star(tiles, "brush work")
    starred = [_favourites(tiles), dialog.settings().style == before_star]
    tiles.setFocus()
    tiles.setCurrentItem(tiles.item(0))
    press_key(tiles, QtCore.Qt.Key.Key_Asterisk)
    starred.append(_favourites(tiles))
    click_star(tiles, "Carnival")
    click_star(tiles, "brush work")
    yield from photograph(dialog, "gallery-stars")
    starred.append(_favourites(tiles))
    click_star(tiles, "Carnival")
    first = tiles.item(0).text()

    # A second style by the mix's own thumbnail, then by the gallery.
    click(dialog.findChild(QtWidgets.QToolButton, "more-styles"))
    yield from pause(0.1)
    click(part(knob(dialog, "mix"), "thumbnail"))
    click_item(tiles, "astronaut")
    part(knob(dialog, "mix"), "share").setValue(25)
    mix = dialog.settings().mix
    yield from look_settled(dialog)
    yield from photograph(dialog, "gallery")
    box.tiles.removed.emit(style)
    after = [tiles.item(row).text() for row in range(tiles.count())]
    dialog.close()
    return {
        "document": document.name(),
        "shipped": shipped,
        "taken": taken,
        "pasted": pasted,
        "dropped": dropped,
        "layer": layer,
        "names": names,
        "found": found,
        "clicked": clicked,
        "first": first,
        "starred": starred,
        "mix": mix,
        "after": after,
        "hint": dialog._sight.view._hint,
    }


@case
def places() -> Case:
    """A style's place takes what is dropped on it, and a layer from its menu."""
    yield from open_picture(GIVEN["large"])
    dialog = yield from open_dialog()
    dialog.set_settings(instant(style="", size=256))
    place, view = knob(dialog, "style"), dialog._sight.view
    mime = QtCore.QMimeData()
    mime.setText("no file")
    drop(place, mime)
    refused = dialog.settings().style
    drop(place, dragged(GIVEN["photo"]))
    dropped = dialog.settings().style
    yield from look_settled(dialog)
    seen = [not view.after.isNull()]
    layer = layer_menu(place)[0]
    layer.trigger()
    chosen = [dialog.settings().style, part(place, "name").text(), layer.text()]
    yield from look_settled(dialog)
    seen.append(not view.after.isNull())
    dialog.close()
    return {"refused": refused, "dropped": dropped, "chosen": chosen, "seen": seen}


@case
def shipped() -> Case:
    """What comes with Impasto: original styles, and those that pastiche knows."""
    yield from open_picture(GIVEN["large"])
    dialog = yield from open_dialog()
    dialog._panel.update_settings({"method": "instant", "size": 384})
    tiles = dialog._panel.gallery.tiles
    count = tiles.count()
    click_item(tiles, "Carnival")
    first = dialog.settings()
    built_in = [first.method, first.pastiche]
    shown = [part(knob(dialog, "style"), "name").text()]
    yield from wait(lambda: not tiles._thumbnails._wanted)
    yield from look_settled(dialog)
    yield from photograph(dialog, "gallery-shipped")
    hint = dialog._sight.view._hint
    click_item(tiles, "Mosaic")
    settings = dialog.settings()
    left = [settings.method, Path(settings.style).stem]
    yield from look_settled(dialog)
    yield from photograph(dialog, "gallery-mosaic")
    shown.append(part(knob(dialog, "style"), "name").text())
    marked = [tiles.currentItem().text()]
    dialog.set_settings(first)
    marked.append(tiles.currentItem().text())
    dialog.close()
    return {
        "count": count,
        "built_in": built_in,
        "shown": shown,
        "left": left,
        "marked": marked,
        "hint": hint,
        "thumbnails": {path for path, *_ in tiles._thumbnails._known} >= set(tiles._items),
    }


def _favourites(tiles: QtWidgets.QListWidget) -> list[str]:
    """The first pictures, as far as they are favourites."""
    items = [tiles.item(row) for row in range(tiles.count())]
    return [item.text() for item in items if item.data(STYLE).favourite]


def _visible(tiles: QtWidgets.QListWidget) -> list[str]:
    items = [tiles.item(row) for row in range(tiles.count())]
    return [item.text() for item in items if not item.isHidden()]
