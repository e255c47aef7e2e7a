"""The installer's first paintings: what the dialogs say of their time before anybody painted."""

from __future__ import annotations

import io
import json
import math
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.bridge.client.job import Job
from core.bridge.client.way import meet
from core.bridge.contract.geometry import Extent
from core.bridge.contract.settings import Settings
from core.bridge.session.history import History
from core.bridge.session.presets import QUALITIES
from core.bridge.session.workload import workload
from core.bridge.storage.paths import Installation
from core.setup import console, rehearsal, worker
from tests import pictures
from tests.pictures import saved

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links as POSIX has them")


@pytest.fixture
def place(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Installation]:
    """A whole installation: the real environment and weights by links, and one style."""
    own = Installation(tmp_path / "impasto")
    own.gallery.mkdir(parents=True)
    own.environment.symlink_to(installation.environment)
    own.weights.symlink_to(installation.weights)
    own.manifest.write_text("{}")
    saved(pictures.strokes(), own.gallery / "strokes.jpg")
    monkeypatch.setattr(rehearsal, "EXTENT", Extent(64, 64))
    monkeypatch.setattr(rehearsal, "STEPS", (1, 3))
    monkeypatch.setattr(rehearsal, "SECONDS", 300.0)
    yield own
    worker.dismiss(own)


def test_afterwards_the_time_of_every_quality_is_known(place: Installation) -> None:
    assert said_of(place) == []
    history = History(place)
    for quality in QUALITIES.values():
        settings = Settings.from_mapping({"style": "any.jpg", **quality.settings})
        assert history.estimate(settings, [Extent(512, 512)]) > 0
    kinds = json.loads((place.user / "history.json").read_text())["kinds"]
    assert [kind.split()[0] for kind in kinds] == ["instant", "painterly"]
    assert all(0 < run[-1] < 300 for runs in kinds.values() for run in runs)
    assert meet(place) is None, "the worker has left"


def test_what_is_known_is_not_asked_again(place: Installation) -> None:
    for quality in QUALITIES.values():
        settings = Settings.from_mapping({"style": "any.jpg", **quality.settings})
        settings = replace(settings, steps=rehearsal.STEPS[-1])
        History(place).record(settings, [rehearsal.EXTENT], 5.0)
    before = (place.user / "history.json").read_bytes()
    place.manifest.unlink()  # no worker could be had
    assert said_of(place) == []
    assert (place.user / "history.json").read_bytes() == before


def test_where_there_is_no_time_the_reference_machines_is_told(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "SECONDS", 0.0)
    assert said_of(place) == []
    for quality in QUALITIES.values():
        settings = Settings.from_mapping({"style": "any.jpg", **quality.settings})
        expected = workload(settings, [Extent(512, 384)]).seconds
        assert History(place).estimate(settings, [Extent(512, 384)]) == expected > 0


def test_what_was_painted_by_the_deadline_tells_the_rest(place: Installation) -> None:
    settings = Settings(style=str(place.gallery / "strokes.jpg"), steps=10_000)
    request = rehearsal._request(Extent(64, 64), settings)
    found, most = None, 1.0
    while found is None:  # how long a step takes here is not ours to say
        deadline, most = time.monotonic() + most, 4 * most
        found = rehearsal._seconds(Job(request, place), console.Console(io.StringIO()), deadline)
    assert most < found, "all of it takes longer than the part"


def test_all_of_it_is_told_by_the_pace_of_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([10.0, 12.0, 15.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(now))
    fractions = rehearsal._Fractions()
    assert fractions.whole() is None
    for fraction in (0.0, 0.1, 0.1):  # what comes before the first step says nothing of the pace
        fractions.see(fraction)
    assert fractions.whole() is None
    for fraction in (0.15, 0.2):
        fractions.see(fraction)
    assert fractions.whole() == pytest.approx(50.0)


def test_what_cannot_be_is_said_in_one_line(place: Installation) -> None:
    place.manifest.unlink()
    (line,) = said_of(place)
    assert "engine is not installed" in line
    (place.gallery / "strokes.jpg").unlink()
    (line,) = said_of(place)
    assert "There is no style yet" in line
    assert not (place.user / "history.json").exists()


def said_of(place: Installation) -> list[str]:
    """What stays in the terminal; progress, which comes now and then elsewhere, never does."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(console, "_QUIET", math.inf)
        rehearsal.rehearse(place, console.Console(said))
    return said.getvalue().splitlines()
