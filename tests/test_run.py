"""Runs of a headless host with the real worker: one layer after another, kept, cancelled, lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.bridge.client.job import Job
from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.settings import Settings
from core.bridge.contract.weighted import written
from core.bridge.session.history import History
from core.bridge.session.run import Run
from core.bridge.storage.paths import Installation
from tests import pictures
from tests.documents import Document
from tests.headless import HeadlessHost
from tests.workers import private, ready, request, running, until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and modes of POSIX")


@pytest.fixture(scope="module")
def place(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    with private(installation, tmp_path_factory.mktemp("run")) as own:
        ready(own)
        yield own


@pytest.fixture(scope="module")
def style(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("styles")
    return str(pictures.saved(pictures.strokes(), folder / "strokes.png"))


def instant(style: str, **values: object) -> Settings:
    return Settings.from_mapping({"style": style, "method": "instant", "size": 64, **values})


def endless(style: str) -> Settings:
    return instant(style, method="painterly", steps=10000, device="cpu")


def hosts(document: Document) -> list[HeadlessHost]:
    return [HeadlessHost(document, layer) for layer in document.layers]


def follow(run: Run[HeadlessHost]) -> list[tuple[float, str]]:
    """Go on until it is over; what it said meanwhile."""
    told = []

    def over() -> bool:
        told.append((run.fraction, run.text))
        return run.advance(0.02)

    until(over)
    return told


def names(document: Document) -> list[str]:
    return [layer.name for layer in document.layers]


def begun(style: str, place: Installation, document: Document) -> Run[HeadlessHost]:
    """A long run of which something is painted by now."""
    run = Run(hosts(document), endless(style), watched=True, installation=place)
    run.start()
    until(lambda: run.advance(0.02) or run.begun)
    return run


def test_chosen_layers_are_painted_one_after_another(place: Installation, style: str) -> None:
    document, settings = Document.of_photographs(2), instant(style)
    document.selection = Box(10, 10, 40, 30)
    run = Run(hosts(document), settings, installation=place)
    run.start()
    told = follow(run)
    assert run.error is None
    assert names(document) == ["Layer 0", "strokes", "Layer 1", "strokes"]
    assert [host.made and host.made.box for host in run.painted] == 2 * [document.selection]
    records = [host.made and host.made.record for host in run.painted]
    assert [record and record.settings for record in records] == 2 * [settings]
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions) and run.fraction == 1
    assert [text[:5] for _, text in told if text[:5] != told[0][1][:5]][-1:] == ["2/2: "]
    assert run.took.startswith("It took ")


def test_what_was_painted_with_is_remembered(place: Installation, style: str) -> None:
    """Whatever part a picture had, also where only a little of it is mixed in."""
    others = {
        name: str(pictures.saved(pictures.strokes(1), Path(style).with_name(f"{name}.png")))
        for name in ("rest", "mixed")
    }
    mix = written({others["mixed"]: 0.2})
    settings = instant(style, background_style=others["rest"], mix=mix)
    document = Document.of_photographs()
    document.selection = Box(10, 10, 40, 30)
    noted = place.user / "history.json"
    before = noted.read_text("utf-8") if noted.exists() else ""
    run = Run(hosts(document), settings, installation=place)
    run.start()
    follow(run)
    assert run.error is None
    notes = (place.user / "gallery.json").read_text("utf-8")
    assert all(path in notes for path in (style, *others.values()))
    assert noted.read_text("utf-8") != before
    assert History(place).knows(settings, 2 * [Extent(96, 80)])


def test_layers_that_stand_in_for_files_are_no_pictures_to_remember(place: Installation) -> None:
    document = Document.of_photographs()
    stand_in = {"style": request().pictures["style"]}
    host = HeadlessHost(document, document.layers[0], stand_in)
    run = Run([host], instant("layer:7"), installation=place)
    run.start()
    follow(run)
    assert run.error is None and len(document.layers) == len(Document.of_photographs().layers) + 1
    assert "layer:7" not in (place.user / "gallery.json").read_text("utf-8")


def test_a_picture_grows_while_it_is_painted(place: Installation, style: str) -> None:
    document = Document.of_photographs()
    document.selection = Box(10, 10, 40, 30)
    run = begun(style, place, document)
    until(lambda: run.advance(0.02) or run.progress.picture is not None)
    glimpse = run.glimpse()
    assert glimpse is not None and run.glimpse() is None, "the same is not told twice"
    assert glimpse.box == Box.of(run.work.box.extent)
    run.cancel()


def test_what_is_kept_ends_the_run(place: Installation, style: str) -> None:
    document = Document.of_photographs(2)
    history = place.user / "history.json"
    noted = history.read_text("utf-8") if history.exists() else ""
    run = begun(style, place, document)
    run.keep()
    follow(run)
    assert run.error is None and run.kept
    assert names(document) == ["Layer 0", "strokes", "Layer 1"]
    now = history.read_text("utf-8") if history.exists() else ""
    assert now == noted, "it says nothing of a whole"


def test_what_is_kept_before_it_begins_makes_no_layer(place: Installation, style: str) -> None:
    other = Job(request(steps=10000), place)
    until(lambda: running(other))
    document = Document.of_photographs()
    # As long as the other one: a short one would have its turn amid that.
    long = replace(instant(style), method="painterly", steps=10000)
    run = Run(hosts(document), long, installation=place)
    run.start()
    until(lambda: run.advance(0.02) or run.text.startswith("Waiting"))
    assert not run.begun
    run.keep()
    follow(run)
    other.close()
    assert run.unpainted and names(document) == ["Layer 0"]


def test_a_run_that_is_cancelled_changes_nothing(place: Installation, style: str) -> None:
    document = Document.of_photographs()
    run = begun(style, place, document)
    run.cancel()
    assert run.over and run.error is None and names(document) == ["Layer 0"]
    run.cancel()
    assert run.advance(), "nothing happens to one that is over"


def test_where_there_is_nothing_to_paint_on_it_is_said(place: Installation, style: str) -> None:
    document = Document.of_photographs()
    document.selection = Box(500, 500, 10, 10)
    run = Run(hosts(document), instant(style), installation=place)
    with pytest.raises(BadInput, match="outside the active layer"):
        run.start()
    assert run.over


def test_a_layer_that_can_not_be_painted_leaves_those_before_it(
    place: Installation, style: str
) -> None:
    document = Document.of_photographs(2)
    document.layers[1].box = Box(500, 500, *document.canvas)
    run = Run(hosts(document), instant(style), installation=place)
    run.start()
    follow(run)
    assert isinstance(run.error, BadInput)
    assert names(document) == ["Layer 0", "strokes", "Layer 1"]


def test_it_waits_for_whoever_draws(place: Installation, style: str) -> None:
    document = Document.of_photographs()
    document.drawing = True
    run = Run(hosts(document), instant(style), installation=place)
    run.start()
    until(lambda: run.advance(0.02) or run.waiting)
    assert run.text == "Waiting for your brush" and names(document) == ["Layer 0"]
    document.drawing = False
    follow(run)
    assert names(document) == ["Layer 0", "strokes"]


@pytest.mark.parametrize("cancelled", [True, False])
def test_what_waits_for_a_brush_is_not_lost_with_its_picture(
    place: Installation, style: str, cancelled: bool
) -> None:
    document = Document.of_photographs()
    document.drawing = True
    run = Run(hosts(document), instant(style), installation=place)
    run.start()
    until(lambda: run.advance(0.02) or run.waiting)
    document.open = False
    if cancelled:
        run.cancel()
    follow(run)
    made = run.host.made
    assert made is not None and made.name == "strokes"
    (note,) = run.notes
    assert "closed while it was painted" in note


def test_a_picture_that_is_closed_meanwhile_ends_the_run(place: Installation, style: str) -> None:
    document = Document.of_photographs()
    run = begun(style, place, document)
    document.open = False
    follow(run)
    assert "closed before the painting was done" in str(run.error) and run.host.made is None
