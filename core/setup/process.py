"""Run other programs: their output in the log, their lines followed as they come."""

from __future__ import annotations

import logging
import os
import queue
import shlex
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from core.bridge.client.launcher import clean_environment

_log = logging.getLogger(__name__)

_REDIRECTING = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")
"""pip's settings that would put packages elsewhere than into our environment."""

_OURS = {"PIP_REQUIRE_VIRTUALENV": "false"}
"""What counts before the user's files of settings: pip downloads for us, and installs nothing."""


def environment(**more: str) -> dict[str, str]:
    """The user's variables without those that redirect Python or pip, and ``more``."""
    kept = clean_environment(os.environ)
    return {k: v for k, v in kept.items() if k.upper() not in _REDIRECTING} | _OURS | more


def run(
    command: Sequence[str],
    *,
    on_line: Callable[[str], None] = lambda _: None,
    on_tick: Callable[[], None] = lambda: None,
    variables: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> int:
    """Run ``command`` to its end and return its exit status.

    Args:
        command: program and arguments.
        on_line: called with each line it writes, on either stream.
        on_tick: called about twice a second.
        variables: its environment; by default :func:`environment`.
        folder: where it runs.

    Raises:
        OSError: the program can't be started.
    """
    _log.info("$ %s", shlex.join(command))
    lines: queue.Queue[str | None] = queue.Queue()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=dict(variables) if variables is not None else environment(),
        cwd=folder,
    )

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line.rstrip())
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    try:
        while True:
            try:
                line = lines.get(timeout=0.5)
            except queue.Empty:
                on_tick()
                continue
            if line is None:
                break
            _log.info("  %s", line)
            on_line(line)
        status = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    _log.info("exit status %d", status)
    return status


def output(
    command: Sequence[str], timeout: float = 60.0, variables: Mapping[str, str] | None = None
) -> str | None:
    """What ``command`` writes to its standard output; None where it fails or takes too long.

    Arguments as :func:`run`'s; ``timeout`` is in seconds.
    """
    _log.info("$ %s", shlex.join(command))
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            # Krita is a Qt program: even --version wants a screen, or this.
            env={**(variables or environment()), "QT_QPA_PLATFORM": "offscreen"},
            timeout=timeout,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        _log.info("exit status %d: %s", error.returncode, error.stderr)
        return None
    except (OSError, subprocess.SubprocessError) as error:
        _log.info("%s", error)
        return None
    return done.stdout
