"""GIMP measured: what IMPASTO_TEST_CASES names is printed, and nothing is judged by it."""

from __future__ import annotations

import json
import os

import pytest

from .gimps import Job, of

NAMED = [
    name
    for name in os.environ.get("IMPASTO_TEST_CASES", "").split()
    if name.startswith("late") or name == "course"
]


@pytest.mark.skipif(not NAMED, reason="measures what IMPASTO_TEST_CASES names")
def test_what_was_measured(job: Job) -> None:
    job.forget_last_values()
    report = job.run("gimp_late", windows=True)
    for name in NAMED:
        print(name, json.dumps(of(report, name)))
