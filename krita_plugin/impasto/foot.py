"""The dialog's last row: presets, what becomes of the painting, Paint and Close."""

from __future__ import annotations

from krita import Krita

from .bridge.i18n.texts import tr
from .bridge.session.outputs import OUTPUT
from .memory import last_used
from .panel import KnobPanel
from .presetmenu import PresetButton
from .qt import QtCore, QtWidgets
from .widgets.layouts import in_row


class Foot(QtWidgets.QWidget):
    paint_asked = QtCore.pyqtSignal()
    close_asked = QtCore.pyqtSignal()
    about_asked = QtCore.pyqtSignal()
    failed = QtCore.pyqtSignal(object)

    def __init__(
        self, panel: KnobPanel, replacing: bool, parent: QtWidgets.QDialog, moves: bool = False
    ) -> None:
        """``replacing``: the painting takes the place of an older one; ``moves``: it becomes an
        animated layer."""
        super().__init__(parent)
        self._replacing = replacing
        self._presets = PresetButton(panel)
        self._presets.failed.connect(self.failed)
        self._outputs = QtWidgets.QComboBox()
        self._outputs.setObjectName("output")
        self._outputs.setToolTip(tr("What the painting becomes"))
        for kind, label in OUTPUT.choices:
            self._outputs.addItem(tr(label), kind)
        self._outputs.setCurrentIndex(max(0, self._outputs.findData(last_used().output())))
        self._outputs.setHidden(replacing or moves)
        # A button can be a dialog's default only if it knows it already.
        self._paint = QtWidgets.QPushButton(self)
        self._paint.setObjectName("paint")
        self._paint.setDefault(True)
        self._paint.clicked.connect(lambda _=False: self.paint_asked.emit())
        close = QtWidgets.QPushButton(tr("Close"))
        close.clicked.connect(lambda _=False: self.close_asked.emit())
        about = QtWidgets.QToolButton()
        about.setObjectName("about")
        about.setIcon(Krita.instance().icon("help-about"))
        about.setText("?")
        about.setAutoRaise(True)
        about.setToolTip(tr("About Impasto"))
        about.setAccessibleName(tr("About Impasto"))
        about.clicked.connect(lambda _=False: self.about_asked.emit())
        parts = [self._presets, about, self._outputs, self._paint, close]
        in_row(parts, None, self).insertStretch(2, 1)
        self._count, self._applies = 1, False
        self._show()

    def take_output(self) -> str:
        """What is to become of the painting; the next dialog begins with it."""
        kind: str = self._outputs.currentData()
        last_used().remember_output(kind)
        return kind

    def show_count(self, count: int) -> None:
        """How many layers there are to paint from."""
        self._count = count
        self._show()

    def show_applies(self, applies: bool) -> None:
        """Whether a painting that is there already becomes what a new one would."""
        if applies != self._applies:
            self._applies = applies
            self._show()

    def _show(self) -> None:
        if self._replacing:
            self._paint.setText(tr("Replace"))
        elif self._count > 1:
            self._paint.setText(tr("Paint {count} layers", count=self._count))
        else:
            self._paint.setText(tr("Apply") if self._applies else tr("Paint"))
