"""Messages for what happens without the dialog, or while nobody looks at it."""

from __future__ import annotations

from collections.abc import Iterable

from krita import Krita

from .bridge.contract.errors import ImpastoError
from .bridge.i18n.texts import tr
from .qt import QtCore, QtWidgets
from .remedies import buttons

_SECONDS = 4


def painted(name: str, remarks: Iterable[str] = ()) -> str:
    """What to say when a layer is there, and what else of it."""
    told = tr("Painted: the new layer '{name}'.", name=name)
    return " ".join([told, *filter(None, remarks)])


def announce(sentence: str) -> None:
    """Say over the canvas what came of a painting; a window that is not looked at asks for it."""
    window = Krita.instance().activeWindow()
    view = window.activeView() if window else None
    if view is not None:
        icon = Krita.instance().icon("krita_tool_freehand")
        view.showFloatingMessage(sentence, icon, 1000 * _SECONDS, 1)
    if window is not None:
        QtWidgets.QApplication.alert(window.qwindow())


def complain(parent: QtWidgets.QWidget, title: str, error: ImpastoError) -> None:
    """Say what is wrong, with the buttons that help; not waited for."""
    box = QtWidgets.QMessageBox(parent)
    box.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QtWidgets.QMessageBox.Icon.Warning)
    box.setWindowTitle(title)
    box.setText(tr(error))
    for label, act in buttons(error, {}):
        button = box.addButton(label, QtWidgets.QMessageBox.ButtonRole.ActionRole)
        button.clicked.connect(lambda _=False, act=act: act())
    box.addButton(QtWidgets.QMessageBox.StandardButton.Close)
    box.open()
