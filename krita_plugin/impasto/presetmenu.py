"""Settings under a name: chosen, saved and removed from one button."""

from __future__ import annotations

from collections.abc import Callable

from .bridge.contract.errors import ImpastoError
from .bridge.i18n.texts import tr
from .bridge.session.presets import Presets, defaults
from .bridge.storage.paths import Installation
from .panel import KnobPanel
from .qt import QtCore, QtWidgets


class PresetButton(QtWidgets.QToolButton):
    """Its menu is made anew each time, as the other host may have saved one."""

    failed = QtCore.pyqtSignal(object)

    def __init__(self, panel: KnobPanel) -> None:
        super().__init__()
        self._panel = panel
        self._presets = Presets(Installation.here())
        self.setObjectName("presets")
        self.setText(tr("Presets"))
        self.setToolTip(tr("Save and load settings, or reset them to the defaults"))
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
        self.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QtWidgets.QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)

    def save(self, name: str) -> None:
        """Keep the panel's settings under a name."""
        if name.strip():
            self._try(lambda: self._presets.save(name.strip(), self._panel.settings()))

    def load(self, name: str) -> None:
        self._try(lambda: self._panel.set_settings(self._presets.load(name)))
        if (lost := self._presets.lost(name)) is not None:
            self.failed.emit(lost)

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        names = self._presets.names()
        for name in names:
            menu.addAction(name).triggered.connect(lambda _=False, name=name: self.load(name))
        menu.addSeparator()
        menu.addAction(tr("Save as…")).triggered.connect(self._ask_for_name)
        removable = menu.addMenu(tr("Remove"))
        removable.setEnabled(bool(names))
        for name in names:
            action = removable.addAction(name)
            action.triggered.connect(lambda _=False, name=name: self._remove(name))
        menu.addSeparator()
        menu.addAction(tr("Reset to the defaults")).triggered.connect(self._reset)

    def _reset(self) -> None:
        self._try(lambda: self._panel.set_settings(defaults(self._panel.settings())))

    def _ask_for_name(self) -> None:
        """Not waited for, as every other dialog here."""
        question = QtWidgets.QInputDialog(self)
        question.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        question.setWindowTitle(tr("Save preset"))
        question.setLabelText(tr("Name of the preset:"))
        question.textValueSelected.connect(self.save)
        question.open()

    def _remove(self, name: str) -> None:
        self._try(lambda: self._presets.remove(name))

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except ImpastoError as error:
            self.failed.emit(error)
