"""The command line of ``impasto``: which commands there are, and how one is run."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence
from typing import NoReturn

from core.bridge import VERSION
from core.bridge.storage.paths import Installation
from core.commands.ending import status_of
from core.system import heap
from core.terminal import logs, streams

COMMANDS = {
    "stylize": (
        "core.commands.stylize",
        "paint a picture, or a part of it, in the style of another",
    ),
    "batch": ("core.commands.batch", "paint many pictures, in one style or several"),
    "animate": ("core.commands.animate", "paint a clip, frame by frame"),
    "texture": ("core.commands.texture", "make a picture of any size from a style alone"),
    "sweep": ("core.commands.sweep", "try values of one or two settings on one sheet"),
    "colorize": ("core.commands.colorize", "colour a line drawing after a reference picture"),
    "segment": ("core.commands.segment", "find a picture's subject and write its mask"),
    "train": ("core.commands.train", "train a feature network of your own for painterly"),
    "bench": ("core.commands.bench", "measure speed and quality on this machine"),
}
"""Each a module that has ``add_options`` and ``run``, and what it does."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit status."""
    streams.prepare()
    installation = Installation.here()
    log = installation.log if logs.to_file(installation.log) else None
    try:
        options = parser().parse_args(arguments)
    except SystemExit:
        # --help was printed, but not sent yet.
        if status := status_of(lambda: streams.deliver(""), log):
            return status
        raise
    heap.keep()
    return status_of(lambda: options.run(options, installation), log)


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, without the twenty of its options before it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: error: {message}\n")


def parser() -> argparse.ArgumentParser:
    """What reads the command line, with a subcommand for each of :data:`COMMANDS`."""
    top = _Parser(
        prog="impasto", description="Paint a picture, or a part of it, in the style of another."
    )
    top.add_argument("--version", action="version", version=f"impasto {VERSION}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for name, (place, help) in COMMANDS.items():
        module = importlib.import_module(place)
        sentence = f"{help[0].upper()}{help[1:]}."
        command = commands.add_parser(name, help=help, description=sentence)
        command.set_defaults(run=module.run)
        module.add_options(command)
    return top
