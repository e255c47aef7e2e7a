"""The Qt that Krita itself runs on. Everything else here imports Qt from this file.

PyQt5 is tried first: a system may offer PyQt6 to a Krita 5, whose process can't hold both, while
Krita 6 refuses to import PyQt5.
"""

try:
    from PyQt5 import QtCore, QtGui, QtWidgets
except ImportError:
    from PyQt6 import QtCore, QtGui, QtWidgets

__all__ = ["QtCore", "QtGui", "QtWidgets"]
