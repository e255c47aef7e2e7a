"""How steady clips are: paint that moves with what it lies on, against frames painted one by one.

The clips' true motion is known, of a camera and of a thing that crosses the picture.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from core.bench.judges import Judges
from core.bench.moving import KINDS, Moving, moving
from core.bench.pairs import picture
from core.bench.plan import Plan
from core.bench.report import Figure
from core.bench.tied import PaintedClip, painted
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat
from core.bridge.contract.settings import Settings
from core.pixels.imaging import to_pixels
from core.styles import drawing

_NAME = "motion"

METHODS = ("painterly", "instant", "pastiche")

MOST = 256
"""Long side in pixels of the frames at the most: each is painted twice."""

FRAMES = 4

ALONE, OWN = 0.25, 1.3
"""The targets of the warping error: over that of frames painted one by one, and over the clip's
own, which is its noise's."""

STILL = 1.04
"""The target of both judges: over the same frame's as a still, in the worst frame."""

COST = 0.25
"""The target of the time of a later frame of painterly, over a still's."""


def measure(plan: Plan) -> Iterator[Figure]:
    """Each method's warping error, judges and time for each motion."""
    judges = Judges(plan.installation.weights, plan.device)
    width = min(plan.size, MOST)
    for kind in KINDS:
        clip = moving(kind, Extent(width, 3 * width // 4), range(FRAMES))
        for method in METHODS:
            name = f"{kind}, {method}, {width} px"
            plan.say(f"painting {name}")
            yield from _told(name, method, clip, plan, judges)


def _told(name: str, method: str, clip: Moving, plan: Plan, judges: Judges) -> Iterator[Figure]:
    style = picture(drawing.flowing_strokes())
    settings = Settings(method=method, size=clip.frames[0].shape[-1], device=plan.device_name)
    pictures = {"style": to_pixels(style, PixelFormat("RGB", "u8"))}
    made = painted(clip.frames, settings, plan.networks, pictures)
    tied, alone = ([each.picture for each in frames] for frames in made)
    error, single = clip.warping_error(tied), clip.warping_error(alone)
    own = clip.warping_error(clip.frames)
    told = f"{error:.2g} over {single:.2g}"
    yield Figure(_NAME, f"{name}: error over one by one", error / single, "", ALONE, told)
    yield Figure(_NAME, f"{name}: error over its own", error / own, "", OWN, f"over {own:.2g}")
    wanted, patches, lpips = style.color.to(plan.device), [], []
    for frame, one, other in list(zip(clip.frames, tied, alone, strict=True))[1:]:
        content, ours, still = (each.to(plan.device) for each in (frame, one, other))
        patches.append(judges.style(ours, content, wanted) / judges.style(still, content, wanted))
        lpips.append(judges.content(ours, content) / judges.content(still, content))
    # A pastiche's network has learnt its style: there is no picture of it to judge by.
    if method != "pastiche":
        named = f"{name}: patches over a still's"
        yield Figure(_NAME, named, max(patches), "", STILL, _all(patches))
    yield Figure(_NAME, f"{name}: LPIPS over a still's", max(lpips), "", STILL, _all(lpips))
    yield _time(name, method, made)


def _time(name: str, method: str, made: PaintedClip) -> Figure:
    later = [tied.seconds / alone.seconds for tied, alone in list(zip(*made, strict=True))[1:]]
    seconds = statistics.median(tied.seconds for tied in made.tied[1:])
    most = COST if method == "painterly" else None
    told = f"{seconds:.2g} s for a later frame"
    return Figure(_NAME, f"{name}: time over a still's", statistics.median(later), "", most, told)


def _all(values: list[float]) -> str:
    return ", ".join(f"{each:.3f}" for each in values)
