"""A preview: what a painting comes to, at once, while somebody still moves a slider.

Regions, statistics, strength and colours are those of the painting, and so is the scale a style is
seen at, relative to what is painted.
"""

from __future__ import annotations

from core.bridge.contract.errors import Stopped
from core.bridge.contract.methods import SELECTION
from core.bridge.contract.request import Request
from core.engine import labels, methods, notes
from core.engine.draft import Draft, drafts
from core.engine.methods.method import Method, Tools
from core.engine.networks import Networks
from core.engine.painting import PaintedPart, Painting
from core.engine.region import Region
from core.pixels.highlights import Highlights
from core.system import devices
from core.system.stopping import ShouldStop


def paint(request: Request, networks: Networks, should_stop: ShouldStop) -> Painting:
    """Preview a request whose ``preview`` says how large the picture is in the painting.

    Args:
        request: what and how; its content may be a smaller rendition of the picture.
        networks: where the trained networks come from.
        should_stop: asked between the passes through them.

    Returns:
        As the painting's, of the size of the content that came.

    Raises:
        BadInput: a picture, a mask or a setting can't be used.
        Stopped: ``should_stop`` said so.
        ImpastoError: the weights are missing or damaged.
    """
    method = methods.of(request.settings)
    tools = Tools(networks, networks.device(request.settings.device), should_stop)
    styled = request.styled(SELECTION)
    regions = drafts(request, method.draft_area(tools), method.grows) if styled else []
    light = Highlights.of(request.content)
    painted = []
    for draft in regions:
        if should_stop():
            raise Stopped("The preview is no longer wanted.")
        painted.append(_paint(draft, method, tools, light))
    report: dict[str, object] = {
        "size": max((draft.work.long_side for draft in regions), default=0),
        "device": devices.describe(tools.device),
    }
    if found := notes.of(request, [draft.place for draft in regions], networks):
        report["notes"] = found
    if request.has_picture("content_labels"):
        report["labels"] = labels.legend(request)
    return Painting(PaintedPart.together(painted), report)


def _paint(draft: Draft, method: Method, tools: Tools, light: Highlights | None) -> PaintedPart:
    region = Region.read(draft.place, light)
    if method.settings.strength == 0:
        return PaintedPart.of(region, region.whole)
    color = method.preview(region, draft, tools).cpu()
    return PaintedPart.of(region, region.finished(color, method.gamut(draft.place, tools)))
