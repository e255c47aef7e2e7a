"""Processes of their own, for what memory and cold starts are measured of."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import core
from core.bridge.contract.errors import ImpastoError

SOURCES = Path(core.__file__).parent.parent
"""The folder that holds the package which is being measured."""


@dataclass(frozen=True)
class Ended:
    """What a process left: seconds on the clock, bytes at its peak (0 if unknown), its output."""

    seconds: float
    peak: int
    output: str


def run(arguments: Sequence[str]) -> Ended:
    """Run this Python with arguments and wait for its end.

    Raises:
        ImpastoError: it failed; with the last line that it said.
    """
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        started = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            cwd=SOURCES,
            env={**os.environ, "PYTHONPATH": str(SOURCES)},
        )
        peak = _wait(child)
        seconds = time.perf_counter() - started
        output.seek(0)
        errors.seek(0)
        if child.returncode != 0:
            last = (errors.read().strip().splitlines() or ["no reason given"])[-1]
            raise ImpastoError(f"A measured process failed: {last}")
        return Ended(seconds, peak, output.read())


def _wait(child: subprocess.Popen[bytes]) -> int:
    """Wait for a process; the peak of its resident bytes, from Linux's account of it.

    What ``wait4`` tells of a child begins with the memory of the parent that it was forked from.
    """
    status = Path(f"/proc/{child.pid}/status")
    peak = 0
    while child.poll() is None:
        with contextlib.suppress(OSError):
            found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
            peak = max(peak, int(found[1]) * 1024) if found else peak
        time.sleep(0.01)
    return peak
