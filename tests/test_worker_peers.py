"""What one client does, in malice or by mistake, and no other is to feel."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.bridge.client import introduction, wire
from core.bridge.client.job import Job
from core.bridge.client.streams import SocketStream
from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.i18n.text import Text
from core.bridge.storage.paths import Installation
from core.service import jobs as jobs_of
from core.service import worker
from core.service.clients import WAITING_BYTES, WAITING_MESSAGES, Client
from core.service.door import AT_THE_DOOR
from core.system import room
from tests import peers
from tests.workers import QUICK, alive, finish, heard, line_to, pid_of, private, say, until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and sockets of POSIX")


@pytest.fixture(scope="module")
def place(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    with private(installation, tmp_path_factory.mktemp("peers")) as own:
        finish(Job(QUICK, own))
        yield own


@pytest.fixture
def same_worker(place: Installation) -> Iterator[int]:
    """The worker; a job is done by it after the test as before it."""
    pid = pid_of(place)
    assert pid is not None
    yield pid
    finish(Job(QUICK, place))
    assert pid_of(place) == pid


def test_who_stands_in_the_door_keeps_nobody_out(place: Installation, same_worker: int) -> None:
    standing = [peers.call(place) for _ in range(3 * AT_THE_DOOR)]
    finish(Job(QUICK, place))
    assert peers.hung_up(standing[0]), "who came first has made room"
    for peer in standing:
        peer.close()


@pytest.mark.parametrize("what", ["socket", "key"])
def test_a_worker_that_nobody_finds_makes_room(place: Installation, what: str) -> None:
    """Its folder was tidied up; it would keep the lock for a quarter of an hour."""
    before = pid_of(place)
    assert before is not None
    (Path(place.address()) if what == "socket" else place.key_file()).unlink()
    finish(Job(QUICK, place))
    assert pid_of(place) != before
    until(lambda: not alive(before))


@pytest.mark.parametrize("what", peers.NONSENSE)
def test_nonsense_in_the_door_ends_nobody(place: Installation, same_worker: int, what: str) -> None:
    peer = peers.call(place)
    peer.sendall(peers.NONSENSE[what](random.Random(1))[:4000])
    peer.shutdown(socket.SHUT_WR)
    assert peers.hung_up(peer)


def test_a_wrong_key_is_refused(place: Installation, same_worker: int) -> None:
    assert peers.answer(peers.call(place), b"x" * 32).type == "refused"


def test_an_answer_cannot_be_used_again(place: Installation, same_worker: int) -> None:
    """Nor the worker's own proof be sent back to it."""
    first, second = peers.call(place), peers.call(place)
    reader = wire.Reader()
    peers.read(first, reader)
    ours = introduction.ClientSide(place.key_file().read_bytes(), "")
    said = ours.answer(peers.read(second, wire.Reader()))
    first.sendall(b"".join(wire.pack("answer", said)))
    assert peers.read(first, reader).type == "refused"


@pytest.mark.parametrize("what", peers.NONSENSE)
def test_nonsense_of_a_client_ends_it_alone(
    place: Installation, same_worker: int, what: str
) -> None:
    peer = peers.enter(place)
    try:
        peer.sendall(peers.NONSENSE[what](random.Random(2)))
        peer.shutdown(socket.SHUT_WR)
    except ConnectionError:
        pass  # it was quick
    assert peers.hung_up(peer)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"frames": [5]}, "not as many"),
        ({"frames": [1, 2]}, "other sizes"),
        ({"pixels": {"content": {"extent": [True, 1]}}, "frames": [3]}, "usable header"),
        ({"pixels": [1], "frames": [3]}, "not as many"),
        ({"pixels": {"content": 7}, "frames": [3]}, "usable header"),
        ({"settings": [["size", 64]]}, "can't be read"),
        ({"settings": {"steps": True}}, "steps can't be True"),
    ],
)
def test_a_wrong_request_is_answered_and_the_next_one_is_painted(
    place: Installation, same_worker: int, changes: dict[str, object], words: str
) -> None:
    line = line_to(place)
    told, frames = QUICK.to_message()
    if isinstance(sizes := changes.get("frames"), list):
        frames = [bytes(size) for size in sizes]
    line.say("paint", {**told, **changes, "number": 1}, frames)
    message = heard(line)
    assert message.type == "failed" and words in str(Text.from_json(message.header["text"]))
    say(line, QUICK, 2)
    until(lambda: heard(line).type == "done")
    line.close()


