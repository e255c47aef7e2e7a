"""Widgets for pictures and folders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from krita import Document

from .. import layers
from ..bridge.contract.knobs import Knob
from ..bridge.i18n.texts import tr
from ..bridge.session.called import file_title
from ..bridge.session.remedies import explained
from ..bridge.session.shelf import PATTERNS
from ..bridge.storage.paths import Installation
from ..opened import renditions
from ..qt import QtCore, QtGui, QtWidgets
from .buttons import small_button
from .chooser import MODES, choose
from .elided import ElidedLabel
from .layouts import in_row


class PictureWidget(QtWidgets.QWidget):
    """A picture from a file or from a layer of the document, with its thumbnail."""

    changed = QtCore.pyqtSignal()
    picked = QtCore.pyqtSignal()
    """The thumbnail was clicked: what is chosen elsewhere is to come here."""
    given = QtCore.pyqtSignal(str)
    """A person chose a picture here, or none."""
    failed = QtCore.pyqtSignal(object)
    """Why a file that was chosen can't be taken, in one sentence."""

    def __init__(
        self,
        title: str,
        help: str,
        document: Document,
        side: int = 40,
        with_layers: bool = True,
    ) -> None:
        """``title`` and ``help`` as a person reads them; ``side``: pixels of the thumbnail's."""
        super().__init__()
        self._title, self._side = title, side
        self._document = document
        self._value = ""
        self._instead = "", ""
        self._thumbnail = QtWidgets.QToolButton()
        self._thumbnail.setIconSize(QtCore.QSize(side, side))
        self._thumbnail.setToolTip(help)
        self._thumbnail.setAccessibleName(title)
        self._thumbnail.setCheckable(True)
        self._thumbnail.setAutoRaise(True)
        self._thumbnail.clicked.connect(lambda _=False: self.picked.emit())
        self._name = ElidedLabel()
        file = small_button("document-open", tr("Choose a file"), self._choose_file)
        self._layers = QtWidgets.QMenu(self)
        self._layers.aboutToShow.connect(self._list_layers)
        self._layers.triggered.connect(lambda action: self._take(action.data()))
        layer = small_button("paintLayer", tr("Use a layer of this picture"))
        layer.setMenu(self._layers)
        layer.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
        layer.setVisible(with_layers)
        self._none = small_button("edit-clear", tr("None"), lambda: self._take(""))
        in_row([self._thumbnail, self._name, file, layer, self._none], self._name, self)
        for part, name in (
            *((self._thumbnail, "thumbnail"), (self._name, "name")),
            *((self._layers, "layers"), (self._none, "none")),
        ):
            part.setObjectName(name)
        self.setFocusProxy(file)
        self.setAcceptDrops(True)
        self._show()

    def value(self) -> str:
        return self._value

    def set_value(self, value: str) -> None:
        """Take a path or a layer's reference; a layer that is gone counts as none."""
        if layers.is_reference(value) and layers.find(self._document, value) is None:
            value = ""
        if value != self._value:
            self._value = value
            self._show()
            self.changed.emit()

    def show_instead(self, path: str, name: str) -> None:
        """Show a picture, if there is one, and a name instead of the value's; no name undoes it."""
        self._instead = path, name
        self._show()

    def set_picked(self, picked: bool) -> None:
        """Whether what is chosen elsewhere comes here."""
        self._thumbnail.setChecked(picked)

    def dragEnterEvent(self, event: Any) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:
        self._take(event.mimeData().urls()[0].toLocalFile())
        event.acceptProposedAction()

    def _take(self, value: str) -> None:
        try:
            # Made now, so that whoever chose it hears of it, and sees its thumbnail.
            renditions().readable(value)
        except Exception as error:
            self.failed.emit(explained(error))
            return
        self.set_value(value)
        self.given.emit(value)

    def _show(self) -> None:
        other, called = self._instead
        shown = other if called else self._value
        picture, name = thumbnail(self._document, shown, 2 * self._side)
        name = called or name
        self._name.setText(name or tr("None"))
        self._name.setToolTip(name if layers.is_reference(self._value) else self._value)
        self._none.setEnabled(bool(name))
        empty = picture.isNull()
        shown = self._placeholder() if empty else QtGui.QPixmap.fromImage(picture)
        self._thumbnail.setIcon(QtGui.QIcon(shown))

    def _placeholder(self) -> QtGui.QPixmap:
        """A frame that waits for a picture."""
        side = 2 * self._side
        frame = QtGui.QPixmap(side, side)
        frame.fill(QtCore.Qt.GlobalColor.transparent)
        painter = QtGui.QPainter(frame)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        groups, roles = QtGui.QPalette.ColorGroup, QtGui.QPalette.ColorRole
        colour = self.palette().color(groups.Disabled, roles.WindowText)
        painter.setPen(QtGui.QPen(colour, 3, QtCore.Qt.PenStyle.DashLine))
        painter.drawRoundedRect(4, 4, side - 8, side - 8, 8, 8)
        painter.setPen(QtGui.QPen(colour, 3))
        middle, arm = side // 2, side // 8
        painter.drawLine(middle - arm, middle, middle + arm, middle)
        painter.drawLine(middle, middle - arm, middle, middle + arm)
        painter.end()
        return frame

    def _choose_file(self) -> None:
        folder = "" if layers.is_reference(self._value) else str(Path(self._value).parent)
        files = f"{tr('Pictures')} ({' '.join(PATTERNS)});;{tr('All files')} (*)"
        mode = MODES.ExistingFile
        choose(self, self._title, mode, lambda paths: self._take(paths[0]), folder, files)

    def _list_layers(self) -> None:
        self._layers.clear()
        for node in layers.all_layers(self._document):
            icon = QtGui.QIcon(QtGui.QPixmap.fromImage(node.thumbnail(32, 32)))
            action = self._layers.addAction(icon, node.name())
            action.setData(layers.reference(node))


class FolderWidget(QtWidgets.QWidget):
    """A folder to type or to choose."""

    changed = QtCore.pyqtSignal()

    def __init__(self, knob: Knob) -> None:
        super().__init__()
        self._title = tr(knob.label)
        self._line = QtWidgets.QLineEdit()
        self._line.setPlaceholderText(tr("None"))
        self._line.setClearButtonEnabled(True)
        self._line.textChanged.connect(lambda _: self.changed.emit())
        button = small_button("folder", tr("Choose a folder"), self._choose)
        in_row([self._line, button], self._line, self)
        self.setFocusProxy(self._line)

    def value(self) -> str:
        return self._line.text().strip()

    def set_value(self, value: str) -> None:
        self._line.setText(value)

    def _choose(self) -> None:
        choose(self, self._title, MODES.Directory, self._take, self.value())

    def _take(self, paths: list[str]) -> None:
        self.set_value(paths[0])


def thumbnail(document: Document, setting: str, side: int) -> tuple[QtGui.QImage, str]:
    """A small picture of what a ``file`` setting names, and its name for a person."""
    if layers.is_reference(setting):
        node = layers.find(document, setting)
        return (QtGui.QImage(), "") if node is None else (node.thumbnail(side, side), node.name())
    if not setting:
        return QtGui.QImage(), ""
    return file_thumbnail(setting, side), file_title(setting, Installation.here().gallery)


def file_thumbnail(path: str, side: int) -> QtGui.QImage:
    """A small version of the file; an empty picture where Qt can't read it, though we may."""
    shown = renditions().known(Path(path))
    if not shown.is_file():
        return QtGui.QImage()
    reader = QtGui.QImageReader(str(shown))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid():
        reader.setScaledSize(size.scaled(side, side, QtCore.Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()
