"""The host contract on Gimp: a layer of an image, read, and a new one above it."""

from __future__ import annotations

from bridge.errors import ImpastoError
from bridge.geometry import Box, Extent, Extents
from bridge.pixels import MASK, PixelFormat, Pixels
from buffers import read, write
from gi.repository import Gimp

_EIGHT_BITS = (Gimp.Precision.U8_NON_LINEAR, Gimp.Precision.U8_PERCEPTUAL)

_WITH_ALPHA = {
    Gimp.ImageBaseType.RGB: Gimp.ImageType.RGBA_IMAGE,
    Gimp.ImageBaseType.GRAY: Gimp.ImageType.GRAYA_IMAGE,
    Gimp.ImageBaseType.INDEXED: Gimp.ImageType.INDEXEDA_IMAGE,
}


class GimpHost:
    """One layer of an image, as the bridge sees it for one run."""

    def __init__(self, image: Gimp.Image, layer: Gimp.Layer) -> None:
        self.painted: Gimp.Layer | None = None
        """The new layer, once there is one."""
        self.image = image
        self.layer = layer
        _, x, y = layer.get_offsets()
        self._layer_box = Box(x, y, layer.get_width(), layer.get_height())
        self._shown: tuple[float, str] | None = None

    def extent(self) -> Extents:
        _, selected, left, top, right, bottom = Gimp.Selection.bounds(self.image)
        return Extents(
            canvas=Extent(self.image.get_width(), self.image.get_height()),
            layer=self._layer_box,
            selection=Box(left, top, right - left, bottom - top) if selected else None,
        )

    def read(self, box: Box) -> Pixels:
        return read(self.layer, box.inside(self._layer_box), self._format())

    def selection(self, box: Box) -> Pixels | None:
        if Gimp.Selection.is_empty(self.image):
            return None
        return read(self.image.get_selection(), box, MASK)

    def add_layer(self, name: str, box: Box, pixels: Pixels) -> None:
        image, below = self.image, self.layer
        position = image.get_item_position(below) if below.is_valid() else -1
        if position < 0:
            raise ImpastoError(
                "The layer was removed while it was being painted, so there is nothing to put "
                "the new one above: undo the removal, then try again."
            )
        kind, mode = _WITH_ALPHA[image.get_base_type()], image.get_default_new_layer_mode()
        layer = Gimp.Layer.new(image, name, *box.extent, kind, 100.0, mode)
        write(layer, pixels)
        layer.set_offsets(box.x, box.y)
        image.undo_group_start()
        image.insert_layer(layer, below.get_parent(), position)
        if below.get_mask() is not None and below.get_apply_mask():
            # What the mask hides of the original would come as a surprise when painted.
            mask = layer.create_mask(Gimp.AddMaskType.WHITE)
            layer.add_mask(mask)
            write(mask, read(below.get_mask(), box.inside(self._layer_box), MASK))
        image.set_selected_layers([layer])
        image.undo_group_end()
        Gimp.displays_flush()
        self.painted = layer

    def progress(self, fraction: float, text: str) -> None:
        if self._shown is None:
            Gimp.progress_init(text)
        if self._shown != (fraction, text):
            self._shown = (fraction, text)
            Gimp.progress_set_text(text)
            Gimp.progress_update(fraction)

    def message(self, text: str) -> None:
        """GIMP shows the error its procedure ends with, where and how its caller wants it."""
        raise ImpastoError(text)

    def _format(self) -> PixelFormat:
        """The smallest format that holds every colour of the image and gives it back the same.

        Eight bits do only where the image's own values follow the sRGB curve in the sRGB space:
        from a linear image or another profile they would be rounded, or clipped to sRGB.
        """
        channels = "GA" if self.layer.is_gray() else "RGBA"
        same = self.image.get_precision() in _EIGHT_BITS and not self.image.get_color_profile()
        return PixelFormat(channels, "u8" if same else "f32")
