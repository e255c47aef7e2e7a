"""Look an installation over and say what is well, and what to do about what is not."""

from __future__ import annotations

from typing import Any

from core.bridge import VERSION
from core.bridge.contract.errors import ImpastoError
from core.bridge.storage import outside
from core.bridge.storage.paths import Installation
from core.setup import environment, hosts, inside, plugins, worker
from core.setup.console import Console
from core.setup.prefix import CHECKOUT
from core.setup.record import Record

_AGAIN = "run 'python3 install.py'"


class Doctor:
    """One examination; each finding is a line."""

    def __init__(self, installation: Installation, console: Console) -> None:
        self._installation = installation
        self._console = console
        self._problems = 0

    def examine(self) -> int:
        """Print the findings; return how many of them are problems."""
        installation = self._installation
        manifest = self._manifest()
        record = Record.load(installation)
        self._hosts(record)
        if environment.works(installation):
            self._engine(record)
        elif manifest is not None:
            self._bad("environment", f"{installation.environment} does not work: {_AGAIN}")
        self._worker()
        for name, file in (("log", installation.log), ("install log", installation.install_log)):
            self._well(name, f"{file}" + ("" if file.exists() else " (not written yet)"))
        return self._problems

    def _manifest(self) -> dict[str, Any] | None:
        file = self._installation.manifest
        try:
            manifest = outside.read(file)
            version = manifest["version"]
        except FileNotFoundError:
            begun = self._installation.environment.exists()
            state = "is only half installed in" if begun else "is not installed in"
            self._bad("Impasto", f"{state} {self._installation.prefix}: {_AGAIN}")
            return None
        except (OSError, ValueError, KeyError):
            self._bad("Impasto", f"{file} can't be read: {_AGAIN}")
            return None
        if version == VERSION:
            self._well("Impasto", f"{version} in {self._installation.prefix}")
        else:
            self._bad("Impasto", f"{version} is installed, this folder has {VERSION}: {_AGAIN}")
        return manifest

    def _hosts(self, record: Record) -> None:
        found, notes = hosts.find(record.hosts)
        for host in found:
            name = host.describe()
            prefix = host.box.prefix if host.box else self._installation.prefix
            owner = plugins.owner(host.plugins, prefix if host.box else None)
            if owner is None:
                self._bad(name, f"there is no plug-in of ours in {host.plugins}: {_AGAIN}")
            elif owner != prefix:
                self._bad(name, f"its plug-in belongs to the installation in {owner}: {_AGAIN}")
            elif not plugins.current(host, CHECKOUT, self._installation):
                self._bad(name, f"the plug-in in {host.plugins} is not this one: {_AGAIN}")
            else:
                self._well(name, f"plug-in in {host.plugins}")
            if host.box is not None:
                for well, finding in inside.findings(host.box):
                    (self._well if well else self._bad)(f"inside {host.name}", finding)
        for note in notes:
            self._well("note", note)
        if not found:
            self._bad("hosts", f"no Krita and no GIMP 3 is found: install one, then {_AGAIN}")

    def _engine(self, record: Record) -> None:
        health = environment.probe(self._installation)
        if health is None:
            self._bad("engine", f"it can't be started: {_AGAIN}")
            return
        for name, reason in health["broken"].items():
            self._bad("engine", f"{name} can't be loaded ({reason}): {_AGAIN}")
        if "torch" not in health:
            return
        self._well("engine", f"Python {health['python']}, PyTorch {health['torch']}")
        for name, what in health["devices"].items():
            self._well(f"device {name}", what)
        self._well("convolutions", health.get("convolutions", "not known"))
        if record.device != "auto" and record.device not in health["devices"]:
            self._bad(
                f"device {record.device}",
                "is the default and not there: run 'python3 install.py --device auto'",
            )
        for name, problem in health["weights"].items():
            if problem:
                self._bad("weights", problem)
            else:
                self._well("weights", f"{name}: sha256 is right")

    def _worker(self) -> None:
        if not (self._installation.prefix / "run").is_dir():  # which asking would make
            return
        try:
            said = worker.greeting(self._installation)
        except ImpastoError as error:
            self._bad("worker", str(error))
            return
        if said is None:
            self._well("worker", "not running; a host starts it when it is needed")
        else:
            pid = f", process {said['pid']}" if "pid" in said else ""
            self._well("worker", f"running, version {said.get('version')}{pid}")

    def _well(self, subject: str, finding: str) -> None:
        self._console.say(f"ok   {subject}: {finding}")

    def _bad(self, subject: str, finding: str) -> None:
        self._problems += 1
        self._console.say(f"BAD  {subject}: {finding}")
