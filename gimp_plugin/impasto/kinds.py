"""What kind of image a painting comes from, kept for when that one is closed meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.contract.geometry import Extent
from gi.repository import Gimp
from layers import canvas_of

WITH_ALPHA = {
    Gimp.ImageBaseType.RGB: Gimp.ImageType.RGBA_IMAGE,
    Gimp.ImageBaseType.GRAY: Gimp.ImageType.GRAYA_IMAGE,
    Gimp.ImageBaseType.INDEXED: Gimp.ImageType.INDEXEDA_IMAGE,
}


@dataclass(frozen=True)
class ImageKind:
    """Of an image: its model, precision, profile, palette, resolution and size."""

    base: Gimp.ImageBaseType
    precision: Gimp.Precision
    profile: Gimp.ColorProfile | None
    palette: Gimp.Palette | None
    resolution: tuple[float, float]
    canvas: Extent

    @classmethod
    def of(cls, image: Gimp.Image) -> ImageKind:
        base = image.get_base_type()
        indexed = base == Gimp.ImageBaseType.INDEXED
        _, across, down = image.get_resolution()
        return cls(
            base,
            image.get_precision(),
            image.get_color_profile(),
            image.get_palette() if indexed else None,
            (across, down),
            canvas_of(image),
        )

    def make(self, extent: Extent, all_colors: bool = False) -> Gimp.Image:
        """An empty image of that kind, which keeps no undo steps yet.

        It holds all colours instead of a palette's where it is to, or where that one went with its
        image.
        """
        base = self.base
        if self.palette is not None and (all_colors or not self.palette.is_valid()):
            base = Gimp.ImageBaseType.RGB
        made = Gimp.Image.new_with_precision(*extent, base, self.precision)
        made.undo_disable()
        if base == Gimp.ImageBaseType.INDEXED:
            made.set_palette(self.palette)
        elif self.profile is not None:
            made.set_color_profile(self.profile)
        made.set_resolution(*self.resolution)
        return made
