"""The page about Impasto, opened from a dialog: what it shows outlives that."""

from __future__ import annotations

from .about_dialog import AboutDialog
from .bridge.session.installing.about import About
from .bridge.session.installing.choices import offered
from .bridge.session.installing.page import SetupPage
from .bridge.session.installing.starting import script_for
from .bridge.storage.paths import Installation
from .dialog import StyleTransferDialog
from .qt import QtCore, QtWidgets
from .setup_dialog import SetupDialog


def show_about(parent: QtWidgets.QWidget) -> AboutDialog:
    """Open it over a window of Krita's; it is not waited for."""
    installation = Installation.here()
    page = About(installation, script_for(installation), lambda: _painting(parent))
    dialog = AboutDialog(page, parent)
    dialog.repair_asked.connect(lambda: _repair(page, installation, parent))
    dialog.removes.connect(lambda: _close_all(parent))
    dialog.open()
    return dialog


def _painting(parent: QtWidgets.QWidget) -> bool:
    return any(dialog.painter is not None for dialog in _open(parent))


def _close_all(parent: QtWidgets.QWidget) -> None:
    for dialog in _open(parent):
        dialog.close()


def _open(parent: QtWidgets.QWidget) -> list[StyleTransferDialog]:
    direct = QtCore.Qt.FindChildOption.FindDirectChildrenOnly
    return list(parent.findChildren(StyleTransferDialog, options=direct))


def _repair(page: About, installation: Installation, parent: QtWidgets.QWidget) -> None:
    if page.script is not None:
        SetupDialog(SetupPage(installation, page.script, offered(), repair=True), parent).show()
