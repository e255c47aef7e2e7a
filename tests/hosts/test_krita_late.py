"""Krita measured: what IMPASTO_KRITA_CASES names is printed, and nothing is judged by it."""

from __future__ import annotations

import json

from .kritas import Krita


def test_what_was_measured(krita: Krita) -> None:
    for name, told in krita.report.items():
        if name.startswith("late") or name == "course":
            assert "broke" not in told, told["broke"]
            print(name, json.dumps(told))
