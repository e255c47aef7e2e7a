"""Notes: sentences that a person should read about a job, besides its painting."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np

from core.bridge.contract.geometry import Box
from core.bridge.contract.pixels import Pixels
from core.bridge.contract.request import Request
from core.bridge.i18n.text import Text
from core.engine import faces, kinds, labels
from core.engine.networks import Networks
from core.engine.places import Place
from core.pixels.imaging import FLOATS, numbers


def of(request: Request, regions: Sequence[Place], networks: Networks) -> list[Text]:
    """What is to be told of a request.

    Args:
        request: its pictures, as far as the regions see them, and its settings.
        regions: that are painted.
        networks: what the settings ask of them and they do not have is told.
    """
    if not regions:
        return []
    box = reduce(Box.around, (place.box for place in regions))
    found = []
    if hidden := _no_numbers(request.content, box):
        found.append(_told_of_picture(hidden))
    if request.selection is not None and (black := _no_numbers(request.selection, box)):
        found.append(_told_of_mask(black))
    if request.has_picture("content_labels"):
        found += labels.told(request)
    return found + _missed(request, networks)


def _missed(request: Request, networks: Networks) -> list[Text]:
    """What was left out, as trained weights are missing or damaged."""
    settings, found = request.settings, []
    sought = settings.segment == "auto" or settings.sketch
    told_apart = kinds.asked_for(settings)
    if (faces.asked_for(settings) or told_apart) and (why := networks.no_faces()):
        found.append(Text("Faces were not looked for. {why}", why=why))
    why = networks.no_subjects(networks.device(settings.device)) if sought or told_apart else None
    if why and sought:
        found.append(Text("Subjects were found by their colours alone. {why}", why=why))
    if why and told_apart:
        found.append(Text("Subjects were not told from what is behind them. {why}", why=why))
    return found


def _no_numbers(pixels: Pixels, box: Box) -> int:
    """How many pixels of the box hold a value that is no number."""
    if pixels.format.depth not in FLOATS:
        return 0
    return int(np.count_nonzero(~numbers(pixels.crop(box))))


def _told_of_picture(pixels: int) -> Text:
    return Text(
        "Pixels of the picture that are no numbers (NaN, infinite or beyond 1e12) stay "
        "as they are: {pixels}.",
        pixels=pixels,
    )


def _told_of_mask(pixels: int) -> Text:
    return Text(
        "Pixels of the mask that are no numbers (NaN, infinite or beyond 1e12) count "
        "as black: {pixels}.",
        pixels=pixels,
    )
