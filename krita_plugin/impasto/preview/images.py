"""The bridge's pixels and Qt's images."""

from __future__ import annotations

from ..bridge.contract.geometry import Extent
from ..bridge.contract.pixels import MASK, PixelFormat, Pixels
from ..qt import QtCore, QtGui

SHOWN = PixelFormat("BGRA", "u8")
"""How both Krita and Qt hold a picture that is shown."""

_FORMATS = {
    "BGRA": QtGui.QImage.Format.Format_ARGB32,
    "RGB": QtGui.QImage.Format.Format_RGB888,
    "RGBA": QtGui.QImage.Format.Format_RGBA8888,
    "G": QtGui.QImage.Format.Format_Grayscale8,
}


def to_image(pixels: Pixels) -> QtGui.QImage:
    """A picture in 8 bits that follows the sRGB curve, or a mask."""
    width, height = pixels.extent
    row = width * pixels.format.bytes_per_pixel
    image = QtGui.QImage(bytes(pixels.data), width, height, row, _FORMATS[pixels.format.channels])
    # Qt does not keep the bytes alive; a copy is its own.
    return image.copy()


def to_pixels(image: QtGui.QImage) -> Pixels:
    """A picture as the engine takes it, opacity included."""
    image = image.convertToFormat(QtGui.QImage.Format.Format_ARGB32)
    return Pixels(_extent(image), SHOWN, image.constBits().asstring(image.sizeInBytes()))


def to_mask(image: QtGui.QImage) -> Pixels:
    """A grey picture as a mask. Qt fills its rows up to four bytes."""
    image = image.convertToFormat(QtGui.QImage.Format.Format_Grayscale8)
    width, row = image.width(), image.bytesPerLine()
    data = image.constBits().asstring(image.sizeInBytes())
    rows = (data[start : start + width] for start in range(0, len(data), row))
    return Pixels(_extent(image), MASK, b"".join(rows))


def scaled(image: QtGui.QImage, extent: Extent, smooth: bool = True) -> QtGui.QImage:
    """The image at that size; smooth, every pixel of it counts."""
    modes = QtCore.Qt.TransformationMode
    return image.scaled(
        *extent,
        QtCore.Qt.AspectRatioMode.IgnoreAspectRatio,
        modes.SmoothTransformation if smooth else modes.FastTransformation,
    )


def laid_over(below: QtGui.QImage, above: QtGui.QImage) -> QtGui.QImage:
    """One image over another, stretched to its size."""
    result = below.convertToFormat(QtGui.QImage.Format.Format_ARGB32_Premultiplied)
    painter = QtGui.QPainter(result)
    painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(QtCore.QRectF(result.rect()), above, QtCore.QRectF(above.rect()))
    painter.end()
    return result


def placed(
    image: QtGui.QImage, part: QtCore.QRectF, size: QtCore.QSize, cover: QtGui.QImage
) -> QtGui.QImage:
    """An image where it belongs in a larger one, as opaque as ``cover``, if there is one.

    Args:
        image: what to place.
        part: where, in parts of the larger one's sides.
        size: the larger one's.
        cover: an image of any size whose opacity is taken; a null image for none.
    """
    result = QtGui.QImage(size, QtGui.QImage.Format.Format_ARGB32_Premultiplied)
    result.fill(QtCore.Qt.GlobalColor.transparent)
    painter = QtGui.QPainter(result)
    painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
    place = QtCore.QRectF(
        part.x() * size.width(),
        part.y() * size.height(),
        part.width() * size.width(),
        part.height() * size.height(),
    )
    painter.drawImage(place, image, QtCore.QRectF(image.rect()))
    if not cover.isNull():
        modes = QtGui.QPainter.CompositionMode
        painter.setCompositionMode(modes.CompositionMode_DestinationIn)
        painter.drawImage(QtCore.QRectF(result.rect()), cover, QtCore.QRectF(cover.rect()))
    painter.end()
    return result


def veil(layer: QtGui.QImage) -> QtGui.QImage:
    """A red that lies over everything the layer leaves as it is, as Krita shows selections."""
    result = QtGui.QImage(layer.size(), QtGui.QImage.Format.Format_ARGB32_Premultiplied)
    result.fill(QtGui.QColor(180, 20, 20, 170))
    painter = QtGui.QPainter(result)
    modes = QtGui.QPainter.CompositionMode
    painter.setCompositionMode(modes.CompositionMode_DestinationOut)
    painter.drawImage(0, 0, layer)
    painter.end()
    return result


def _extent(image: QtGui.QImage) -> Extent:
    return Extent(image.width(), image.height())
