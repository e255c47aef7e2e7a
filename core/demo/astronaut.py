"""The main job on an example: a photograph, its foreground in one style, its background in another.

Writes the painting and a before/after sheet into the installation. The photograph (Eileen Collins,
NASA, public domain) is a file of scikit-image's; the styles are the gallery's.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.geometry import Extent
from core.bridge.contract.settings import DEFAULTS, Settings
from core.bridge.session.history import History
from core.bridge.storage.paths import Installation
from core.bridge.storage.whole import open_whole
from core.commands import command
from core.commands.ending import status_of
from core.pixels.photographs import photograph
from core.terminal import logs, streams

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

EXTENT = Extent(512, 512)
"""Of the photograph."""

SECONDS = 75.0
"""What painting may take, so that the picture is there within 90 s."""

FEWEST = 50
"""Steps of which the picture still has its brushwork."""


def main() -> int:
    """Paint it; returns the exit status, as of a command."""
    streams.prepare()
    installation = Installation.here()
    parser = argparse.ArgumentParser(prog="impasto demo", description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=installation.prefix / "demo")
    options, more = parser.parse_known_args()
    folder: Path = options.folder
    log = installation.log if logs.to_file(installation.log) else None
    painting = folder / "painting.png"
    drawn: list[Path] = []
    return (
        status_of(lambda: drawn.extend(_draw(folder, installation.gallery)), log)
        or command.main([*_arguments(_steps(installation), *drawn), "-o", str(painting), *more])
        or status_of(lambda: _compare(drawn, painting, folder / "before_after.png"), log)
    )


def _draw(folder: Path, gallery: Path) -> list[Path]:
    """The photograph, the mask and the two styles. Raises ImpastoError."""
    return [
        _saved(photograph("astronaut.png"), folder / "photograph.png"),
        _saved(_mask(), folder / "mask.png"),
        gallery / "flowing strokes.jpg",
        gallery / "stained glass.jpg",
    ]


def _steps(installation: Installation) -> int:
    """As many of painterly's usual steps as there is time for, by what paintings took here."""
    settings = Settings(style="front", background_style="back")
    usual = History(installation).estimate(settings, [EXTENT, EXTENT])
    fitting = int(DEFAULTS.steps * SECONDS / usual)
    return max(FEWEST, min(DEFAULTS.steps, fitting))


def _arguments(steps: int, content: Path, mask: Path, front: Path, back: Path) -> list[str]:
    streams.say(
        f"Painting the astronaut in flowing strokes, behind her in stained glass, in {steps} steps"
    )
    styles = ["--style", str(front), "--background-style", str(back)]
    return ["stylize", str(content), "--mask", str(mask), *styles, "--steps", str(steps)]


def _compare(drawn: list[Path], painting: Path, sheet: Path) -> None:
    """Write the sheet, and say where it is. Raises ImpastoError."""
    before, *between = drawn
    _saved(_sheet(before, between, painting), sheet)
    streams.say(f"The painting: {painting}\nBefore and after: {sheet}")


def _mask() -> Image.Image:
    mask = Image.new("L", EXTENT, 0)
    ImageDraw.Draw(mask).polygon(OUTLINE, fill=255)
    return mask.filter(ImageFilter.GaussianBlur(FEATHER))


def _saved(picture: Image.Image, path: Path) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open_whole(path) as file:
            picture.save(file, "PNG")
    except OSError as error:
        raise ImpastoError(
            "{path} can't be written: {reason}.", path=path, reason=error.strerror
        ) from error
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
