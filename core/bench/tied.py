"""Paints a clip's frames as ``impasto animate`` does, and each by itself beside it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from core.animation.state import States
from core.animation.tie import Tie
from core.bench.measure import spent
from core.bridge.contract.methods import METHODS
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.engine import identity
from core.engine import job as engine
from core.engine.networks import Networks
from core.motion.steady import Steady
from core.pixels.imaging import Picture, to_picture, to_pixels

_RGB = PixelFormat("RGB", "u8")


class PaintedFrame(NamedTuple):
    """A painting of a frame, shape (1, 3, height, width) on the CPU, and the seconds it took, as
    :func:`core.bench.measure.spent` counts them."""

    picture: Tensor
    seconds: float


class PaintedClip(NamedTuple):
    """The frames of a clip, each tied to the one before; and each by itself, if it was wanted."""

    tied: Sequence[PaintedFrame]
    alone: Sequence[PaintedFrame]


def painted(
    frames: Sequence[Tensor],
    settings: Settings,
    networks: Networks,
    pictures: Mapping[str, Pixels] | None = None,
    *,
    alone: bool = True,
) -> PaintedClip:
    """Paint the frames of one shot.

    Each is painted both ways in turn, so that what disturbs the machine affects both.

    Args:
        frames: shape (1, 3, height, width) each, in 0..1.
        settings: of every frame.
        networks: to paint with.
        pictures: as a request's.
        alone: whether to paint each by itself too.
    """
    device = networks.device(settings.device)
    tied, single = list[PaintedFrame](), list[PaintedFrame]()
    with tempfile.TemporaryDirectory() as folder:
        tie = Tie(States(Path(folder)), far=METHODS[settings.method].cost.in_steps)
        for number, frame in enumerate(frames):
            content = to_pixels(Picture(frame, torch.ones_like(frame[:, :1])), _RGB)
            request = Request(content, settings, pictures=dict(pictures or {}))

            def paint(steady: Steady | None, request: Request = request) -> Tensor:
                made = engine.paint(request, networks, lambda _: None, lambda: False, steady=steady)
                return to_picture(made.over(request.content)).color

            started = spent(device)
            tie.to(content, identity.of(request), begins=not number)
            steady = tie.steady()
            picture = paint(steady)
            tie.painted(steady)
            tied.append(PaintedFrame(picture, spent(device) - started))
            if alone:
                started = spent(device)
                picture = paint(None)
                single.append(PaintedFrame(picture, spent(device) - started))
    return PaintedClip(tied, single)
