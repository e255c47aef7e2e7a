"""Writes animated pictures: GIF, WebP, APNG and AVIF."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.pixels import PixelFormat
from core.bridge.storage.whole import unwritable, write_whole
from core.clips.encoding import Shown
from core.pixels.imaging import to_pixels

FORMATS: Mapping[str, str] = {
    ".gif": "GIF",
    ".webp": "WEBP",
    ".apng": "PNG",
    ".png": "PNG",
    ".avif": "AVIF",
}
"""Pillow's name of the format, by a file's ending."""

_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "GIF": {"optimize": False},
    "WEBP": {"quality": 90, "method": 4},
    "PNG": {"disposal": 0, "blend": 0},
    "AVIF": {"quality": 85},
}

_CLEARED = {"GIF": 2, "PNG": 1}
"""How a frame is taken away before the next one where something shines through."""


def write(path: Path, frames: Iterable[Shown], loop: int | None, *, alpha: bool) -> None:
    """Write an animated picture, whole or not at all.

    Args:
        path: of the file; its ending is one of :data:`FORMATS`.
        frames: one at least, all of one size.
        loop: how many times it is shown, 0 for ever; None does not say.
        alpha: whether the opacity is written. In a GIF a pixel has all of it or none.

    Raises:
        ImpastoError: it can't be written.
    """
    shown = list(frames)
    format = FORMATS[path.suffix.lower()]
    first, *others = _pictures(shown, format, alpha=alpha)
    how: dict[str, Any] = {**_OPTIONS[format]}
    if alpha and format in _CLEARED:
        how["disposal"] = _CLEARED[format]
    if loop is not None:
        how["loop"] = loop
    made = io.BytesIO()
    try:
        first.save(
            made,
            format,
            save_all=True,
            append_images=others,
            duration=_durations(shown, 10 if format == "GIF" else 1),
            **how,
        )
        write_whole(path, made.getvalue())
    except OSError as error:
        raise unwritable(path, error) from error
    except (ValueError, RuntimeError) as error:
        raise ImpastoError(
            "{path} can't be written: {reason}.", path=path, reason=str(error)
        ) from error


def _durations(shown: Iterable[Shown], unit: int) -> list[int]:
    """Milliseconds, in whole units, so that what is rounded does not add up."""
    ends = [
        (round(1000 * each.start / unit), round(1000 * (each.start + each.duration) / unit))
        for each in shown
    ]
    return [unit * max(1, end - start) for start, end in ends]


def _pictures(shown: Iterable[Shown], format: str, *, alpha: bool) -> Iterator[Image.Image]:
    mode = "RGBA" if alpha else "RGB"
    for each in shown:
        picture: Callable[[], Any] = each.picture
        pixels = to_pixels(picture(), PixelFormat(mode, "u8"))
        image = Image.frombytes(mode, pixels.extent, bytes(pixels.data))
        yield _in_a_palette(image) if format == "GIF" and not alpha else image


def _in_a_palette(image: Image.Image) -> Image.Image:
    """In the 256 colours that suit it best, without dots that would swarm from frame to frame."""
    return image.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
