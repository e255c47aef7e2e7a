"""The host contract on Gimp: a layer of an image, read, and what is painted put above it."""

from __future__ import annotations

from bridge.errors import BadInput
from bridge.geometry import Box, Extent, Extents, plan
from bridge.pixels import MASK, Pixels
from bridge.settings import Settings
from bridge.texts import tr
from buffers import format_of, read
from gi.repository import Gegl, Gimp
from layers import box_of, place_of
from memory import Memory, Selected
from outputs import LAYER, put

LABELS = "content_labels"
"""The setting whose file a layer of labels stands in for."""

_EIGHT_BITS = (Gimp.Precision.U8_NON_LINEAR, Gimp.Precision.U8_PERCEPTUAL)


class GimpHost:
    """One layer of an image, as the bridge sees it for one run."""

    def __init__(
        self,
        image: Gimp.Image,
        layer: Gimp.Layer,
        output: str = LAYER,
        labels: Gimp.Layer | None = None,
    ) -> None:
        """Look at the layer.

        Args:
            image: where it is.
            layer: what is painted from.
            output: what to make of the painting, see outputs.py.
            labels: a layer in flat colours, one for each region.
        """
        self.painted: Gimp.Layer | None = None
        """The new layer, once there is one."""
        self.settings: Settings | None = None
        """How it is painted, for the new layer to remember."""
        self._selected: Selected | None = None
        self.image = image
        self.layer = layer
        self.labels = labels
        self._output = output
        self.layer_box = box_of(layer)
        self._shown: tuple[float, str] | None = None

    def extent(self) -> Extents:
        if place_of(self.layer, self.image) is None:
            gone = "The layer to paint on was removed: undo the removal, or choose another one."
            raise BadInput(tr(gone))
        return Extents(
            canvas=Extent(self.image.get_width(), self.image.get_height()),
            layer=self.layer_box,
            selection=self.bounds(),
        )

    @property
    def whole(self) -> Box:
        """All of the layer that lies on the canvas. Raises BadInput where there is nothing."""
        return plan(self.extent(), size=1, whole_layer=True).box

    def read(self, box: Box) -> Pixels:
        place = box.inside(self.layer_box)
        return read(self.layer.get_buffer(), place, format_of(self.layer, self._depth(), place))

    def selection(self, box: Box) -> Pixels | None:
        buffer, bounds = self.mask(), self.bounds()
        if buffer is None or bounds is None:
            return None
        self._selected = Selected(bounds, box, read(buffer, box, MASK))
        return self._selected.mask

    def pictures(self) -> dict[str, Pixels]:
        """Pixels that stand in for a file: the layer of labels, over all that is seen of the other.

        As a picture of labels is one of the whole layer, whatever is selected of it.
        """
        labels = self.found_labels()
        if labels is None:
            return {}
        place = self.whole.inside(box_of(labels))
        return {LABELS: read(labels.get_buffer(), place, format_of(labels, "u8", place))}

    def found_labels(self) -> Gimp.Layer | None:
        """The layer that tells the regions, if one does. Raises BadInput where it was removed."""
        if self.labels is not None and place_of(self.labels, self.image) is None:
            gone = "The layer of labels was removed: undo the removal, or choose another one."
            raise BadInput(tr(gone))
        return self.labels

    def bounds(self) -> Box | None:
        """The box of what is selected; None where nothing is."""
        _, selected, left, top, right, bottom = Gimp.Selection.bounds(self.image)
        return Box(left, top, right - left, bottom - top) if selected else None

    def mask(self) -> Gegl.Buffer | None:
        """The selection, in the canvas's coordinates; None where nothing is selected."""
        if Gimp.Selection.is_empty(self.image):
            return None
        return self.image.get_selection().get_buffer()

    def add_layer(self, name: str, box: Box, pixels: Pixels) -> None:
        place = self.image, self.layer
        self.painted = put(self._output, *place, name, box, pixels, self.told(box))

    def told(self, box: Box) -> Memory | None:
        """What the new layer in a box is to remember."""
        if self.settings is None:
            return None
        selected = self._selected and self._selected.move(-box.x, -box.y)
        labels = self.labels and self.labels.get_tattoo()
        return Memory(self.settings, self.layer.get_tattoo(), selected, labels)

    def progress(self, fraction: float, text: str) -> None:
        if self._shown is None:
            Gimp.progress_init(tr(text))
        if self._shown != (fraction, text):
            self._shown = (fraction, text)
            Gimp.progress_set_text(tr(text))
            Gimp.progress_update(fraction)

    def message(self, text: str) -> None:
        """GIMP shows the error its procedure ends with, where and how its caller wants it."""

    def _depth(self) -> str:
        """The smallest depth that holds every colour of the image and gives it back the same.

        Eight bits do only where the image's own values follow the sRGB curve in the sRGB space:
        from a linear image or another profile they would be rounded, or clipped to sRGB.
        """
        same = self.image.get_precision() in _EIGHT_BITS and not self.image.get_color_profile()
        return "u8" if same else "f32"
