"""An animation of layers, as the bridge sees it: frames to read, and an image to lay them into."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence

from bridge.contract.errors import BadInput
from bridge.contract.geometry import Box, Extent, Extents
from bridge.contract.host import Content
from bridge.contract.pixels import Pixels
from bridge.contract.settings import Settings
from bridge.session.layered import painted_name, stacks
from buffers import format_of, read, read_small, write
from frames import animation, composed, shown
from gi.repository import Gimp
from host import GimpHost
from layers import canvas_of, place_of
from small import SmallHost


class FrameHost(GimpHost):
    """One frame, to be looked at: what is seen of it is as large as the image."""

    def __init__(
        self,
        image: Gimp.Image,
        layers: Sequence[Gimp.Layer],
        place: int,
        given: Mapping[str, Gimp.Layer],
    ) -> None:
        """Look at it.

        Args:
            image: the animation.
            layers: its frames, the first one first.
            place: which of them is meant.
            given: layers that stand in for files, by the setting that names the file.
        """
        super().__init__(image, layers[place], given=given)
        self.layers, self.place = layers, place

    def extent(self) -> Extents:
        there = self.image.get_layers() if self.image.is_valid() else []
        if not {layer.get_id() for layer in self.layers} <= {layer.get_id() for layer in there}:
            raise _gone()
        canvas = canvas_of(self.image)
        return Extents(canvas, Box.of(canvas), self.bounds())


class SmallFrame(SmallHost):
    """What a preview reads of a frame."""

    def __init__(self, host: FrameHost) -> None:
        super().__init__(host)
        self._frame = host

    def render(self, box: Box, extent: Extent) -> Pixels:
        with shown(self._frame.layers, self._frame.place) as layer:
            return read_small(layer.get_buffer(), box, format_of(layer, "u8", box), extent)


class AnimationHost(FrameHost):
    """``bridge.contract.host.ClipHost``: the frames that are painted, and a new image for them.

    That is there from the first frame that is read, with the frames as they were then, as the
    person may change theirs while it is painted. Nobody sees it before it is done.
    """

    whole_frames = True
    """A frame of the new image is a whole picture, also where only a part of it is painted."""

    def __init__(
        self,
        image: Gimp.Image,
        layers: Sequence[Gimp.Layer],
        wanted: range,
        steady: bool,
        given: Mapping[str, Gimp.Layer],
    ) -> None:
        """Look at it.

        Args:
            image, layers, given: as of :class:`FrameHost`.
            wanted: the places of the frames to paint.
            steady: whether paint moves with what it lies on.
        """
        super().__init__(image, layers, wanted.start, given)
        self.steady = steady
        self.made: Gimp.Image | None = None
        """The new image, once it is done."""
        self._wanted = wanted
        self._aside: Gimp.Image | None = None
        """The new image until then."""
        self._to_paint: list[Gimp.Layer] = []
        """Its frames."""

    @property
    def numbers(self) -> list[int]:
        """Counted from 1, the bottom layer first."""
        return [place + 1 for place in self._wanted]

    def frames(self, box: Box) -> Generator[Content | None, None, None]:
        # What the first one is drawn over has to be drawn, and is not painted.
        begin = stacks([layer.get_name() for layer in self.layers])[self._wanted.start].start
        layers = self.layers[begin : self._wanted.stop]
        depth, mask = self._depth(), self.selection(box)
        self._aside = animation(self.image)
        frames = composed(layers, self._aside)
        for place in range(begin, self._wanted.stop):
            if place_of(self.layers[place], self.image) is None:
                raise _gone()
            frame = next(frames)
            if place not in self._wanted:
                yield None
                continue
            frame.set_name(painted_name(self.layers[place].get_name(), first=place == 0))
            self._to_paint.append(frame)
            pixels = read(frame.get_buffer(), box, format_of(frame, depth, box))
            yield Content(pixels, mask)

    def lay(
        self, settings: Settings, name: str, box: Box, frames: Iterable[Pixels]
    ) -> Generator[None, None, None]:
        made, painted = self._aside, set[int]()
        assert made is not None, "its frames were read"
        try:
            for layer, pixels in zip(self._to_paint, frames, strict=False):
                write(layer, pixels, box.x, box.y)
                painted.add(layer.get_id())
                yield
            for layer in made.get_layers():
                if layer.get_id() not in painted:
                    made.remove_layer(layer)
            made.undo_enable()
            if Gimp.default_display() is not None:  # there is none in batch
                Gimp.Display.new(made)
            self.made, self._aside = made, None
        finally:
            self.close()

    def close(self) -> None:
        """Forget what was read, where it has come to nothing. May be called twice."""
        if self._aside is not None:
            self._aside.delete()
        self._aside, self._to_paint = None, []


def _gone() -> BadInput:
    return BadInput(
        "A frame of the animation was removed: undo its removal, or open the dialog again."
    )
