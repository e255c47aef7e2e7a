"""A person who does not wait, in GIMP's dialog."""

from __future__ import annotations

import pytest

from .gimps import Job, Report, of


@pytest.fixture(scope="module")
def restless(job: Job) -> Report:
    job.forget_last_values()
    return job.run("gimp_restless", windows=True)


def test_a_restless_hand_breaks_nothing(restless: Report) -> None:
    told = of(restless, "restless")
    assert told["failed"] == []
    assert told["uncaught"] == []
    assert told["workers"] == 1
    assert told["painted"] == ["success", ""]
