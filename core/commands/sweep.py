"""``impasto sweep``: one contact sheet of what a setting does, or two at once."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from core.bridge.contract import crops, points
from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box
from core.bridge.contract.knobs import STYLIZE, Knob
from core.bridge.contract.pixels import Pixels
from core.bridge.contract.request import Progress, Request
from core.bridge.contract.settings import Settings, knobs
from core.bridge.contract.weighted import PATHS, weighted
from core.bridge.i18n.text import Text
from core.bridge.storage.paths import Installation
from core.commands import options as knob_options
from core.commands.named import named
from core.commands.stylize import add_pictures, read_pictures
from core.commands.terminal import Bar, interruptible
from core.terminal import streams

if TYPE_CHECKING:
    from torch import Tensor

    from core.pixels.imaging import Picture

MOST = 64
"""Paintings of one sheet."""


class Variation(NamedTuple):
    """A knob and the values it is to take, one after another."""

    knob: Knob
    values: tuple[Any, ...]

    def label(self, value: Any) -> str:
        """What stands over its paintings."""
        shown = Path(value).stem if self.knob.kind == "file" else value
        return f"{self.knob.option} {shown}" if value != "" else f"{self.knob.option}: its own"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    add_pictures(parser)
    parser.add_argument(
        "-o", "--output", type=named, required=True, metavar="SHEET", help="the sheet to write"
    )
    parser.add_argument(
        "--vary",
        action="append",
        required=True,
        metavar="SETTING=A,B,...",
        help="a setting and its values, separated by commas, or by | if they contain commas; give "
        "it twice for rows and columns",
    )
    parser.add_argument(
        "--cell",
        type=int,
        default=320,
        metavar="N",
        help="long side of each picture on the sheet in pixels; default: %(default)s",
    )
    knob_options.add_knobs(parser, STYLIZE)


def run(options: argparse.Namespace, installation: Installation) -> None:
    """Paint every combination and write the sheet.

    Raises:
        ImpastoError: an input can't be used, the output can't be written ...
        Stopped: Ctrl-C was pressed.
    """
    from core.pixels import files, sheet
    from core.pixels.imaging import fit

    variations = [variation(text) for text in options.vary]
    varied = {each.knob.name for each in variations}
    if len(variations) > 2 or len(varied) < len(variations):
        raise BadInput("Vary one setting, or two different ones: a sheet has rows and columns.")
    if not 32 <= options.cell <= 2048:
        raise BadInput("cell is between 32 and 2048, not {cell}.", cell=options.cell)
    sheet.check_writable(options.output)
    plain = knob_options.settings(options, STYLIZE)
    rows = _combined(plain, variations)
    knob_options.refuse_unlooked(chain.from_iterable(rows))
    content, selection = read_pictures(options)
    _check(variations, rows, content.pixels)
    named = {"content": content}
    for name in ("style", "background_style"):
        if (path := getattr(plain, name)) and name not in varied:
            named[name.replace("_", " ")] = files.read(Path(path))
    request = Request(content.pixels, rows[0][0], selection)
    paintings = _paint(request, rows, installation)

    def shown(picture: Picture) -> Tensor:
        return picture.resize(fit(picture.extent, options.cell)).color

    *down, across = variations
    labels = [down[0].label(value) for value in down[0].values] if down else [""]
    beside = [shown(file.picture()) for file in named.values()]
    lines: list[tuple[str, list[Tensor | None]]] = []
    for label, row in zip(labels, paintings, strict=True):
        left = [None] * len(beside) if lines else beside
        lines.append((label, [*left, *map(shown, row)]))
    sheet.save(options.output, [*named, *map(across.label, across.values)], lines)
    streams.say(f"{options.output}: {sum(map(len, rows))} paintings")


def variation(text: str) -> Variation:
    """Parse ``style-weight=0.3,0.5``.

    Raises:
        BadInput: no such setting, or a value its knob refuses.
    """
    name, given, values = text.partition("=")
    found = {knob.option: knob for knob in knobs(STYLIZE)}
    knob = found.get(name.strip().replace("_", "-"))
    if knob is None:
        raise BadInput(
            "There is no setting '{name}' to vary: there are {names}.",
            name=name,
            names=", ".join(found),
        )
    if not given:
        raise BadInput(
            "'{text}' has no values: write {option}=A,B and so on.", text=text, option=knob.option
        )
    parts = [part.strip() for part in values.split("|" if "|" in values else ",")]
    return Variation(knob, tuple(knob.check(_value(knob, part)) for part in parts))


def _value(knob: Knob, text: str) -> Any:
    if knob.kind == "flag" and text.lower() in _FLAGS:
        return _FLAGS[text.lower()]
    return knob.number(text) if knob.kind in ("int", "float") else text


_FLAGS = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}


def _combined(plain: Settings, variations: Sequence[Variation]) -> list[list[Settings]]:
    """The settings of every painting, row by row."""
    *down, across = variations
    count = len(across.values) * (len(down[0].values) if down else 1)
    if count > MOST:
        raise BadInput(
            "That would be {count} paintings: a sheet takes {most} at most.", count=count, most=MOST
        )
    columns = [{across.knob.name: value} for value in across.values]
    rows = [{down[0].knob.name: value} for value in down[0].values] if down else [{}]
    return [[replace(plain, **row, **column) for column in columns] for row in rows]


def _check(variations: Sequence[Variation], rows: list[list[Settings]], content: Pixels) -> None:
    """Raise BadInput now for what the last painting would be refused for, after all the others."""
    from core.engine import methods, strengths
    from core.pixels import files

    varied = {each.knob.name for each in variations}
    for each in variations:
        if each.knob.kind == "file":
            for path in filter(None, each.values):
                files.read(Path(path))
    for settings in chain.from_iterable(rows):
        methods.of(settings).check()
        crops.read(settings.style_crop)
        points.read(settings.subject)
        for path in weighted(settings.mix, PATHS) if "mix" in varied else ():
            files.read(Path(path))
        if strengths.NAME in varied:
            strengths.drawn(Request(content, settings), Box.of(content.extent))


def _paint(
    request: Request, rows: list[list[Settings]], installation: Installation
) -> list[list[Picture]]:
    from core.engine import job as engine
    from core.engine.networks import Networks
    from core.pixels.imaging import to_picture
    from core.system.keep import MOST, Keep

    bar, networks, keep = Bar(), Networks.of(installation), Keep(MOST)
    count, painted = sum(map(len, rows)), 0

    def follow(progress: Progress) -> None:
        text = Text(
            "{number} of {count}: {text}", number=painted + 1, count=count, text=progress.text
        )
        bar.show(replace(progress, text=text))

    found: list[list[Picture]] = []
    with interruptible() as should_stop:
        for row in rows:
            found.append([])
            for settings in row:
                asked = replace(request, settings=settings)
                painting = engine.paint(asked, networks, follow, should_stop, keep)
                found[-1].append(to_picture(painting.over(request.content)))
                painted += 1
    bar.clear()
    return found
