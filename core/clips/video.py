"""Videos, decoded by FFmpeg's libraries in PyAV."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.storage.regular import open_regular
from core.clips.clip import BEGINNING, RATE, Clip, Frame, Kind, Moment
from core.clips.colors import FULL, Colors
from core.pixels.files import File

_log = logging.getLogger(__name__)

_SEES_ALPHA = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
"""FFmpeg's own decoders pass over the second stream in which these codecs have their opacity."""


class VideoClip(Clip):
    """A video: its first stream of pictures, upright, and whatever sound there is."""

    kind = Kind.VIDEO

    def __init__(self, path: Path) -> None:
        """Look at it. Raises BadInput where it holds no video that can be decoded."""
        open_regular(path).close()  # which has words for folders, pipes and what is not there
        with _told(path), av.open(str(path)) as container:
            stream = _stream(container, path)
            context = stream.codec_context
            self.codec: str = context.name
            self._decoder = ""
            told = {name.lower(): value for name, value in stream.metadata.items()}
            if told.get("alpha_mode") == "1":
                self._decoder = _SEES_ALPHA.get(context.name, "")
            format = context.format
            if format is None:
                raise BadInput(
                    "The video in {path} can't be decoded ({codec}): convert it to another codec.",
                    path=path,
                    codec=context.name,
                )
            self.alpha = bool(self._decoder) or any(each.is_alpha for each in format.components)
            self.deep = any(each.bits > 8 for each in format.components)
            self._rgb = format.is_rgb
            self.sound = bool(container.streams.audio)
            self.time_base: Fraction = stream.time_base or Fraction(1, 90000)
            self.aspect: Fraction | None = context.sample_aspect_ratio or None
            """Of a pixel, upright once a frame is decoded."""
            self._lying = self.aspect
            self.colors = Colors()
            self.first = Fraction(0)
            """The time of its first frame on the file's own clock, known once that is decoded."""
            rate = stream.average_rate or stream.guessed_rate or RATE
        super().__init__(path, Fraction(rate))

    def frames(self, start: Moment = BEGINNING, end: Moment | None = None) -> Iterator[Frame]:
        for frame in self._frames():
            if end is not None and end.reached(frame.number, frame.start):
                return
            if start.reached(frame.number, frame.start):
                yield frame
            if end is not None and end.reached(frame.number + 1, frame.start + frame.duration):
                return  # before what is behind it, which may be damaged

    def _frames(self) -> Iterator[Frame]:
        before: tuple[int, Fraction, File] | None = None
        try:
            for number, (start, file) in enumerate(self._decoded()):
                if before is not None:
                    at, since, shown = before
                    # Two frames of one time are one after the other all the same.
                    start = max(start, since + Fraction(1, 1000))
                    yield Frame(at, since, start - since, shown)
                before = number, start, file
        except BadInput:
            if before is not None:  # it is whole, and may be the last one that is wanted
                number, start, file = before
                yield Frame(number, start, 1 / self.rate, file)
            raise
        if before is None:
            raise BadInput("There are no frames in {path}: name another clip.", path=self.path)
        number, start, file = before
        yield Frame(number, start, 1 / self.rate, file)

    def _decoded(self) -> Iterator[tuple[Fraction, File]]:
        """The time of each frame from the first one's, and its picture."""
        first: Fraction | None = None
        count = 0
        with av.open(str(self.path)) as container:
            stream = _stream(container, self.path)
            frames = self._each(container, stream)
            while True:
                with _told(self.path, count):
                    frame = next(frames, None)
                if frame is None:
                    return
                base = frame.time_base or stream.time_base
                time = count / self.rate if frame.pts is None else frame.pts * Fraction(base)
                if first is None:
                    self.first = first = time
                    self.colors = Colors.of(frame)
                    if self._lying and round(frame.rotation / 90) % 2:
                        self.aspect = 1 / self._lying
                yield max(Fraction(0), time - first), File.fresh(self._pixels(frame))
                count += 1

    def _each(self, container: Any, stream: Any) -> Iterator[Any]:
        if not self._decoder:
            stream.thread_type = "AUTO"
            yield from container.decode(stream)
            return
        context: Any = av.CodecContext.create(self._decoder, "r")
        for packet in container.demux(stream):
            yield from context.decode(packet if packet.size else None)

    def _pixels(self, frame: Any) -> Pixels:
        channels = "RGBA" if self.alpha else "RGB"
        format = channels.lower() + ("64le" if self.alpha else "48le") * self.deep
        if not self.deep:
            format = "rgba" if self.alpha else "rgb24"
        how: dict[str, Any] = {"format": format, "interpolation": "BICUBIC"}
        if not self._rgb:
            colors = Colors.of(frame)
            how.update(
                src_colorspace=colors.converter,
                src_color_range=colors.range,
                dst_color_range=FULL,
            )
        values = frame.reformat(**how).to_ndarray()
        turned = _upright(values, frame)
        extent = Extent(turned.shape[1], turned.shape[0])
        depth = "u16" if self.deep else "u8"
        return Pixels(extent, PixelFormat(channels, depth), np.ascontiguousarray(turned).tobytes())


def _upright(values: NDArray[Any], frame: Any) -> NDArray[Any]:
    """A frame's pixels as a player shows them: a telephone's lie on their side in the file."""
    return np.rot90(values, round(frame.rotation / 90) % 4)


def _stream(container: Any, path: Path) -> Any:
    """The first stream of pictures that is no cover. Raises BadInput where there is none."""
    for stream in container.streams.video:
        if not int(getattr(stream, "disposition", 0)) & _COVER:
            return stream
    raise BadInput("There is no video in {path}: name another clip.", path=path)


_COVER = 0x400
"""FFmpeg's AV_DISPOSITION_ATTACHED_PIC."""


@contextmanager
def _told(path: Path, frame: int | None = None) -> Iterator[None]:
    """Turn FFmpeg's errors in the block into BadInput."""
    try:
        yield
    except av.FFmpegError as error:
        _log.info("%s can't be decoded", path, exc_info=True)
        if frame is None:
            raise BadInput(
                "{path} is not a clip of a kind Impasto reads (MP4, MOV, WebM, GIF ...).",
                path=path,
            ) from error
        raise BadInput(
            "Frame {number} of {path} is damaged: repair the clip, or leave it out with --to.",
            number=frame,
            path=path,
        ) from error
