"""Thumbnails of many files, made one by one while nothing else is to be done."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import ClassVar

from ..qt import QtCore, QtGui
from ..widgets.files import file_thumbnail


class Thumbnails(QtCore.QObject):
    """What one made, the others know: a dialog that opens again shows its pictures at once."""

    _known: ClassVar[dict[tuple[str, int, int], QtGui.QIcon]] = {}
    """By the file, the time it was changed, and the side."""

    ready = QtCore.pyqtSignal(str, QtGui.QIcon)
    """A file's path, and its picture."""

    def __init__(self, side: int, parent: QtCore.QObject) -> None:
        """``side``: pixels of the picture's own, which a fine screen has more of."""
        super().__init__(parent)
        self._side = side
        self._wanted: deque[Path] = deque()
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(self._make_one)

    def want(self, path: Path) -> None:
        self._wanted.append(path)
        self._timer.start(0)

    def forget_wanted(self) -> None:
        self._wanted.clear()

    def _make_one(self) -> None:
        if not self._wanted:
            self._timer.stop()
            return
        path = self._wanted.popleft()
        try:
            key = str(path), path.stat().st_mtime_ns, self._side
        except OSError:
            return
        if key not in self._known:
            image = file_thumbnail(str(path), 2 * self._side)
            self._known[key] = QtGui.QIcon(square(QtGui.QPixmap.fromImage(image)))
        self.ready.emit(str(path), self._known[key])


def square(picture: QtGui.QPixmap) -> QtGui.QPixmap:
    """The middle of a picture: tiles of one shape are easier to look through."""
    side = min(picture.width(), picture.height())
    left, top = (picture.width() - side) // 2, (picture.height() - side) // 2
    return picture.copy(left, top, side, side)
