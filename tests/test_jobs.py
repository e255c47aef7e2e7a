"""What the worker does next, and what is given up for what."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.bridge.client.streams import SocketStream
from core.bridge.client.wire import Reader
from core.bridge.contract.request import Request
from core.service.clients import Client
from core.service.jobs import Jobs, QueuedJob
from tests.workers import request

PAINTING = request()
PREVIEW = replace(PAINTING, preview=PAINTING.content.extent)
AHEAD = replace(PAINTING, ahead=True)
SPARE = replace(PREVIEW, spare=True)
LONG = request(steps=10000)


@pytest.fixture
def clients() -> Iterator[list[Client]]:
    pairs = [socket.socketpair() for _ in range(2)]
    yield [Client(SocketStream(ours), Reader()) for ours, _ in pairs]
    for pair in pairs:
        for each in pair:
            each.close()


def test_previews_come_before_paintings_and_spare_ones_after_both(clients: list[Client]) -> None:
    jobs = Jobs()
    one, other = clients
    asked = [
        QueuedJob(one, SPARE, 1),
        QueuedJob(one, PAINTING, 2),
        QueuedJob(other, PAINTING, 3),
        QueuedJob(other, PREVIEW, 4),
    ]
    assert [jobs.add(job) for job in asked] == [0, 0, 1, 0]
    assert jobs.start() is asked[3]
    assert [jobs.start(), jobs.start()] == asked[1:3]
    assert jobs.start(asked[2]) is None, "a painting does not stop for what is spare"
    assert jobs.clients() == {one, other}
    for painting in asked[1:3]:
        jobs.end(painting)
    assert jobs.start() is asked[0]
    assert jobs.start() is None


@pytest.mark.parametrize("newer", [PREVIEW, PAINTING])
def test_a_spare_one_that_runs_is_given_up_for_whatever_else_comes(
    clients: list[Client], newer: Request
) -> None:
    jobs = Jobs()
    running = QueuedJob(clients[0], SPARE, 1)
    jobs.add(running)
    assert jobs.start() is running
    assert not running.unwanted()
    jobs.add(QueuedJob(clients[1], SPARE, 1))
    assert not running.unwanted(), "another dialog's spare one waits"
    jobs.add(QueuedJob(clients[1], newer, 2))
    assert running.unwanted()


def test_what_is_painted_ahead_stops_for_what_is_spare_and_displaces_none(
    clients: list[Client],
) -> None:
    jobs = Jobs()
    ahead, spare = QueuedJob(clients[0], AHEAD, 1), QueuedJob(clients[1], SPARE, 1)
    jobs.add(ahead)
    jobs.add(spare)
    assert jobs.start() is spare
    jobs.end(spare)
    assert jobs.start() is ahead
    jobs.add(QueuedJob(clients[1], SPARE, 2))
    nested = jobs.start(ahead)
    assert nested is not None and nested.number == 2
    jobs.add(QueuedJob(clients[0], AHEAD, 3))
    assert not nested.unwanted()
    jobs.want(clients[0])
    jobs.end(nested)
    jobs.add(QueuedJob(clients[1], SPARE, 4))
    assert jobs.start(ahead) is None, "somebody wants the painting by now"


def test_a_preview_is_not_given_up_for_a_spare_one(clients: list[Client]) -> None:
    jobs = Jobs()
    preview, spare = QueuedJob(clients[0], PREVIEW, 1), QueuedJob(clients[1], SPARE, 1)
    jobs.add(preview)
    jobs.add(spare)
    assert jobs.start() is preview
    jobs.add(QueuedJob(clients[1], SPARE, 2))
    assert not preview.unwanted()
    assert not jobs.preview_waits()
    jobs.drop(clients[1])
    assert jobs.start() is None


def test_a_short_painting_gets_its_turn_amid_a_long_one(clients: list[Client]) -> None:
    jobs = Jobs()
    long, alike, short = (
        QueuedJob(clients[number % 2], asked, number)
        for number, asked in enumerate([LONG, LONG, PAINTING])
    )
    assert [jobs.add(job) for job in (long, alike)] == [0, 1]
    assert jobs.start() is long
    assert jobs.start(long) is None, "the other one is as long"
    assert jobs.add(short) == 0
    assert jobs.start(long) is short
    jobs.end(short)
    long.fraction = 0.99
    another = QueuedJob(clients[1], PAINTING, 3)
    assert jobs.add(another) == 2
    assert jobs.start(long) is None, "it is as short by now"
    jobs.end(long)
    assert jobs.start() is alike and jobs.start(alike) is another


def test_short_ones_take_a_part_of_the_time_at_most(clients: list[Client]) -> None:
    jobs = Jobs()
    long = QueuedJob(clients[0], LONG, 0)
    jobs.add(long)
    assert jobs.start() is long
    for number in range(1000):
        jobs.add(QueuedJob(clients[1], PAINTING, number))
        if (short := jobs.start(long)) is None:
            break
        jobs.end(short)
    assert 1 < number < 999


def test_one_that_computes_with_other_threads_waits(clients: list[Client]) -> None:
    jobs = Jobs()
    long = QueuedJob(clients[0], LONG, 0)
    jobs.add(long)
    assert jobs.start() is long
    jobs.add(QueuedJob(clients[1], request(threads=1), 1))
    assert jobs.start(long) is None, "it would compute with those of the long one"


def test_who_asked_first_is_first(clients: list[Client]) -> None:
    jobs = Jobs()
    one, other = clients
    ahead, first, last = (
        QueuedJob(one, replace(LONG, ahead=True), 0),
        QueuedJob(other, LONG, 1),
        QueuedJob(other, LONG, 2),
    )
    jobs.add(ahead)
    assert jobs.start() is ahead
    jobs.add(first)
    jobs.want(one)
    jobs.add(last)
    assert ahead.gives_way.is_set(), "to the one that was asked for before"
    jobs.put_back(ahead)
    assert [jobs.start() for _ in range(4)] == [first, ahead, last, None]


def test_one_that_was_given_up_while_it_gave_way_is_told(clients: list[Client]) -> None:
    jobs = Jobs()
    ahead = QueuedJob(clients[0], AHEAD, 7)
    jobs.add(ahead)
    assert jobs.start() is ahead
    jobs.add(QueuedJob(clients[1], PAINTING, 1))
    jobs.leave()
    jobs.put_back(ahead)
    said = [parcel.kind for parcel in clients[0]._outbox]
    assert said == [("displaced", 7)]
