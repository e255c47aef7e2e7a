"""The dialog paints while it rests, and Paint has the less to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from impasto.bridge.contract.settings import Settings
from impasto.bridge.session import fade
from impasto.bridge.session.preview import Stage
from impasto.dialog import StyleTransferDialog
from impasto.qt import QtWidgets

from .krita_hands import click
from .krita_session import (
    FOLDER,
    GIVEN,
    Case,
    Steps,
    case,
    open_photo,
    open_picture,
    photograph,
    select,
    top,
    wait,
)
from .krita_tools import (
    button,
    bytes_of,
    image_bytes,
    knob,
    open_dialog,
    projection_image,
    shown_view,
)

ENDED, PAINTED = "a painting stopped: the client went away", "painted "


def painterly(**values: Any) -> Settings:
    style = GIVEN["style"]
    return Settings(**{"style": style, "steps": 120, "size": 120, "coarsest": 64, **values})


class Log:
    """What the worker has said since a moment."""

    def __init__(self) -> None:
        self._file = Path(GIVEN["log"])
        self._began = len(self._text())

    def count(self, text: str) -> int:
        return self._text()[self._began :].count(text)

    def _text(self) -> str:
        return self._file.read_text("utf-8") if self._file.exists() else ""


def switch(dialog: StyleTransferDialog) -> QtWidgets.QCheckBox:
    return dialog.findChild(QtWidgets.QCheckBox, "ahead")


def seen(dialog: StyleTransferDialog, stage: Stage) -> Steps[None]:
    preview = dialog.session.preview
    yield from wait(lambda: preview.stage is stage and not preview.waiting)
    yield from wait(lambda: not dialog._sight.view.after.isNull())


@case
def finished_ahead() -> Case:
    """It opens, waits, sees the painting done; then Paint has nothing left to do."""
    document = yield from open_photo()
    select(document, 20, 10, 80, 80, feather=6)
    log = Log()
    dialog = yield from open_dialog()
    dialog.set_settings(painterly())
    view, words = dialog._sight.view, []
    yield from seen(dialog, Stage.SKETCH)
    words.append(view._sketch)
    yield from photograph(dialog, "ahead-sketch")
    switched = switch(dialog).isChecked()
    usual, fade.SECONDS = fade.SECONDS, 3.0  # so that it is seen however late a look comes
    click(switch(dialog), (8, switch(dialog).height() / 2))
    yield from seen(dialog, Stage.GROWING)
    words.append(view._sketch)
    yield from wait(lambda: 0.3 < view._fade.share < 0.8)
    dialog.grab().save(str(FOLDER / "ahead-fading.png"))
    yield from seen(dialog, Stage.PAINTED)
    yield from wait(lambda: view._fade.share == 1)
    fade.SECONDS = usual
    yield from photograph(dialog, "ahead-painted")
    words.append(view._sketch)
    patch = shown_view(dialog).patches[0]
    jobs = [log.count(PAINTED)]
    button(dialog, "Paint").click()
    yield from wait(lambda: dialog.painter is None and len(top(document)) == 2)
    jobs.append(log.count(PAINTED))
    document.waitForDone()
    painted = top(document)[-1]
    yield from photograph(dialog, "ahead-over")
    switch(dialog).click()  # whoever comes next counts what it has begun
    dialog.close()
    return {
        "switched": switched,
        "words": words,
        "jobs": jobs,
        "picture": bytes_of(patch.picture.data),
        "layer": bytes_of(painted.pixelData(*patch.place)),
    }


@case
def seen_ahead() -> Case:
    """A selection and the rest, at half strength, of a picture that is larger than its preview."""
    document = yield from open_picture(GIVEN["large"])
    select(document, 200, 150, 400, 300, feather=30)
    dialog = yield from open_dialog()
    regions = {"background_style": GIVEN["photo"], "strength": 0.5}
    dialog.set_settings(painterly(steps=16, detail=False, **regions))
    if not switch(dialog).isChecked():
        switch(dialog).click()
    yield from seen(dialog, Stage.PAINTED)
    yield from wait(lambda: dialog._sight.view._fade.share == 1)
    view, frame = dialog._sight.view, shown_view(dialog).frame
    told = {"sketch": view._sketch, "frame": frame, "seen": image_bytes(view.after)}
    button(dialog, "Paint").click()
    yield from wait(lambda: dialog.painter is None and len(top(document)) == 2)
    document.waitForDone()
    switch(dialog).click()  # whoever comes next counts what it has begun
    dialog.close()
    return {**told, "painted": image_bytes(projection_image(document))}


@case
def ahead_ended() -> Case:
    """By a moved slider, by the switch, and by Close."""
    document = yield from open_photo()
    log = Log()
    dialog = yield from open_dialog()
    dialog.set_settings(painterly(steps=10000))
    ahead = dialog.session.ahead
    if not switch(dialog).isChecked():
        switch(dialog).click()
    yield from wait(lambda: ahead.begun)
    knob(dialog, "strength").set_value(0.5)
    dialog._change()
    under_way = ahead.under_way
    yield from wait(lambda: log.count(ENDED) == 1)
    yield from wait(lambda: ahead.begun)
    switch(dialog).click()
    yield from wait(lambda: log.count(ENDED) == 2)
    off = [ahead.under_way, switch(dialog).isChecked()]
    switch(dialog).click()
    yield from wait(lambda: ahead.begun)
    dialog.close()
    yield from wait(lambda: log.count(ENDED) == 3)
    dialog = yield from open_dialog()
    on = switch(dialog).isChecked()
    switch(dialog).click()  # whoever comes next counts what it has begun
    dialog.close()
    return {"under_way": under_way, "off": off, "on": on, "nodes": len(top(document))}
