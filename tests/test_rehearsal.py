"""The installer's first paintings: what the dialogs say of their time before anybody painted."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.bridge.geometry import Extent
from core.bridge.history import History
from core.bridge.paths import Installation
from core.bridge.presets import QUALITIES
from core.bridge.settings import Settings
from core.bridge.way import Way, meet
from core.setup import rehearsal, worker
from core.setup.console import Console
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
        assert history.estimate(settings, [Extent(512, 512)])
    runs = json.loads((place.user / "history.json").read_text())["runs"]
    assert [run["kind"].split()[0] for run in runs] == ["instant", "painterly"]
    assert all(0 < run["seconds"] < 300 for run in runs)
    assert meet(place) is None, "the worker has left"


def test_what_is_known_is_not_asked_again(place: Installation) -> None:
    for quality in QUALITIES.values():
        settings = Settings.from_mapping({"style": "any.jpg", **quality.settings})
        History(place).record(settings, [Extent(512, 512)], 5.0)
    before = (place.user / "history.json").read_bytes()
    place.manifest.unlink()  # no worker could be had
    assert said_of(place) == []
    assert (place.user / "history.json").read_bytes() == before


def test_what_takes_long_is_given_up(place: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    way = Way(place)
    while way.find(0.02) is None:
        pass
    way.close()
    monkeypatch.setattr(rehearsal, "SECONDS", 0.0)
    assert said_of(place) == [
        "How long a painting takes here is told after the first one: to find out took longer than "
        "0 s."
    ]


def test_what_cannot_be_is_said_in_one_line(place: Installation) -> None:
    place.manifest.unlink()
    (line,) = said_of(place)
    assert "engine is not installed" in line
    (place.gallery / "strokes.jpg").unlink()
    (line,) = said_of(place)
    assert "There is no style yet" in line
    assert not (place.user / "history.json").exists()


def said_of(place: Installation) -> list[str]:
    said = io.StringIO()
    rehearsal.rehearse(place, Console(said))
    return said.getvalue().splitlines()
