"""Clips for tests, made of a photograph: its frames are crops that move across it."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from core.clips import Frame
from core.pixels.imaging import array

WIDTH, HEIGHT = 96, 80
RATE = 12


def pan(
    count: int = 4, step: int = 3, *, side: int = 160, picture: str = "astronaut"
) -> list[Image.Image]:
    """Frames of a camera that moves to the right over a photograph."""
    whole = Image.fromarray(getattr(data, picture)()).convert("RGB").resize((side, side))
    return [
        whole.crop((place * step, 20, place * step + WIDTH, 20 + HEIGHT)) for place in range(count)
    ]


def video(
    path: Path,
    frames: Sequence[Image.Image],
    codec: str = "libx264",
    sound: str = "aac",
    layout: str = "mono",
    aspect: Fraction = Fraction(1),
) -> Path:
    """A video of so many frames, with a tone if it is to have one."""
    with av.open(str(path), "w") as target:
        stream: Any = target.add_stream(codec, rate=RATE)
        stream.width, stream.height = frames[0].size
        stream.pix_fmt, context = "yuv420p", stream.codec_context
        context.colorspace, context.color_range = 1, 1
        context.options, context.sample_aspect_ratio = {"crf": "8"}, aspect
        tone: Any = target.add_stream(sound, rate=48000, layout=layout) if sound else None
        for frame in frames:
            made = av.VideoFrame.from_image(frame).reformat(
                format="yuv420p", dst_colorspace=1, src_color_range=2, dst_color_range=1
            )
            target.mux(stream.encode(made))
        target.mux(stream.encode(None))
        if tone is not None:
            times = np.arange(48000 * len(frames) // RATE) / 48000
            wave = (0.3 * np.sin(2 * np.pi * 440 * times)).astype(np.float32)
            heard = av.AudioFrame.from_ndarray(wave[None], format="fltp", layout="mono")
            heard.sample_rate, heard.pts = 48000, 0
            context = tone.codec_context
            fitted = av.AudioResampler(
                context.format, layout, 48000, frame_size=context.frame_size or None
            )
            for part in (*fitted.resample(heard), *fitted.resample(None)):
                target.mux(tone.encode(part))
            target.mux(tone.encode(None))
    return path


def turned(path: Path, target: Path) -> Path:
    """An MP4 as a telephone on its side writes it: players turn it by 90° clockwise."""
    data = bytearray(path.read_bytes())
    header = data.find(b"tkhd")
    matrix = header + 4 + 4 + (32 if data[header + 4] else 20) + 16
    data[matrix : matrix + 36] = struct.pack(
        ">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, HEIGHT << 16, 0, 1 << 30
    )
    target.write_bytes(data)
    return target


def heard(path: Path) -> tuple[str, float]:
    """The codec of a clip's sound, and how many seconds there are of it."""
    with av.open(str(path)) as source:
        stream = source.streams.audio[0]
        samples = sum(frame.samples for frame in source.decode(stream))
        return stream.codec_context.name, samples / stream.codec_context.sample_rate


def values(frame: Frame) -> NDArray[np.float64]:
    """A frame's channels in 0..255."""
    found = array(frame.file.pixels).astype(float)
    return found / (257 if frame.file.pixels.format.depth == "u16" else 1)


def away(frame: Frame, image: Image.Image) -> float:
    """The mean distance of a frame's colours from a picture's, of 255."""
    return float(np.abs(values(frame)[..., :3] - np.asarray(image.convert("RGB"))).mean())


def lengths(frames: Sequence[Frame]) -> list[Fraction]:
    return [frame.duration for frame in frames]
