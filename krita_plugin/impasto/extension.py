"""What Krita shows of Impasto: two entries in its Filter menu."""

from __future__ import annotations

from krita import Document, Extension, Krita, Window

from .dialog import StyleTransferDialog
from .memory import recall
from .progress import ProgressWindow
from .qt import QtWidgets
from .run import Run


class ImpastoExtension(Extension):
    def setup(self) -> None:
        """Krita calls this once, before there is a window: nothing to do yet."""

    def createActions(self, window: Window) -> None:
        """Krita calls this for each of its windows, with an object that is gone soon after."""
        name, parent = "impasto_style_transfer", window.qwindow()
        paint = window.createAction(name, "Style Transfer…", "filter")
        paint.triggered.connect(lambda: open_dialog(parent))
        again = window.createAction(f"{name}_again", "Style Transfer Again", "filter")
        again.triggered.connect(lambda: paint_again(parent))


def open_dialog(parent: QtWidgets.QMainWindow) -> None:
    """Show the dialog of the active document, the one that is open already where there is one."""
    document = Krita.instance().activeDocument()
    if document is None:
        return
    dialog = _dialog_of(document, parent) or StyleTransferDialog(document, parent)
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()


def paint_again(parent: QtWidgets.QMainWindow) -> None:
    """Run with the last settings at once; the first time, there are none to run with."""
    document, settings = Krita.instance().activeDocument(), recall()
    if document is None or settings is None:
        open_dialog(parent)
        return
    run = Run(document, settings, parent)
    ProgressWindow(run, parent).show()
    run.start()


def _dialog_of(document: Document, parent: QtWidgets.QMainWindow) -> StyleTransferDialog | None:
    dialogs = parent.findChildren(StyleTransferDialog)
    return next((dialog for dialog in dialogs if dialog.document == document), None)
