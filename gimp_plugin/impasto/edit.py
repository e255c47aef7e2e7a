"""Painting a painted layer anew, from what it remembers, and in its place."""

from __future__ import annotations

from bridge.errors import BadInput
from bridge.geometry import Box, Extents
from bridge.pixels import Pixels
from bridge.texts import tr
from buffers import buffer_of
from gi.repository import Gegl, Gimp
from host import GimpHost
from layers import place_of
from memory import Memory
from outputs import replace


class EditHost(GimpHost):
    """The layer that was painted from, with the selection of then, whatever is selected now."""

    def __init__(
        self, image: Gimp.Image, old: Gimp.Layer, labels: Gimp.Layer | None = None
    ) -> None:
        """Find what is needed.

        Args:
            image: where both layers are.
            old: the painted layer.
            labels: as of :class:`GimpHost`.

        Raises:
            BadInput: it was not painted by Impasto, or what it was painted from is gone.
        """
        self.memory = Memory.of(old)
        origin = image.get_layer_by_tattoo(self.memory.tattoo)
        if origin is None:
            raise BadInput(
                tr(
                    "The layer that this one was painted from is gone: undo its removal, or paint "
                    "another one."
                )
            )
        super().__init__(image, origin, labels=labels)
        self._old = old
        _, x, y = old.get_offsets()
        self._then = self.memory.selected and self.memory.selected.move(x, y)

    def extent(self) -> Extents:
        if place_of(self._old, self.image) is None:
            gone = "The layer to paint anew was removed: undo the removal, or choose another one."
            raise BadInput(tr(gone))
        return super().extent()

    def bounds(self) -> Box | None:
        return self._then and self._then.bounds

    def mask(self) -> Gegl.Buffer | None:
        return self._then and buffer_of(self._then.box, self._then.mask)

    def add_layer(self, name: str, box: Box, pixels: Pixels) -> None:
        self.painted = replace(self._old, self.image, name, box, pixels, self.told(box))
