"""One sentence on what came of it, with buttons that help where something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from .bridge.i18n.texts import tr
from .qt import QtCore, QtWidgets

PREVIEW, SILENT = "preview", "silent"
"""What a complaint may be about: it goes by itself when that is well again."""


class Remedy(NamedTuple):
    """A button that helps."""

    label: str
    act: Callable[[], object]


class Note(QtWidgets.QFrame):
    """Takes no room while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("note")
        self.setFrameShape(QtWidgets.QFrame.Shape.StyledPanel)
        self._sign = QtWidgets.QLabel()
        self._text = QtWidgets.QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(QtCore.Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons = QtWidgets.QHBoxLayout()
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 4, 4)
        layout.addWidget(self._sign)
        layout.addWidget(self._text, 1)
        layout.addLayout(self._buttons)
        self.clear()

    def clear(self) -> None:
        self._complaining, self._about = False, ""
        self.hide()

    def forgive(self, about: str = "") -> None:
        """What was complained of may be mended by now; anything else stays to be read.

        Args:
            about: only a complaint about this; empty for any but those about the worker's
                silence, which no setting mends.
        """
        if self._complaining and (self._about == about if about else self._about != SILENT):
            self.clear()

    def say(self, sentence: str) -> None:
        """``sentence`` as for :meth:`complain`, which is no complaint."""
        self._about = ""
        self._show(tr(sentence), QtWidgets.QStyle.StandardPixmap.SP_DialogApplyButton, ())

    def complain(self, sentence: str, remedies: Sequence[Remedy] = (), about: str = "") -> None:
        """``sentence`` as the engine says it or translated already."""
        self._about = about
        warning = QtWidgets.QStyle.StandardPixmap.SP_MessageBoxWarning
        self._show(tr(sentence), warning, remedies)

    def _show(
        self,
        sentence: str,
        sign: QtWidgets.QStyle.StandardPixmap,
        remedies: Sequence[Remedy],
    ) -> None:
        self._complaining = sign == QtWidgets.QStyle.StandardPixmap.SP_MessageBoxWarning
        style = self.style()
        size = style.pixelMetric(QtWidgets.QStyle.PixelMetric.PM_SmallIconSize)
        self._sign.setPixmap(style.standardIcon(sign).pixmap(size, size))
        self._text.setText(sentence)
        while (item := self._buttons.takeAt(0)) is not None:
            button = item.widget()
            button.setParent(None)
            button.deleteLater()
        for remedy in remedies:
            button = QtWidgets.QPushButton(remedy.label)
            button.clicked.connect(lambda _=False, act=remedy.act: act())
            self._buttons.addWidget(button)
        self.show()
