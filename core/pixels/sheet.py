"""Writes pictures side by side on one labelled sheet."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.pixels import files

_FORMAT = PixelFormat("RGB", "u8")
_GAP, _LINE, _LETTER = 12, 20, 8


def check_writable(path: Path) -> None:
    """Raise BadInput if :func:`save` would, so that it is known before hours of work."""
    files.check_writable(files.File.fresh(Pixels(Extent(1, 1), _FORMAT, bytes(3))), path)


def save(
    path: Path, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[Tensor | None]]]
) -> None:
    """Write a labelled sheet.

    Args:
        path: its ending decides the format.
        columns: the label of each column.
        rows: the name of each row, or "", and its pictures, RGB in 0..1, shape (1, 3, height,
            width). None leaves a place empty.

    Raises:
        BadInput: Impasto does not write the ending's format, or there is no such folder.
        ImpastoError: the file can't be written.
    """
    images = [(name, [p if p is None else _image(p) for p in row]) for name, row in rows]
    width = max(image.width for _, row in images for image in row if image is not None)
    labels = [_wrapped(label, width) for label in columns]
    head = max(len(label) for label in labels) * _LINE + _GAP // 2
    line = _LINE + 4 if any(name for name, _ in rows) else 0
    heights = [
        max(image.height for image in row if image is not None) + line + _GAP for _, row in images
    ]
    size = (len(columns) * (width + _GAP) + _GAP, sum(heights) + head + _GAP)
    sheet = Image.new("RGB", size, "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(15)
    for column, label in enumerate(labels):
        for number, text in enumerate(label):
            place = (_GAP + column * (width + _GAP), _GAP // 2 + number * _LINE)
            draw.text(place, text, fill="black", font=font)
    top = head
    for (name, row), height in zip(images, heights, strict=True):
        draw.text((_GAP, top + 2), name, fill="black", font=font)
        for column, image in enumerate(row):
            if image is not None:
                sheet.paste(image, (_GAP + column * (width + _GAP), top + line))
        top += height
    files.write(files.File.fresh(Pixels(Extent(*sheet.size), _FORMAT, sheet.tobytes())), path)


def _wrapped(label: str, width: int) -> list[str]:
    return textwrap.wrap(label, max(8, width // _LETTER)) or [""]


def _image(picture: Tensor) -> Image.Image:
    values = (picture[0].cpu().clamp(0, 1).permute(1, 2, 0).numpy() * 255).round()
    return Image.fromarray(values.astype(np.uint8))
