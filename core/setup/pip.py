"""Install packages with the environment's own uv or pip, and say in one line why they could not.

uv unpacks what a lock says in a third of pip's time, while the rest is still being downloaded. It
reads none of pip's settings, so whoever has some that matter, such as an index of their own, has
pip; and pip comes after it where it fails, as for a certificate that only pip knows.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from core.bridge.contract.errors import ImpastoError
from core.bridge.storage.paths import Installation
from core.bridge.storage.whole import write_whole
from core.setup import process
from core.setup.console import Console
from core.setup.reasons import explain
from core.setup.record import fingerprint

_log = logging.getLogger(__name__)

_OF_NO_MATTER = frozenset(
    {
        *("break-system-packages", "cache-dir", "config-file", "default-timeout"),
        *("disable-pip-version-check", "no-color", "no-input", "progress-bar"),
        *("require-virtualenv", "retries", "timeout", "user"),
    }
)
"""Settings of pip that don't say where packages come from."""

_CPU_INDEX = ("--torch-backend", "cpu")
_OF_ITS_OWN = (
    "PyTorch for the CPU comes from an index of its own ('python3 install.py --no-cpu' takes the "
    "larger one from the usual index). "
)


class Downloads:
    """Turns the lines of ``pip --progress-bar raw`` and of uv into a short text about them."""

    def __init__(self, packages: Path) -> None:
        self._packages = packages
        self._file = ""
        self._done = 0
        self._now = 0
        self._total = 0
        self._at_once: dict[str, float] = {}
        self._installing = 0
        self._before = 0
        self._started = time.monotonic()

    def take(self, line: str) -> None:
        if match := re.match(r"Progress (\d+) of (\d+)", line):
            self._now, self._total = int(match[1]), int(match[2])
        elif match := re.match(r"\s*(?:Downloading|Using cached) (\S+?)-\d\S*\.whl(?: \(|$)", line):
            self._done += self._total
            self._file, self._now, self._total = match[1], 0, 0
        elif match := re.match(r"Downloading (\S+) \(([\d.]+)([KMG])iB\)$", line):
            self._at_once[match[1]] = float(match[2]) * 1024 ** ("KMG".index(match[3]) + 1)
            self._total += round(self._at_once[match[1]])
        elif match := re.match(r" Downloaded (\S+)$", line):
            self._now += round(self._at_once.get(match[1], 0))
        elif line.startswith("Installing collected packages:"):
            self._installing = line.count(",") + 1
            self._before = self._count()

    def describe(self) -> str:
        """What is going on, in words."""
        seconds = f"{time.monotonic() - self._started:.0f} s"
        if self._installing:
            unpacked = min(max(0, self._count() - self._before), self._installing)
            return f"      unpacking: {unpacked} of {self._installing} packages, {seconds}"
        if not self._total:
            return f"      looking up packages, {seconds}"
        share = f"{self._now / 1e6:.0f} of {self._total / 1e6:.0f} MB"
        if self._at_once:
            return f"      {len(self._at_once)} packages: {share}, {seconds}"
        whole = f"{(self._done + self._now) / 1e6:.0f} MB so far"
        return f"      {self._file}: {share} ({self._now / self._total:.0%}), {whole}, {seconds}"

    def _count(self) -> int:
        return sum(1 for _ in self._packages.glob("*.dist-info"))


