"""The worker's process, as it is noted in the private run folder: for who must end it.

A worker that hangs answers nobody, so its number is read from a file; a number may belong to
another process by now, so the file says when the worker's began, and its lock must be held.
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from ..contract.errors import OCCUPIED, WorkerLost
from ..storage import own
from ..storage.locking import only_one
from ..storage.paths import Installation


@dataclass(frozen=True)
class Running:
    """A process and when it began, as its system tells it."""

    pid: int
    started: str


def note(installation: Installation) -> None:
    """Note this process as the worker. Raises OSError where the file can't be written."""
    pid = os.getpid()
    own.write_json(installation.worker_file(), asdict(Running(pid, _started(pid))))


def noted(installation: Installation) -> Running | None:
    """The worker that was noted last; None where none was. It may be gone."""
    found = own.read_json(installation.worker_file())
    pid, started = found.get("pid"), found.get("started")
    if not isinstance(pid, int) or not isinstance(started, str) or pid < 1:
        return None
    return Running(pid, started)


def end(installation: Installation, worker: Running | None) -> None:
    """End a worker that does not answer, at once, stopped or not. Others' jobs end with it.

    Args:
        installation: whose it is.
        worker: what was noted when it was called; where there is another by now, nobody is ended.

    Raises:
        WorkerLost: it can't be told or ended from here.
    """
    with only_one(installation.lock_file()) as free:
        if free:
            return
    if worker is not None and worker != noted(installation):
        return
    if worker is None or not worker.started or worker.started != _started(worker.pid):
        raise stuck(installation)
    try:
        os.kill(worker.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    except ProcessLookupError:
        pass
    except OSError as error:
        raise stuck(installation) from error


def stuck(installation: Installation) -> WorkerLost:
    """What to do about a worker that does not answer, by hand."""
    user = os.environ.get("USER", os.environ.get("USERNAME", ""))
    return WorkerLost(
        "Impasto's worker does not answer: end the process '{python} -m core.service.worker' of "
        "user {user}, then try again.",
        code=OCCUPIED,
        python=installation.python.name,
        user=user,
    )


def _started(pid: int) -> str:
    """When a process began, in words that no later one of that number has; empty: it is gone."""
    if sys.platform == "win32":
        return _started_on_windows(pid)
    try:
        # The name before it, in brackets, may hold spaces and brackets.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        if sys.platform == "linux":
            return ""
    import subprocess

    told = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return told.stdout.strip()


def _started_on_windows(pid: int) -> str:
    if sys.platform != "win32":
        return ""
    import ctypes
    from ctypes import wintypes

    kernel, query = ctypes.windll.kernel32, 0x1000  # PROCESS_QUERY_LIMITED_INFORMATION
    kernel.OpenProcess.restype = wintypes.HANDLE
    process = wintypes.HANDLE(kernel.OpenProcess(query, False, pid))
    if not process:
        return ""
    times = [wintypes.FILETIME() for _ in range(4)]
    told = kernel.GetProcessTimes(process, *map(ctypes.byref, times))
    kernel.CloseHandle(process)
    return f"{times[0].dwHighDateTime}.{times[0].dwLowDateTime}" if told else ""
