"""What a frame's painting takes over from those before, region by region."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from core.bridge.contract.geometry import Box, Extent
from core.motion.crispness import contrast, crisp
from core.motion.flow import NEW, Motion, sampled
from core.pixels.imaging import cut, resize


class Painted(NamedTuple):
    """A region of a frame as its method left it.

    Attributes:
        box: where it lies on the canvas.
        work: its painting at the size that was worked at, shape (1, 3, height, width), on the CPU.
        whole: what finer scales made of that, of a larger size, in half precision; None where there
            were none.
    """

    box: Box
    work: Tensor
    whole: Tensor | None = None


class Past(NamedTuple):
    """A frame that was painted before.

    Attributes:
        motion: from the frame at hand to it, of any size.
        regions: as they were painted there, by their keys.
    """

    motion: Motion
    regions: Mapping[str, Painted]


class Carried(NamedTuple):
    """A painting of a frame before, brought to where its things are in this one.

    Attributes:
        picture: shape (1, 3, height, width).
        visible: how sure it is that it shows the same, 0..1, shape (1, 1, height, width).
    """

    picture: Tensor
    visible: Tensor

    def filled(self, farther: Carried) -> Carried:
        """It, with what a frame farther back shows where this one shows nothing."""
        new = (1 - self.visible / NEW).clamp(min=0)
        share = new * farther.visible * (farther.visible >= NEW)
        visible = self.visible + share
        there = share / visible.clamp(min=1e-6)
        return Carried(torch.lerp(self.picture, farther.picture, there), visible)


@dataclass
class Steady:
    """A frame's tie to those before, and what the next ones are tied to.

    Ruder, Dosovitskiy and Brox 2016, "Artistic style transfer for videos": what the frame before
    does not show is looked for farther back, and the nearest frame that shows it counts.

    Attributes:
        past: the frame before, and others farther back, the nearest first; none where a shot
            begins.
        after: the regions of this one, as they are painted.
    """

    past: Sequence[Past]
    after: dict[str, Painted]

    @classmethod
    def begun(cls) -> Steady:
        """Of the first frame of a shot."""
        return cls((), {})

    def work(self, key: str, canvas: Extent, box: Box, extent: Extent) -> Carried | None:
        """The region's painting before, at the size that is worked at; None where there is none.

        Args:
            key: of the region.
            canvas: size of the frames.
            box: of the region in this frame.
            extent: the size of the result.
        """
        return self._found(lambda painted: painted.work, key, canvas, box, extent)

    def whole(self, key: str, canvas: Extent, box: Box, extent: Extent) -> Carried | None:
        """The same of what finer scales made of it."""
        return self._found(lambda painted: painted.whole, key, canvas, box, extent)

    def _found(
        self,
        of: Callable[[Painted], Tensor | None],
        key: str,
        canvas: Extent,
        box: Box,
        extent: Extent,
    ) -> Carried | None:
        found: Carried | None = None
        for motion, regions in self.past:
            painted = regions.get(key)
            painting = None if painted is None else of(painted)
            if painted is not None and painting is not None:
                there = _carried(motion, painted.box, painting, canvas, box, extent)
                found = there if found is None else found.filled(there)
            elif found is None:
                return None  # it begins with this frame
        return found


def _carried(
    motion: Motion, lay: Box, painting: Tensor, canvas: Extent, box: Box, extent: Extent
) -> Carried:
    width, height = canvas
    moved = Extent(*motion.away.shape[:1:-1])
    # The motion of the box, at the size of the result, in pixels of the canvas.
    across, down = moved.width / width, moved.height / height
    part = Box(
        int(box.x * across), int(box.y * down),
        max(1, round(box.width * across)), max(1, round(box.height * down)),
    ).intersect(Box.of(moved))  # fmt: skip
    scale = motion.away.new_tensor([1 / across, 1 / down]).view(1, 2, 1, 1)
    away = resize(cut(motion.away, part), extent) * scale
    visible = resize(cut(motion.visible, part), extent).clamp(0, 1)
    # Each of its pixels on the canvas there, and from there in the painting.
    x = (torch.arange(extent.width) + 0.5) * (box.width / extent.width) + box.x
    y = (torch.arange(extent.height) + 0.5) * (box.height / extent.height) + box.y
    at = torch.stack([x.expand(extent.height, -1), y[:, None].expand(-1, extent.width)])[None]
    there = at + away
    # From memory or from a file: sums are in the order of the layout, which has to be one.
    own = painting.float().contiguous()
    if lay.width * extent.width * 1.5 < painting.shape[-1] * box.width:
        # It is much larger than wanted: what lies between the pixels that are met counts too.
        across_it, down_it = extent.width / box.width, extent.height / box.height
        fewer = Extent(round(lay.width * across_it), round(lay.height * down_it))
        own = resize(own, fewer)
    size = own.shape[:1:-1]
    ratio = away.new_tensor([size[0] / lay.width, size[1] / lay.height]).view(1, 2, 1, 1)
    corner = away.new_tensor([lay.x, lay.y]).view(1, 2, 1, 1)
    places = (there - corner) * ratio - 0.5
    end = away.new_tensor([size[0] - 0.5, size[1] - 0.5]).view(1, 2, 1, 1)
    inside = ((places > -1) & (places < end + 0.5)).all(dim=1, keepdim=True)
    picture, seen = sampled(own, places), visible * inside
    return Carried(crisp(picture, contrast(own, torch.ones_like(own[:, :1])), seen), seen)
