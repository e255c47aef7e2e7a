"""What Krita shows of Impasto: entries in its Filter menu."""

from __future__ import annotations

from functools import partial

from krita import Document, Extension, Krita, Window

from . import layers, results
from .bridge.contract.errors import BadInput
from .bridge.contract.knobs import COLORIZE, STYLIZE
from .bridge.i18n.texts import tr
from .bridge.session.outputs import FRAMES
from .bridge.session.remedies import explained
from .clip import not_animated
from .dialog import StyleTransferDialog
from .installing import with_engine
from .memory import last_used
from .message import announce, complain, painted
from .painter import Painter, run_on
from .progress import ProgressWindow
from .qt import QtCore, QtWidgets
from .target import Target


class ImpastoExtension(Extension):
    def setup(self) -> None:
        """Krita calls this once, before there is a window: nothing to do yet."""

    def createActions(self, window: Window) -> None:
        """Krita calls this for each of its windows, with an object that is gone soon after."""
        parent, name = window.qwindow(), "impasto_style_transfer"
        sketch = tr("Colour Sketch from Reference…")
        for id, icon, text, act in (
            (name, "krita_tool_freehand", tr("Style Transfer…"), partial(open_dialog, STYLIZE)),
            (f"{name}_animation", "animation", tr("Style Transfer Animation…"), open_animation),
            ("impasto_colour_sketch", "fillLayer", sketch, partial(open_dialog, COLORIZE)),
            (f"{name}_edit", "document-edit", tr("Edit Style Transfer…"), edit),
            (f"{name}_again", "edit-redo", tr("Style Transfer Again"), paint_again),
        ):
            action = window.createAction(id, text, "filter")
            # The .action file, which Krita's shortcuts need, has put its English text there.
            action.setText(text)
            action.setIcon(Krita.instance().icon(icon))
            action.triggered.connect(lambda _=False, act=act: act(parent))


def open_dialog(task: str, parent: QtWidgets.QMainWindow) -> None:
    """Show the dialog of the active document; without an engine, first the page that fetches it."""

    def show() -> None:
        # Its fetching takes minutes, in which a person may have turned to another document.
        document = Krita.instance().activeDocument()
        if document is not None:
            _show(document, task, parent)

    if Krita.instance().activeDocument() is not None:
        with_engine(parent, show)


def open_animation(parent: QtWidgets.QMainWindow) -> None:
    """As :func:`open_dialog`, of the active layer's frames."""

    def show() -> None:
        document = Krita.instance().activeDocument()
        if document is None:
            return
        try:
            node = layers.active_layer(document)
            if not node.animated():
                raise not_animated(node)
        except BadInput as error:
            complain(parent, tr("Style Transfer Animation"), error)
        else:
            _show(document, STYLIZE, parent, moves=True)

    if Krita.instance().activeDocument() is not None:
        with_engine(parent, show)


def _show(
    document: Document,
    task: str,
    parent: QtWidgets.QMainWindow,
    edited: str = "",
    moves: bool = False,
) -> StyleTransferDialog | None:
    """Show a document's dialog, the one that is open already where there is one; None where it
    can't be."""
    dialog = _dialog_of((document, task, edited, moves), parent)
    try:
        if dialog is None:
            dialog = StyleTransferDialog(document, task, parent, edited, moves)
            dialog.edit_asked.connect(lambda painting: edit_painting(document, painting, parent))
    except Exception as error:
        complain(parent, tr("Style Transfer"), explained(error))
        return None
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
    return dialog


def edit(parent: QtWidgets.QMainWindow) -> None:
    """Open the dialog of the painting that is active, as it was when it was painted."""
    with_engine(parent, lambda: _edit(parent))


def _edit(parent: QtWidgets.QMainWindow) -> None:
    document = Krita.instance().activeDocument()
    if document is None:
        return
    try:
        painting = layers.reference(layers.active_layer(document))
    except BadInput as error:
        complain(parent, tr("Edit Style Transfer"), error)
    else:
        edit_painting(document, painting, parent)


def edit_painting(document: Document, painting: str, parent: QtWidgets.QMainWindow) -> None:
    """As :func:`edit`, of the painting of a reference; an animation becomes another one."""
    try:
        node = layers.find(document, painting)
        record = None if node is None else results.record_of(document, node)
        if record is None:
            raise BadInput("This layer was not painted here: choose one that was, then try again.")
        source = results.target_of(record, document).node
        moves = record.output == FRAMES
        if moves and not source.animated():
            raise not_animated(source)
    except Exception as error:
        complain(parent, tr("Edit Style Transfer"), explained(error))
        return
    if moves:
        dialog = _show(document, STYLIZE, parent, moves=True)
        if dialog is not None:
            dialog.begin_with(record)
    else:
        _show(document, COLORIZE if record.settings.sketch else STYLIZE, parent, painting)


def paint_again(parent: QtWidgets.QMainWindow) -> None:
    """Run with the last settings at once; the first time, there are none to run with."""
    with_engine(parent, lambda: _paint_again(parent))


def _paint_again(parent: QtWidgets.QMainWindow) -> None:
    document, settings = Krita.instance().activeDocument(), last_used().settings()
    if document is None or settings is None:
        open_dialog(STYLIZE, parent)
        return
    try:
        run = run_on(results.originals(Target.chosen(document)), settings)
    except Exception as error:
        complain(parent, tr("Style Transfer Again"), explained(error))
        return
    painter = Painter(run, parent)
    ProgressWindow(painter, parent).show()
    painter.painted.connect(lambda name: announce(painted(name, run.notes)))


def _dialog_of(
    of: tuple[Document, str, str, bool], parent: QtWidgets.QMainWindow
) -> StyleTransferDialog | None:
    # Through all that a window of Krita has, this would take 40 ms.
    direct = QtCore.Qt.FindChildOption.FindDirectChildrenOnly
    for dialog in parent.findChildren(StyleTransferDialog, options=direct):
        if (dialog.document, dialog.task, dialog.edited, dialog.moves) == of:
            return dialog
    return None
