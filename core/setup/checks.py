"""What ``install.py test`` runs in the checkout, one after another."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.bridge.storage.paths import Installation
from core.setup import hosts, plugins
from core.setup.console import Console
from core.setup.prefix import CHECKOUT


@dataclass(frozen=True)
class Check:
    """A module of the environment's Python, with its arguments and variables."""

    name: str
    command: Sequence[str]
    variables: Mapping[str, str] = field(default_factory=dict)


_HOSTS_ARE_ANY = (
    "--allow-subclassing-any",
    "--allow-untyped-calls",
    "--allow-untyped-decorators",
    "--no-warn-return-any",
)
"""What comes from a host has no types."""

_IN_TWO = ("--numprocesses", "2")
"""A host waits for its windows and its worker much of the time: with two at once on two cores CI
takes 20 minutes, one after another 35."""


def run_checks(
    installation: Installation,
    console: Console,
    more: Sequence[str],
    call: Callable[[Check], int],
) -> list[str]:
    """Run all checks, the tests last, and return the names of those that failed.

    Args:
        installation: whose environment they run in.
        console: where their names are said.
        more: further arguments for pytest.
        call: runs one and returns its exit status.
    """
    scratch = installation.prefix / "tmp"
    checks = [
        Check("ruff check", ["ruff", "check", "."]),
        Check("ruff format", ["ruff", "format", "--check", "."]),
        Check("mypy", ["mypy"]),
        *(_plugin_types(kind, scratch / kind, installation) for kind in hosts.KINDS),
        # core comes from the checkout, the worker's from the environment: the set-up that has
        # just been run has made them the same.
        Check("pytest", ["pytest", *_IN_TWO, *more]),
    ]
    failed = []
    for check in checks:
        console.say(f"--- {check.name}")
        if call(check) != 0:
            failed.append(check.name)
    return failed


def _plugin_types(kind: str, folder: Path, installation: Installation) -> Check:
    """mypy on a plug-in as it lies in a host's folder: with its bridge, under its own names.

    The part of its tests that runs inside the host goes with it, laid out as there, and what runs
    inside all of them.
    """
    shutil.rmtree(folder, ignore_errors=True)
    plugins.install(hosts.FoundHost(kind, kind, "", folder), CHECKOUT, installation)
    # A pykrita folder holds packages; GIMP starts a file, whose own folder is on the path.
    home = folder if kind == "krita" else folder / plugins.PLUGIN
    tests = folder / "driver" if kind == "krita" else home
    tests.mkdir(exist_ok=True)
    hosts_tests = CHECKOUT / "tests/hosts"
    for part in (*hosts_tests.glob(f"{kind}_*.py"), *hosts_tests.glob("host_*.py")):
        shutil.copy(part, tests / ("__init__.py" if part.name == "krita_start.py" else part.name))
    parts = [str(part) for part in sorted(folder.glob("*/*.py"))]
    command = ["mypy", *_HOSTS_ARE_ANY, *parts]
    return Check(f"mypy, {kind}'s plug-in", command, {"MYPYPATH": str(home)})
