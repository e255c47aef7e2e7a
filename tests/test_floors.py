"""The floors of core, as pyproject.toml draws them: no import goes up or sideways."""

from __future__ import annotations

from pathlib import Path

import pytest
from importlinter import cli

REPOSITORY = Path(__file__).parents[1]


def test_no_import_leaves_its_floor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(REPOSITORY)
    assert cli.lint_imports(no_cache=True) == cli.EXIT_STATUS_SUCCESS, capsys.readouterr().out
