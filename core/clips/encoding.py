"""Writes videos, encoded by FFmpeg's libraries in PyAV."""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np

from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat
from core.bridge.storage.whole import name_whole, unwritable
from core.clips.codecs import CONTAINERS, Codec
from core.clips.colors import FULL, Colors
from core.clips.sound import Sound
from core.clips.video import VideoClip
from core.pixels.imaging import Picture, array, to_pixels

os.environ.setdefault("SVT_LOG", "1")  # the encoder of AV1 would tell of itself on stderr

_log = logging.getLogger(__name__)


_TICKS = 90_000
"""The most ticks of a second, as MPEG has them."""


_ROUNDED = Fraction(1, 1000)
"""Seconds by which a clip's times may be away from what is meant, where it has milliseconds."""

_LEAST = Fraction(1, 100)
"""Seconds of the shortest tick by which frames that last unequally are shown in an AVI."""


class Shown(NamedTuple):
    """A frame to be written.

    Attributes:
        picture: reads it.
        start, duration: in seconds, from the first one's.
    """

    picture: Callable[[], Picture]
    start: Fraction
    duration: Fraction


def write(
    path: Path,
    codec: Codec,
    frames: Iterable[Shown],
    rate: Fraction,
    like: VideoClip | None,
    begun: Fraction = Fraction(0),
    *,
    alpha: bool = False,
    sound: bool = True,
) -> None:
    """Write a video, whole or not at all.

    Args:
        path: of the file; its ending is one of :data:`CONTAINERS`.
        codec: to encode with.
        frames: one at least, all of one size.
        rate: frames a second.
        like: the clip whose sound, colours, proportions of pixels and clock it takes.
        begun: where in that clip its first frame is, in seconds.
        alpha: whether the opacity is written.
        sound: whether the clip's sound is.

    Raises:
        ImpastoError: it can't be written.
    """
    try:
        with name_whole(path) as named:
            _write(named, codec, list(frames), rate, like, begun, alpha=alpha, sound=sound)
    except av.FFmpegError as error:
        _log.exception("%s can't be encoded", path)
        raise ImpastoError(
            "{path} can't be written: {reason}.", path=path, reason=error.strerror or str(error)
        ) from error
    except OSError as error:
        raise unwritable(path, error) from error


def _write(
    path: Path,
    codec: Codec,
    frames: list[Shown],
    rate: Fraction,
    like: VideoClip | None,
    begun: Fraction,
    *,
    alpha: bool,
    sound: bool,
) -> None:
    first = frames[0].picture()
    deep = like is not None and like.deep
    colors = Colors() if like is None else like.colors
    format = codec.format(alpha=alpha, deep=deep)
    if format.startswith(("gbr", "bgr")):
        colors = replace(colors, matrix=0, range=FULL)
    base = _clock(frames) if like is None else like.time_base
    container = CONTAINERS[path.suffix.lower()][0]
    if container == "avi":
        if like is None and base >= _LEAST:
            rate = 1 / base
        base, frames = 1 / rate, _evenly(frames, rate)
    with ExitStack() as opened:
        target = opened.enter_context(av.open(str(path), "w", format=container))
        stream: Any = target.add_stream(codec.encoder, rate=rate)
        extent = first.extent
        stream.width, stream.height = _even(extent) if codec.even else extent
        stream.pix_fmt, stream.time_base = format, base
        context = stream.codec_context
        context.time_base = base
        context.options = dict((alpha and codec.alpha_options) or codec.options)
        if container == "avi":
            context.max_b_frames = 0  # it does not say when a frame is shown, only their order
        colors.describe(context)
        if like is not None and like.aspect is not None:
            context.sample_aspect_ratio = like.aspect
        if codec.name == "vp9" and alpha:
            stream.metadata["alpha_mode"] = "1"
        end = frames[-1].start + frames[-1].duration
        moved = None
        if like is not None and like.sound and sound:
            source = opened.enter_context(av.open(str(like.path)))
            start = like.first + begun
            moved = Sound(source, target, start, start + end)
        last = -1
        for shown in frames:
            if moved is not None:
                moved.up_to(shown.start)
            frame = _frame(shown.picture(), stream.width, stream.height, format, colors, deep=deep)
            frame.pts = last = max(last + 1, round(shown.start / base))
            frame.time_base = base
            frame.duration = round(shown.duration / base)
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
        if moved is not None:
            moved.up_to(None)


def _evenly(frames: Sequence[Shown], rate: Fraction) -> list[Shown]:
    """What is shown at every tick, as all frames of an AVI last equally long."""
    tick, found, at = 1 / rate, list[Shown](), 0
    end = frames[-1].start + frames[-1].duration
    for number in range(max(1, round(end * rate))):
        time = number * tick
        while at + 1 < len(frames) and frames[at + 1].start <= time + _ROUNDED:
            at += 1
        found.append(Shown(frames[at].picture, time, tick))
    return found


def _clock(frames: Sequence[Shown]) -> Fraction:
    """The longest tick by which every frame begins and ends at one, if that is not too short."""
    whole = math.lcm(*(each.start.denominator for each in frames))
    whole = math.lcm(whole, *(each.duration.denominator for each in frames))
    return Fraction(1, min(whole, _TICKS))


def _frame(
    picture: Picture, width: int, height: int, format: str, colors: Colors, *, deep: bool
) -> Any:
    """A picture as an encoder takes it."""
    pixels = to_pixels(picture, PixelFormat("RGBA", "u16" if deep else "u8"))
    values = array(pixels)
    across, down = width - pixels.extent.width, height - pixels.extent.height
    if across or down:
        values = np.pad(values, ((0, down), (0, across), (0, 0)), mode="edge")
    frame = av.VideoFrame.from_ndarray(
        np.ascontiguousarray(values), format="rgba64le" if deep else "rgba"
    )
    how: dict[str, Any] = {"format": format, "interpolation": "BICUBIC"}
    if colors.matrix:
        how.update(
            dst_colorspace=colors.converter, src_color_range=FULL, dst_color_range=colors.range
        )
    made: Any = frame.reformat(**how)
    made.colorspace, made.color_range = colors.matrix, colors.range
    return made


def _even(extent: Extent) -> tuple[int, int]:
    return extent.width + extent.width % 2, extent.height + extent.height % 2
