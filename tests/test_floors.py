"""The floors of core, as pyproject.toml draws them: no import goes up or sideways."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]


def test_no_import_leaves_its_floor() -> None:
    """In a process of its own, as import-linter turns off the loggers of the one that calls it."""
    program = "from importlinter import cli; raise SystemExit(cli.lint_imports(no_cache=True))"
    said = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program],
        cwd=REPOSITORY,
        capture_output=True,
        encoding="utf-8",
    )
    assert said.returncode == 0, said.stdout + said.stderr
