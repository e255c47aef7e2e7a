"""The gallery as a part of the dialog: a search, a filter, a way to add, and the pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from krita import Document

from .. import layers
from ..bridge.contract.errors import ImpastoError
from ..bridge.i18n.texts import tr
from ..bridge.session.gallery import BUILT_IN, ENDINGS, HOST_ENDINGS, OWN, Gallery, Style
from ..bridge.session.renditions import needed
from ..bridge.storage.paths import Installation
from ..journal import explain
from ..opened import renditions
from ..preview.small import small
from ..qt import QtCore, QtGui, QtWidgets
from ..widgets.buttons import small_button
from .tiles import SIDE, Tiles, title

_LAYER_SIDE = 2048
"""Long side in pixels of a layer that is kept as a style."""

_FILTERS: tuple[tuple[str, Callable[[Style], bool]], ...] = (
    ("All", lambda _: True),
    ("Favourites", lambda style: style.favourite),
    ("Last used", lambda style: style.used > 0),
    ("Your own", lambda style: style.source == OWN),
    ("Built in", lambda style: style.source == BUILT_IN),
)


class GalleryBox(QtWidgets.QWidget):
    """Knows the folder of styles; what is chosen goes to whoever listens."""

    chosen = QtCore.pyqtSignal(object)
    """A ``Style``."""
    sought = QtCore.pyqtSignal()
    """A style is to be chosen here now."""
    failed = QtCore.pyqtSignal(str)

    def __init__(self, find: Callable[[], Document | None], with_built_in: bool = True) -> None:
        """``find`` gives the document whose layers may become styles."""
        super().__init__()
        self._find = find
        self._with_built_in = with_built_in
        self._gallery = Gallery(Installation.here())
        self.search = QtWidgets.QLineEdit()
        self.search.setObjectName("search")
        self.search.setPlaceholderText(tr("Search styles"))
        self.search.setClearButtonEnabled(True)
        self._filter = QtWidgets.QComboBox()
        self._filter.setObjectName("filter")
        for name, _ in _FILTERS:
            self._filter.addItem(tr(name))
        self.tiles = Tiles()
        self.tiles.setMinimumHeight(SIDE + 2 * self.fontMetrics().height())
        self.tiles.chosen.connect(self.chosen)
        self.tiles.dropped.connect(self.add)
        self.tiles.favoured.connect(self._favour)
        self.tiles.removed.connect(self._remove)
        self._none = QtWidgets.QLabel()
        self._none.setWordWrap(True)
        self.search.textChanged.connect(lambda _: self._show_some())
        self.search.returnPressed.connect(self._choose_found)
        self._filter.currentIndexChanged.connect(lambda _: self._show_some())
        row = QtWidgets.QHBoxLayout()
        row.addWidget(self.search, 1)
        row.addWidget(self._filter)
        row.addWidget(self._make_add())
        layout = QtWidgets.QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self._none)
        layout.addWidget(self.tiles, 1)
        self.reload()

    def reload(self) -> None:
        """Look into the folder again, which the other host may have changed."""
        built_in = self._gallery.built_in() if self._with_built_in else []
        found = [*self._gallery.styles(), *built_in]
        self.tiles.fill(sorted(found, key=lambda style: not style.favourite))
        self._show_some()

    def add(self, paths: list[Path]) -> None:
        """Take in files, and all pictures of folders; the last one becomes the style."""
        added: list[Style] = []
        failures: list[str] = []
        for path in paths:
            for file in _found(path):
                try:
                    added += self._put(file)
                except Exception as error:
                    failures.append(explain(error))
        self._take(added)
        if failures:
            self.failed.emit(failures[0])

    def _put(self, path: Path) -> list[Style]:
        """A picture, its rendition where only Krita can read it, or all pictures of a folder."""
        if path.is_dir():
            return self._gallery.add_folder(path)
        if not needed(str(path)):
            return [self._gallery.add(path)]
        shown = Path(renditions().readable(str(path))).read_bytes()
        return [self._gallery.add_bytes(path.stem, shown)]

    def add_image(self, name: str, image: QtGui.QImage) -> None:
        """Take in a picture that is no file, and choose it."""
        data = QtCore.QByteArray()
        buffer = QtCore.QBuffer(data)
        buffer.open(QtCore.QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")
        try:
            self._take([self._gallery.add_bytes(name, bytes(data))])
        except ImpastoError as error:
            self.failed.emit(str(error))

    def paste(self) -> None:
        """Take in what the clipboard holds: a picture, or files."""
        mime = QtWidgets.QApplication.clipboard().mimeData()
        files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
        if files:
            self.add(files)
        elif mime.hasImage():
            self.add_image(tr("Pasted"), QtWidgets.QApplication.clipboard().image())
        else:
            self.failed.emit(tr("The clipboard holds no picture: copy one, then try again."))

    def _take(self, added: list[Style]) -> None:
        if added:
            self.reload()
            self.chosen.emit(added[-1])

    def _favour(self, style: Style, favourite: bool) -> None:
        self._gallery.favour(style, favourite)
        self.reload()

    def _remove(self, style: Style) -> None:
        try:
            self._gallery.remove(style)
        except ImpastoError as error:
            self.failed.emit(str(error))
        self.reload()

    def _choose_found(self) -> None:
        """Enter takes the first style that fits what was written."""
        if self.search.text().strip():
            self.tiles.choose_first()

    def _show_some(self) -> None:
        words = self.search.text().casefold().split()
        fits = _FILTERS[self._filter.currentIndex()][1]
        count = self.tiles.filter(
            lambda style: fits(style) and all(word in title(style).casefold() for word in words)
        )
        self._none.setVisible(count == 0)
        self._none.setText(
            tr("No style is called so.")
            if words
            else tr("Nothing here yet: add pictures with +, or drop them here.")
        )

    def _make_add(self) -> QtWidgets.QToolButton:
        button = small_button("list-add", tr("Add pictures to the gallery"))
        button.setObjectName("add-style")
        button.setPopupMode(QtWidgets.QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QtWidgets.QMenu(button)
        menu.addAction(tr("Picture files…")).triggered.connect(lambda _=False: self._ask(False))
        menu.addAction(tr("All pictures of a folder…")).triggered.connect(
            lambda _=False: self._ask(True)
        )
        menu.addAction(tr("From the clipboard")).triggered.connect(lambda _=False: self.paste())
        menu.addAction(tr("The active layer")).triggered.connect(lambda _=False: self._add_layer())
        button.setMenu(menu)
        return button

    def _ask(self, folder: bool) -> None:
        """Not waited for, as every other dialog here."""
        endings = " ".join(f"*{ending}" for ending in sorted(ENDINGS | HOST_ENDINGS))
        chooser = QtWidgets.QFileDialog(
            self, tr("Add to the gallery"), "", f"{tr('Pictures')} ({endings})"
        )
        chooser.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        modes = QtWidgets.QFileDialog.FileMode
        chooser.setFileMode(modes.Directory if folder else modes.ExistingFiles)
        chooser.filesSelected.connect(lambda names: self.add([Path(name) for name in names]))
        chooser.open()

    def _add_layer(self) -> None:
        document = self._find()
        if document is None:
            return
        try:
            active = layers.reference(layers.active_layer(document))
            node = layers.picture(document, active, "Style")
        except ImpastoError as error:
            self.failed.emit(str(error))
            return
        box = layers.on_canvas(document, node)
        self.add_image(node.name(), small(document, node, box, _LAYER_SIDE))


def _found(path: Path) -> list[Path]:
    """What to take in: a file, or of a folder the files that only Krita reads and then itself."""
    try:
        inside = sorted(path.iterdir()) if path.is_dir() else []
    except OSError:
        return [path]  # the gallery says so
    foreign = [file for file in inside if needed(file.name) and file.is_file()]
    others = any(file.suffix.lower() in ENDINGS for file in inside)
    return [*foreign, *([path] if others or not foreign else [])]
