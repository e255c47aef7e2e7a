"""A minute of kills, stops, strangers, nonsense and slow readers, all against one worker.

A host paints all the while, and each of its paintings is the one that it has when nobody disturbs
it. What is done and when follows from the seed; how long anything takes does not count.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.bridge.client.job import Job, Previews
from core.bridge.client.line import Line
from core.bridge.contract.errors import WorkerLost
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.storage.paths import Installation
from tests import peers
from tests.workers import finish, line_to, pid_of, private, request, say, until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and sockets of POSIX")

SEED = 13
ACTS = 60

WORKS: dict[str, Request] = {
    "instant": request(method="instant", size=64),
    "pastiche": request(method="pastiche", size=64),
    "painterly": request(steps=3, size=64),
    "preview": replace(request(), preview=Extent(96, 80)),
}
"""What the host paints."""

WIDE = replace(
    WORKS["instant"],
    content=Pixels(Extent(640, 480), PixelFormat("RGB", "u8"), bytes(range(256)) * 3600),
)
"""Whose result no socket holds."""


@pytest.fixture
def place(installation: Installation, tmp_path: Path) -> Iterator[Installation]:
    with private(installation, tmp_path) as own:
        yield own


class Troublemaker:
    """All that is done to the worker; what it leaves open stays so until it is forgotten."""

    def __init__(self, place: Installation, chance: random.Random) -> None:
        self._place = place
        self._chance = chance
        self._open: list[socket.socket | Line | Previews] = []

    def forget(self) -> None:
        for peer in self._open:
            peer.close()
        self._open.clear()

    def stand_in_the_door(self) -> None:
        self._open += [peers.call(self._place) for _ in range(self._chance.randrange(1, 30))]

    def speak_before_the_answer(self) -> None:
        self._send(self._nonsense(), peers.call(self._place))

    def give_a_wrong_key(self) -> None:
        key = self._chance.randbytes(self._chance.choice([0, 31, 32]))
        assert peers.answer(peers.call(self._place), key).type == "refused"

    def speak_nonsense(self) -> None:
        self._send(self._nonsense(), peers.enter(self._place))

    def stop_in_mid_message(self) -> None:
        self._send(self._part(), peers.enter(self._place))

    def hang_up_in_mid_message(self) -> None:
        self._send(self._part(), peers.enter(self._place))
        self._open.pop().close()

    def send_slowly(self) -> None:
        peer = peers.enter(self._place)
        for byte in self._part()[:50]:
            peer.sendall(bytes([byte]))
        self._open.append(peer)

    def ask_and_not_read(self) -> None:
        line = line_to(self._place)
        for number in range(2):
            say(line, WIDE, number)
        until(lambda: line._send() == 0 and not line.sending)
        self._open.append(line)

    def ask_for_previews_and_not_read(self) -> None:
        line = line_to(self._place)
        for number in range(20):
            say(line, WORKS["preview"], number)
        until(lambda: line._send() == 0 and not line.sending)
        self._open.append(line)

    def ask_and_hang_up(self) -> None:
        previews, job = Previews(self._place), Job(request(steps=10000), self._place)
        previews.ask(WORKS["preview"])
        for _ in range(self._chance.randrange(1, 5)):
            previews.take(0.01)
            job.advance(0.01)
        previews.close()
        job.close()

    def ask_for_what_is_wrong(self) -> None:
        wrong: dict[str, object] = {"pixels": {}, "settings": 3, "preview": [1], "number": -1}
        name = self._chance.choice(sorted(wrong))
        head, frames = peers.paint(WORKS["instant"], **{name: wrong[name]})
        self._send(head + frames, peers.enter(self._place))

    def _send(self, said: bytes, peer: socket.socket) -> None:
        with contextlib.suppress(ConnectionError):  # hung up on before it has said all
            peer.sendall(said)
        self._open.append(peer)

    def _nonsense(self) -> bytes:
        name = self._chance.choice(sorted(peers.NONSENSE))
        return peers.NONSENSE[name](self._chance)

    def _part(self) -> bytes:
        head, frames = peers.paint(WORKS["instant"])
        return (head + frames)[: self._chance.randrange(5, len(head + frames))]

    @property
    def acts(self) -> list[Callable[[], None]]:
        return [
            self.stand_in_the_door,
            self.speak_before_the_answer,
            self.give_a_wrong_key,
            self.speak_nonsense,
            self.stop_in_mid_message,
            self.hang_up_in_mid_message,
            self.send_slowly,
            self.ask_and_not_read,
            self.ask_for_previews_and_not_read,
            self.ask_and_hang_up,
            self.ask_for_what_is_wrong,
        ]


class Painter:
    """The host that goes on painting, and knows what each of its paintings is to be."""

    def __init__(self, place: Installation, chance: random.Random) -> None:
        self._place = place
        self._chance = chance
        self._expected = {name: self._done(Job(work, place)) for name, work in WORKS.items()}

    def paint_through(self, act: Callable[[], None]) -> None:
        """One painting, in the middle of which something is done to the worker."""
        name, job = self._begun()
        act()
        assert self._done(job) == self._expected[name]

    def paint_through_stop(self, pid: int) -> None:
        name, job = self._begun()
        os.kill(pid, signal.SIGSTOP)
        for _ in range(10):
            assert not job.silent
            job.advance(0.0)
        os.kill(pid, signal.SIGCONT)
        assert self._done(job) == self._expected[name]

    def paint_after_kill(self, pid: int) -> None:
        """What is under way is lost, and said to be; the next one is well."""
        name, job = self._begun()
        os.kill(pid, signal.SIGKILL)
        try:
            assert self._done(job) == self._expected[name], "it was there already"
        except WorkerLost as lost:
            assert "stopped in the middle of the job" in str(lost)
        assert self._done(Job(WORKS[name], self._place)) == self._expected[name]

    def paint_after_restart(self, pid: int) -> None:
        """As the dialog offers it of a worker that is stopped."""
        name, job = self._begun()
        os.kill(pid, signal.SIGSTOP)
        if job.result is None:
            job.advance(0.0)
            job.restart()
        else:
            os.kill(pid, signal.SIGKILL)
        assert self._done(job) == self._expected[name]

    def _begun(self) -> tuple[str, Job]:
        """A job of which some has been done: called, asked for, under way or over."""
        name = self._chance.choice(sorted(WORKS))
        job = Job(WORKS[name], self._place)
        for _ in range(self._chance.randrange(12)):
            job.advance(0.01)
        return name, job

    def _done(self, job: Job) -> bytes:
        if job.result is None:
            finish(job)
        assert job.result is not None
        return bytes(job.result.layer.data)


def test_a_host_goes_on_painting_whatever_others_do(place: Installation) -> None:
    chance = random.Random(SEED)
    painter, trouble = Painter(place, chance), Troublemaker(place, chance)
    pid = pid_of(place)
    for number in range(ACTS):
        assert pid is not None
        if number % 20 == 9:
            painter.paint_after_kill(pid)
            trouble.forget()
            pid = pid_of(place)
        elif number % 20 == 19:
            painter.paint_after_restart(pid)
            trouble.forget()
            pid = pid_of(place)
        elif number % 5 == 2:
            painter.paint_through_stop(pid)
        else:
            act = trouble.acts[number % len(trouble.acts)]
            painter.paint_through(act)
        assert pid_of(place) == pid, f"the same worker after act {number} of seed {SEED}"
    trouble.forget()
    assert "Traceback" not in place.log.read_text(), "and nothing of it was unforeseen"
