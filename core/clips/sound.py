"""The sound of a clip: copied packet by packet, or encoded anew where the file can't hold it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from typing import Any

import av

_NEVER = {"mov": frozenset({"opus", "flac"})}
"""What FFmpeg counts among a container's codecs and refuses to write into it all the same."""

_USUAL = {"webm": "libopus", "avi": "mp3"}
"""What is encoded where the container can't hold the clip's own; otherwise AAC."""


class Sound:
    """All of a clip's streams of sound, on their way to another file.

    What sounds before the first frame that is shown, or after the last one, is left out.
    """

    def __init__(self, source: Any, target: Any, start: Fraction, end: Fraction) -> None:
        """Announce the streams.

        Args:
            source: the clip, opened.
            target: the file to write, to which nothing was written yet.
            start, end: what is taken, in seconds of the clip's own clock.
        """
        self._source, self._target = source, target
        self._start, self._end = start, end
        self._ways = {each.index: _Way.of(each, target) for each in source.streams.audio}
        self._packets = self._moved()
        self._next: tuple[Fraction, Any] | None = None

    def up_to(self, time: Fraction | None) -> None:
        """Write what sounds before a time, from ``start``; None is all of it."""
        while True:
            if self._next is None:
                self._next = next(self._packets, None)
            if self._next is None or (time is not None and self._next[0] > time):
                return
            self._target.mux(self._next[1])
            self._next = None

    def _moved(self) -> Iterator[tuple[Fraction, Any]]:
        for packet in self._source.demux(*self._source.streams.audio):
            way = self._ways[packet.stream.index]
            if packet.dts is None:
                continue
            time = packet.pts * Fraction(packet.time_base)
            if self._start <= time < self._end:
                yield from way.moved(packet, self._start)
        for way in self._ways.values():
            yield from way.rest()


class _Way:
    """One stream's way."""

    def __init__(self, stream: Any, encoder: str = "") -> None:
        self._stream, self._resampler = stream, None
        if encoder:
            context = stream.codec_context
            self._resampler = av.AudioResampler(
                format=context.format, layout=context.layout, rate=context.sample_rate,
                frame_size=context.frame_size or None,
            )  # fmt: skip
        self._samples = 0

    @classmethod
    def of(cls, source: Any, target: Any) -> _Way:
        if source.codec_context.name in _names(target):
            return cls(target.add_stream_from_template(source))
        encoder = _USUAL.get(target.format.name, "aac")
        rate = 48000 if encoder == "libopus" else source.codec_context.sample_rate
        layout = _layout(encoder, rate, source.codec_context.layout)
        return cls(target.add_stream(encoder, rate=rate, layout=layout), encoder)

    def moved(self, packet: Any, start: Fraction) -> Iterator[tuple[Fraction, Any]]:
        base = Fraction(packet.time_base)
        if self._resampler is None:
            offset = round(start / base)
            packet.pts, packet.dts = packet.pts - offset, packet.dts - offset
            packet.stream = self._stream
            yield packet.pts * base, packet
            return
        for frame in packet.decode():
            yield from self._encoded(frame)

    def rest(self) -> Iterator[tuple[Fraction, Any]]:
        """What is still in the encoder."""
        if self._resampler is not None:
            yield from self._encoded(None)
            for packet in self._stream.encode(None):
                yield packet.pts * Fraction(packet.time_base), packet

    def _encoded(self, frame: Any) -> Iterator[tuple[Fraction, Any]]:
        assert self._resampler is not None
        for part in self._resampler.resample(frame):
            part.pts, part.time_base = self._samples, Fraction(1, part.sample_rate)
            self._samples += part.samples
            for packet in self._stream.encode(part):
                yield packet.pts * Fraction(packet.time_base), packet


def _names(target: Any) -> frozenset[str]:
    """The codecs that a file can hold, by the names of their decoders too."""
    held = set(target.supported_codecs)
    held -= _NEVER.get(target.format.name, frozenset())
    return frozenset({*held, *(f"{name}float" for name in held)})


def _layout(encoder: str, rate: int, own: Any) -> Any:
    """The speakers that an encoder takes: those of the clip, or as many in the usual places, or
    two.
    """
    for layout in (own, *_ALIKE.get(own.name, ())):
        context: Any = av.CodecContext.create(encoder, "w")
        context.sample_rate, context.layout = rate, layout
        context.format = context.codec.audio_formats[0]
        with suppress(av.FFmpegError, ValueError):
            context.open()
            return layout
    return "stereo"


_ALIKE = {"5.1(side)": ("5.1",), "5.0(side)": ("5.0",), "7.1(wide)": ("7.1",)}
"""Layouts with the same speakers in other places."""
