"""The command line of install.py. Errors end as one line; all else is in the log."""

from __future__ import annotations

import argparse
import logging
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.bridge import VERSION
from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.settings import DEVICES
from core.bridge.i18n.text import Text
from core.bridge.storage.elsewhere import bring, found
from core.bridge.storage.paths import Installation, data_folder
from core.setup import hosts, process, stopping, variant
from core.setup.checks import Check, run_checks
from core.setup.console import Console
from core.setup.doctor import Doctor
from core.setup.package import package
from core.setup.prefix import CHECKOUT, IMPORTED, alone, require_ours
from core.setup.progress import Progress
from core.setup.reasons import known
from core.setup.record import Record
from core.setup.steps import Setup
from core.setup.uninstall import uninstall
from core.terminal import logs, signals, streams

_log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    # argparse can't hold options, a command and what follows -- apart.
    ours, more = given, []
    if "--" in given:
        split = given.index("--")
        ours, more = given[:split], given[split + 1 :]
    streams.prepare()
    options = _parser().parse_args(ours)
    installation = Installation(options.prefix)
    console = Console()
    # Nothing of the log on the terminal, also before there is a file for it.
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        with signals.handled(signals.interrupt):
            return _dispatch(options, more, installation, console)
    except ImpastoError as error:
        _log.info("failed", exc_info=True)
        return _fail(console, error.text, 1)
    except KeyboardInterrupt:
        return _fail(console, _STOPPED, signals.status())
    except Exception as error:
        _log.exception("unexpected")
        # A disk that is full or read-only, a file that is not ours: of whatever part of it all.
        if isinstance(error, OSError) and (told := known(str(error), installation.prefix)):
            return _fail(console, Text("{reason}", reason=told), 1)
        unexpected = Text(
            "Something unexpected went wrong ({error}): please report it with {log}",
            error=f"{type(error).__name__}: {error}",
            log=installation.install_log,
        )
        return _fail(console, unexpected, 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="install.py",
        description="Install Impasto, neural style transfer for Krita and GIMP 3, for this user.",
        epilog="An option that is not given keeps its value from the last time. Arguments after -- "
        "go to the demo or to pytest.",
    )
    parser.add_argument(
        "command",
        nargs="?",
        default="install",
        choices=("install", "demo", "test", "doctor", "uninstall", "package"),
        help="install (the default); demo: paint an example; test: run all checks and tests; "
        "doctor: find out what is wrong; uninstall: remove everything again; package: write the "
        "files that Krita imports and GIMP unpacks, into the folder you are in",
    )
    parser.add_argument(
        "--prefix",
        type=_prefix,
        default=data_folder().resolve(),
        metavar="DIR",
        help="where the engine goes (default: %(default)s)",
    )
    parser.add_argument(
        "--hosts", type=_kinds, metavar="krita,gimp", help="the hosts that get their plug-in"
    )
    parser.add_argument("--device", choices=tuple(DEVICES), help="the default device to compute on")
    parser.add_argument(
        "--torch",
        type=_build,
        metavar="BUILD",
        help="which of PyTorch's builds: auto (at first), for what this machine has; locked, the "
        "usual one; cpu; or what uv calls one, such as cu126, rocm6.4 or xpu",
    )
    for name, build in (("--cpu", variant.CPU), ("--no-cpu", variant.LOCKED)):
        parser.add_argument(
            name, dest="torch", action="store_const", const=build, help=f"as --torch {build}"
        )
    parser.add_argument(
        "--bring",
        type=_prefix,
        metavar="DIR",
        help="another installation, whose styles, presets and settings are taken along",
    )
    parser.add_argument("--standing", type=Path, help=argparse.SUPPRESS)
    parser.add_argument(
        "--cluster",
        action=argparse.BooleanOptionalAction,
        help="also install Dask, by which 'impasto batch' and 'impasto animate' paint in several "
        "processes and on several machines",
    )
    parser.add_argument("--version", action="version", version=f"Impasto {VERSION}")
    return parser


def _prefix(text: str) -> Path:
    try:
        return Path(text).expanduser().resolve()
    except (OSError, RuntimeError) as error:
        raise argparse.ArgumentTypeError(f"'{text}' leads nowhere ({error})") from error


