"""What needs the engine waits for it: where a person imported the plug-in, it is fetched first."""

from __future__ import annotations

from collections.abc import Callable

from .bridge.session.installing.need import carried, needed
from .bridge.storage.paths import Installation
from .qt import QtCore, QtWidgets


def with_engine(parent: QtWidgets.QWidget, then: Callable[[], object]) -> None:
    """Do what needs the engine, once there is one: a person is asked first to have it fetched."""
    installation, script = Installation.here(), carried()
    if script is None or needed(installation) is None:
        then()
        return
    # Here, as Krita imports this file when it starts.
    from .bridge.session.installing.choices import offered
    from .bridge.session.installing.page import SetupPage
    from .setup_dialog import SetupDialog

    direct = QtCore.Qt.FindChildOption.FindDirectChildrenOnly
    # One that was just closed is there for a moment still.
    shown = (d for d in parent.findChildren(SetupDialog, options=direct) if d.isVisible())
    dialog = next(shown, None)
    if dialog is None:
        dialog = SetupDialog(SetupPage(installation, script, offered()), parent)
    dialog.then = then
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
