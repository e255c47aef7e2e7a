"""The real worker process, with the real weights, seen through the client."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.bridge.client.job import Job, Previews
from core.bridge.client.launcher import start_worker
from core.bridge.client.way import meet
from core.bridge.contract.errors import BadInput, ImpastoError, WorkerLost
from core.bridge.contract.geometry import Box
from core.bridge.contract.pixels import Pixels
from core.bridge.contract.request import Request, Result
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from tests.workers import (
    end,
    finish,
    heard,
    line_to,
    pid_of,
    private,
    request,
    running,
    say,
    until,
    waiting,
)

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and modes of POSIX")


@pytest.fixture
def place(installation: Installation, tmp_path: Path) -> Iterator[Installation]:
    with private(installation, tmp_path) as own:
        yield own


def test_a_job_starts_the_worker_and_the_next_one_finds_it_warm(place: Installation) -> None:
    assert meet(place) is None
    first = Job(request(), place)
    finish(first)
    pid = pid_of(place)
    assert pid is not None
    second = Job(request(), place)
    finish(second)
    assert pid_of(place) == pid
    assert first.result is not None and second.result is not None
    assert first.result.layer == second.result.layer
    report = second.result.report
    assert report["steps"] == 2
    terms = {"content", "style", "variation", "matching", "faces"}  # the photograph shows one
    assert set(report["losses"]) == terms


def test_a_job_can_be_kept_as_it_is(place: Installation) -> None:
    job = Job(request(steps=10000, size=64), place)
    until(lambda: running(job))
    job.keep()
    finish(job)
    assert job.result is not None
    assert 0 < int(job.result.report["steps"]) < 10000
    photo = request().content
    assert job.result.layer.extent == photo.extent
    assert job.result.layer.data[::4] != photo.data[::3], "something was painted"


def test_snapshots_come_with_their_place(place: Installation) -> None:
    job = Job(request(steps=4000, size=64, snapshots=2), place)
    until(lambda: job.advance(0.05) or job.progress.picture is not None)
    told = job.progress
    assert told.picture is not None and told.box is not None
    assert told.box.extent == request().content.extent
    assert told.picture.extent.long_side == 64, "at the size of the work"
    job.keep()
    finish(job)
    done = job.progress
    assert done.picture is not None and done.box == Box.of(request().content.extent)
    assert job.result is not None and done.picture.data == job.result.layer.data


def test_only_the_user_can_reach_it(place: Installation) -> None:
    finish(Job(request(), place))
    modes = {
        path: stat.S_IMODE(path.stat().st_mode)
        for path in (place.run_folder(), place.key_file(), Path(place.address()))
    }
    assert modes[place.run_folder()] == 0o700
    assert modes[place.key_file()] == 0o600


def test_a_wrong_key_is_turned_away(place: Installation) -> None:
    finish(Job(request(), place))
    key = place.key_file().read_bytes()
    place.key_file().write_bytes(b"x" * 32)
    with pytest.raises(WorkerLost, match="not Impasto's worker"):
        meet(place)
    place.key_file().write_bytes(key)
    finish(Job(request(), place))


def test_a_job_that_was_stopped_goes_on_where_it_stood(place: Installation) -> None:
    asked = request(steps=60)
    stopped = Job(asked, place)
    until(lambda: running(stopped) and stopped.progress.step > 20)
    stopped.close()
    found = []
    for _ in range(2):
        job = Job(asked, place)
        finish(job)
        assert job.result is not None
        found.append(job.result)
    assert 0.1 < float(found[0].report["painted_before"]) < float(found[1].report["painted_before"])
    end(place)
    cold = Job(asked, place)
    finish(cold)
    assert cold.result is not None and "painted_before" not in cold.result.report
    assert found[0].layer == found[1].layer == cold.result.layer


def test_closing_the_connection_stops_the_job(place: Installation) -> None:
    job = Job(request(steps=10000), place)
    until(lambda: running(job))
    job.close()
    other = Job(request(steps=10000), place)
    until(lambda: running(other))  # which waits for less than 10000 steps would take
    other.close()


def test_a_second_client_waits_its_turn_and_is_told(place: Installation) -> None:
    first = Job(request(steps=10000), place)
    until(lambda: running(first))
    second = Job(request(steps=10000), place)
    until(lambda: waiting(second))
    first.close()
    until(lambda: running(second))
    second.close()


def test_a_draft_does_not_wait_for_anothers_painting(place: Installation) -> None:
    asked = request(steps=4, size=64)
    painting, draft = Job(request(steps=10000), place), Job(asked, place)
    until(lambda: running(painting))
    before = painting.progress.fraction
    finish(draft)
    assert painting.result is None
    until(lambda: painting.advance(0.05) or painting.progress.fraction > before)
    assert painting.result is None, "and goes on after it"
    painting.close()
    end(place)  # or it would go on from there
    alone = Job(asked, place)
    finish(alone)
    assert draft.result is not None and alone.result is not None
    assert draft.result.layer == alone.result.layer


def test_a_worker_that_dies_is_reported_and_the_next_run_works(place: Installation) -> None:
    job = Job(request(steps=10000), place)
    until(lambda: running(job))
    pid = pid_of(place)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(WorkerLost) as caught:
        finish(job)
    assert str(place.log) in str(caught.value)
    finish(Job(request(), place))
    assert pid_of(place) not in (None, pid)


def test_it_leaves_when_idle(place: Installation) -> None:
    code = (
        "import sys; from pathlib import Path; from core.service.worker import Worker;"
        "from core.bridge.storage.paths import Installation;"
        "Worker(Installation(Path(sys.argv[1])), idle_seconds=0.5).serve()"
    )
    command = [str(place.python), "-c", code, str(place.prefix)]
    process = subprocess.Popen(command)
    assert process.wait(60) == 0
    assert not Path(place.address()).exists()


def test_two_workers_at_once_are_one(place: Installation) -> None:
    processes = [start_worker(place) for _ in range(2)]
    until(lambda: any(process.poll() is not None for process in processes))
    over = [process for process in processes if process.poll() is not None]
    assert [process.returncode for process in over] == [0]
    finish(Job(request(), place))


def test_a_refused_request_is_said_in_words(place: Installation) -> None:
    refused = replace(request(style="/nowhere/style.png"), pictures={})
    with pytest.raises(BadInput, match="There is no file"):
        finish(Job(refused, place))
    finish(Job(request(), place))


def test_damaged_weights_are_said_and_nothing_is_painted(place: Installation) -> None:
    folder = place.weights.resolve()
    place.weights.unlink()
    place.weights.mkdir()
    for path in folder.iterdir():
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        (place.weights / path.name).write_bytes(data)
    with pytest.raises(ImpastoError, match=r"damaged: run 'python3 install\.py' again"):
        finish(Job(request(), place))


def test_without_an_installation_the_way_out_is_said(tmp_path: Path) -> None:
    with pytest.raises(WorkerLost, match="not installed in"):
        Job(request(), Installation(tmp_path)).advance()


def test_what_speaks_nonsense_is_hung_up_on(place: Installation) -> None:
    finish(Job(request(), place))
    line = line_to(place)
    line.say("GET", {"path": "/"})
    with pytest.raises((EOFError, OSError)):
        heard(line)
    finish(Job(request(), place))


def _preview(strength: float = 1.0) -> Request:
    asked = request(strength=strength)
    return replace(asked, preview=asked.content.extent)


def _taken(previews: Previews) -> Result:
    """What the newest request came to."""
    found: list[Result] = []

    def answered() -> bool:
        if (result := previews.take(0.05)) is not None:
            found.append(result)
        return not previews.waiting

    until(answered)
    return found[-1]


def test_a_preview_comes_and_the_next_one_over_the_same_connection(place: Installation) -> None:
    previews = Previews(place)
    assert previews.take() is None and not previews.waiting
    assert meet(place) is None, "who asks for nothing starts nothing"
    seen: list[Pixels] = []
    for strength in (1.0, 0.0):
        previews.ask(_preview(strength))
        assert previews.waiting
        seen.append(_taken(previews).layer)
    assert seen[0] != seen[1]
    content = request().content
    assert seen[1].extent == content.extent
    assert seen[1].data[0::4] == content.data[0::3], "strength 0 is the content"
    previews.close()


def test_a_newer_preview_displaces_the_older_ones(place: Installation) -> None:
    """Asked for while the worker still loads PyTorch, so that all of them wait."""
    connection, other = line_to(place), line_to(place)
    say(other, _preview(), 9)
    for number in (1, 2, 3):
        say(connection, _preview(number / 4), number)
    answers = {}
    for _ in range(3):
        message = heard(connection)
        answers[message.header["number"]] = message.type
    assert answers == {1: "displaced", 2: "displaced", 3: "done"}
    assert heard(other).type == "done", "another client's previews are its own"
    connection.close()
    other.close()


def test_a_running_preview_stops_for_a_newer_one(place: Installation) -> None:
    """Every one is answered once, and the newest is done, whenever they come."""
    previews = Previews(place)
    previews.ask(_preview())
    _taken(previews)
    connection = line_to(place)
    for number in range(1, 31):
        say(connection, _preview(number / 40), number)
    answers = [heard(connection) for _ in range(30)]
    assert sorted(message.header["number"] for message in answers) == list(range(1, 31))
    assert {message.type for message in answers} == {"done", "displaced"}
    assert answers[-1].header["number"] == 30 and answers[-1].type == "done"
    connection.close()
    previews.close()


def test_a_preview_does_not_wait_for_a_painting(place: Installation) -> None:
    painting, queued = Job(request(steps=10000), place), Job(request(steps=10000), place)
    until(lambda: running(painting))
    until(lambda: waiting(queued))
    previews = Previews(place)
    before = painting.progress.fraction
    for strength in (0.3, 0.6):
        previews.ask(_preview(strength))
        assert _taken(previews).report["size"] == 96
    assert painting.result is None and queued.result is None
    until(lambda: painting.advance(0.05) or painting.progress.fraction > before)
    assert painting.result is None, "and goes on after it"
    for job in (painting, queued):
        job.close()
    previews.close()


def test_a_spare_preview_waits_for_paintings_and_is_given_up_for_other_previews(
    place: Installation,
) -> None:
    painting = Job(request(steps=10000), place)
    until(lambda: running(painting))
    spare, previews = Previews(place), Previews(place)
    spare.ask(replace(_preview(0.5), spare=True))
    until(lambda: spare.take(0.05) or not spare._unsent)
    previews.ask(_preview())
    _taken(previews)
    assert spare.take() is None and spare.waiting, "it waits behind the painting"
    painting.close()
    assert _taken(spare).layer.extent == request().content.extent
    for each in (spare, previews):
        each.close()


def test_a_painting_comes_out_the_same_whatever_is_previewed_meanwhile(
    place: Installation,
) -> None:
    alone = Job(request(steps=20), place)
    finish(alone)
    end(place)  # another worker has nothing of it
    disturbed, previews = Job(request(steps=20), place), Previews(place)
    until(lambda: running(disturbed))
    previews.ask(_preview())
    _taken(previews)
    finish(disturbed)
    assert alone.result is not None and disturbed.result is not None
    assert alone.result.layer == disturbed.result.layer
    previews.close()


def test_who_hangs_up_in_a_preview_disturbs_nobody(place: Installation) -> None:
    painting = Job(request(steps=10000), place)
    until(lambda: running(painting))
    for pause in (0.0, 0.05, 0.2):
        leaver = Previews(place)
        leaver.ask(_preview())
        until(lambda leaver=leaver: leaver.take() or not leaver._unsent)  # type: ignore[misc]
        time.sleep(pause)
        leaver.close()
    stayer = Previews(place)
    stayer.ask(_preview())
    _taken(stayer)
    before = painting.progress.fraction
    until(lambda: painting.advance(0.05) or painting.progress.fraction > before)
    painting.close()
    stayer.close()


def test_what_is_wrong_with_a_preview_is_said_and_the_next_one_works(place: Installation) -> None:
    previews = Previews(place)
    previews.ask(replace(_preview(), settings=Settings(style="/nowhere/style.png"), pictures={}))
    with pytest.raises(BadInput, match="There is no file"):
        _taken(previews)
    previews.ask(_preview())
    _taken(previews)
    previews.close()


def test_previews_find_the_next_worker_when_theirs_dies(place: Installation) -> None:
    previews = Previews(place)
    previews.ask(_preview())
    _taken(previews)
    end(place)
    previews.ask(_preview())
    _taken(previews)
    previews.close()
