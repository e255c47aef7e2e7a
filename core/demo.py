"""The main job on an example: a photograph, its foreground in one style, its background in another.

``python -m core.demo`` writes the painting and a before/after sheet into the installation. The
photograph (Eileen Collins, NASA, public domain) comes with scikit-image; the styles are drawn.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont
from skimage import data

from core import cli, drawing
from core.bridge.paths import Installation

OUTLINE = (
    (155, 84), (158, 55), (183, 26), (222, 14), (262, 20), (290, 45), (302, 76), (298, 105),
    (278, 132), (266, 144), (252, 178), (282, 196), (300, 216), (306, 238), (330, 254),
    (352, 286), (362, 322), (364, 350), (402, 343), (442, 352), (476, 380), (494, 418),
    (499, 452), (511, 480), (511, 511), (20, 511), (26, 470), (20, 430), (20, 370), (28, 320),
    (46, 268), (82, 238), (112, 214), (114, 184), (134, 160), (160, 149), (186, 150),
    (180, 126), (160, 112),
)  # fmt: skip
"""The astronaut's outline in the photograph's pixels, by hand."""

FEATHER = 4.0
"""Standard deviation of the mask's soft edge in pixels."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="impasto demo", description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Installation.here().prefix / "demo")
    options, more = parser.parse_known_args()
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    print("Drawing two styles and a mask", flush=True)
    content = _saved(Image.fromarray(data.astronaut()), folder / "photograph.png")
    mask = _saved(_mask(), folder / "mask.png")
    front = _saved(drawing.flowing_strokes(), folder / "flowing_strokes.png")
    back = _saved(drawing.stained_glass(), folder / "stained_glass.png")
    painting = folder / "painting.png"
    print("Painting the astronaut in flowing strokes, behind her in stained glass", flush=True)
    arguments = [str(content), "--mask", str(mask), "--style", str(front)]
    arguments += ["--background-style", str(back), "-o", str(painting), *more]
    status = cli.main(["stylize", *arguments])
    if status == 0:
        sheet = folder / "before_after.png"
        _sheet(content, [mask, front, back], painting).save(sheet)
        print(f"The painting: {painting}\nBefore and after: {sheet}")
    return status


def _mask() -> Image.Image:
    mask = Image.new("L", (512, 512), 0)
    ImageDraw.Draw(mask).polygon(OUTLINE, fill=255)
    return mask.filter(ImageFilter.GaussianBlur(FEATHER))


def _saved(picture: Image.Image, path: Path) -> Path:
    picture.save(path)
    return path


def _sheet(before: Path, between: list[Path], after: Path) -> Image.Image:
    """Before on the left, after on the right, what made the difference between them."""
    side, gap, line = 512, 16, 26
    small = (side - 2 * gap) // 3
    sheet = Image.new("RGB", (2 * side + small + 4 * gap, side + 2 * gap + line), "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(16)
    places = [(before, (gap, gap), side), (after, (side + small + 3 * gap, gap), side)]
    places += [
        (path, (side + 2 * gap, gap + row * (small + gap)), small)
        for row, path in enumerate(between)
    ]
    for path, corner, width in places:
        with Image.open(path) as picture:
            sheet.paste(picture.convert("RGB").resize((width, width)), corner)
    for text, x in (("Before", gap), ("Mask and styles", side + 2 * gap)):
        draw.text((x, side + gap + 5), text, fill="black", font=font)
    draw.text((side + small + 3 * gap, side + gap + 5), "After", fill="black", font=font)
    return sheet


if __name__ == "__main__":
    sys.exit(main())