def test_who_hangs_up_in_mid_frame_ends_alone(place: Installation, same_worker: int) -> None:
    head, frames = peers.paint(QUICK)
    for part in (len(head) - 3, len(head), len(head) + 1000):
        peer = peers.enter(place)
        peer.sendall((head + frames)[:part])
        peer.close()


def test_a_picture_that_does_not_fit_the_memory_is_said(
    place: Installation, same_worker: int
) -> None:
    """The worker lives on, and so does the connection."""
    line = line_to(place)
    with _no_more_than(same_worker, 100 << 20):
        say(line, _large(Extent(10_000, 16_000)), 1)
        message = heard(line)
        assert message.type == "failed" and message.header["number"] == 1
        assert str(Text.from_json(message.header["text"])) == (
            "The picture of 10000x16000 px does not fit into the memory: make it smaller or end "
            "other programs, then try again."
        )
    say(line, QUICK, 2)
    until(lambda: heard(line).type == "done")
    line.close()


def test_what_outgrows_the_memory_as_it_is_painted_is_said(
    place: Installation, same_worker: int
) -> None:
    """144 MB came in; as numbers they are four times that."""
    large = _large(Extent(12_000, 12_000))
    with _no_more_than(same_worker, 250 << 20), pytest.raises(BadInput) as caught:
        finish(Job(large, place))
    assert str(caught.value).startswith("The picture of 12000x12000 px does not fit into the")


