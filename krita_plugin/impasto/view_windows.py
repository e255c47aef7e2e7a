"""The windows inside Krita's main windows, each around a view."""

from __future__ import annotations

from krita import Window

from .qt import QtWidgets


def view_windows(window: Window) -> list[QtWidgets.QMdiSubWindow]:
    """The windows inside one of Krita's, in the order of its views."""
    area = window.qwindow().findChild(QtWidgets.QMdiArea)
    order = QtWidgets.QMdiArea.WindowOrder.CreationOrder
    # One that was closed a moment ago may still be listed, without a view.
    inside = [] if area is None else area.subWindowList(order)
    return [one for one in inside if one.widget() is not None]
