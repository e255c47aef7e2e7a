"""The bridge's pixels and Qt's images."""

from __future__ import annotations

from ..bridge.contract.geometry import Extent
from ..bridge.contract.pixels import MASK, PixelFormat, Pixels
from ..qt import QtCore, QtGui

SHOWN = PixelFormat("BGRA", "u8")
"""How both Krita and Qt hold a picture that is shown."""

_MODES = QtGui.QPainter.CompositionMode

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


def to_alpha(mask: Pixels) -> QtGui.QImage:
    """A mask as an image's opacity."""
    width, height = mask.extent
    alpha = QtGui.QImage.Format.Format_Alpha8
    return QtGui.QImage(bytes(mask.data), width, height, width, alpha).copy()


def empty(size: QtCore.QSize) -> QtGui.QImage:
    """An image that is transparent everywhere."""
    image = QtGui.QImage(size, QtGui.QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QtCore.Qt.GlobalColor.transparent)
    return image


def stretch(
    image: QtGui.QImage,
    place: QtCore.QRectF,
    onto: QtGui.QImage,
    mode: QtGui.QPainter.CompositionMode = _MODES.CompositionMode_SourceOver,
) -> None:
    """Draw an image over a place in another one."""
    painter = QtGui.QPainter(onto)
    painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
    painter.setCompositionMode(mode)
    painter.drawImage(place, image, QtCore.QRectF(image.rect()))
    painter.end()


def _extent(image: QtGui.QImage) -> Extent:
    return Extent(image.width(), image.height())
