"""Asking for files and folders."""

from __future__ import annotations

from collections.abc import Callable

from ..qt import QtCore, QtWidgets

MODES = QtWidgets.QFileDialog.FileMode


def choose(
    parent: QtWidgets.QWidget,
    title: str,
    mode: QtWidgets.QFileDialog.FileMode,
    take: Callable[[list[str]], object],
    start: str = "",
    kinds: str = "",
) -> None:
    """Ask for paths from a folder on, files of these kinds or folders.

    Not waited for: in an inner event loop Krita, and a painting under way, would stand.
    """
    chooser = QtWidgets.QFileDialog(parent, title, start, kinds)
    chooser.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
    chooser.setFileMode(mode)
    chooser.setOption(QtWidgets.QFileDialog.Option.ShowDirsOnly, not kinds)
    chooser.filesSelected.connect(take)
    chooser.open()
