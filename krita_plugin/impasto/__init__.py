"""Impasto in Krita: this package reads and writes layers, shows the dialog, and asks the worker."""

from krita import Krita

from .extension import ImpastoExtension

Krita.instance().addExtension(ImpastoExtension(Krita.instance()))
