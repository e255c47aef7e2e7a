"""A real worker of a test's own, with the real weights, and what is asked of it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from core.bridge.client.job import Job
from core.bridge.client.line import Line
from core.bridge.client.running import noted
from core.bridge.client.way import Way, meet
from core.bridge.client.wire import Message
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.features.convolutions import choice
from tests import pictures


@contextlib.contextmanager
def private(installation: Installation, folder: Path) -> Iterator[Installation]:
    """An installation of its own worker: the real environment and weights by links."""
    own = Installation(folder / "impasto")
    own.prefix.mkdir()
    own.environment.symlink_to(installation.environment)
    own.weights.symlink_to(installation.weights)
    own.manifest.write_text("{}")
    take_measurements(installation, own)
    yield own
    worker = noted(own)
    if worker is not None and alive(worker.pid):
        os.kill(worker.pid, signal.SIGKILL)


def take_measurements(installation: Installation, own: Installation) -> None:
    """Hand on what was measured of convolutions, or its worker would measure when it rests.

    Where nothing was, PyTorch's own are said to be the quickest: a worker that measured between two
    paintings would paint the second one otherwise in the last bits.
    """
    if installation.convolutions.exists():
        shutil.copy(installation.convolutions, own.convolutions)
        return
    kind = str(choice.LayerKind(64, 64, 1))
    times = {kind: {choice.ORDINARY: 1.0, choice.WINOGRAD: 2.0}}
    own.convolutions.write_text(json.dumps({choice.machine(): times}))


def request(steps: int = 2, method: str = "painterly", **settings: object) -> Request:
    photo = pictures.photograph()
    style = pictures.strokes()
    rgb = PixelFormat("RGB", "u8")
    return Request(
        Pixels(Extent(*photo.size), rgb, photo.tobytes()),
        Settings.from_mapping({"steps": steps, "method": method, "device": "cpu", **settings}),
        pictures={"style": Pixels(Extent(*style.size), rgb, style.tobytes())},
    )


QUICK = request(method="instant", size=64)
"""A painting of a moment."""


def ready(place: Installation) -> int:
    """The process of a worker that has painted and would again."""
    finish(Job(QUICK, place))
    pid = pid_of(place)
    assert pid is not None
    return pid


def pid_of(place: Installation) -> int | None:
    met = meet(place, 60)
    if met is None:
        return None
    line, welcome = met
    line.close()
    return int(welcome["pid"])


def end(place: Installation) -> None:
    """Kill the worker, so that the next job finds another one."""
    pid = pid_of(place)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: not alive(pid))


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def line_to(place: Installation) -> Line:
    """A line to a worker that may still be loading PyTorch, started where there is none."""
    way, found = Way(place), None
    while found is None:
        found = way.find(0.05)
    return found


def heard(line: Line) -> Message:
    """The next message but signs of life."""
    while True:
        message = line.hear(0.2)
        if message is not None and message.type != "alive":
            return message


def say(line: Line, request: Request, number: int = 0) -> None:
    header, frames = request.to_message()
    line.say("paint", {**header, "number": number}, frames)


def until(condition: Callable[[], object], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def finish(job: Job) -> None:
    until(lambda: job.advance(0.05))


def running(job: Job) -> bool:
    job.advance(0.05)
    return str(job.progress.text).startswith("Step")


def waiting(job: Job) -> bool:
    job.advance(0.05)
    return str(job.progress.text).startswith("Waiting")
