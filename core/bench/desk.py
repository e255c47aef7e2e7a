"""A host of one picture, without windows, so that what a dialog's session does can be measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.bridge.contract.geometry import Box, Extent, Extents
from core.bridge.contract.host import Resolved
from core.bridge.contract.outcome import Outcome
from core.bridge.contract.pixels import MASK, PixelFormat, Pixels
from core.bridge.contract.settings import Settings
from core.bridge.session.painting import layer_name
from core.pixels.imaging import bounds, levels, to_mask, to_picture, to_pixels
from core.pixels.imaging import resize as resized

_SEEN = PixelFormat("RGB", "u8")


@dataclass(eq=False)
class OnePicture:
    """``core.bridge.contract.host.Host``, and ``core.bridge.session.small.Renderer``.

    Attributes:
        content: the only layer of the document, as large as the canvas.
        mask: the selection; None where nothing is selected.
        painted: the layers that came of runs, and where they lie.
    """

    content: Pixels
    mask: Pixels | None = None
    painted: list[tuple[Pixels, Box]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    in_parts: bool = True
    wanted: bool = True
    idle: bool = True

    def extent(self) -> Extents:
        chosen = None if self.mask is None else bounds(levels(self.mask) > 0)
        return Extents(self.content.extent, Box.of(self.content.extent), chosen)

    def read(self, box: Box) -> Pixels:
        return self.content.crop(box)

    def selection(self, box: Box) -> Pixels | None:
        return self.mask and self.mask.crop(box)

    def resolve(self, settings: Settings) -> Resolved:
        return Resolved(settings, {}, layer_name(settings))

    def add_layer(
        self,
        settings: Settings,
        name: str,
        box: Box,
        pixels: Pixels,
        outcomes: Sequence[Outcome] = (),
    ) -> None:
        self.painted.append((pixels, box))

    def render(self, box: Box, extent: Extent) -> Pixels:
        return to_pixels(to_picture(self.content.crop(box)).resize(extent), _SEEN)

    def render_selection(self, box: Box, extent: Extent) -> Pixels | None:
        if self.mask is None:
            return None
        small = resized(to_mask(self.mask.crop(box)), extent)
        data = (255 * small).round().byte().numpy().tobytes()
        return Pixels(extent, MASK, data)


class Desk:
    """``core.bridge.session.session.Desk``, on which there is one picture."""

    def __init__(self, picture: OnePicture) -> None:
        self._picture = picture

    def hosts(self) -> Sequence[OnePicture]:
        return [self._picture]

    def ahead(self) -> OnePicture:
        return self._picture

    def seen(self) -> OnePicture:
        return self._picture

    def render(self, host: OnePicture) -> OnePicture:
        return host

    def extents(self) -> Sequence[Extents]:
        return [self._picture.extent()]

    def outcomes(self) -> Sequence[Outcome]:
        return ()
