"""What the worker paints ahead, before anybody asks for it, beside what somebody did ask for."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.bridge.client.job import Job, Previews
from core.bridge.client.line import Line
from core.bridge.contract.errors import BadInput, NothingPainted, WorkerLost
from core.bridge.contract.request import Request
from core.bridge.storage.paths import Installation
from tests.workers import (
    QUICK,
    alive,
    end,
    finish,
    line_to,
    pid_of,
    private,
    request,
    running,
    until,
    waiting,
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and modes of POSIX")

ENDLESS = request(steps=10000, size=64)
SHORT = request(size=64)


@pytest.fixture(scope="module")
def place(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    with private(installation, tmp_path_factory.mktemp("ahead")) as own:
        yield own


def ahead(asked: Request, place: Installation) -> Job:
    return Job(replace(asked, ahead=True), place)


def test_it_gives_way_to_a_painting_and_begins_again(place: Installation) -> None:
    job = ahead(ENDLESS, place)
    until(lambda: running(job))
    finish(Job(SHORT, place))  # which waits for less than 10000 steps would take
    until(lambda: running(job))
    job.close()


def test_it_waits_behind_a_painting(place: Installation) -> None:
    painting = Job(ENDLESS, place)
    until(lambda: running(painting))
    job = ahead(SHORT, place)
    until(lambda: waiting(job))
    painting.close()
    finish(job)
    assert job.result is not None


def test_another_one_ahead_is_no_reason_to_give_way(place: Installation) -> None:
    job, other = ahead(ENDLESS, place), ahead(SHORT, place)
    until(lambda: running(job))
    until(lambda: waiting(other))
    assert running(job)
    job.close()
    finish(other)


def test_what_is_wanted_by_now_is_a_painting_as_any(place: Installation) -> None:
    job = ahead(ENDLESS, place)
    until(lambda: running(job))
    job.want()
    assert running(job)
    painting = Job(request(steps=9000, size=64), place)
    until(lambda: waiting(painting))
    assert running(job)
    job.keep()
    finish(job)
    until(lambda: running(painting))
    painting.close()
    assert job.result is not None and 0 < int(job.result.report["steps"]) < 10000


def test_one_that_waits_goes_before_others_once_it_is_wanted(place: Installation) -> None:
    first, second = ahead(ENDLESS, place), ahead(SHORT, place)
    until(lambda: running(first))
    until(lambda: waiting(second))
    second.want()
    finish(second)
    until(lambda: running(first))
    first.close()


def test_it_is_the_painting_that_it_would_be_otherwise(place: Installation) -> None:
    asked = request(steps=8, size=96)
    job = ahead(asked, place)
    finish(job)
    end(place)  # or the other would go on from there
    painting = Job(asked, place)
    finish(painting)
    assert painting.result is not None and "painted_before" not in painting.result.report
    assert job.result is not None and painting.result is not None
    assert job.result.layer == painting.result.layer


def test_previews_are_made_meanwhile(place: Installation) -> None:
    job, previews = ahead(ENDLESS, place), Previews(place)
    until(lambda: running(job))
    previews.ask(replace(QUICK, preview=QUICK.content.extent))
    until(lambda: previews.take(0.05) is not None)
    assert running(job)
    previews.close()
    job.close()


def test_one_that_waits_is_kept_as_nothing(place: Installation) -> None:
    first, second = ahead(ENDLESS, place), ahead(SHORT, place)
    until(lambda: running(first))
    until(lambda: waiting(second))
    second.want()
    second.keep()
    with pytest.raises(NothingPainted):
        finish(second)
    first.close()


def test_no_worker_stays_for_it(installation: Installation, tmp_path: Path) -> None:
    with private(installation, tmp_path) as own:
        first, second = ahead(ENDLESS, own), ahead(SHORT, own)
        until(lambda: running(first))
        until(lambda: waiting(second))
        pid = pid_of(own)
        assert pid is not None
        line = line_to(own)
        line.say("leave", {})
        until(lambda: _left(line, pid))
        for job in (first, second):
            with pytest.raises(WorkerLost):
                finish(job)


def _left(line: Line, pid: int) -> bool:
    with contextlib.suppress(EOFError, OSError):
        line.hear(0.01)  # by which it is sent what was said
    return not alive(pid)


@pytest.mark.parametrize("values", [{"ahead": 1}, {"ahead": "yes"}, {"ahead": None}])
def test_what_says_otherwise_is_refused(values: dict[str, object]) -> None:
    header, frames = SHORT.to_message()
    with pytest.raises(BadInput, match="can't be read"):
        Request.from_message({**header, **values}, frames)


def test_a_preview_is_not_painted_ahead() -> None:
    header, frames = replace(SHORT, preview=SHORT.content.extent).to_message()
    with pytest.raises(BadInput, match="can't be read"):
        Request.from_message({**header, "ahead": True}, frames)
