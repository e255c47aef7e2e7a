"""The set-up, step by step: what is done already is left alone, what is missing is made."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.bridge import VERSION
from core.bridge.contract.errors import ImpastoError
from core.bridge.storage.paths import Installation
from core.bridge.storage.platform import here
from core.setup import (
    environment,
    hosts,
    lock,
    plugins,
    process,
    pythons,
    rehearsal,
    variant,
    worker,
)
from core.setup.console import Console
from core.setup.packages import Packages
from core.setup.prefix import CHECKOUT, IMPORTED, TORCH_HASHES
from core.setup.record import Record, fingerprint, write_manifest
from core.setup.uv import Uv

_log = logging.getLogger(__name__)

_CUDA_GIGABYTES = 10.0
_OTHER_GIGABYTES = 2.5
"""Room to install with CUDA's libraries or without, with the downloads that wait beside."""

_TRIAL, _TRIAL_SECONDS = "trial", 20.0
"""The end of each set-up: the engine is started, and paints for a while the first time."""


@dataclass(frozen=True)
class Step:
    """One thing to be done once.

    Attributes:
        name: its key in the record.
        title: what a person reads.
        weight: about how many seconds it takes, on two cores with a good line.
        wanted: a fingerprint of what it would make now.
        check: whether what it made is still there; asked where the fingerprint is the recorded one.
        run: makes it.
    """

    name: str
    title: str
    wanted: str
    check: Callable[[], bool]
    run: Callable[[], None]
    weight: float = 1.0


