"""The command ``impasto``: the engine without a host."""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from core.bridge import VERSION
from core.bridge.errors import ImpastoError, Stopped
from core.bridge.paths import Installation
from core.bridge.request import Progress
from core.bridge.settings import KNOBS, Knob, Settings

_log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit status: 0, 1 with one line said, 130 when interrupted."""
    from core import logs

    options = _parser().parse_args(arguments)
    installation = Installation.here()
    logs.to_file(installation.log)
    try:
        options.run(options, installation)
    except (KeyboardInterrupt, Stopped):
        _Bar.clear()
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
    _add_stylize(commands.add_parser("stylize", help="paint a picture in the style of another"))
    _add_bench(commands.add_parser("bench", help="measure on this machine how fast and how good"))
    return parser


# A command declares its options and, as ``run``, what does it: a function of the parsed options
# and the installation.


def _add_stylize(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_stylize)
    parser.add_argument("content", type=Path, metavar="CONTENT", help="the picture to paint on")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
    parser.add_argument(
        "--mask",
        type=Path,
        help="white takes the style; black the background style, or stays as it is",
    )
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    for knob in KNOBS:
        _add_option(parser, knob)


def _add_bench(parser: argparse.ArgumentParser) -> None:
    from core.bench import command

    parser.set_defaults(run=command.run)
    command.add_options(parser)


def _add_option(parser: argparse.ArgumentParser, knob: Knob) -> None:
    option = f"--{knob.option}"
    help = knob.help.replace("%", "%%")
    if knob.kind == "flag":
        parser.add_argument(option, action=argparse.BooleanOptionalAction, help=help)
    elif knob.kind == "choice":
        parser.add_argument(option, choices=[name for name, _ in knob.choices], help=help)
    elif knob.kind == "file":
        parser.add_argument(option, metavar="FILE", help=help)
    else:
        number = int if knob.kind == "int" else float
        help = f"{help} {knob.low:g} to {knob.high:g}, {knob.default:g} if not given."
        parser.add_argument(option, type=number, metavar="N", help=help)


def _stylize(options: argparse.Namespace, installation: Installation) -> None:
    from core import engine, files
    from core.bridge.request import Request
    from core.networks import Networks

    given = {knob.name: getattr(options, knob.name) for knob in KNOBS}
    settings = Settings.from_mapping({k: v for k, v in given.items() if v is not None})
    content = files.read(options.content)
    files.check_writable(content, options.output)
    selection = files.read_mask(options.mask, content.pixels.extent) if options.mask else None
    request = Request(content.pixels, settings, selection)
    bar = _Bar()
    with _interruptible() as should_stop:
        painting = engine.paint(request, Networks.of(installation), bar.show, should_stop)
    bar.clear()
    files.write(replace(content, pixels=painting.over(content.pixels)), options.output)
    if options.json:
        print(json.dumps(dict(painting.report)))
    else:
        print(f"{options.output}: {painting.report['seconds']} s on {painting.report['device']}")


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed, as a question; pressed again, it interrupts wherever it comes.

    An exception out of nowhere can come where Python only prints it and goes on.
    """
    pressed = False

    def press(*_: object) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)


class _Bar:
    """Progress on one refreshing line of a terminal; silent where stderr is none."""

    def __init__(self) -> None:
        self._shown = 0.0

    def show(self, progress: Progress) -> None:
        if not sys.stderr.isatty() or time.monotonic() - self._shown < 0.1:
            return
        self._shown = time.monotonic()
        filled = round(24 * progress.fraction)
        bar = "#" * filled + "." * (24 - filled)
        print(f"\r\033[K[{bar}] {progress.describe()}", end="", file=sys.stderr, flush=True)

    @staticmethod
    def clear() -> None:
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
