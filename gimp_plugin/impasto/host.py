"""The host contract on Gimp: a layer of an image, read, and what is painted put above it."""

from __future__ import annotations

from dataclasses import replace

from bridge.contract.errors import BadInput
from bridge.contract.geometry import Box, Extents, plan
from bridge.contract.host import Resolved
from bridge.contract.pixels import MASK, Pixels
from bridge.contract.settings import Settings
from bridge.i18n.texts import tr
from bridge.session.painting import layer_name
from bridge.session.record import Selected
from bridge.session.stand import Landing, Stand
from buffers import read
from gi.repository import Gegl, Gimp
from kinds import Kind
from landing import CutLayer
from layers import box_of, canvas_of, place_of
from memory import Memory, Stood
from opened import renditions
from outputs import DOCUMENT, LAYER, Painted, put, put_aside, put_on_top
from seen import seen

LABELS = "content_labels"
"""The setting whose file a layer of labels stands in for."""

_GONE = (
    "The layer was removed or merged while it was painted: the painting stands on top of the image."
)
_GONE_ASIDE = (
    "The layer was removed or merged while it was painted, and the image has another size now: the "
    "painting is an image of its own."
)
_CLOSED = "The image was closed while it was painted: the painting is an image of its own."
_CHANGED = (
    "The layer was changed while it was painted, so that its place can't be told: the painting is "
    "an image of its own. Copy it to where it belongs."
)

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
        self.notes: list[str] = []
        """What a person is to know of where it came to stand."""
        self.image = image
        self.layer = layer
        self.labels = labels
        self._output = output
        self._tattoo = layer.get_tattoo()
        self._kind = Kind.of(image)
        self._stand: Stand | None = None
        self._selected: Selected | None = None

    def extent(self) -> Extents:
        if place_of(self.layer, self.image) is None:
            raise BadInput(
                "The layer to paint on was removed: undo the removal, or choose another one."
            )
        return Extents(
            canvas=canvas_of(self.image),
            layer=box_of(self.layer),
            selection=self.bounds(),
        )

    @property
    def whole(self) -> Box:
        """All of the layer that lies on the canvas. Raises BadInput where there is nothing."""
        return plan(self.extent(), size=1, whole_layer=True).box

    def read(self, box: Box) -> Pixels:
        self._kind, self._stand = Kind.of(self.image), Stand(CutLayer(self.layer))
        with seen(self.layer) as shown:
            return shown.read(box, self._depth())

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
        with seen(labels) as shown:
            return {LABELS: shown.read(self.whole, "u8")}

    def found_labels(self) -> Gimp.Layer | None:
        """The layer that tells the regions, if one does. Raises BadInput where it was removed."""
        if self.labels is not None and place_of(self.labels, self.image) is None:
            raise BadInput(
                "The layer of labels was removed: undo the removal, or choose another one."
            )
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

    @property
    def wanted(self) -> bool:
        """Also where the image was closed: it becomes an image of its own."""
        return True

    @property
    def idle(self) -> bool:
        """GIMP ends no stroke for a layer."""
        return True

    def resolve(self, settings: Settings) -> Resolved:
        return Resolved(renditions().rendered(settings), self.pictures(), layer_name(settings))

    def add_layer(self, settings: Settings, name: str, box: Box, pixels: Pixels) -> None:
        """Put the painting where its source is now; where that can't be, say where it is."""
        painted = Painted(name, pixels, Landing(box), self.told(settings, box))
        if self._output == DOCUMENT:
            self.painted = put_aside(self._kind, painted)
        elif not self.image.is_valid():
            self._put_aside(painted, _CLOSED)
        elif place_of(self.layer, self.image) is None:
            self._put_on_top(painted)
        elif (landing := self._land(box)) is None:
            self._put_aside(painted, _CHANGED)
        else:
            self.painted = self.stand(replace(painted, landing=landing))

    def stand(self, painted: Painted) -> Gimp.Layer:
        """Put the painting into the image, where its source is."""
        return put(self._output, self.image, self.layer, painted.landed())

    def told(self, settings: Settings, box: Box) -> Memory:
        """What the new layer in a box is to remember."""
        selected = self._selected and self._selected.move(-box.x, -box.y)
        labels = None
        if self.labels is not None and self.labels.is_valid():
            labels = self.labels.get_tattoo()
        stood = None
        if self._stand is not None:
            whole = self._stand.box
            stood = Stood(whole.extent, box.inside(whole), self._stand.cells)
        return Memory(settings, self._tattoo, selected, stood, labels, self._output)

    def _land(self, box: Box) -> Landing | None:
        return Landing(box) if self._stand is None else self._stand.land(CutLayer(self.layer), box)

    def _put_on_top(self, painted: Painted) -> None:
        if canvas_of(self.image) != self._kind.canvas:
            self._put_aside(painted, _GONE_ASIDE)
            return
        self.painted = put_on_top(self.image, painted)
        self.notes.append(tr(_GONE))

    def _put_aside(self, painted: Painted, why: str) -> None:
        self.painted = put_aside(self._kind, painted)
        self.notes.append(tr(why))

    def _depth(self) -> str:
        """The smallest depth that holds every colour of the image and gives it back the same.

        Eight bits do only where the image's own values follow the sRGB curve in the sRGB space:
        from a linear image or another profile they would be rounded, or clipped to sRGB.
        """
        same = self.image.get_precision() in _EIGHT_BITS and not self.image.get_color_profile()
        return "u8" if same else "f32"
