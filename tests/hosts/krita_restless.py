"""A restless hand: many quick acts on every row that takes a mouse, while previews and paintings
are under way. Which acts is drawn at random, the same ones each time."""

from __future__ import annotations

import random
import traceback
from collections.abc import Callable
from typing import Any

from impasto import layers
from impasto.dialog import StyleTransferDialog
from impasto.qt import QtCore, QtWidgets
from krita import Document, Node

from .krita_hands import click, drag, wheel
from .krita_paint import instant, paint, worker_pids
from .krita_session import (
    GIVEN,
    Case,
    Steps,
    activate,
    all_nodes,
    case,
    open_photo,
    pause,
    photograph,
    select,
    top,
    wait,
)
from .krita_tools import button, dialogs, knob, look_settled, open_dialog

SEED, ACTS = 1001, 120


class Hand:
    """What somebody does who does not wait; each act may find anything under way."""

    def __init__(self, document: Document, source: Node, dice: random.Random) -> None:
        self.document, self.source, self.dice = document, source, dice
        self.done: list[str] = []
        self.failed: list[str] = []
        self._greys: list[Node] = []

    def act(self, dialog: StyleTransferDialog) -> Steps[None]:
        acts: list[Callable[[Any], Steps[None]]] = [
            self.point,
            self.drag_picture,
            self.turn_wheel,
            self.crop,
            self.set_something,
            self.set_something,
            self.strengths,
            self.select,
            self.paint,
            self.cancel,
            self.wait,
        ]
        act = self.dice.choice(acts)
        self.done.append(act.__name__)
        try:
            yield from act(dialog)
        except Exception:
            self.failed.append(traceback.format_exc())

    def _at(self, widget: QtWidgets.QWidget) -> tuple[float, float]:
        x, y = (self.dice.uniform(0.1, 0.9) for _ in range(2))
        return x * widget.width(), y * widget.height()

    def point(self, dialog: StyleTransferDialog) -> Steps[None]:
        click(dialog._sight.view, self._at(dialog._sight.view))
        yield

    def drag_picture(self, dialog: StyleTransferDialog) -> Steps[None]:
        view = dialog._sight.view
        yield from drag(view, [self._at(view) for _ in range(4)])

    def turn_wheel(self, dialog: StyleTransferDialog) -> Steps[None]:
        wheel(dialog._sight.view, self._at(dialog._sight.view), self.dice.choice((-2, 1, 3)))
        yield

    def crop(self, dialog: StyleTransferDialog) -> Steps[None]:
        crop = knob(dialog, "style_crop")
        if crop.isVisible():
            yield from drag(crop, [self._at(crop) for _ in range(3)])

    def set_something(self, dialog: StyleTransferDialog) -> Steps[None]:
        if dialog.painter is not None:
            return  # the knobs can't be reached
        choice: dict[str, tuple[Any, ...]] = {
            "stroke_size": (0.25, 0.7, 1.0, 2.5, 4.0),
            "strength": (0.0, 0.4, 1.0),
            "faces": ("keep", "as-the-rest"),
            "segment": ("off", "auto"),
            "style": (GIVEN["style"], GIVEN["photo"], ""),
            "tile": (True, False),
            "semantic": ("off", "auto"),
            "method": ("instant", "painterly"),
        }
        name = self.dice.choice(list(choice))
        dialog._panel.update_settings({name: self.dice.choice(choice[name])})
        yield

    def strengths(self, dialog: StyleTransferDialog) -> Steps[None]:
        """A layer says how strong the style is; sooner or later it is deleted."""
        if dialog.painter is None and self.dice.random() < 0.5:
            grey = self.document.createNode("Grey", "paintlayer")
            grey.setPixelData(bytes([120, 120, 120, 255]) * 40 * 30, 10, 10, 40, 30)
            self.document.rootNode().addChildNode(grey, None)
            self._greys.append(grey)
            yield from activate(self.document, self.source)
            knob(dialog, "strength_mask").set_value(layers.reference(grey))
        elif self._greys:
            self._greys.pop().remove()
        yield

    def select(self, dialog: StyleTransferDialog) -> Steps[None]:
        x, y = self.dice.randrange(60), self.dice.randrange(40)
        select(self.document, x, y, self.dice.randrange(2, 70), self.dice.randrange(2, 60))
        yield

    def paint(self, dialog: StyleTransferDialog) -> Steps[None]:
        if button(dialog, "Paint").isEnabled():
            button(dialog, "Paint").click()
        yield

    def cancel(self, dialog: StyleTransferDialog) -> Steps[None]:
        cancel = dialog.findChild(QtWidgets.QPushButton, "cancel")
        if cancel.isVisible():
            cancel.click()
        yield

    def leave(self, dialog: StyleTransferDialog) -> Steps[None]:
        yield from self.cancel(dialog)
        yield from wait(lambda: dialog.painter is None)
        yield from photograph(dialog, f"restless-{len(self.done)}")
        dialog.close()
        yield from wait(lambda: not dialogs(), 10)

    def wait(self, dialog: StyleTransferDialog) -> Steps[None]:
        yield from pause(self.dice.uniform(0, 0.6))


def open_wide() -> Steps[StyleTransferDialog]:
    dialog = yield from open_dialog()
    dialog.findChild(QtWidgets.QToolButton, "advanced").click()
    return dialog


@case
def restless() -> Case:
    document = yield from open_photo()
    source = top(document)[0]
    hand = Hand(document, source, random.Random(SEED))
    reopened = 0
    dialog = yield from open_wide()
    dialog.set_settings(instant(segment="auto", size=128, steps=8))
    for number in range(ACTS):
        yield from hand.act(dialog)
        if number % 30 == 29:
            yield from hand.leave(dialog)
            reopened += 1
            dialog = yield from open_wide()
    dialog.set_settings(instant())
    yield from look_settled(dialog)
    error = dialog.session.preview.error
    dialog.close()
    yield from pause(0.3)
    document.setSelection(None)
    yield from activate(document, source)
    outcome = yield from paint(document, instant())
    return {
        "done": hand.done,
        "failed": hand.failed,
        "reopened": reopened,
        "at last": None if error is None else str(error),
        "workers": len(worker_pids()),
        "nodes": len(all_nodes(document)),
        "painted": outcome,
    }


@case
def closed_while_told() -> Case:
    """Krita tells of its layers, and before it is done, the dialog is closed and deleted."""
    yield from open_photo()
    failed = []
    for asked in ("count", "painting"):
        dialog = yield from open_dialog()
        yield from look_settled(dialog)
        tell = getattr(dialog._aim, asked)

        def told(dialog: StyleTransferDialog = dialog, tell: Callable[[], Any] = tell) -> Any:
            found = tell()
            dialog.close()
            QtWidgets.QApplication.sendPostedEvents(None, QtCore.QEvent.Type.DeferredDelete)
            return found

        setattr(dialog._aim, asked, told)
        try:
            dialog._follow_document()
        except Exception:
            failed.append(traceback.format_exc())
        yield from wait(lambda: not dialogs(), 10)
    return {"failed": failed}
