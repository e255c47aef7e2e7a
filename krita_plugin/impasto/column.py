"""The dialog's right side: all knobs, and the sentence on the one that is looked at."""

from __future__ import annotations

from typing import Any

from .panel import KnobPanel
from .qt import QtCore, QtWidgets
from .widgets.layouts import in_column


class KnobColumn(QtWidgets.QWidget):
    """Scrolls where the knobs have not the height they need; the width they always have."""

    def __init__(self, panel: KnobPanel) -> None:
        super().__init__()
        hint = QtWidgets.QLabel()
        hint.setWordWrap(True)
        hint.setMinimumHeight(2 * hint.fontMetrics().lineSpacing() + 4)
        hint.setAlignment(QtCore.Qt.AlignmentFlag.AlignTop)
        panel.helped.connect(hint.setText)
        scroll, tiles = _Scroll(panel), panel.gallery.tiles
        panel.gallery.sought.connect(lambda: scroll.ensureWidgetVisible(tiles))
        in_column([scroll, hint], scroll, self)


class _Scroll(QtWidgets.QScrollArea):
    """Up and down only."""

    def __init__(self, inside: QtWidgets.QWidget) -> None:
        super().__init__()
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._widen()

    def eventFilter(self, watched: Any, event: Any) -> bool:
        if watched is self.widget() and event.type() == QtCore.QEvent.Type.LayoutRequest:
            self._widen()
        return super().eventFilter(watched, event)

    def _widen(self) -> None:
        """What is unfolded may need more width than what was there before."""
        bar = self.style().pixelMetric(QtWidgets.QStyle.PixelMetric.PM_ScrollBarExtent)
        self.setMinimumWidth(self.widget().minimumSizeHint().width() + bar)
