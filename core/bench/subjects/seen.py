"""What a dialog shows of a painting that it calls done, against the layer that *Paint* then makes.

The dialog's own session runs against a warm worker, on a picture in memory: it rests, paints ahead,
and is asked to paint. The layer is laid over its canvas, brought to the preview's size, and judged
by LPIPS. It also has to be the layer that comes where nothing is painted ahead, to the last byte.
"""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from core.bench.desk import Desk, OnePicture
from core.bench.drawn import drawn, split
from core.bench.judges import Judges
from core.bench.pairs import Pair
from core.bench.plan import Plan
from core.bench.report import Figure
from core.bench.workers import private
from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import MASK, PixelFormat, Pixels
from core.bridge.contract.settings import Settings
from core.bridge.session.power import on_battery
from core.bridge.session.preview import Stage
from core.bridge.session.reading import read_request
from core.bridge.session.session import Session
from core.bridge.session.view import View
from core.bridge.storage.paths import Installation
from core.engine import job as engine
from core.pixels.imaging import cut, resize, to_picture, to_pixels

_NAME = "seen"

MOST = 0.05
"""The target, in LPIPS."""

_TICK = 0.02
_RGB = PixelFormat("RGB", "u8")


def measure(plan: Plan) -> Iterator[Figure]:
    """How far preview and layer are apart: of the whole picture, of a soft selection, and of that
    and the rest at full and at half strength, for each pair and at most.

    Raises:
        ImpastoError: this machine paints nothing ahead.
    """
    if on_battery():
        raise ImpastoError(
            "Nothing is painted ahead on battery: plug this machine in, or leave seen out with "
            "--only."
        )
    judges = Judges(plan.installation.weights, plan.device)
    pairs = plan.pairs()
    apart: list[float] = []
    others = 0
    with private(plan.installation) as own, tempfile.TemporaryDirectory() as scratch:
        for pair, next_one in zip(pairs, [*pairs[1:], pairs[0]], strict=True):
            styles = _saved(Path(scratch), pair, next_one)
            content = to_pixels(pair.content, _RGB)
            whole = Settings(style=styles["style"], size=plan.size, device=plan.device_name)
            regions = replace(whole, background_style=styles["background_style"])
            oval = _oval(content.extent)
            cases = {
                "whole": (whole, None),
                "a soft selection": (whole, oval),
                "regions": (regions, oval),
                "regions at half strength": (replace(regions, strength=0.5), oval),
            }
            for name, (settings, mask) in cases.items():
                plan.say(f"painting {pair.name}, {name}")
                desk = OnePicture(content, mask)
                sketched, seen = _shown(desk, settings, own)
                layer = _seen_of(desk, seen.frame, seen.before.extent).to(plan.device)
                far = judges.content(drawn(seen).to(plan.device), layer)
                before = judges.content(drawn(sketched).to(plan.device), layer)
                apart.append(far)
                told = f"{pair.name}, {plan.size} px: {name}, LPIPS of preview and layer"
                yield Figure(_NAME, told, far, note=f"{before:.3f} for the last sketch")
            plan.say(f"painting {pair.name} anew")
            others += _painted(desk) != _cold(desk, settings, plan)
    yield Figure(_NAME, "LPIPS of preview and layer", max(apart), "", MOST, "worst of all")
    note = f"of {len(pairs)}, with selection and rest at half strength"
    yield Figure(_NAME, "layers that are others than without painting ahead", others, "", 0, note)


def _shown(desk: OnePicture, settings: Settings, installation: Installation) -> tuple[View, View]:
    """What a dialog shows: the last that it calls a sketch of the painting, and what it calls done.
    Then it paints."""
    session = Session[OnePicture](Desk(desk), None, installation, patience=math.inf)
    sketched = None
    try:
        session.change(settings)
        while session.preview.stage is not Stage.PAINTED:
            session.tick()
            if session.preview.error is not None:
                raise session.preview.error
            if session.preview.sketch:
                sketched = session.preview.view
            time.sleep(_TICK)
        seen = session.preview.view
        assert sketched is not None and seen is not None, "one after the other was shown"
        run = session.paint()
        while not run.over:
            session.tick()
            time.sleep(_TICK)
        if run.error is not None:
            raise run.error
    finally:
        session.close()
    return sketched, seen


def _seen_of(desk: OnePicture, frame: Box, extent: Extent) -> Tensor:
    """The canvas with its new layer, in the frame and at the size of a preview."""
    (layer, box), canvas = desk.painted[-1], to_picture(desk.content).color.clone()
    color, alpha = split(layer)
    cut(canvas, box).lerp_(color, alpha)
    return resize(cut(canvas, frame), extent)


def _painted(desk: OnePicture) -> bytes:
    return bytes(desk.painted[-1][0].data)


def _cold(desk: OnePicture, settings: Settings, plan: Plan) -> bytes:
    """The same painted at once, by one that keeps nothing."""
    _, request = read_request(desk, settings, {})
    return bytes(engine.run(request, plan.networks, lambda _: None, lambda: False).layer.data)


def _oval(extent: Extent) -> Pixels:
    """A selection of the middle, with a soft edge a twentieth of the picture wide."""
    rows, columns = (torch.linspace(-1, 1, side) for side in (extent.height, extent.width))
    far = (rows[:, None].square() + columns[None].square()).sqrt()
    values = ((0.75 - far) * 10 + 0.5).clamp(0, 1)
    return Pixels(extent, MASK, (255 * values).round().byte().numpy().tobytes())


def _saved(folder: Path, pair: Pair, other: Pair) -> Mapping[str, str]:
    """The pair's style, and the other's as that of the rest, as files."""
    found = {}
    for name, style in (("style", pair.style), ("background_style", other.style)):
        pixels = to_pixels(style, _RGB)
        path = folder / f"{name} {len(list(folder.iterdir()))}.png"
        Image.frombytes("RGB", pixels.extent, pixels.data).save(path)
        found[name] = str(path)
    return found
