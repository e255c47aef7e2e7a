"""Runs commands in processes of their own, to measure their memory and their cold start."""

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
"""The folder of the package that is measured."""


@dataclass(frozen=True)
class Ended:
    """A process that ended: its seconds, its peak of memory in bytes (0 if unknown), its output."""

    seconds: float
    peak: int
    output: str


def run(arguments: Sequence[str]) -> Ended:
    """Run this Python with arguments, and wait for its end.

    Raises:
        ImpastoError: it failed. The message has the last line of its errors.
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
            raise ImpastoError("A measured process failed: {reason}", reason=last)
        return Ended(seconds, peak, output.read())


def _wait(child: subprocess.Popen[bytes]) -> int:
    """Wait for a process, and return its peak of resident bytes, which Linux reports.

    ``wait4`` would not do: its peak includes the memory of the parent before the fork.
    """
    status = Path(f"/proc/{child.pid}/status")
    peak = 0
    while child.poll() is None:
        with contextlib.suppress(OSError):
            found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
            peak = max(peak, int(found[1]) * 1024) if found else peak
        time.sleep(0.01)
    return peak
