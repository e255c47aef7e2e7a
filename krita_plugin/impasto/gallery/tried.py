"""The gallery's styles on the picture itself, as far as they are there."""

from __future__ import annotations

from ..bridge.i18n.texts import tr
from ..bridge.session.tries import Tries
from ..qt import QtCore, QtWidgets
from ..widgets.buttons import small_button
from .tiles import Tiles

_TICK, _IDLE = 20, 300
"""Milliseconds between two looks, while tries are made and while none are."""


class Tried(QtCore.QObject):
    """Keeps the tiles' pictures those of the tries, and has a switch for them."""

    def __init__(self, tries: Tries, tiles: Tiles) -> None:
        super().__init__(tiles)
        self._tries, self._tiles = tries, tiles
        self.button: QtWidgets.QToolButton = small_button("visible", tr("On your picture"))
        self.button.setObjectName("on-your-picture")
        self.button.setToolTip(tr("On your picture; switched off: the styles' own pictures"))
        self.button.setCheckable(True)
        self.button.setChecked(tries.on)
        self.button.toggled.connect(self._switch)
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(_IDLE)

    def _switch(self, on: bool) -> None:
        self._tries.switch(on)
        self._tiles.show_tried(self._tries.view)

    def _tick(self) -> None:
        if self._tiles.isVisible():
            self._tries.want(self._tiles.sighted())
        self._tries.tick()
        # While Krita reads a layer, the dialog may be closed, and its widgets deleted.
        if self._tries.closed:
            return
        self._tiles.show_tried(self._tries.view)
        self._timer.setInterval(_TICK if self._tries.waiting else _IDLE)
