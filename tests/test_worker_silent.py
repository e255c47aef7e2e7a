"""A worker that is stopped: no host waits for it, it may go on, or be ended for another."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.bridge.client import running, silence
from core.bridge.client.job import Job, Previews
from core.bridge.client.silence import Silence
from core.bridge.client.way import meet
from core.bridge.contract.errors import NothingPainted, WorkerLost
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Result
from core.bridge.session.painting import Painting
from core.bridge.storage.paths import Installation
from tests.documents import Document
from tests.headless import HeadlessHost
from tests.workers import (
    QUICK,
    alive,
    finish,
    heard,
    line_to,
    pid_of,
    private,
    ready,
    request,
    say,
    until,
    waiting,
)
from tests.workers import running as painting_now

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

PREVIEW = replace(QUICK, preview=QUICK.content.extent)

ENDS_BY_HAND = r"end the process '.* -m core\.service\.worker' of user"
NOTHING_PAINTED = r"^Nothing was painted yet, so there is no new layer\.$"


@pytest.fixture
def place(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    monkeypatch.setattr(silence, "SILENCE", 5.0)
    with private(installation, tmp_path) as own:
        yield own


@pytest.fixture
def worker(place: Installation) -> int:
    return ready(place)


def quiet(place: Installation) -> Result:
    job = Job(QUICK, place)
    finish(job)
    assert job.result is not None
    return job.result


def test_a_stopped_worker_is_silent_and_goes_on(place: Installation, worker: int) -> None:
    job = Job(request(steps=40, size=64), place)
    until(lambda: painting_now(job))
    os.kill(worker, signal.SIGSTOP)
    until(lambda: job.advance(0.0) or job.silent)
    assert job.result is None
    os.kill(worker, signal.SIGCONT)
    until(lambda: job.advance(0.05) or not job.silent)
    finish(job)
    assert job.result is not None and not job.silent
    assert pid_of(place) == worker


def test_who_calls_a_stopped_worker_does_not_wait(place: Installation, worker: int) -> None:
    """It says nothing, and so many call that its system takes no more of them."""
    os.kill(worker, signal.SIGSTOP)
    jobs = [Job(QUICK, place) for _ in range(80)]
    until(lambda: [job.advance(0.0) for job in jobs] and all(job.silent for job in jobs))
    with pytest.raises(WorkerLost, match="does not answer: end the process"):
        meet(place, 0.3)
    for job in jobs[1:]:
        job.close()
    os.kill(worker, signal.SIGCONT)
    finish(jobs[0])
    assert pid_of(place) == worker


def test_a_large_request_waits_for_a_stopped_worker(place: Installation, worker: int) -> None:
    wide = Pixels(Extent(2000, 1500), PixelFormat("RGBA", "u8"), b"\x80" * 12_000_000)
    job = Job(replace(QUICK, content=wide), place)
    while not (job._line is not None and job._line.sending):
        job.advance(0.0)
    os.kill(worker, signal.SIGSTOP)
    until(lambda: job.advance(0.0) or job.silent)
    os.kill(worker, signal.SIGCONT)
    finish(job)
    assert job.result is not None and job.result.layer.extent == (2000, 1500)


def test_a_stopped_worker_is_ended_for_another(place: Installation, worker: int) -> None:
    expected = quiet(place)
    painting = Job(request(steps=10000, threads=1), place)
    until(lambda: painting_now(painting))
    job = Job(QUICK, place)
    until(lambda: waiting(job))  # as it computes with more threads
    os.kill(worker, signal.SIGSTOP)
    until(lambda: job.advance(0.0) or job.silent)
    job.restart()
    assert not job.silent
    finish(job)
    assert job.result is not None and job.result.layer == expected.layer
    assert not alive(worker)
    assert pid_of(place) not in (None, worker)
    with pytest.raises(WorkerLost, match="stopped in the middle"):
        finish(painting)


def test_two_who_restart_at_once_end_one_worker(place: Installation, worker: int) -> None:
    os.kill(worker, signal.SIGSTOP)
    jobs = [Job(QUICK, place) for _ in range(2)]
    until(lambda: [job.advance(0.0) for job in jobs] and all(job.silent for job in jobs))
    jobs[0].restart()
    finish(jobs[0])
    fresh = pid_of(place)
    jobs[1].restart()
    finish(jobs[1])
    assert pid_of(place) == fresh != worker


def test_previews_of_a_stopped_worker(place: Installation, worker: int) -> None:
    previews = Previews(place)
    os.kill(worker, signal.SIGSTOP)
    previews.ask(PREVIEW)
    until(lambda: previews.take() or previews.silent)
    os.kill(worker, signal.SIGCONT)
    until(lambda: previews.take(0.05))
    assert not previews.silent and not previews.waiting
    os.kill(worker, signal.SIGSTOP)
    previews.ask(PREVIEW)
    until(lambda: previews.take() or previews.silent)
    previews.restart()
    assert previews.waiting and not previews.silent
    until(lambda: previews.take(0.05))
    assert not alive(worker)
    previews.close()


def test_nobody_is_ended_who_is_not_the_worker(place: Installation, worker: int) -> None:
    """The number that was noted is another process's by now."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        known = json.loads(place.worker_file().read_text())
        place.worker_file().write_text(json.dumps({**known, "pid": other.pid}))
        with pytest.raises(WorkerLost, match=ENDS_BY_HAND):
            running.end(place, running.noted(place))
        assert other.poll() is None and alive(worker)
        place.worker_file().write_text("[]")
        with pytest.raises(WorkerLost, match="end the process"):
            running.end(place, running.noted(place))
        place.worker_file().write_text(json.dumps(known))
        other.kill()


