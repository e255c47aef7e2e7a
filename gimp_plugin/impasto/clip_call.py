"""What a procedure is asked for, which may be an animation: the image's layers are its frames."""

from __future__ import annotations

from collections.abc import Sequence

from animation import AnimationHost, FrameHost, SmallFrame
from bridge.contract.errors import BadInput
from bridge.contract.geometry import Extents
from bridge.contract.outcome import Outcome
from bridge.session.clip_knobs import FRAMES, STEADY, chosen
from bridge.session.session import Session
from call import Call
from entries import Entry
from frames import frame_layers, frame_of
from gi.repository import Gimp
from host import GimpHost
from run import chosen_layers, floating


def asked(
    entry: Entry,
    config: Gimp.ProcedureConfig,
    image: Gimp.Image,
    drawables: Sequence[Gimp.Drawable],
) -> Call:
    """What a procedure is asked for. Raises BadInput where there is nothing to paint on."""
    if entry.animates:
        return ClipCall(entry, config, image)
    return Call(entry, config, image, chosen_layers(image, drawables))


def session_of(call: Call) -> Session[GimpHost]:
    """What a dialog on it decides by."""
    return Session(call, clip=call.clip if isinstance(call, ClipCall) else None)


class ClipCall(Call):
    """As :class:`Call`, of an image whose layers are frames."""

    def __init__(self, entry: Entry, config: Gimp.ProcedureConfig, image: Gimp.Image) -> None:
        """Look at the frames.

        Args:
            entry, config: the procedure, and its arguments.
            image: the animation.

        Raises:
            BadInput: there is none in it, or something that is no layer yet.
        """
        if image.get_floating_sel() is not None:
            raise floating()
        super().__init__(entry, config, image, [])

    def frames(self) -> list[Gimp.Layer]:
        """The frames, the first one first.

        Raises:
            BadInput: there is one at most.
        """
        if not self._image.is_valid():
            raise BadInput("The image was closed: open it again, and then this dialog.")
        found = frame_layers(self._image, list(self._given().values()))
        if len(found) < 2:
            raise BadInput(
                "This image is a single picture: put each frame on a layer of its own, the first "
                "one at the bottom, or open an animated GIF or WebP."
            )
        return found

    def wanted(self) -> range:
        """The places of the frames that are painted. Raises BadInput where there are none."""
        frames = self.frames()
        return chosen(self.config.get_property(FRAMES.option) or "", range(1, len(frames) + 1))

    def begin(self) -> None:
        """As for a still; what was chosen of another animation is not chosen of this one."""
        self.config.set_property(FRAMES.option, FRAMES.default)
        super().begin()

    def seen(self) -> SmallFrame:
        """The frame that the person has chosen by now, or the first one that is painted."""
        return SmallFrame(self._shown())

    def ahead(self) -> None:
        """Frames are painted one after another, and none of them before all are asked for."""

    def render(self, host: GimpHost) -> SmallFrame:
        return SmallFrame(self._shown())

    def hosts(self) -> list[GimpHost]:
        return [self._shown()]

    def clip(self) -> AnimationHost:
        """What is painted. Raises BadInput as :meth:`frames` does."""
        steady = self.config.get_property(STEADY.option)
        return AnimationHost(self._image, self.frames(), self.wanted(), steady, self._given())

    def extents(self) -> list[Extents]:
        """Of every frame that is painted."""
        try:
            return [self._shown().extent()] * len(self.wanted())
        except BadInput:
            return []

    def outcomes(self) -> list[Outcome]:
        return []

    def _shown(self) -> FrameHost:
        frames = self.frames()
        places = (frame_of(layer, frames) for layer in self._image.get_selected_layers())
        place = next((place for place in places if place is not None), self.wanted().start)
        return FrameHost(self._image, frames, place, self._given())
