"""A program that gets a signal at a moment of its choice."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path


def at_import(
    module: str, number: signal.Signals, command: list[str], folder: Path, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run a program that gets a signal at the moment it imports a module."""
    site = folder / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import signal, sys\n"
        "class Finder:\n"
        "    @staticmethod\n"
        "    def find_spec(name, *_):\n"
        f"        if name == {module!r}:\n"
        "            sys.meta_path.remove(Finder)\n"
        f"            signal.raise_signal({int(number)})\n"
        "sys.meta_path.insert(0, Finder)\n"
    )
    environment = {**os.environ, **variables, "PYTHONPATH": str(site)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