class Pip:
    """The pip of one environment, and its uv where it has one."""

    def __init__(self, installation: Installation, console: Console, log: Path) -> None:
        self._python = str(installation.python)
        self._uv = [self._python, "-I", "-m", "uv", "pip"]
        self._installation = installation
        self._console = console
        self._log = log

    def install(self, *arguments: str) -> None:
        """Run ``pip install`` with these arguments.

        Raises:
            ImpastoError: it failed; the text says why and what to do.
        """
        command = [self._python, "-I", "-u", "-m", "pip", "install", "--no-input"]
        command += ["--disable-pip-version-check", "--no-warn-script-location"]
        self._follow([*command, *arguments])

    def install_lock(self, requirements: Path) -> None:
        """Install exactly what a lock says: wheels only, each with its hash.

        Raises:
            ImpastoError: as :meth:`install`.
        """
        # The lock is whole: nothing is left to resolve. Bytecode is left to the first import, by uv
        # as it is: the engine imports 1100 of 6500 modules, and to compile all of them takes longer
        # than to unpack them.
        exactly = [
            "--no-deps",
            "--require-hashes",
            "--only-binary",
            ":all:",
            "-r",
            str(requirements),
        ]
        if self._takes_uv():
            try:
                self._follow([*self._uv, "install", "--python", self._python, *exactly])
                return
            except ImpastoError as error:
                _log.info("uv failed, so pip is asked: %s", error)
        self.install("--no-compile", *self._raw_progress(), *exactly)

    def install_cpu_torch(
        self, requirements: Path, kept: Path, source: Sequence[str] = _CPU_INDEX
    ) -> None:
        """Install PyTorch's builds for the CPU, from the index that uv knows for them.

        That index alone knows their hashes, so no lock of ours can hold them: what it says the
        first time is kept, and from then on another file of the same version is refused.

        Args:
            requirements: exact versions, without hashes.
            kept: the file of their hashes.
            source: uv's options that say where these builds are.

        Raises:
            ImpastoError: as :meth:`install`.
        """
        options = [*source, "--python", self._python, "--only-binary", ":all:", "--no-deps"]
        of = f"# {fingerprint(requirements, *sys.version_info[:2])}\n"
        if not kept.is_file() or not kept.read_text("utf-8").startswith(of):
            found = self._installation.prefix / "tmp" / "torch-hashes.txt"
            found.unlink(missing_ok=True)  # uv would prefer what it says
            plain = ["--no-header", "--no-annotate", "-o", str(found), str(requirements)]
            self._follow([*self._uv, "compile", *options, "--generate-hashes", *plain], _OF_ITS_OWN)
            write_whole(kept, of.encode() + found.read_bytes())
        self._follow(
            [*self._uv, "install", *options, "--require-hashes", "-r", str(kept)], _OF_ITS_OWN
        )

    def _takes_uv(self) -> bool:
        """Whether uv is there and would take packages from where pip takes them."""
        if not (site_packages(self._installation) / "uv").is_dir():
            return False
        told = process.output([self._python, "-I", "-m", "pip", "config", "list"])
        names = [line.partition("=")[0].rpartition(".")[2] for line in (told or "").splitlines()]
        return told is not None and _OF_NO_MATTER.issuperset(names)

    def _raw_progress(self) -> list[str]:
        text = process.output([self._python, "-I", "-m", "pip", "--version"]) or ""
        found = re.match(r"pip (\d+)\.(\d+)", text)
        new = found is not None and (int(found[1]), int(found[2])) >= (24, 1)
        return ["--progress-bar", "raw"] if new else []

    def _follow(self, command: list[str], introduction: str = "") -> None:
        downloads = Downloads(site_packages(self._installation))
        lines: list[str] = []

        def on_line(line: str) -> None:
            downloads.take(line)
            if not line.startswith("Progress "):
                lines.append(line)
            self._console.progress(downloads.describe())

        def on_tick() -> None:
            self._console.progress(downloads.describe())

        # Downloads are unpacked where there is room for them: /tmp may be a small RAM disk.
        scratch = str(self._installation.prefix / "tmp")
        variables = process.environment(TMPDIR=scratch, TEMP=scratch, TMP=scratch)
        status = process.run(command, on_line=on_line, on_tick=on_tick, variables=variables)
        if status != 0:
            reason = explain("\n".join(lines), self._installation.prefix)
            raise ImpastoError(
                "{introduction}{reason} Details: {log}",
                introduction=introduction,
                reason=reason,
                log=self._log,
            )


def site_packages(installation: Installation) -> Path:
    """The environment's folder of packages; one that does not exist where it has none."""
    found = list(installation.environment.glob("lib/python3.*/site-packages"))
    return found[0] if found else installation.environment / "Lib" / "site-packages"
