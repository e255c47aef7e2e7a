"""Impasto in Krita: this package reads and writes layers, shows the dialog, and asks the worker."""

from krita import Krita

from .bridge.texts import speak
from .extension import ImpastoExtension
from .qt import QtCore

speak(QtCore.QLocale().name())
Krita.instance().addExtension(ImpastoExtension(Krita.instance()))
