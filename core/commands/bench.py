"""``impasto bench``: measure on this machine what Impasto claims."""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.bridge.contract.errors import BadInput
from core.bridge.contract.settings import DEVICES
from core.bridge.storage.paths import Installation
from core.commands.named import named
from core.terminal import line, streams

if TYPE_CHECKING:
    from core.bench.plan import Plan

SUBJECTS = {
    "throughput": "the machine's own peak, and a painterly run's share of it",
    "iteration": "an iteration over its bare convolutions",
    "quality": "the default recipe against two others, judged by other networks",
    "faces": "how like themselves faces stay, kept and painted as the rest",
    "darkness": "how much of a picture a style that is mostly black blackens, guarded or not",
    "gatys": "the time to the loss that Gatys's recipe ends with",
    "selection": "a small selection in a huge canvas against a picture of its size",
    "size": "tiles against one piece, and memory at a large size",
    "preview": "from request to pixels with a warm worker",
    "seen": "the preview that a dialog calls done against the layer that Paint makes",
    "motion": "how steady a clip's paint is, against frames painted one by one",
    "start": "imports, a worker's cold start, a second run, bytes on the wire",
}
"""Each a module in core/bench/subjects; in the order in which they are measured."""

NOT_QUICK = ("size", "darkness", "faces", "seen", "motion")
"""What two minutes have no room for, unless it is asked for by name."""

QUICK_SIZE = 96
"""Long side in pixels of the judged paintings, where two minutes are to do."""

BUSY = 0.5
"""Load per core at the start from which on it is said that seconds are worth little."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--quick", action="store_true", help="estimates only, in about two minutes")
    parser.add_argument(
        "--full", action="store_true", help="also 8000x6000 px, which takes an hour"
    )
    parser.add_argument(
        "--only", metavar="NAME,...", help=f"only these subjects: {', '.join(SUBJECTS)}"
    )
    parser.add_argument(
        "--pair",
        nargs=2,
        type=named,
        action="append",
        default=[],
        metavar=("CONTENT", "STYLE"),
        help="two pictures to judge by instead of the usual ones; may be given more than once",
    )
    parser.add_argument(
        "--size",
        type=int,
        default=384,
        metavar="N",
        help="long side of the judged paintings: 128 to 2048 px, default: 384, or 96 with --quick",
    )
    parser.add_argument("--device", default="auto", choices=tuple(DEVICES))
    parser.add_argument(
        "--json", type=named, metavar="FILE", help="write the figures to FILE as JSON"
    )
    parser.add_argument(
        "--sheet",
        type=named,
        metavar="FILE",
        help="write the judged pictures to FILE, side by side",
    )
    parser.add_argument(
        "--blind",
        type=named,
        metavar="FILE",
        help="the same for people to compare: with letters, whose names are in FILE.names.json",
    )


def run(options: argparse.Namespace, installation: Installation) -> None:
    """Measure what was asked for, say it, and write it down.

    Raises:
        ImpastoError: a subject is unknown, a picture can't be read, weights are missing ...
    """
    from core.bench import machine, report
    from core.system import priority

    names = _wanted(options.only, options.quick)
    plan = _plan(options, installation, names)
    priority.spare_processor()  # as the worker, whose threads and convolutions these are to be
    _say("measuring which convolutions are the quickest here")
    plan.networks.prepare()
    _say("")
    told = machine.describe(plan.device, plan.choices)
    streams.deliver("\n".join(f"{name}: {value}" for name, value in told.items()) + "\n")
    if told["load"] > BUSY:
        streams.deliver("Something else is at work here: trust the ratios, not the seconds.")
    figures = []
    for name in names:
        started = time.monotonic()
        for figure in importlib.import_module(f"core.bench.subjects.{name}").measure(plan):
            figures.append(figure)
            _say("")
            streams.deliver("  ".join(filter(None, figure.row())))
        _say("")
        streams.deliver(f"({name} took {time.monotonic() - started:.0f} s)")
    streams.deliver("\n" + report.table(figures))
    if options.json is not None:
        report.write_json(options.json, told, figures)


def _wanted(only: str | None, quick: bool) -> list[str]:
    most = [name for name in SUBJECTS if not (quick and name in NOT_QUICK)]
    names = [name.strip() for name in only.split(",")] if only else most
    for name in names:
        if name not in SUBJECTS:
            raise BadInput(
                "There is no subject '{name}': there are {names}.",
                name=name,
                names=", ".join(SUBJECTS),
            )
    return names


def _plan(options: argparse.Namespace, installation: Installation, names: Sequence[str]) -> Plan:
    from core.bench.pairs import from_files
    from core.bench.plan import Plan
    from core.engine.networks import Networks
    from core.pixels import sheet

    if not 128 <= options.size <= 2048:
        raise BadInput("size is between 128 and 2048, not {size}.", size=options.size)
    if options.blind is not None and options.quick:
        raise BadInput("There is nothing to compare with --quick: leave out --blind or --quick.")
    for shown in filter(None, (options.sheet, options.blind)):
        if "quality" not in names:
            raise BadInput(
                "Only 'quality' judges pictures: add it to --only, or leave out the sheet."
            )
        sheet.check_writable(shown)
    if options.json is not None and not options.json.parent.is_dir():
        raise BadInput("There is no folder {folder}: make it.", folder=options.json.parent)
    networks = Networks.of(installation)
    return Plan(
        installation=installation,
        networks=networks,
        device=networks.device(options.device),
        device_name=options.device,
        quick=options.quick,
        full=options.full,
        size=min(options.size, QUICK_SIZE) if options.quick else options.size,
        given=tuple(from_files(*pair) for pair in options.pair),
        sheet=options.sheet,
        blind=options.blind,
        say=_say,
    )


def _say(text: str) -> None:
    """What is going on, on a line of the terminal that the next one replaces."""
    line.replace(text, sys.stderr) if text else line.clear(sys.stderr)
