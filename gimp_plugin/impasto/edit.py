"""Painting a painted layer anew, from what it remembers, and in its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bridge.contract.errors import BadInput
from bridge.contract.geometry import Box, Extents
from bridge.contract.pixels import Pixels
from bridge.session import anew
from bridge.session.anew import Course, course
from bridge.session.outputs import Where, successor_name
from bridge.session.stand import turned
from buffers import buffer_of, stretched
from gi.repository import Gegl, Gimp
from host import GimpHost
from landing import CutLayer
from layers import box_of, name_of, place_of
from memory import memory_of
from outputs import Painted, put_instead


class EditHost(GimpHost):
    """The layer that was painted from, with the selection of then, whatever is selected now."""

    def __init__(
        self,
        image: Gimp.Image,
        old: Gimp.Layer,
        given: Mapping[str, Gimp.Layer] | None = None,
    ) -> None:
        """Find what is needed.

        Args:
            image: where both layers are.
            old: the painted layer.
            given: as of :class:`GimpHost`.

        Raises:
            BadInput: it was not painted by Impasto, or what it was painted from is gone.
        """
        self.memory = memory_of(old)
        origin = image.get_layer_by_tattoo(self.memory.source)
        if origin is None or origin.get_id() == old.get_id():
            raise BadInput(
                "The layer that this one was painted from is gone: undo its removal, or paint "
                "another one."
            )
        super().__init__(image, origin, given=given)
        self._old = self.old = old
        if self.memory.stood is not None and self.memory.stood.cells:
            _, turn = turned(self.memory.stood.cells, CutLayer(origin))
            self.memory = anew.turned(self.memory, turn, stretched)
        self._course: tuple[tuple[Box, Box], Course] | None = None
        self._shift = (0, 0)

    def extent(self) -> Extents:
        if place_of(self._old, self.image) is None:
            raise BadInput(
                "The layer to paint again was removed: undo the removal, or choose another one."
            )
        return super().extent()

    def read(self, box: Box) -> Pixels:
        self._shift = self._since().shift
        return super().read(box)

    def bounds(self) -> Box | None:
        then = self._since().selected
        return then and then.bounds

    def mask(self) -> Gegl.Buffer | None:
        then = self._since().selected
        return then and buffer_of(then.box, then.mask)

    def _put(self, place: Where, painted: Painted) -> Gimp.Layer:
        if place is not Where.INSTEAD:
            return super()._put(place, painted)
        name = successor_name(name_of(self._old), self.memory, painted.name, ())
        course = self._since()
        painted = replace(painted.landed(), name=name)
        box = painted.landing.box.move(*(course.shift if course.known else self._shift))
        painted = replace(painted, landing=painted.landing._replace(box=box))
        return put_instead(self._old, self.image, self.layer, painted, self.memory)

    def _since(self) -> Course:
        """What became of the painting and its original until now."""
        now = box_of(self.layer), box_of(self._old)
        if self._course is None or self._course[0] != now:
            self._course = now, course(self.memory, *now, stretched)
        return self._course[1]
