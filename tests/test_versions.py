"""Hosts and workers of different versions, as after an upgrade: who may stay, and who is told."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.bridge import VERSION
from core.bridge.client import way
from core.bridge.client.job import Job, Previews
from core.bridge.client.way import Way
from core.bridge.contract.errors import WorkerLost
from core.bridge.i18n.texts import speak, tr
from core.bridge.storage import paths
from core.bridge.storage.paths import Installation
from tests.workers import QUICK, alive, pid_of, private, ready, until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links as POSIX has them")

PREVIEW = replace(QUICK, preview=QUICK.content.extent)
OTHER = "9.8.7"


@pytest.fixture
def place(installation: Installation, tmp_path: Path) -> Iterator[Installation]:
    with private(installation, tmp_path) as own:
        yield own


@pytest.fixture
def worker(place: Installation) -> int:
    return ready(place)


def installed(place: Installation, version: str) -> None:
    place.manifest.write_text(json.dumps({"version": version}))


def failure_of(job: Job) -> WorkerLost:
    """What goes wrong with a job: at once, and not after the time a start may take."""
    with pytest.raises(WorkerLost) as caught:
        until(lambda: job.advance(0.05), way.START_PATIENCE / 2)
    return caught.value


def said_to(job: Job) -> str:
    return str(failure_of(job))


def test_a_host_that_is_older_than_what_is_installed(place: Installation) -> None:
    """No worker runs yet: none is started that would be of another version."""
    installed(place, OTHER)
    error = failure_of(Job(QUICK, place))
    assert str(error) == (
        f"This program still runs Impasto {VERSION} while {OTHER} is installed: restart it, then "
        "try again."
    )
    assert not place.worker_file().exists()
    speak("de")
    assert tr(error).startswith(f"In diesem Programm läuft noch Impasto {VERSION}, installiert ist")


def test_it_leaves_the_worker_of_the_others_alone(
    place: Installation, worker: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(place, VERSION)
    monkeypatch.setattr(way, "VERSION", OTHER)
    assert f"still runs Impasto {OTHER} while {VERSION} is installed" in str(
        failure_of(Job(QUICK, place))
    )
    monkeypatch.undo()
    assert pid_of(place) == worker


def test_the_host_is_named_that_the_plug_in_belongs_to(
    place: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pointer = tmp_path / "installation.json"
    pointer.write_text(json.dumps({"prefix": str(place.prefix), "host": "krita"}))
    monkeypatch.setattr(paths, "POINTER", pointer)
    installed(place, OTHER)
    assert said_to(Job(QUICK, place)).startswith(f"Krita still runs Impasto {VERSION} while")


def test_an_old_worker_that_another_host_uses_stays(
    place: Installation, worker: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Previews(place)
    other.ask(PREVIEW)
    until(lambda: other.take(0.05))
    installed(place, OTHER)
    monkeypatch.setattr(way, "VERSION", OTHER)
    assert said_to(Job(QUICK, place)) == (
        f"Impasto {OTHER} is installed, but another program still uses {VERSION}: restart that "
        "program, then try again."
    )
    monkeypatch.undo()
    assert pid_of(place) == worker
    other.ask(PREVIEW)
    until(lambda: other.take(0.05))
    other.close()


def test_an_old_worker_that_nobody_uses_makes_room(
    place: Installation, worker: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(place, OTHER)
    monkeypatch.setattr(way, "VERSION", OTHER)
    newcomer = Way(place)
    until(lambda: newcomer.find(0.02) or not alive(worker))
    newcomer.close()
    assert not alive(worker)
