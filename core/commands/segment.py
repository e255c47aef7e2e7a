"""``impasto segment``: a mask of a picture's subject, where nobody drew one."""

from __future__ import annotations

import argparse
import re

from core.bridge.contract import points
from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import MASK, PixelFormat, Pixels
from core.bridge.storage.paths import Installation
from core.commands.named import named
from core.system import collector
from core.terminal import streams


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("picture", type=named, metavar="PICTURE", help="the picture to look at")
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--rectangle",
        metavar="X,Y,W,H",
        help="a rectangle around the subject: left, top, width and height in pixels",
    )
    where.add_argument(
        "--mask", type=named, metavar="HINT", help="a picture that is white around the subject"
    )
    parser.add_argument(
        "--at",
        default="",
        metavar="X,Y",
        help="a point of the subject that is meant, as shares of the picture's width and height; "
        "of several subjects: 'X,Y; X,Y'",
    )
    parser.add_argument(
        "-o", "--output", type=named, required=True, metavar="MASK", help="the mask to write"
    )
    parser.add_argument(
        "--overlay",
        type=named,
        metavar="FILE",
        help="also write the picture with the subject marked",
    )


def run(options: argparse.Namespace, installation: Installation) -> None:
    """Find the subject and write its mask.

    Raises:
        ImpastoError: nothing can be told apart, a picture can't be read, a file not be written ...
    """
    with collector.resting():
        from core.engine.networks import Networks
    from core.masks import segment
    from core.pixels import files
    from core.pixels.imaging import Picture, array, to_mask, to_pixels

    at = points.read(options.at)
    content = files.read(options.picture)
    extent = content.pixels.extent
    hint = None
    if options.rectangle is not None:
        hint = _filled(parse_rectangle(options.rectangle, extent), extent)
    elif options.mask is not None:
        hint = files.read_mask(options.mask, extent)
    if options.overlay is not None and options.overlay.resolve() == options.output.resolve():
        raise BadInput(
            "{path} is to hold the mask: name another file for --overlay.", path=options.overlay
        )
    for path, format in ((options.output, MASK), (options.overlay, PixelFormat("RGB", "u8"))):
        if path is not None:
            blank = Pixels(extent, format, bytes(extent.area * format.bytes_per_pixel))
            files.check_writable(files.File.fresh(blank), path)
    networks = Networks.of(installation)
    network, finder = networks.salient(device := networks.device("auto")), networks.faces()
    found = segment.select(content.pixels, hint, network=network, finder=finder, points=at)
    mask = to_mask(found)
    grey = Picture(mask.expand(1, 3, -1, -1), mask)
    files.write(files.File.fresh(to_pixels(grey, PixelFormat("G", "u8"))), options.output)
    if options.overlay is not None:
        seen = Picture(segment.overlay(content.picture(), mask), mask)
        pixels = to_pixels(seen, PixelFormat("RGB", "u8"))
        files.write(files.File.fresh(pixels, content.decoded.notes.dpi), options.overlay)
    share = float((array(found) / 65535).mean())
    streams.say(f"The subject covers {share:.0%} of the picture; its mask is in {options.output}.")
    if (why := networks.no_subjects(device)) is not None:
        streams.say(f"It was found by its colours alone. {why}")


def parse_rectangle(text: str, extent: Extent) -> Box:
    """``10,20,300,200``. Raises BadInput for anything else, or outside of the picture."""
    found = re.fullmatch(r"(\d+),(\d+),(\d+),(\d+)", re.sub(r"\s", "", text))
    box = Box(*map(int, found.groups())) if found else Box(0, 0, 0, 0)
    inside = box.intersect(Box.of(extent))
    if inside.empty:
        raise BadInput(
            "A rectangle is four numbers of pixels, left, top, width and height, that lie in the "
            "picture's {width}x{height}, as 10,20,300,200, not '{text}'.",
            width=extent.width,
            height=extent.height,
            text=text,
        )
    return inside


def _filled(box: Box, extent: Extent) -> Pixels:
    """A mask, white in the box."""
    empty = bytes(extent.width)
    row = empty[: box.x] + bytes([255]) * box.width + empty[box.right :]
    rows = [row if box.y <= y < box.bottom else empty for y in range(extent.height)]
    return Pixels(extent, MASK, b"".join(rows))
