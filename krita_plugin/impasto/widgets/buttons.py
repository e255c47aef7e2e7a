"""Small buttons with one of Krita's own icons, which follow its theme."""

from __future__ import annotations

from collections.abc import Callable

from krita import Krita

from ..qt import QtCore, QtWidgets


def small_button(
    icon: str, text: str, act: Callable[[], object] | None = None
) -> QtWidgets.QToolButton:
    """A flat button; its text is its tip, and what a screen reader says."""
    button = QtWidgets.QToolButton()
    button.setIcon(Krita.instance().icon(icon))
    button.setToolTip(text)
    button.setAccessibleName(text)
    button.setAutoRaise(True)
    button.setFocusPolicy(QtCore.Qt.FocusPolicy.TabFocus)
    if act is not None:
        button.clicked.connect(lambda _=False: act())
    return button
