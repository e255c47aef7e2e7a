"""The dialog's picture: before, after, and the painting as it grows, with the buttons to look."""

from __future__ import annotations

from collections.abc import Callable

from .bridge.contract.settings import Settings
from .bridge.i18n.texts import tr
from .preview.compare import CompareView
from .preview.images import laid_over, placed, veil
from .preview.live import LivePreview
from .qt import QtCore, QtGui, QtWidgets
from .target import Target
from .widgets.buttons import small_button


class Sight(QtWidgets.QWidget):
    """Shows what the painting will be, or while one is under way, what it is by now."""

    failed = QtCore.pyqtSignal(object)
    """Why there is no preview."""

    def __init__(self, find: Callable[[], Target]) -> None:
        super().__init__()
        self.view = CompareView()
        self.live = LivePreview(find, self)
        self._original = QtGui.QImage()
        self._layer = QtGui.QImage()
        self._growing = False
        self.region = QtWidgets.QCheckBox()
        """Whether it is shown what will be painted."""
        self.live.before.connect(self._take_original)
        self.live.after.connect(self._take_preview)
        self.live.waiting.connect(self.view.set_busy)
        self.live.stale.connect(self.view.set_stale)
        self.live.failed.connect(self.view.set_hint)
        self.live.failed.connect(self.failed)
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view, 1)
        layout.addLayout(self._make_tools())

    def look(self, settings: Settings) -> None:
        """Preview these settings, unless a painting is shown."""
        if not self._growing:
            # What was wrong with others need not be wrong with these.
            self.view.drop_hint()
            self.live.want(settings)

    def follow(self, growing: bool) -> None:
        """Show a painting as it grows, until told otherwise."""
        self._growing = growing

    def grow(self, picture: QtGui.QImage, part: QtCore.QRectF) -> None:
        """Lay what is painted by now over the original."""
        if not self._original.isNull():
            shown = placed(picture, part, self._original.size(), self._layer)
            self.live.take_as_shown()
            self.view.set_after(laid_over(self._original, shown))

    def _take_original(self, image: QtGui.QImage, part: QtCore.QRectF, other: bool) -> None:
        self._original = image
        self.view.set_before(image, part, other)

    def _take_preview(self, image: QtGui.QImage, layer: QtGui.QImage) -> None:
        self._layer = layer
        if not self._growing:
            self.view.set_after(image)
        self._show_veil()

    def _show_veil(self) -> None:
        wanted = self.region.isChecked() and not self._layer.isNull()
        self.view.set_veil(veil(self._layer) if wanted else QtGui.QImage())

    def _make_tools(self) -> QtWidgets.QHBoxLayout:
        row = QtWidgets.QHBoxLayout()
        percent = QtWidgets.QLabel()
        self.view.zoomed.connect(lambda zoom: percent.setText(f"{zoom:.1f}×" if zoom > 1 else ""))
        for name, text, act in (
            ("zoom-out", tr("Smaller (−)"), lambda: self.view.zoom_by(0.8)),
            ("zoom-fit", tr("Show everything (0)"), self.view.look_at_all),
            ("zoom-in", tr("Larger (+)"), lambda: self.view.zoom_by(1.25)),
        ):
            button = small_button(name, text, act)
            button.setObjectName(name)
            row.addWidget(button)
        row.addWidget(percent)
        row.addStretch(1)
        self.region.setText(tr("Show what stays"))
        self.region.setToolTip(tr("Lay a red over all that is not painted"))
        self.region.toggled.connect(lambda _: self._show_veil())
        row.addWidget(self.region)
        return row
