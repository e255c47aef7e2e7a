"""The host contract on Gimp: a layer of an image, read, and what is painted put above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bridge.contract.errors import BadInput
from bridge.contract.geometry import Box, Extents, plan
from bridge.contract.host import Resolved
from bridge.contract.outcome import Outcome
from bridge.contract.pixels import MASK, Pixels
from bridge.contract.settings import Settings
from bridge.i18n.texts import tr
from bridge.session.anew import Framed
from bridge.session.outputs import LAYER, Found, Where, becomes
from bridge.session.painting import layer_name
from bridge.session.record import Selected
from bridge.session.stand import Landing, Stand
from buffers import read
from entries import LAYERS
from gi.repository import Gegl, Gimp
from kinds import ImageKind
from landing import CutLayer
from layers import box_of, canvas_of, place_of
from memory import Memory
from opened import renditions
from outputs import Painted, put, put_aside, put_on_top
from seen import has_effects, seen

LABELS, STRENGTHS = LAYERS.values()

_EIGHT_BITS = (Gimp.Precision.U8_NON_LINEAR, Gimp.Precision.U8_PERCEPTUAL)


class GimpHost:
    """One layer of an image, as the bridge sees it for one run."""

    def __init__(
        self,
        image: Gimp.Image,
        layer: Gimp.Layer,
        output: str = LAYER,
        given: Mapping[str, Gimp.Layer] | None = None,
    ) -> None:
        """Look at the layer.

        Args:
            image: where it is.
            layer: what is painted from.
            output: what to make of the painting, see bridge.session.outputs.
            given: layers that stand in for files, by the setting that names the file.
        """
        self.painted: Gimp.Layer | None = None
        """The new layer, once there is one."""
        self.notes: list[str] = []
        """What a person is to know of where it came to stand."""
        self.image = image
        self.layer = layer
        self.lands = True
        """Whether a painting will stand beside the layer; not where it is only read."""
        self.old: Gimp.Layer | None = None
        """A painting whose place the new one takes."""
        self.given = given or {}
        self._output = output
        self._tattoo = layer.get_tattoo()
        self._kind = ImageKind.of(image)
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
        self._kind = ImageKind.of(self.image)
        # All of the layer is looked at for that, however small a part is read.
        self._stand = Stand(CutLayer(self.layer)) if self.lands else None
        with seen(self.layer) as shown:
            return shown.read(box, self._depth())

    def selection(self, box: Box) -> Pixels | None:
        buffer, bounds = self.mask(), self.bounds()
        if buffer is None or bounds is None:
            return None
        self._selected = Selected(bounds, box, read(buffer, box, MASK))
        return self._selected.mask

    def pictures(self) -> dict[str, Pixels]:
        """Pixels that stand in for a file: of layers, over all that is seen of the painted one.

        As labels and strengths are those of the whole layer, whatever is selected of it.
        """
        found = {}
        for name, layer in self.found().items():
            with seen(layer) as shown:
                found[name] = shown.read(self.whole, "u8")
        return found

    def found(self) -> Mapping[str, Gimp.Layer]:
        """The layers that stand in for files. Raises BadInput where one was removed."""
        for name, layer in self.given.items():
            if place_of(layer, self.image) is not None:
                continue
            if name == LABELS:
                raise BadInput(
                    "The layer of labels was removed: undo the removal, or choose another one."
                )
            raise BadInput(
                "The layer of strengths was removed: undo the removal, or choose another one."
            )
        return self.given

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
    def in_parts(self) -> bool:
        """With effects, each part would take a copy of the whole layer."""
        return not has_effects(self.layer)

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

    def add_layer(
        self,
        settings: Settings,
        name: str,
        box: Box,
        pixels: Pixels,
        outcomes: Sequence[Outcome] = (),
    ) -> None:
        """Put the painting where its source is now; where that can't be, say where it is."""
        open = self.image.is_valid()
        source = open and place_of(self.layer, self.image) is not None
        landing = self._land(box) if source else None
        found = Found(
            open=open,
            source=source,
            same_canvas=open and canvas_of(self.image) == self._kind.canvas,
            followed=landing is not None,
            replacing=self.old is not None,
            old=self.old is not None and place_of(self.old, self.image) is not None,
        )
        place, told = becomes(self._output, found)
        memory = replace(self.told(settings, box), outcomes=tuple(outcomes))
        painted = Painted(name, pixels, landing or Landing(box), memory)
        self.painted = self._put(place, painted)
        self.notes += [] if told is None else [tr(told)]

    def _put(self, place: Where, painted: Painted) -> Gimp.Layer:
        if place is Where.ASIDE:
            return put_aside(self._kind, painted)
        if place is Where.ON_TOP:
            return put_on_top(self.image, painted)
        return put(self._output, self.image, self.layer, painted.landed())

    def told(self, settings: Settings, box: Box) -> Memory:
        """What the new layer in a box is to remember."""
        selected = self._selected and self._selected.move(-box.x, -box.y)
        labels, strengths = (
            layer.get_tattoo() if layer is not None and layer.is_valid() else None
            for layer in map(self.given.get, (LABELS, STRENGTHS))
        )
        stood = None
        if self._stand is not None:
            whole = self._stand.box
            stood = Framed(whole.extent, box.inside(whole), self._stand.cells)
        memory = Memory(settings, self._tattoo, selected, stood, labels, self._output)
        return replace(memory, strengths=strengths)

    def _land(self, box: Box) -> Landing | None:
        return Landing(box) if self._stand is None else self._stand.land(CutLayer(self.layer), box)

    def _depth(self) -> str:
        """The smallest depth that holds every colour of the image and gives it back the same.

        Eight bits do only where the image's own values follow the sRGB curve in the sRGB space:
        from a linear image or another profile they would be rounded, or clipped to sRGB.
        """
        same = self.image.get_precision() in _EIGHT_BITS and not self.image.get_color_profile()
        return "u8" if same else "f32"