def test_who_waits_or_is_painted_for_hears_that_the_worker_lives(
    place: Installation, worker: int
) -> None:
    """Whatever the steps take, and between them."""
    painted, queued = line_to(place), line_to(place)
    say(painted, request(steps=10000, size=1024, threads=1))  # so that the other one waits
    say(queued, QUICK)
    for line in (painted, queued):
        signs = 0
        while signs < 3:
            message = line.hear(0.2)
            assert message is None or message.type in ("progress", "queued", "alive")
            signs += message is not None and message.type == "alive"
    painted.close()
    until(lambda: heard(queued).type == "done")
    queued.close()


def test_who_did_not_listen_has_not_heard_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that was stopped itself, for an hour, does not complain of the worker."""
    clock = iter([0.0, 0.0, 3600.0, *(3600.0 + second for second in range(1, 17))])
    monkeypatch.setattr(silence, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    heard = Silence()
    for _ in range(2):
        heard.listen(7)
    assert not heard.long
    for _ in range(15):
        heard.listen(7)
    assert heard.long
    heard.listen(8)
    assert not heard.long


def host_on(document: Document) -> HeadlessHost:
    return HeadlessHost(document, document.layers[0], QUICK.pictures)


def test_a_painting_is_silent_and_is_painted_after_a_restart(
    place: Installation, worker: int
) -> None:
    expected = quiet(place)
    os.kill(worker, signal.SIGSTOP)
    document = Document.of_photographs()
    host = host_on(document)
    painting = Painting(host, QUICK.settings, installation=place)
    until(lambda: painting.advance() or painting.silent)
    painting.restart()
    until(lambda: painting.advance(0.05))
    # That one has no alpha to begin with.
    made = document.layers[1].pixels
    assert made.extent == expected.layer.extent and made.data == expected.layer.data
    assert len(document.layers) == 2 and host.notes == []


@pytest.mark.parametrize("asked", [False, True])
def test_what_is_kept_before_it_begins_makes_no_layer(
    place: Installation, worker: int, asked: bool
) -> None:
    first, document = Job(request(steps=10000, threads=1), place), Document.of_photographs()
    until(lambda: painting_now(first))
    host = host_on(document)
    painting = Painting(host, QUICK.settings, installation=place)
    if asked:
        until(lambda: painting.advance(0.05) or str(painting.progress.text).startswith("Waiting"))
    painting.keep()
    with pytest.raises(NothingPainted, match=NOTHING_PAINTED):
        until(lambda: painting.advance(0.05))
    assert len(document.layers) == 1 and host.notes == [] and first.result is None
    first.close()
