"""The command ``impasto``: the engine without a host."""

from __future__ import annotations

import argparse
import importlib
import logging
import sys
from collections.abc import Sequence

from core.bridge import VERSION
from core.bridge.errors import ImpastoError, Paused, Stopped
from core.bridge.paths import Installation
from core.commands.terminal import Bar

_log = logging.getLogger(__name__)

COMMANDS = {
    "stylize": ("core.commands.stylize", "paint a picture in the style of another"),
    "texture": ("core.commands.texture", "make a picture of any size of a style alone"),
    "sweep": ("core.commands.sweep", "see on one sheet what a setting does"),
    "colorize": ("core.commands.colorize", "colour a sketch like a picture"),
    "segment": ("core.commands.segment", "find a picture's subject, and show what was found"),
    "train": ("core.train.command", "train a network whose features painterly can use"),
    "bench": ("core.bench.command", "measure on this machine how fast and how good"),
}
"""Each a module that has ``add_options`` and ``run``, and what it does."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit status: 0, 1 with one line said, 130 when interrupted."""
    from core import heap, logs

    options = _parser().parse_args(arguments)
    heap.keep()
    installation = Installation.here()
    logs.to_file(installation.log)
    try:
        options.run(options, installation)
    except Paused as paused:
        Bar.clear()
        print(f"impasto: {paused}", file=sys.stderr)
        return 130
    except (KeyboardInterrupt, Stopped):
        Bar.clear()
        print("impasto: interrupted; nothing was written.", file=sys.stderr)
        return 130
    except ImpastoError as error:
        _log.info("refused", exc_info=True)
        print(f"impasto: {error}", file=sys.stderr)
        return 1
    except Exception as error:
        _log.exception("failed")
        name = type(error).__name__
        print(f"impasto: failed ({name}): the reason is in {installation.log}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="impasto", description="Paint a picture, or a part of it, in the style of another."
    )
    parser.add_argument("--version", action="version", version=f"impasto {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (place, help) in COMMANDS.items():
        module = importlib.import_module(place)
        command = commands.add_parser(name, help=help, description=module.__doc__)
        command.set_defaults(run=module.run)
        module.add_options(command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