@contextlib.contextmanager
def _no_more_than(pid: int, more: int) -> Iterator[None]:
    """Let a process take only so many bytes more than it has."""
    taken = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
    resource.prlimit(pid, resource.RLIMIT_AS, (taken + more, resource.RLIM_INFINITY))
    yield
    resource.prlimit(pid, resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def test_more_than_the_machine_has_is_refused_by_the_header_alone() -> None:
    """128 GB are announced, in as large frames as there may be."""
    grey = {"extent": [1 << 16, 1 << 17], "channels": "G", "depth": "u8", "linear": True}
    pictures = {f"picture:{number}": grey for number in range(wire.MAX_FRAMES)}
    with pytest.raises(BadInput, match="65536x131072 px does not fit into the memory"):
        room.for_frames("paint", {"pixels": pictures}, [wire.MAX_FRAME] * wire.MAX_FRAMES)


def _large(extent: Extent) -> Request:
    grey = Pixels(extent, PixelFormat("G", "u8"), bytes(extent.area))
    return replace(QUICK, content=grey)


def test_who_does_not_read_keeps_nobody_waiting(place: Installation, same_worker: int) -> None:
    """Its paintings fill its socket; another host's comes out; then it has its own, whole."""
    wide = Pixels(Extent(640, 480), PixelFormat("RGB", "u8"), bytes(range(256)) * 3600)
    mute = line_to(place)
    for number in range(4):  # 1.2 MB each way, and a socket holds a fraction of it
        say(mute, replace(QUICK, content=wide), number)
        until(lambda: mute._send() == 0 and not mute.sending)
    other = Job(QUICK, place)
    finish(other)
    alone = Job(replace(QUICK, content=wide), place)
    finish(alone)
    assert alone.result is not None
    done: dict[int, bytes] = {}
    while len(done) < 4:
        message = heard(mute)
        if message.type == "done":
            done[message.header["number"]] = bytes(message.frames[0])
    assert done == dict.fromkeys(range(4), bytes(alone.result.layer.data))
    mute.close()


_HOST = """
import sys
from pathlib import Path
from core.service import jobs as jobs_of
from core.service import worker
from core.system import room
from core.bridge.client import introduction, wire
from core.bridge.client.job import Job
from core.bridge.contract.errors import BadInput
from core.bridge.storage.paths import Installation
from tests.workers import request
job = Job(request(steps=10000, snapshots=1), Installation(Path(sys.argv[1])))
while not job.advance(0.05):
    if str(job.progress.text).startswith("Step"):
        print("paints", flush=True)
"""


def test_a_host_that_is_stopped_keeps_nobody_waiting(place: Installation, same_worker: int) -> None:
    command = [sys.executable, "-c", _HOST, str(place.prefix)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as host:
        assert host.stdout is not None and host.stdout.readline() == "paints\n"
        host.send_signal(signal.SIGSTOP)
        second = Job(QUICK, place)
        second.advance(0.05)
        preview = Job(replace(QUICK, preview=QUICK.content.extent), place)
        finish(preview)  # the other painting goes on and on, and asks for previews meanwhile
        host.kill()
    finish(second)


class TestOutbox:
    """What waits for a client that does not read."""

    def pair(self, stalled: float = 60.0) -> tuple[Client, socket.socket]:
        ours, theirs = socket.socketpair()
        client = Client(SocketStream(ours), wire.Reader(), stalled)
        return client, theirs

    def test_progress_is_replaced_by_newer(self) -> None:
        client, _ = self.pair()
        for number in range(100_000):
            client.say("progress", {"number": 1, "fraction": number})
            client.say("alive", {})
        assert len(client._outbox) == 2 and not client.gone.is_set()

    def test_one_message_may_be_of_any_size(self) -> None:
        client, _ = self.pair()
        client.say("done", {"number": 1}, [bytes(4 * WAITING_BYTES)])
        for _ in range(1000):
            client.say("alive", {})
        assert not client.gone.is_set() and len(client._outbox) == 1, "and is not lost"

    def test_many_bytes_are_too_many(self) -> None:
        client, _ = self.pair()
        for _ in range(9):
            client.say("done", {"number": 1}, [bytes(WAITING_BYTES // 4)])
        assert client.gone.is_set() and not client._outbox

    def test_many_messages_are_too_many(self) -> None:
        client, _ = self.pair()
        for number in range(WAITING_MESSAGES + 2):
            client.say("displaced", {"number": number})
        assert client.gone.is_set()

    def test_who_takes_nothing_for_long_is_hung_up_on(self) -> None:
        client, theirs = self.pair(stalled=0.01)
        client.say("done", {"number": 1}, [bytes(1 << 24)])
        client.listen(lambda _: None)  # returns as the client is given up
        assert client.gone.is_set() and peers.hung_up(theirs)

    def test_who_stops_in_mid_message_is_hung_up_on(self) -> None:
        client, theirs = self.pair(stalled=0.01)
        theirs.sendall(b"\0\0")
        client.listen(lambda _: None)
        assert client.gone.is_set() and peers.hung_up(theirs)


def test_a_crowd_of_clients_is_kept_small(place: Installation, same_worker: int) -> None:
    """Who comes while it is there waits until there is room."""
    crowd = [peers.enter(place) for _ in range(worker.CLIENTS)]
    job = Job(QUICK, place)
    assert peers.hung_up(peers.enter(place)) and not job.advance(0.2)
    for peer in crowd:
        peer.close()
    finish(job)


def test_what_waits_of_who_went_away_is_dropped() -> None:
    jobs = jobs_of.Jobs()
    leaver, stayer = (Client(SocketStream(socket.socket()), wire.Reader()) for _ in range(2))
    for number, client in enumerate((leaver, stayer, leaver)):
        jobs.add(jobs_of.QueuedJob(client, QUICK, number))
    jobs.drop(leaver)
    assert jobs.clients() == {stayer}
    job = jobs.start()
    assert job is not None and job.number == 1 and jobs.start() is None
