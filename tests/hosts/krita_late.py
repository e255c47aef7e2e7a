"""How late Krita's timers are, and what is seen when: measured, where somebody asks for it by name.

``IMPASTO_KRITA_CASES="late_small late_again course"``; the first one also starts the worker.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from impasto.bridge.contract.settings import Settings
from impasto.bridge.session.preview import Stage
from impasto.dialog import StyleTransferDialog
from impasto.qt import QtCore
from krita import Document, Krita

from .host_lateness import EVERY, Lateness
from .krita_resting import switch
from .krita_session import (
    FOLDER,
    GIVEN,
    Case,
    Steps,
    action,
    measurement,
    open_picture,
    pause,
    select,
    show,
    top,
    wait,
)
from .krita_tools import MENU, button, dialogs

QUICK = Settings(style=GIVEN["style"], steps=60, size=256, coarsest=64, detail=False)
BRIEF = replace(QUICK, steps=12, size=128)
"""For what asks how late the timers are, and not when it is painted."""
SMALL = (5000, 4000, 300, 300)
LONG = 400.0
_BAND = 256


class Clock(Lateness):
    """Ticked by Qt."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QtCore.QTimer()
        self._timer.timeout.connect(self.tick)
        self._timer.start(EVERY)

    def end(self) -> dict[str, Any]:
        self._timer.stop()
        return super().end()


def patterned(width: int, height: int, layers: int = 1) -> Steps[Document]:
    """A document whose layers have no two tiles alike."""
    document = Krita.instance().createDocument(width, height, "large", "RGBA", "U8", "", 120.0)
    rows = [
        bytes(value for x in range(width) for value in ((5 * x) % 256, (7 * y) % 256, x % 251, 255))
        for y in range(0, _BAND, 16)
    ]
    band = b"".join(row * 16 for row in rows)
    for number in range(layers):
        node = document.createNode(f"Layer {number}", "paintlayer")
        document.rootNode().addChildNode(node, None)
        for y in range(0, height, _BAND):
            high = min(_BAND, height - y)
            node.setPixelData(band[: 4 * width * high], 0, y, width, high)
            yield
    document.refreshProjection()
    document.waitForDone()
    yield from show(document)
    document.setActiveNode(node)
    yield from pause(3)
    return document


def opened() -> Steps[StyleTransferDialog]:
    action(MENU[0]).trigger()
    yield from wait(dialogs, 30)
    return dialogs()[-1]


def painted(dialog: StyleTransferDialog, document: Document) -> Steps[None]:
    """Press Paint, and wait for the layer."""
    count = len(top(document))
    button(dialog, "Paint").click()
    yield from wait(lambda: dialog.painter is None and len(top(document)) > count, LONG)


def measured(
    document: Document,
    selection: tuple[int, int, int, int] | None = None,
    wanted: Settings = BRIEF,
) -> Case:
    """One dialog, from its opening to the layer; the phases, and when each began."""
    if selection is not None:
        select(document, *selection)
    clock, told = Clock(), dict[str, Any]()

    def phase(name: str) -> None:
        clock.phase(name)
        told[name] = round(time.monotonic() - began, 2)

    began = time.monotonic()
    phase("nothing")
    yield from pause(2)
    began = time.monotonic()
    phase("opening")
    dialog = yield from opened()
    preview = dialog.session.preview
    yield from wait(lambda: preview.view is not None)
    phase("original")
    if dialog.settings() != wanted:  # the first dialog has no style yet
        dialog.set_settings(wanted)
    yield from wait(lambda: not dialog._sight.view.after.isNull(), LONG)
    phase("instant")
    if not switch(dialog).isChecked():
        switch(dialog).click()
    yield from wait(lambda: preview.stage is not Stage.SKETCH, LONG)
    phase("growing")
    yield from wait(lambda: preview.stage is Stage.PAINTED, LONG)
    phase("painted")
    yield from pause(1)
    phase("paint")
    yield from painted(dialog, document)
    phase("layer")
    yield from pause(1)
    switch(dialog).click()
    dialog.close()
    return {"began": told, **clock.end()}


@measurement
def late_small() -> Case:
    return (yield from measured((yield from patterned(800, 600))))


@measurement
def late_again() -> Case:
    return (yield from measured((yield from patterned(800, 600)), wanted=QUICK))


@measurement
def course() -> Case:
    """What is seen of a photograph after 1, 6, 20 and 60 s, at the end, and after Paint."""
    document = yield from open_picture(GIVEN["large"])
    style = Path(GIVEN["prefix"], "gallery", "flowing strokes.jpg")
    began = time.monotonic()
    dialog = yield from opened()
    dialog.set_settings(Settings(style=str(style)))
    if not switch(dialog).isChecked():
        switch(dialog).click()
    preview, told = dialog.session.preview, dict[str, Any]()
    for seconds in (1, 6, 20, 60):
        yield from pause(began + seconds - time.monotonic())
        dialog.grab().save(str(FOLDER / f"course-{seconds:02}.png"))
        told[f"{seconds} s"] = preview.stage.name
    yield from wait(lambda: preview.stage is Stage.PAINTED, LONG)
    told["painted"] = round(time.monotonic() - began, 1)
    yield from pause(1)
    dialog.grab().save(str(FOLDER / "course-painted.png"))
    began = time.monotonic()
    yield from painted(dialog, document)
    told["layer"] = round(time.monotonic() - began, 2)
    yield from pause(1)
    dialog.grab().save(str(FOLDER / "course-paint.png"))
    switch(dialog).click()
    dialog.close()
    return told


@measurement
def late_in_a_large_one() -> Case:
    return (yield from measured((yield from patterned(12000, 9000)), SMALL))


@measurement
def late_among_fifty() -> Case:
    return (yield from measured((yield from patterned(2000, 1500, 50)), (500, 400, 300, 300)))


@measurement
def late_photograph() -> Case:
    return (yield from measured((yield from patterned(4000, 3000))))
