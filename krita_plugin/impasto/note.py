"""One sentence on what came of it, with buttons that help where something is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .bridge.contract.errors import ImpastoError
from .bridge.i18n.texts import tr
from .bridge.session.remedies import Remedy, unanswered
from .qt import QtCore, QtWidgets
from .remedies import Act, buttons

PREVIEW, SILENT, HINT = "preview", "silent", "hint"
"""What a sentence may be about: it goes by itself when that is well again, or not so any more."""


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
            about: only what is about this; empty for any complaint but those about the worker's
                silence, which no setting mends.
        """
        if self._about == about if about else self._complaining and self._about != SILENT:
            self.clear()

    def say(self, sentence: str, helps: Sequence[tuple[str, Act]] = ()) -> None:
        """What came of it, in the person's language, and what can be done next: no complaint."""
        self._about = ""
        self._show(sentence, QtWidgets.QStyle.StandardPixmap.SP_DialogApplyButton, helps)

    def hint(self, told: ImpastoError, acts: Mapping[Remedy, Act]) -> None:
        """What a person may not know of what was chosen, where there is nothing else to say."""
        if self.isHidden() or self._about == HINT:
            self._about = HINT
            sign = QtWidgets.QStyle.StandardPixmap.SP_MessageBoxInformation
            self._show(tr(told), sign, buttons(told, acts))

    def complain(self, error: ImpastoError, acts: Mapping[Remedy, Act], about: str = "") -> None:
        """Say what is wrong, with the buttons that help.

        Args:
            error: what is wrong.
            acts: what of that is done where the note is, and how.
            about: what it is about; a preview's error gives way to any other that is told.
        """
        if about == PREVIEW and self._complaining and self._about != PREVIEW:
            return
        self._about = about
        warning = QtWidgets.QStyle.StandardPixmap.SP_MessageBoxWarning
        self._show(tr(error), warning, buttons(error, acts))

    def tell_of_silence(self, silent: bool, restart: Act) -> None:
        """The worker says nothing any more, or does again."""
        if silent:
            self.complain(unanswered(), {Remedy.RESTART: restart}, SILENT)
        else:
            self.forgive(SILENT)

    def _show(
        self,
        sentence: str,
        sign: QtWidgets.QStyle.StandardPixmap,
        helps: Sequence[tuple[str, Act]],
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
        for label, act in helps:
            button = QtWidgets.QPushButton(label)
            button.clicked.connect(lambda _=False, act=act: act())
            self._buttons.addWidget(button)
        self.show()
