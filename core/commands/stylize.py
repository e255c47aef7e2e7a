"""``impasto stylize``: paint a picture, or a part of it, in the style of another."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.knobs import STYLIZE
from core.bridge.contract.pixels import Pixels
from core.bridge.contract.request import Progress, Request
from core.bridge.i18n.text import Text
from core.bridge.storage.paths import Installation
from core.commands import options as knobs
from core.commands.named import named
from core.commands.terminal import Bar, interruptible
from core.system import collector
from core.terminal import streams

if TYPE_CHECKING:
    from core.pixels.files import File


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_pictures(parser)
    add_output(parser)
    knobs.add_knobs(parser, STYLIZE)


def run(options: argparse.Namespace, installation: Installation) -> None:
    """Paint and write.

    Raises:
        ImpastoError: an input can't be used, the output can't be written ...
        Stopped: Ctrl-C was pressed.
    """
    settings = knobs.settings(options, STYLIZE)
    knobs.refuse_unlooked([settings])
    content, selection = read_pictures(options)
    announce(content, options.output)
    request = Request(content.pixels, settings, selection)
    paint(request, content, options.output, installation, as_json=options.json)


def add_output(parser: argparse.ArgumentParser) -> None:
    """Declare where the painting goes and what is printed of it."""
    parser.add_argument(
        "-o", "--output", type=named, required=True, metavar="OUT", help="the file to write"
    )
    parser.add_argument(
        "--json", action="store_true", help="print a report as one line of JSON at the end"
    )


def add_pictures(parser: argparse.ArgumentParser) -> None:
    """Declare what is painted on."""
    parser.add_argument("content", type=named, metavar="CONTENT", help="the picture to paint on")
    parser.add_argument(
        "--mask",
        type=named,
        metavar="MASK",
        help="a picture whose white takes the style, and whose black takes the background style "
        "or stays as it is",
    )


def read_pictures(options: argparse.Namespace) -> tuple[File, Pixels | None]:
    """The content and the selection, if there is one. Raises BadInput."""
    with collector.resting():
        from core.pixels import files

    content = files.read(options.content)
    extent = content.pixels.extent
    return content, files.read_mask(options.mask, extent) if options.mask else None


def announce(content: File, output: Path) -> None:
    """Say, before anything is painted, what of the content is not seen or can't be kept.

    Raises:
        BadInput: the painting can't be written there.
    """
    from core.pixels import files

    for sentence in filter(None, (content.unseen, files.check_writable(content, output))):
        streams.tell(f"impasto: {sentence}")


def paint(
    request: Request, content: File, output: Path, installation: Installation, *, as_json: bool
) -> None:
    """Run a request in the foreground, write what came of it over its content, and say so.

    Raises as :func:`run`.
    """
    from core.engine import job as engine
    from core.engine.laying import laid_over
    from core.engine.networks import Networks
    from core.pixels import files

    bar, shown = Bar(), request.settings.snapshots > 0
    if shown:  # whose names are longer
        files.check_writable(content, _snapshot(output, 0))

    def follow(progress: Progress) -> None:
        nonlocal shown
        bar.show(progress)
        if shown and progress.picture is not None:
            try:
                fresh = files.File.fresh(progress.picture)
                files.write(fresh, _snapshot(output, progress.step))
            except ImpastoError as error:
                # The painting itself may still fit where a snapshot does not.
                shown = False
                bar.clear()
                streams.tell(f"impasto: {error} It goes on without snapshots.")

    with interruptible() as should_stop:
        painting = engine.paint(request, Networks.of(installation), follow, should_stop)
    bar.clear()
    files.write(laid_over(content, painting, request.settings), output)
    if as_json:
        lost = f"{output} is written, but its report can't be printed"
        streams.deliver(json.dumps(dict(painting.report), default=str), lost)
    else:
        after = f", after {painting.report['reference']}" if "reference" in painting.report else ""
        took = f"{painting.report['seconds']} s on {painting.report['device']}{after}"
        streams.say(f"{output}: {took}")
        for note in cast("list[Text]", painting.report.get("notes", [])):
            streams.say(f"{output}: {note}")


def _snapshot(output: Path, step: int) -> Path:
    """The file beside the output that shows the painting after so many steps."""
    return output.with_name(f"{output.stem}-{step:05}.png")
