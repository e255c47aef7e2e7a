"""Paintings side by side, for the eye: a row for each pair."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from core.bridge.errors import ImpastoError

_GAP, _LINE = 12, 24


def save(path: Path, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[Tensor]]]) -> None:
    """Write a labelled sheet.

    Args:
        path: its ending says the format.
        columns: what the pictures of a column are.
        rows: the name of each and its pictures, RGB in 0..1, shape (1, 3, height, width).

    Raises:
        ImpastoError: the file can't be written.
    """
    images = [(name, [_image(picture) for picture in pictures]) for name, pictures in rows]
    width = max(image.width for _, row in images for image in row)
    heights = [max(image.height for image in row) + _LINE + _GAP for _, row in images]
    size = (len(columns) * (width + _GAP) + _GAP, sum(heights) + _LINE + _GAP)
    sheet = Image.new("RGB", size, "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(16)
    for column, label in enumerate(columns):
        draw.text((_GAP + column * (width + _GAP), _GAP // 2), label, fill="black", font=font)
    top = _LINE
    for (name, row), height in zip(images, heights, strict=True):
        draw.text((_GAP, top + 2), name, fill="black", font=font)
        for column, image in enumerate(row):
            sheet.paste(image, (_GAP + column * (width + _GAP), top + _LINE))
        top += height
    try:
        sheet.save(path)
    except (OSError, ValueError) as error:
        raise ImpastoError(f"{path} can't be written: {error}.") from error


def _image(picture: Tensor) -> Image.Image:
    values = (picture[0].cpu().clamp(0, 1).permute(1, 2, 0).numpy() * 255).round()
    return Image.fromarray(values.astype(np.uint8))
