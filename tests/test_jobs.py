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
    assert jobs.start(previews_only=True) is None, "a painting does not stop for what is spare"
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
    nested = jobs.start(previews_only=True)
    assert nested is not None and nested.number == 2
    jobs.add(QueuedJob(clients[0], AHEAD, 3))
    assert not nested.unwanted()
    jobs.want(clients[0])
    jobs.end(nested)
    jobs.add(QueuedJob(clients[1], SPARE, 4))
    assert jobs.start(previews_only=True) is None, "somebody wants the painting by now"


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