def _build(text: str) -> str:
    if text not in (variant.AUTO, variant.LOCKED, variant.CPU, *variant.UVS):
        raise argparse.ArgumentTypeError(
            f"there is no build '{text}' of PyTorch: take auto, locked, cpu, xpu, or one for CUDA "
            "or ROCm, such as cu126 or rocm6.4"
        )
    return text


def _kinds(text: str) -> list[str]:
    kinds = [kind.strip().lower() for kind in text.split(",") if kind.strip()]
    for kind in kinds:
        if kind not in hosts.KINDS:
            raise argparse.ArgumentTypeError(f"there is no host '{kind}', only krita and gimp")
    if not kinds:
        raise argparse.ArgumentTypeError("name krita, gimp or both")
    return kinds


def _dispatch(
    options: argparse.Namespace, more: list[str], installation: Installation, console: Console
) -> int:
    command: str = options.command
    if more and command not in ("demo", "test"):
        raise ImpastoError(
            "'{argument}' is one argument too many for {command}.",
            argument=more[0],
            command=command,
        )
    if command == "doctor":
        return 1 if Doctor(installation, console).examine() else 0
    if command == "package":
        for file in package(CHECKOUT, Path.cwd()):
            console.say(str(file))
        return 0
    require_ours(installation)
    if command == "uninstall":
        if options.standing is not None:
            console.standing = Progress(options.standing)
        if installation.prefix.is_dir():
            with alone(installation):
                pass  # nobody installs there at this moment
        uninstall(installation, console)
        return 0
    with alone(installation):
        _log_to(installation.install_log)
        console.standing = Progress(installation.standing)
        stopping.heed(installation.stop)
        if options.bring is not None:
            bring(Installation(options.bring), installation)
        elif not installation.steps.exists():
            _tell_of_others(installation, console)
        record = Record.load(installation)
        for name in ("torch", "device", "hosts", "cluster"):
            if (value := getattr(options, name)) is not None:
                setattr(record, name, value)
        Setup(installation, record, console).run(command)
        console.standing.end()
        console.standing = None
    if command == "demo":
        return _call(installation, ["-I", "-m", "core.demo", *more])
    if command == "test":
        return _test(installation, console, more)
    return 0


def _tell_of_others(installation: Installation, console: Console) -> None:
    """Whoever sets it up anew may have forgotten that it is there, or what is theirs in there."""
    for other in found(installation):
        what = f"Impasto {other.version}" if other.version else "what is yours of an earlier one"
        console.say(f"There is {what} in {other.prefix}:")
        if other.version:
            console.say(f"  'python3 install.py --prefix {other.prefix}' keeps to that one")
        if other.own:
            console.say(f"  --bring {other.prefix} takes your styles and presets along from there")


def _test(installation: Installation, console: Console, more: list[str]) -> int:
    """Run the checks and the tests in the checkout."""

    def call(check: Check) -> int:
        return _call(installation, ["-m", *check.command], CHECKOUT, check.variables)

    if failed := run_checks(installation, console, more, call):
        return _fail(console, Text("Failed: {checks}.", checks=", ".join(failed)), 1)
    console.say("All checks and tests have passed.")
    return 0


def _call(
    installation: Installation,
    arguments: Sequence[str],
    folder: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> int:
    """Run the environment's Python on this terminal."""
    command = [str(installation.python), *arguments]
    _log.info("$ %s", " ".join(command))
    environment = process.environment(**(variables or {}))
    with subprocess.Popen(command, cwd=folder, env=environment) as child:
        try:
            return child.wait()
        except KeyboardInterrupt:
            if not signals.from_terminal():
                child.terminate()
            child.wait()  # it ends in its own way
            raise


_STOPPED = (
    Text("Stopped. What is fetched stays, and the next time goes on from there.")
    if IMPORTED
    else Text("Stopped. 'python3 install.py' goes on where it stopped.")
)


def _fail(console: Console, text: Text, status: int) -> int:
    console.clear()
    _log.error("%s", text)
    if console.standing is not None:
        console.standing.fail(text)
    streams.tell(str(text))
    return status


def _log_to(file: Path) -> None:
    if (handler := logs.file_handler(file, "%(asctime)s %(name)s: %(message)s")) is not None:
        logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.INFO)
