"""Long work: a picture that grows, ended early and kept; the docker; another language."""

from __future__ import annotations

from pathlib import Path

from impasto.bridge.i18n import texts
from impasto.bridge.session.gallery import Gallery
from impasto.bridge.storage.paths import Installation
from impasto.memory import last_used
from impasto.qt import QtWidgets
from krita import Krita

from .krita_hands import click, click_item
from .krita_paint import endless, instant
from .krita_session import (
    GIVEN,
    Case,
    all_nodes,
    case,
    describe,
    main_window,
    open_picture,
    own_bytes,
    pause,
    photograph,
    select,
    top,
    wait,
)
from .krita_tools import button, open_dialog, shown_text


def _noted() -> str:
    """The runs that are remembered."""
    file = Installation.here().user / "history.json"
    return file.read_text("utf-8") if file.exists() else ""


@case
def kept() -> Case:
    """The picture grows; "Stop here and keep it" makes a layer of what is there."""
    document = yield from open_picture(GIVEN["large"])
    select(document, 150, 60, 420, 460, feather=20)
    count = len(all_nodes(document))
    dialog = yield from open_dialog()
    settings = endless(steps=1000)
    dialog.set_settings(settings)
    view = dialog._sight.view
    yield from wait(lambda: not view.after.isNull())
    preview = view.after.cacheKey()
    click(button(dialog, "Paint"))
    shown = {preview}

    def grows() -> bool:
        shown.add(view.after.cacheKey())
        return len(shown) > 3

    yield from wait(grows)
    grown = view.after.cacheKey() != preview
    yield from pause(1.0)
    yield from photograph(dialog, "dialog-growing")
    seen = shown_text(dialog)
    known = _noted()
    click(button(dialog, "Stop here and keep it"))
    yield from wait(lambda: dialog.painter is None)
    text = shown_text(dialog)
    new = top(document)[-1]
    yield from photograph(dialog, "dialog-kept")
    dialog.close()
    return {
        "nodes": [count, len(all_nodes(document))],
        "new": describe(new),
        "painted": own_bytes(new) != own_bytes(top(document)[0]),
        "grown": grown,
        "seen": seen,
        "text": text,
        "runs": [known, _noted()],
    }


@case
def docker() -> Case:
    """The docker paints with a style of the gallery."""
    document = yield from open_picture(GIVEN["large"])
    select(document, 100, 60, 200, 200)
    count = len(all_nodes(document))
    Gallery(Installation.here()).add(Path(GIVEN["style"]))
    last_used().remember(instant(method="pastiche", pastiche="carnival"))
    docks = [d for d in Krita.instance().dockers() if d.objectName() == "impasto"]
    dock = docks[0]
    at_first = dock.isVisible()
    dock.show()
    dock.raise_()
    yield from pause(1.0)
    click_item(dock._gallery.tiles, "brush work")
    yield from pause(0.3)
    click(button(dock, "Paint"))
    yield from wait(lambda: dock.painter is None and len(all_nodes(document)) > count)
    yield from photograph(main_window(), "docker")
    dock.hide()
    return {
        "at_first": at_first,
        "docks": len(docks),
        "title": dock.windowTitle(),
        "new": describe(top(document)[-1]),
    }


@case
def german() -> Case:
    """Everything in German, as Krita speaks it where the person does."""
    yield from open_picture(GIVEN["large"])
    texts.speak("de_DE")
    try:
        dialog = yield from open_dialog()
        for fold in ("regions", "advanced"):
            dialog.findChild(QtWidgets.QToolButton, fold).click()
        dialog._tell_of_silence(True)
        yield from pause(0.5)
        told = shown_text(dialog)
        told += [b.text() for b in dialog.findChildren(QtWidgets.QAbstractButton) if b.text()]
        yield from photograph(dialog, "dialog-german")
        dialog.close()
    finally:
        texts.speak("en")
    return {"texts": [text.replace("&", "") for text in told]}
