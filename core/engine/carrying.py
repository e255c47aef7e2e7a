"""How a region of a clip's frame takes over what was painted of it in frames before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.engine.methods.method import Tools
from core.engine.methods.work import Work
from core.engine.region import Region
from core.features.regions import Held, StyledMask
from core.motion.crispness import broad, contrast, crisp
from core.motion.flow import NEW
from core.motion.steady import Carried, Painted
from core.pixels.enlarge import enlarge
from core.pixels.imaging import Picture, extent_of, resize

LASTING = 0.85
"""The share of the frame before in the tones of what one pass paints where both show the same. Its
strokes are all of the frame before: those of two frames, averaged, would be a blur."""

_SHADES = 6
"""From dark to light, that tones are told apart by."""

_FAINT = 1e-6
"""A mean square of pixel values: by strokes that are no stronger none are scaled."""

_FEW = 0.02
"""The share of a neighbourhood that says as much of its tones as all of the picture does."""

Refine = Callable[[Tensor, Picture, StyledMask], Tensor]


def work(region: Region, extent: Extent, tools: Tools) -> Held | None:
    """What a region is held to at the size that it is worked at; None where nothing is known."""
    if tools.steady is None:
        return None
    place = region.place
    canvas = place.request.content.extent
    found = tools.steady.work(place.key, canvas, place.box, extent)
    return None if found is None else Held(*found).to(tools.device)


def started(work: Work, instant: Callable[[], Tensor]) -> Tensor:
    """What a painting goes on from: the one before, and what is new in the tones that the painting
    has around it on what is as light, with its own outlines and the strokes of the instant method,
    together as strong as the painting's are. A strip that enters at a border keeps much of what it
    begins with: it is too narrow for strokes of its own.

    Args:
        work: that is held to something.
        instant: paints it by that method; called where anything is new.
    """
    held = work.styled.held
    assert held is not None
    new = held.new
    if not bool((new > 0).any()):
        return held.picture
    content, seen = work.content.color, 1 - new
    tones = broad(content) + _toned(held.picture - content, content, seen)
    # The content's own outlines beside the strokes, as a painting has them.
    drawn = _drawn(content) + _drawn(instant())
    # Of all that is seen: from strip to strip they would fade.
    theirs, ours = (
        _mean(each.square(), seen, 0.0).mean() for each in (_drawn(held.picture), drawn)
    )
    made = tones + drawn * (theirs / ours.clamp(min=_FAINT)).sqrt().clamp(max=1)
    return torch.lerp(held.picture, made.clamp(0, 1), new)


def detailed(
    painting: Tensor, region: Region, styled: StyledMask, tools: Tools, refine: Refine
) -> Tensor:
    """A painting brought to its region's size: what is seen in both frames takes over the detail of
    the one before, and only what is new is refined.

    Args:
        painting: at the size that was worked at.
        region: its content.
        styled: of the region.
        tools: with what ties the frame to the one before.
        refine: brings it up to the region's size where the mask is.
    """
    steady, content, place = tools.steady, region.content, region.place
    if steady is None:
        return refine(painting, content, styled)
    canvas, extent = place.request.content.extent, content.extent
    found = steady.whole(place.key, canvas, place.box, extent)
    if found is None:
        whole = refine(painting, content, styled)
    else:
        whole = _kept(painting, content, styled, found, refine)
    small = painting.cpu()
    # In halves, as it is kept in a file; what goes on is then the same whether it was or not.
    larger = None if whole.shape == painting.shape else whole.cpu().half()
    steady.after[place.key] = Painted(place.box, small, larger)
    return whole


def blended(painting: Tensor, region: Region, tools: Tools) -> Tensor:
    """What a method painted in one pass, with the strokes of the frame before where that shows the
    same; a new frame's tones, and with them its statistics, come through slowly."""
    steady, place, extent = tools.steady, region.place, extent_of(painting)
    if steady is None:
        return painting
    found = steady.work(place.key, place.request.content.extent, place.box, extent)
    if found is not None:
        before, visible = (each.to(painting.device) for each in found)
        kept = torch.lerp(before + (1 - LASTING) * broad(painting - before), painting, 1 - visible)
        painting = crisp(kept, contrast(painting, visible), visible)
    steady.after[place.key] = Painted(place.box, painting.cpu())
    return painting


def _toned(away: Tensor, content: Tensor, seen: Tensor) -> Tensor:
    """How far the tones of a painting are from another one's, told from where both are known:
    around, and there where the content is as light. Behind a dark thing that moves away, a light
    wall would take over the thing's own otherwise.

    Args:
        away: the painting less the other one, shape (1, 3, height, width).
        content: of both, of that shape, in 0..1.
        seen: where it is known, 0..1, shape (1, 1, height, width).
    """
    light = content.mean(1, keepdim=True) * (_SHADES - 1)
    found, overall = torch.zeros_like(away), _mean(away, seen, 0.0)
    for shade in range(_SHADES):
        alike = (1 - (light - shade).abs()).clamp(min=0)
        known = seen * alike
        usual = _mean(away, known, overall)
        near = (broad(known * away) + _FEW * usual) / (broad(known) + _FEW)
        found += alike * near
    return found


def _drawn(picture: Tensor) -> Tensor:
    """What is in a picture besides its tones."""
    return picture - broad(picture)


def _mean(values: Tensor, where: Tensor, otherwise: Tensor | float) -> Tensor:
    """The mean of each channel there; it passes into another one where that is next to nothing."""
    sums = (where * values).sum(dim=(-2, -1), keepdim=True)
    return (sums + otherwise) / (where.sum() + 1)


def _kept(
    painting: Tensor, content: Picture, styled: StyledMask, found: Carried, refine: Refine
) -> Tensor:
    device = painting.device
    before, visible = (each.to(device) for each in found)
    rough = enlarge(painting, content.color, 1.0)
    low = enlarge(resize(before, extent_of(painting)), content.color, 1.0)
    whole = torch.lerp(rough, (rough + before - low).clamp(0, 1), visible)
    new = styled.mask * (visible < NEW)
    if bool((new > 0).any()):
        fresh = refine(painting, content, replace(styled, mask=new))
        whole = torch.lerp(whole, fresh, (1 - (visible / NEW).clamp(max=1)) * (new > 0))
    return whole
