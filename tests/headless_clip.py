"""A clip in a host without a toolkit: all that an adapter has to do for one."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence

from PIL import Image

from core.bridge.contract.geometry import Box, Extent, Extents
from core.bridge.contract.host import Content, Resolved
from core.bridge.contract.pixels import MASK, PixelFormat, Pixels
from core.bridge.contract.settings import Settings
from core.bridge.session.painting import layer_name

RGBA = PixelFormat("RGBA", "u8")


class HeadlessClip:
    """The contract's ``ClipHost`` over pictures of one size."""

    steady = True
    whole_frames = False

    def __init__(
        self,
        frames: Sequence[Image.Image],
        masks: Sequence[Image.Image] = (),
        selected: Box | None = None,
        pictures: Mapping[str, Pixels] | None = None,
    ) -> None:
        """``masks``: one for all frames, or one each; ``selected``: their bounds together."""
        self.canvas = Extent(*frames[0].size)
        self.numbers = [10 + 2 * number for number in range(len(frames))]
        self.notes: list[str] = []
        self.wanted = self.idle = True
        self.laid: list[Pixels] = []
        self.under_way: list[Pixels] = []
        self.name = ""
        self.box: Box | None = None
        self._frames = [picture(each, RGBA) for each in frames]
        self._masks = [picture(each, MASK) for each in masks]
        self._selected, self._pictures = selected, pictures or {}

    def extent(self) -> Extents:
        return Extents(self.canvas, Box.of(self.canvas), self._selected)

    def resolve(self, settings: Settings) -> Resolved:
        return Resolved(settings, self._pictures, layer_name(settings))

    def frames(self, box: Box) -> Generator[Content | None, None, None]:
        masks = [mask.crop(box) for mask in self._masks]
        for number, pixels in enumerate(self._frames):
            yield None
            mask = masks[number % len(masks)] if masks else None
            yield Content(pixels.crop(box), mask)

    def lay(
        self, _settings: Settings, name: str, box: Box, frames: Sequence[Pixels]
    ) -> Generator[None, None, None]:
        try:
            for pixels in frames:
                self.under_way.append(pixels)
                yield
            self.laid, self.name, self.box = list(self.under_way), name, box
        finally:
            self.under_way.clear()


def picture(image: Image.Image, format: PixelFormat) -> Pixels:
    mode = "L" if format.channels == "G" else format.channels
    return Pixels(Extent(*image.size), format, image.convert(mode).tobytes())


def image(pixels: Pixels) -> Image.Image:
    return Image.frombytes("RGBA", pixels.extent, bytes(pixels.data))
