"""The gallery as a part of the dialog: a search, a filter, a way to add, and the pictures."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from krita import Document

from .. import layers
from ..bridge.contract.errors import BadInput, ImpastoError
from ..bridge.i18n.texts import tr
from ..bridge.session import shelf
from ..bridge.session.gallery import Gallery, Style
from ..bridge.session.shelf import Shelf
from ..bridge.session.tries import Tries
from ..bridge.storage.paths import Installation
from ..opened import renditions
from ..preview.small import small
from ..qt import QtCore, QtGui, QtWidgets
from ..widgets.buttons import small_button
from ..widgets.chooser import MODES, choose
from ..widgets.layouts import in_column, in_row
from .tiles import SIDE, Tiles
from .tried import Tried

_LAYER_SIDE = 2048
"""Long side in pixels of a layer that is kept as a style."""


class GalleryBox(QtWidgets.QWidget):
    """Knows the folder of styles; what is chosen goes to whoever listens."""

    chosen = QtCore.pyqtSignal(object)
    """A ``Style``."""
    sought = QtCore.pyqtSignal()
    """A style is to be chosen here now."""
    failed = QtCore.pyqtSignal(object)

    def __init__(
        self, find: Callable[[], Document | None], sources: Collection[str] = shelf.EVERYTHING
    ) -> None:
        """Make it.

        Args:
            find: gives the document whose layers may become styles.
            sources: where the styles come from that are offered.
        """
        super().__init__()
        self._find = find
        gallery = Gallery(Installation.here())
        self.shelf = Shelf(gallery, renditions(), self.failed.emit, sources)
        self.search = QtWidgets.QLineEdit()
        self.search.setObjectName("search")
        self.search.setPlaceholderText(tr("Search styles"))
        self.search.setClearButtonEnabled(True)
        self._filter = QtWidgets.QComboBox()
        self._filter.setObjectName("filter")
        self._filter.setAccessibleName(tr("Kind of styles"))
        for name in shelf.FILTERS:
            self._filter.addItem(tr(name), name)
        self.tiles = Tiles()
        self.tiles.setMinimumHeight(SIDE + 2 * self.fontMetrics().height())
        self.tiles.chosen.connect(self.chosen)
        self.tiles.dropped.connect(self.add)
        self.tiles.favoured.connect(self._favour)
        self.tiles.removed.connect(self._remove)
        self._none = QtWidgets.QLabel()
        self._none.setObjectName("nothing-found")
        self._none.setWordWrap(True)
        self.search.textChanged.connect(lambda _: self._show_some())
        self.search.returnPressed.connect(self._choose_found)
        self._filter.currentIndexChanged.connect(lambda _: self._show_some())
        self._row = in_row([self.search, self._filter, self._make_add()], self.search)
        in_column([self._row, self._none, self.tiles], self.tiles, self)
        self.reload()

    def try_on(self, tries: Tries) -> None:
        """Show each style on what is selected."""
        self._row.insertWidget(2, Tried(tries, self.tiles).button)

    def reload(self) -> None:
        """Look into the folder again, which the other host may have changed."""
        self.tiles.fill(self.shelf.offered())
        self._show_some()

    def add(self, paths: list[Path]) -> None:
        """Take in files, and all pictures of folders; the last one becomes the style."""
        self.shelf.add(paths, self._take)

    def add_image(self, name: str, image: QtGui.QImage) -> None:
        """Take in a picture that is no file, and choose it."""
        data = QtCore.QByteArray()
        buffer = QtCore.QBuffer(data)
        buffer.open(QtCore.QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")
        self.shelf.add_picture(name, bytes(data), self._take)

    def paste(self) -> None:
        """Take in what the clipboard holds: a picture, or files."""
        mime = QtWidgets.QApplication.clipboard().mimeData()
        files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
        if files:
            self.add(files)
        elif mime.hasImage():
            self.add_image(tr("Pasted"), QtWidgets.QApplication.clipboard().image())
        else:
            self.failed.emit(BadInput("The clipboard holds no picture: copy one, then try again."))

    def _take(self, added: Style) -> None:
        self.reload()
        self.chosen.emit(added)

    def _favour(self, style: Style, favourite: bool) -> None:
        self.shelf.favour(style, favourite)
        self.reload()

    def _remove(self, style: Style) -> None:
        self.shelf.remove(style)
        self.reload()

    def _choose_found(self) -> None:
        """Enter takes the first style that fits what was written."""
        words, among = self._wanted()
        style = shelf.first_found(self.tiles.styles(), words, among)
        if style is not None:
            self.chosen.emit(style)

    def _wanted(self) -> tuple[str, str]:
        """The words that were written, and what is looked through."""
        return self.search.text(), self._filter.currentData()

    def _show_some(self) -> None:
        words, among = self._wanted()
        self.tiles.filter(lambda style: shelf.found(style, words, among))
        nothing = shelf.nothing(self.tiles.styles(), words, among)
        self._none.setVisible(bool(nothing))
        self._none.setText(nothing)

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
        kinds = f"{tr('Pictures')} ({' '.join(shelf.PATTERNS)})"
        mode = MODES.Directory if folder else MODES.ExistingFiles
        title = tr("Add to the gallery")
        choose(self, title, mode, lambda paths: self.add(list(map(Path, paths))), kinds=kinds)

    def _add_layer(self) -> None:
        document = self._find()
        if document is None:
            return
        try:
            active = layers.reference(layers.active_layer(document))
            node = layers.picture(document, active, "Style")
        except ImpastoError as error:
            self.failed.emit(error)
            return
        box = layers.on_canvas(document, node)
        self.add_image(node.name(), small(document, node, box, box.extent.within(_LAYER_SIDE)))
