"""``impasto texture``: a picture of any size made of nothing but a style."""

from __future__ import annotations

import argparse
import re

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.bridge.contract.knobs import STYLIZE
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.storage.paths import Installation
from core.commands import options as knobs
from core.commands.stylize import add_output, announce, paint

OURS = {"method": "painterly", "content_weight": 0.0, "start": "noise"}
"""What makes a texture of a painting: Gatys et al. (2015), "Texture synthesis using convolutional
neural networks", with the statistics of painterly."""

_OF_A_CONTENT = {
    *("strength", "strength_mask", "colors", "faces", "semantic", "content_layers"),
    *("segment", "subject", "grow", "feather"),
    *("background_style", "background_colors", "pastiche", "background_pastiche"),
    *("content_labels", "style_labels", "label_styles"),
}
"""Knobs that say what becomes of a picture, of which there is none."""

_MOST = 8192
"""Pixels along a side."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument(
        "--extent",
        default="512x512",
        metavar="WxH",
        help="the texture's size in pixels; default: 512x512",
    )
    add_output(parser)
    knobs.add_knobs(parser, STYLIZE, without={*OURS, *_OF_A_CONTENT})


def run(options: argparse.Namespace, installation: Installation) -> None:
    """Paint and write.

    Raises:
        ImpastoError: an input can't be used, the output can't be written ...
        Stopped: Ctrl-C was pressed.
    """
    from core.pixels.files import File

    extent = parse_extent(options.extent)
    settings = knobs.settings(options, STYLIZE, **OURS)
    # Only its size counts; the mean of all pictures would do as well.
    canvas = Pixels(extent, PixelFormat("RGB", "u8"), bytes([128]) * (3 * extent.area))
    content = File.fresh(canvas)
    announce(content, options.output)
    paint(Request(canvas, settings), content, options.output, installation, as_json=options.json)


def parse_extent(text: str) -> Extent:
    """``640x480``. Raises BadInput for anything else."""
    found = re.fullmatch(r"(\d+)[x×](\d+)", text.strip())
    extent = Extent(*map(int, found.groups())) if found else Extent(0, 0)
    if not all(32 <= side <= _MOST for side in extent):
        raise BadInput(
            "An extent is two sides of 32 to {most} px, as 640x480, not '{text}'.",
            most=_MOST,
            text=text,
        )
    return extent
