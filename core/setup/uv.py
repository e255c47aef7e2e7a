"""The uv of one installation: fetched once, then run for all that is installed."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.standing import AGAIN
from core.bridge.i18n.text import Text
from core.bridge.storage.paths import Installation
from core.setup import bootstrap, process, sources
from core.setup.console import Console
from core.setup.downloads import Downloads
from core.setup.prefix import CACHE, UV
from core.setup.reasons import explain

_log = logging.getLogger(__name__)


NOTHING = Text("")


class Uv:
    """Runs uv, and says in one line why it failed."""

    def __init__(self, installation: Installation, console: Console) -> None:
        self._installation = installation
        self._console = console
        self._settings: dict[str, str] | None = None
        self._runs = False

    @property
    def cache(self) -> Path:
        """What is downloaded waits here, unpacked, until the set-up is whole.

        The environment's files are links to those in there where both are on one disk, so it takes
        no room of its own, and what an interruption has left is not fetched again.
        """
        own = os.environ.get("UV_CACHE_DIR")
        # uv runs in other folders than this does.
        return Path(own).absolute() if own else self._installation.prefix / CACHE

    def forget(self) -> None:
        """Remove what was downloaded, unless it is the user's own cache."""
        shutil.rmtree(self._installation.prefix / CACHE, ignore_errors=True)

    def run(
        self, *arguments: str, introduction: Text = NOTHING, folder: Path | None = None
    ) -> None:
        """Run uv with these arguments, and show its downloads.

        Args:
            arguments: its command line.
            introduction: what is said before why it failed.
            folder: where it runs; by default one of ours.

        Raises:
            ImpastoError: it failed; the text, behind the introduction, says why and what to do.
        """
        downloads = Downloads(self.cache)
        command = [str(self._program()), "--color", "never", *arguments]
        self._follow(command, downloads, self._variables(), introduction, folder)

    def output(self, *arguments: str) -> str | None:
        """What uv writes to its standard output; None where it fails."""
        command = [str(self._program()), "--color", "never", *arguments]
        return process.output(command, variables=self._variables())

    @property
    def no_index(self) -> bool:
        """Whether pip is told to use no index: of that setting uv has no variable."""
        self._program()
        return self._pips().get("no-index", "").lower() in ("1", "true", "yes", "on")

    def _program(self) -> Path:
        """Where uv lies; fetched where it isn't there, or is damaged.

        Raises:
            ImpastoError: it can't be fetched, or may not run.
        """
        folder = self._installation.prefix / UV
        program = bootstrap.place(folder)
        if not self._runs and not _runs(program):
            shutil.rmtree(folder, ignore_errors=True)
            if bootstrap.at_hand(folder) is None:
                self._fetch(folder)
            if not _runs(program):
                raise ImpastoError(
                    "{program} can't be started: see that programs may run on that disk and that "
                    "an antivirus leaves it alone, or choose another folder with --prefix DIR. "
                    "Details: {log}",
                    program=program,
                    log=self._installation.install_log,
                )
        self._runs = True
        return program

    def _fetch(self, folder: Path) -> None:
        pip = bootstrap.pip()
        if not pip:
            raise ImpastoError(
                "This Python ({python}) has neither pip nor ensurepip, or no ssl, so nothing can "
                "be downloaded: on Debian and Ubuntu run 'sudo apt install python3-venv', "
                "elsewhere install a complete Python, then {again}.",
                python=sys.executable,
                again=AGAIN,
            )
        scratch = self._installation.prefix / "tmp" / "uv"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        only_here = sources.for_this_machine(self._pips())
        places = sources.without_others(self._places()) | only_here if only_here else self._places()
        self._follow(bootstrap.download(pip, scratch), None, places)
        try:
            bootstrap.unpack(scratch, folder)
        except LookupError as error:
            raise ImpastoError(
                "pip has fetched uv for another kind of computer: take 'platform' out of its "
                "settings, then {again}.",
                again=AGAIN,
            ) from error

    def _follow(
        self,
        command: Sequence[str],
        downloads: Downloads | None,
        variables: dict[str, str],
        introduction: Text = NOTHING,
        folder: Path | None = None,
    ) -> None:
        lines: list[str] = []

        def on_line(line: str) -> None:
            lines.append(line)
            if downloads is not None:
                downloads.take(line)

        def on_tick() -> None:
            if downloads is None:
                self._console.progress("      fetching uv")
            else:
                text = downloads.describe()
                self._console.progress(text, downloads.done, downloads.of)

        scratch = self._installation.prefix / "tmp"
        scratch.mkdir(parents=True, exist_ok=True)
        status = process.run(
            command, on_line=on_line, on_tick=on_tick, variables=variables, folder=folder or scratch
        )
        if status != 0:
            raise ImpastoError(
                "{introduction}{reason} Details: {log}",
                introduction=introduction,
                reason=explain("\n".join(lines), self._installation.prefix, ended=status < 0),
                log=self._installation.install_log,
            )

    def _places(self) -> dict[str, str]:
        # Downloads are unpacked where there is room for them: /tmp may be a small RAM disk.
        scratch = str(self._installation.prefix / "tmp")
        return process.environment(TMPDIR=scratch, TEMP=scratch, TMP=scratch)

    def _variables(self) -> dict[str, str]:
        ours = sources.variables(self._pips(), self._places())
        return {**ours, "UV_CACHE_DIR": str(self.cache), "UV_NO_PROGRESS": "1"}

    def _pips(self) -> dict[str, str]:
        if self._settings is None:
            pip = bootstrap.pip()
            told = process.output([*pip, "config", "list"]) if pip else None
            self._settings = sources.pips_settings(told or "", os.environ)
        return self._settings


def _runs(program: Path) -> bool:
    return program.is_file() and process.output([str(program), "--version"]) is not None
