"""The pointer itself: where it goes, Krita's windows learn from the screen, as with a person.

Beside Krita's own modules it needs none: it is also there before Impasto is.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

try:
    from PyQt5 import QtCore, QtGui, QtWidgets
except ImportError:
    from PyQt6 import QtCore, QtGui, QtWidgets

__all__ = ["QtCore", "QtGui", "QtWidgets"]


def point(at: QtCore.QPoint) -> None:
    """Move there and press the left button; what follows from it follows later."""
    move = ["mousemove", str(at.x() - 3), str(at.y()), "sleep", "0.1"]
    there = ["mousemove", str(at.x()), str(at.y()), "sleep", "0.1", "click", "1"]
    subprocess.run(["xdotool", *move, *there], check=True)


def point_to(widget: QtWidgets.QWidget) -> None:
    point(widget.mapToGlobal(widget.rect().center()))


def point_to_action(menu: QtWidgets.QWidget, action: QtGui.QAction) -> None:
    """What a menu or a bar of menus shows of an action."""
    point(menu.mapToGlobal(menu.actionGeometry(action).center()))


def point_to_item(view: QtWidgets.QAbstractItemView, text: str) -> None:
    """The item of a list that reads so, and is in sight."""
    model, root = view.model(), view.rootIndex()
    found = (model.index(row, 0, root) for row in range(model.rowCount(root)))
    item = next(index for index in found if index.data() == text)
    view.scrollTo(item)
    point(view.viewport().mapToGlobal(view.visualRect(item).center()))


def look(file: Path) -> None:
    """Photograph the screen, with all windows on it."""
    subprocess.run(["import", "-window", "root", str(file)], check=True)
