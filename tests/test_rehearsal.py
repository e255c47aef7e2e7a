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
from core.bridge.contract.request import Progress
from core.bridge.contract.settings import Settings
from core.bridge.i18n.text import Text
from core.bridge.i18n.times import about
from core.bridge.session.history import History
from core.bridge.session.presets import QUALITIES
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


def test_afterwards_the_time_of_every_quality_is_known_and_said(place: Installation) -> None:
    assert said_of(place) == [estimates_of(place)]
    kinds = json.loads((place.user / "history.json").read_text())["kinds"]
    assert [kind.split()[0] for kind in kinds] == ["instant", "painterly"]
    assert all(0 < run[-1] < 300 for runs in kinds.values() for run in runs)
    assert meet(place) is None, "the worker has left"


def test_for_a_dialog_that_opens_next_the_worker_stays(place: Installation) -> None:
    said_of(place, stays=True)
    met = meet(place)
    assert met is not None
    met[0].close()


def test_the_fewest_steps_tell_what_each_of_painterlys_qualities_takes(tmp_path: Path) -> None:
    history = History(Installation(tmp_path))
    settings = Settings(style="any.jpg", steps=rehearsal.STEPS[0])
    history.record(settings, [rehearsal.EXTENT], 5.0)
    for quality in ("good", "best"):
        wanted = replace(settings, **QUALITIES[quality].settings)
        assert history.knows(wanted, [rehearsal.EXTENT]), quality


def test_what_is_known_is_not_asked_again(place: Installation) -> None:
    for quality in QUALITIES.values():
        settings = Settings.from_mapping({"style": "any.jpg", **quality.settings})
        settings = replace(settings, steps=rehearsal.STEPS[-1])
        History(place).record(settings, [rehearsal.EXTENT], 5.0)
    before = (place.user / "history.json").read_bytes()
    place.manifest.unlink()  # no worker could be had
    assert said_of(place) == []
    assert (place.user / "history.json").read_bytes() == before


def test_where_there_is_no_time_every_quality_is_painted_until_its_pace_is_told(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "SECONDS", 0.0)
    monkeypatch.setattr(rehearsal, "STEPS", (5_000, 10_000))
    monkeypatch.setattr(rehearsal, "TELLING", 0.1)
    assert said_of(place) == [estimates_of(place)]
    kinds = json.loads((place.user / "history.json").read_text())["kinds"]
    assert [(kind.split()[0], len(runs)) for kind, runs in kinds.items()] == [
        ("instant", 1),
        ("painterly", 1),
    ]
    (painted,) = kinds["painterly auto vgg19 gaussian pyramid"]
    assert painted[-1] > rehearsal.TELLING, "all of it takes longer than the part"


def test_all_of_it_is_told_by_the_pace_of_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter([12.0, 12.5, 15.0, 17.0])
    monkeypatch.setattr(time, "monotonic", lambda: next(now))
    pace = rehearsal._Pace()

    def see(step: int, fraction: float) -> None:
        pace.see(Progress(fraction, Text("Step"), step=step))

    see(0, 0.05)  # what comes before the first step says nothing of the pace
    assert pace.whole() is None
    for step, fraction in ((1, 0.1), (1, 0.1), (2, 0.11)):
        see(step, fraction)
    assert pace.whole() is None, "half a second is too short"
    for step, fraction in ((4, 0.15), (6, 0.2)):
        see(step, fraction)
    assert pace.whole() == pytest.approx(50.0)


def test_a_worker_that_does_not_answer_is_not_waited_for(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Job, "advance", lambda *_: False)
    monkeypatch.setattr(Job, "silent", True)
    (line,) = said_of(place)
    assert "is told after the first one: Impasto's worker does not answer" in line


def test_what_cannot_be_is_said_in_one_line(place: Installation) -> None:
    place.manifest.unlink()
    (line,) = said_of(place)
    assert "engine is not installed" in line
    (place.gallery / "strokes.jpg").unlink()
    (line,) = said_of(place)
    assert "There is no style yet" in line
    assert not (place.user / "history.json").exists()


def said_of(place: Installation, *, stays: bool = False) -> list[str]:
    """What stays in the terminal; progress, which comes now and then elsewhere, never does."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(console, "_QUIET", math.inf)
        rehearsal.rehearse(place, console.Console(said), stays=stays)
    return said.getvalue().splitlines()


def estimates_of(place: Installation) -> str:
    """What is said of every quality, by the history that was written."""
    history, times = History(place), []
    for quality in QUALITIES.values():
        settings = Settings.from_mapping({"style": "any.jpg", **quality.settings})
        times.append(f"{quality.label} {about(history.estimate(settings, [Extent(64, 64)]))}")
    return f"A painting of 64x64 pixels takes here: {', '.join(times)}."