class Setup:
    """Brings one installation to what the checkout and the user's choices ask for."""

    def __init__(self, installation: Installation, record: Record, console: Console) -> None:
        self._installation = installation
        self._record = record
        self._console = console
        self._uv = Uv(installation, console)
        self._packages = Packages(installation, self._uv)
        self._build = variant.resolve(record.torch)
        # A plug-in that a person imported has none to copy: it is where it belongs.
        self._hosts, self._notes = ([], []) if IMPORTED else hosts.find(record.hosts)
        self._health: dict[str, Any] | None = None
        self._chosen: str | None = None

    def run(self, command: str = "install") -> None:
        """Do what is not done yet; afterwards the installation is whole.

        Args:
            command: of install.py: what only ``test`` or ``demo`` needs is installed for that.

        Raises:
            ImpastoError: a step failed. The installation is not whole; a next run resumes.
        """
        console, installation, record = self._console, self._installation, self._record
        console.say(f"Impasto {VERSION} in {installation.prefix}")
        for host in self._hosts:
            console.say(f"  found {host.describe()}")
        scratch = installation.prefix / "tmp"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        steps = self._steps(command)
        self._ask_for_torch(steps[0])
        record.checkout = str(CHECKOUT)
        record.save(installation)
        standing = console.standing
        if standing is not None:
            standing.plan({**{step.name: step.weight for step in steps}, _TRIAL: _TRIAL_SECONDS})
        changed = False
        for number, step in enumerate(steps, 1):
            title = f"[{number}/{len(steps)}] {step.title}"
            if record.steps.get(step.name) == step.wanted and step.check():
                console.say(f"{title}: already there")
                if standing is not None:
                    standing.skip(step.name)
                continue
            if not changed:
                changed = True
                self._open()
            console.say(title)
            if standing is not None:
                standing.step(step.name)
            started = time.monotonic()
            record.steps.pop(step.name, None)
            record.save(installation)
            step.run()
            record.steps[step.name] = step.wanted
            record.save(installation)
            self._health = None
            console.say(f"      done in {time.monotonic() - started:.0f} s")
        if standing is not None:
            standing.step(_TRIAL)
        self._close()
        shutil.rmtree(scratch, ignore_errors=True)
        self._uv.forget()

    def _open(self) -> None:
        """From here on the installation is not whole, and nobody works in it."""
        self._installation.manifest.unlink(missing_ok=True)
        if worker.dismiss(self._installation):
            self._console.say("      the running worker was asked to leave")

    def _close(self) -> None:
        """See that the engine works, then say that the installation is whole."""
        health = self._look()
        for name, reason in health["broken"].items():
            raise ImpastoError(
                "The engine does not work on this machine: {name} can't be loaded ({reason}). "
                "Details: {log}",
                name=name,
                reason=reason,
                log=self._installation.install_log,
            )
        if (device := self._record.device) not in ("auto", *health["devices"]):
            raise ImpastoError(
                "There is no {device} device here: run 'python3 install.py --device auto', or "
                "choose one of {devices}.",
                device=device,
                devices=", ".join(health["devices"]),
            )
        write_manifest(self._installation, self._record, CHECKOUT, health)
        rehearsal.rehearse(self._installation, self._console, stays=IMPORTED)
        devices = ", ".join(f"{name} ({what})" for name, what in health["devices"].items())
        self._console.say(f"Ready: PyTorch {health['torch']} on {devices}.")
        for note in self._notes:
            self._console.say(note)
        if not self._hosts and not IMPORTED:
            self._console.say(
                "No Krita and no GIMP 3 was found, so no plug-in was copied: install one or start "
                "it once, then run 'python3 install.py' again. The command line works: "
                f"{self._installation.python.with_name('impasto')}"
            )
        for host in self._hosts:
            more = "; its first page fetches an engine into its sandbox" if host.box else ""
            self._console.say(f"{host.name}: {_MENU[host.kind]} (restart it if it is open{more})")

    def _steps(self, command: str) -> list[Step]:
        installation = self._installation
        flavour = "default" if self._build == variant.LOCKED else self._build
        requirements, tests = CHECKOUT / "requirements.txt", CHECKOUT / "tests/requirements.txt"
        cluster = CHECKOUT / "core/cluster/requirements.txt"
        copies = [f"{host.kind} {host.plugins}" for host in self._hosts]
        names = ", ".join(host.name for host in self._hosts) or "no host found"
        steps = [
            Step(
                "environment",
                "Python environment",
                # One build of PyTorch is taken for another of the same version: start afresh.
                fingerprint(flavour),
                lambda: environment.works(installation),
                self._make_environment,
                weight=8,
            ),
            Step(
                "packages",
                "PyTorch and other packages",
                fingerprint(requirements, flavour),
                lambda: environment.whole(installation),
                self._install_packages,
                weight=120,
            ),
            Step(
                "cluster",
                "Dask, for several processes and machines",
                fingerprint(cluster),
                lambda: environment.whole(installation),
                lambda: self._packages.install_lock(cluster),
                weight=5,
            ),
            Step(
                "tests",
                "packages for the tests",
                fingerprint(tests),
                lambda: environment.whole(installation),
                lambda: self._packages.install_lock(tests),
            ),
            Step(
                "demo",
                "the demo's photograph",
                fingerprint(tests),
                lambda: environment.whole(installation),
                self._install_photograph,
            ),
            Step(
                "engine",
                "engine",
                fingerprint(CHECKOUT / "core", CHECKOUT / "pyproject.toml"),
                lambda: environment.whole(installation),
                self._install_engine,
                weight=5,
            ),
            Step(
                "supplies",
                "trained weights and styles to paint like",
                fingerprint(
                    CHECKOUT / "core/features",
                    CHECKOUT / "core/styles/drawn",
                    CHECKOUT / "core/styles/drawing.py",
                ),
                lambda: (
                    not any(self._look()["weights"].values())
                    and any(installation.gallery.glob("*.jpg"))
                ),
                self._fetch_supplies,
                weight=30,
            ),
            Step(
                "plugins",
                f"plug-ins ({names})",
                fingerprint(*copies),
                lambda: all(plugins.current(h, CHECKOUT, installation) for h in self._hosts),
                self._copy_plugins,
            ),
        ]
        only = {"tests": "test", "demo": "demo"}
        left_out = {"plugins"} if IMPORTED else set()
        if not (self._record.cluster or command == "test"):
            left_out.add("cluster")
        return [
            step
            for step in steps
            if only.get(step.name, command) == command and step.name not in left_out
        ]

    def _ask_for_torch(self, environment_step: Step) -> None:
        """Have a build that a person named looked up while all is as it was: one that is nowhere
        costs nobody the environment they have, and is no choice to go on by.

        Raises:
            ImpastoError: it is not to be had.
        """
        anew = self._record.steps.get(environment_step.name) != environment_step.wanted
        if anew and self._build not in (variant.LOCKED, variant.AUTO):
            self._other_torch(self._pins(), self._python())

    def _python(self) -> str:
        """The one that the environment is to be made of."""
        if self._chosen is None:
            self._chosen = pythons.choose(self._installation, self._uv, self._console)
        return self._chosen

    def _pins(self) -> list[lock.Pin]:
        """All that the engine needs, but uv, which is there already."""
        return [pin for pin in lock.read(CHECKOUT / "requirements.txt") if pin.name != "uv"]

    def _make_environment(self) -> None:
        self._record.steps.clear()
        environment.create(self._installation, self._uv, self._python())

    def _install_packages(self) -> None:
        self._packages.drop(environment.mend(self._installation))
        pins = self._pins()
        torch = self._other_torch(pins)
        if torch is not None:
            pins = [pin for pin in pins if not pin.gpu_only]
        if not (environment.site_packages(self._installation) / "torch").exists():
            with_cuda = here().system == "linux" and torch is None
            environment.require_space(
                self._installation, _CUDA_GIGABYTES if with_cuda else _OTHER_GIGABYTES
            )
        if torch is not None:
            self._packages.install_torch(torch, variant.source(self._build))
        scratch = self._installation.prefix / "tmp"
        self._packages.install_lock(lock.write(pins, scratch / "packages.txt"))

    def _other_torch(self, pins: list[lock.Pin], python: str | None = None) -> Path | None:
        """The lock of a build of PyTorch that ours does not have; None where ours is taken.

        Raises:
            ImpastoError: it was asked for by name, and is not to be had.
        """
        if self._build == variant.LOCKED:
            return None
        kept = self._installation.prefix / TORCH_HASHES
        try:
            return self._packages.pin_torch(pins, kept, variant.source(self._build), python)
        except ImpastoError as error:
            if self._build != variant.AUTO:
                raise
            _log.info("%s", error)
        self._console.say(
            "      PyTorch's own index has nothing for this machine or can't be reached, so the "
            "usual build is taken"
        )
        return None

    def _install_photograph(self) -> None:
        """A package of the tests has it, of which the demo only reads that file."""
        tests = lock.read(CHECKOUT / "tests/requirements.txt")
        pins = [pin for pin in tests if pin.name == "scikit-image"]
        self._packages.install_lock(
            lock.write(pins, self._installation.prefix / "tmp" / "demo.txt")
        )

    def _install_engine(self) -> None:
        environment.mend(self._installation)
        self._packages.install_engine(CHECKOUT)

    def _fetch_supplies(self) -> None:
        """Have the installed engine fetch weights and draw styles, and show what it says."""
        installation = self._installation
        module, folder = "core.commands.supplies", installation.prefix
        command = [str(installation.python), "-I", "-u", "-m", module, str(folder)]
        lines: list[str] = []

        def on_line(line: str) -> None:
            lines.append(line)
            self._console.progress(f"      {line}")

        started = time.monotonic()

        def on_tick() -> None:
            last = lines[-1] if lines else "looking"
            self._console.progress(f"      {last}, {time.monotonic() - started:.0f} s")

        if process.run(command, on_line=on_line, on_tick=on_tick) != 0:
            last = (lines or [f"{folder} can't be filled: run install.py again."])[-1]
            raise ImpastoError("{reason} Details: {log}", reason=last, log=installation.install_log)

    def _copy_plugins(self) -> None:
        for host in self._hosts:
            plugins.install(host, CHECKOUT, self._installation)
            self._console.say(f"      {host.name}: {host.plugins}")
        self._record.plugins = sorted(
            {*self._record.plugins, *(str(h.plugins) for h in self._hosts)}
        )

    def _look(self) -> dict[str, Any]:
        if self._health is None:
            self._console.progress("      looking at the engine")
            self._health = environment.probe(self._installation)
        if self._health is None:
            raise ImpastoError(
                "The engine can't be started: run 'python3 install.py uninstall', then 'python3 "
                "install.py'. Details: {log}",
                log=self._installation.install_log,
            )
        return self._health


_MENU = {
    "krita": "Filter > Style Transfer…",
    "gimp": "Filters > Artistic > Neural Style Transfer…",
}
