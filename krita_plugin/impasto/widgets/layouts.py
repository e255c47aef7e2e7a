"""Widgets and layouts in a row or in a column; ``wide`` takes the room that is left.

An ``owner`` is filled to its edges.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..qt import QtWidgets


def in_row(parts: Iterable[Any], wide: Any = None, owner: QtWidgets.QWidget | None = None) -> Any:
    return _filled(QtWidgets.QHBoxLayout(), parts, wide, owner)


def in_column(
    parts: Iterable[Any], wide: Any = None, owner: QtWidgets.QWidget | None = None
) -> Any:
    return _filled(QtWidgets.QVBoxLayout(), parts, wide, owner)


def _filled(layout: Any, parts: Iterable[Any], wide: Any, owner: QtWidgets.QWidget | None) -> Any:
    for part in parts:
        add = layout.addWidget if isinstance(part, QtWidgets.QWidget) else layout.addLayout
        add(part, 1 if part is wide else 0)
    if owner is not None:
        layout.setContentsMargins(0, 0, 0, 0)
        owner.setLayout(layout)
    return layout
