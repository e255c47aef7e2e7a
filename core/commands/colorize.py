"""``impasto colorize``: colour a sketch after a reference picture."""

from __future__ import annotations

import argparse

from core.bridge.contract.errors import BadInput
from core.bridge.contract.knobs import COLORIZE
from core.bridge.contract.request import Request
from core.bridge.storage.paths import Installation
from core.commands import options as knobs
from core.commands.named import named
from core.commands.stylize import add_output, announce, paint
from core.system import collector


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("sketch", type=named, metavar="SKETCH", help="the line drawing to colour")
    parser.add_argument("--reference", metavar="PICTURE", help="a picture to take the colours from")
    parser.add_argument(
        "--library",
        metavar="FOLDER",
        help="or a folder of pictures: the one most like the sketch is chosen",
    )
    parser.add_argument(
        "--mask",
        type=named,
        metavar="MASK",
        help="a picture whose white is the sketch's foreground; without it, Impasto finds the "
        "foreground",
    )
    add_output(parser)
    knobs.add_knobs(parser, COLORIZE, without=("style", "library"))


def run(options: argparse.Namespace, installation: Installation) -> None:
    """Colour and write.

    Raises:
        ImpastoError: an input can't be used, the output can't be written ...
        Stopped: Ctrl-C was pressed.
    """
    with collector.resting():
        from core.pixels import files
    from core.sketches import sketch

    if bool(options.reference) == bool(options.library):
        raise BadInput(
            "Give either --reference, a picture to take the colours from, or --library, a folder "
            "of pictures to choose from by the sketch."
        )
    settings = knobs.settings(
        options,
        COLORIZE,
        sketch=True,
        style=options.reference or "",
        library=options.library or "",
    )
    drawn = files.read(options.sketch)
    # A grey scan, or lines on nothing, can't hold what is painted on it, nor can its profile.
    content = files.File.fresh(sketch.in_color(drawn.pixels), drawn.decoded.notes.dpi)
    announce(content, options.output)
    mask = files.read_mask(options.mask, content.pixels.extent) if options.mask else None
    request = Request(content.pixels, settings, mask)
    paint(request, content, options.output, installation, as_json=options.json)
