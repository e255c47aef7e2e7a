"""Impasto in Krita: this package reads and writes layers, shows the dialog, and asks the worker."""

from krita import DockWidgetFactory, DockWidgetFactoryBase, Krita

from .bridge.i18n.texts import speak
from .docker import StyleDocker
from .extension import ImpastoExtension
from .pipes import survive_broken_pipes
from .qt import QtCore

survive_broken_pipes()
speak(QtCore.QLocale().name())
Krita.instance().addExtension(ImpastoExtension(Krita.instance()))
Krita.instance().addDockWidgetFactory(
    DockWidgetFactory("impasto", DockWidgetFactoryBase.DockPosition.DockRight, StyleDocker)
)
