"""What there is to see of a painting, drawn: the original, what comes over it, and what stays."""

from __future__ import annotations

from ..bridge.session.view import View
from ..qt import QtCore, QtGui
from .images import empty, stretch, to_alpha, to_image

_VEIL = QtGui.QColor(180, 20, 20, 170)
"""The red that Krita shows selections with."""

_MODES = QtGui.QPainter.CompositionMode


def before(view: View) -> QtGui.QImage:
    return to_image(view.before)


def after(view: View) -> QtGui.QImage:
    """The original with what comes over it; a null image where that is nothing."""
    if not view.patches:
        return QtGui.QImage()
    premultiplied = QtGui.QImage.Format.Format_ARGB32_Premultiplied
    result = to_image(view.before).convertToFormat(premultiplied)
    for patch in view.patches:
        stretch(to_image(patch.picture), QtCore.QRectF(*view.place(patch.place)), result)
    return result


def veil(view: View) -> QtGui.QImage:
    """A red to lie over everything that is not painted; a null image where nobody knows that."""
    if view.painted is None:
        return QtGui.QImage()
    result = empty(QtCore.QSize(*view.before.extent))
    result.fill(_VEIL)
    place = QtCore.QRectF(*view.place(view.painted.place))
    stretch(to_alpha(view.painted.mask), place, result, _MODES.CompositionMode_DestinationOut)
    return result
