"""A dialog that rests begins its painting: seen over the preview, taken over by Paint, or ended."""

from __future__ import annotations

import math
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from core.bridge.contract.geometry import Box
from core.bridge.contract.pixels import Pixels
from core.bridge.contract.settings import Settings
from core.bridge.session import ahead, estimates, power, reading, worth
from core.bridge.session.history import History
from core.bridge.session.presets import QUALITIES
from core.bridge.session.preview import Stage
from core.bridge.session.session import Session
from core.bridge.session.workload import region_extents
from core.bridge.storage.paths import Installation
from core.bridge.storage.platform import Platform, pretend
from tests import pictures
from tests.documents import Document, Layer
from tests.headless import HeadlessDesk, HeadlessHost
from tests.workers import pid_of, private, until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and modes of POSIX")

ENDED = "a painting stopped: the client went away"


@pytest.fixture(scope="module")
def place(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    with private(installation, tmp_path_factory.mktemp("ahead")) as own:
        yield own


@pytest.fixture
def painterly(tmp_path: Path) -> Settings:
    style = pictures.saved(pictures.strokes(), tmp_path / "strokes.png")
    return Settings(style=str(style), steps=6, size=64, device="cpu")


class Dialog:
    """A session, ticked as by a timer."""

    def __init__(self, place: Installation, document: Document | None = None) -> None:
        self.document = document or Document.of_photographs()
        self.session = Session[HeadlessHost](HeadlessDesk(self.document), None, place)
        self._log = place.log
        self._began = len(self._logged())

    def go_on(self, condition: Callable[[], object]) -> None:
        def tick() -> object:
            self.session.tick()
            return condition()

        until(tick)

    def until_painted(self) -> None:
        """Until the painting is seen, and the worker has said that it is all of it."""
        self.go_on(lambda: self.stage is Stage.PAINTED and not self.session.ahead.under_way)

    def rest(self) -> None:
        """For longer than a painting ahead waits for."""
        end = time.monotonic() + 2 * ahead.REST
        self.go_on(lambda: not self.session.preview.waiting and time.monotonic() > end)

    def paint(self) -> Pixels:
        """Press Paint, and wait for the layer."""
        run = self.session.paint()
        self.go_on(lambda: run.over)
        assert run.error is None
        self.session.end()
        return self.document.layers[-1].pixels

    def logged(self, text: str) -> int:
        """How often the worker has said something since the dialog was opened."""
        return self._logged()[self._began :].count(text)

    @property
    def stage(self) -> Stage:
        return self.session.preview.stage

    def _logged(self) -> str:
        return self._log.read_text("utf-8") if self._log.exists() else ""


@pytest.fixture
def dialog(place: Installation) -> Iterator[Dialog]:
    opened = Dialog(place)
    yield opened
    opened.session.close()


def test_what_is_seen_is_the_layer_that_comes(
    dialog: Dialog, painterly: Settings, place: Installation
) -> None:
    session = dialog.session
    session.change(painterly)
    dialog.go_on(lambda: not session.preview.waiting)
    assert dialog.stage is Stage.SKETCH and session.preview.sketch
    dialog.until_painted()
    assert not session.preview.sketch and not session.ahead.under_way
    assert dialog.logged("painted ") == 1
    view = session.preview.view
    assert view is not None and len(view.patches) == 1
    layer = dialog.paint()
    assert dialog.logged("painted ") == 1, "it was there already"
    assert bytes(view.patches[0].picture.data) == bytes(layer.data)
    dialog.rest()
    assert dialog.logged("painted ") == 1, "the same is not painted again"
    regions = region_extents(HeadlessDesk(dialog.document).seen().extent(), painterly)
    assert History(place).knows(painterly, regions)

    # The same without all that.
    other = Dialog(place)
    other.session.ahead.put(False)
    other.session.change(painterly)
    assert bytes(other.paint().data) == bytes(layer.data)
    other.session.ahead.put(True)
    other.session.close()


def test_the_layer_is_seen_in_the_previews_own_pixels(dialog: Dialog, painterly: Settings) -> None:
    """Drawn anywhere between them, its strokes would be softer than they will be."""
    dialog.document.selection = Box(21, 11, 50, 41)
    dialog.session.change(painterly)
    dialog.until_painted()
    view = dialog.session.preview.view
    assert view is not None
    (patch,) = view.patches
    assert (patch.place, patch.picture.extent) == (view.frame, view.before.extent)
    assert view.frame != Box.of(dialog.document.canvas)
    layer = dialog.paint()
    box = dialog.document.layers[-1].box.inside(view.frame)
    assert bytes(patch.picture.crop(box).data) == bytes(layer.data)


def test_what_is_painted_ahead_takes_no_time_any_more(
    dialog: Dialog, painterly: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimates, "about", lambda seconds: f"{seconds:.6f}")
    session, settings = dialog.session, replace(painterly, **QUALITIES["good"].settings)
    session.change(settings)
    before = session.times()
    assert float(before["good"]) > 0
    dialog.until_painted()
    after = session.times_left()
    assert session.ahead.done == 1 and float(after["good"]) == 0
    assert after["draft"] == before["draft"], "it is another painting"
    session.change(replace(settings, seed=1))
    assert session.ahead.done == 0 and float(session.times_left()["good"]) > 0


@pytest.mark.parametrize("kind", [{"tile": True}, {"sketch": True}])
def test_so_it_is_with_what_repeats_and_with_sketches(
    dialog: Dialog, painterly: Settings, kind: dict[str, Any]
) -> None:
    dialog.session.change(replace(painterly, **kind))
    dialog.until_painted()
    view = dialog.session.preview.view
    assert view is not None
    layer = dialog.paint()
    assert dialog.logged("painted ") == 1
    assert bytes(view.patches[0].picture.data) == bytes(layer.data)


def test_paint_goes_on_from_where_it_stands(dialog: Dialog, painterly: Settings) -> None:
    session = dialog.session
    session.change(replace(painterly, steps=10000, snapshots=1))
    dialog.go_on(lambda: dialog.stage is Stage.GROWING)
    assert session.preview.sketch
    grown = session.preview.view
    run = session.paint()
    assert run.begun, "steps were taken before it was asked for"
    assert session.preview.view is grown, "what was seen stays until there is more"
    session.follow()
    assert not session.preview.sketch
    run.keep()
    dialog.go_on(lambda: run.over)
    assert run.error is None and len(dialog.document.layers) == 2
    assert dialog.logged("painted ") == 1 and dialog.logged(ENDED) == 0
    session.end()


def test_a_moved_knob_ends_it_and_rest_begins_anew(dialog: Dialog, painterly: Settings) -> None:
    session = dialog.session
    session.change(replace(painterly, steps=10000))
    dialog.go_on(lambda: session.ahead.under_way)
    session.change(replace(painterly, steps=10000))
    assert session.ahead.under_way, "nothing was changed"
    session.change(replace(painterly, strength=0.5))
    assert not session.ahead.under_way
    dialog.until_painted()
    assert dialog.logged("painted ") == 1


@pytest.mark.parametrize("end", ["close", "put"])
def test_nothing_is_left_running(dialog: Dialog, painterly: Settings, end: str) -> None:
    session = dialog.session
    session.change(replace(painterly, steps=10000))
    dialog.go_on(lambda: session.ahead.under_way)
    dialog.go_on(lambda: session.ahead.begun)
    session.close() if end == "close" else session.ahead.put(False)
    until(lambda: dialog.logged(ENDED) == 1)
    dialog.rest()
    assert not session.ahead.under_way
    session.ahead.put(True)


def test_pixels_that_changed_unseen_are_painted_anew(dialog: Dialog, painterly: Settings) -> None:
    session, below = dialog.session, dialog.document.layers[0]
    session.change(painterly)
    dialog.until_painted()
    data = bytearray(below.pixels.data)
    data[0] ^= 128
    below.pixels = replace(below.pixels, data=bytes(data))
    dialog.paint()
    assert dialog.logged("painted ") == 2


def test_another_selection_ends_it(dialog: Dialog, painterly: Settings) -> None:
    session = dialog.session
    session.change(replace(painterly, steps=10000))
    dialog.go_on(lambda: session.ahead.begun)
    dialog.document.selection = Box(20, 10, 50, 40)
    session.look_again()
    dialog.go_on(lambda: dialog.logged(ENDED))
    dialog.go_on(lambda: session.ahead.begun)
    assert dialog.logged("painted ") == 0


def test_a_style_that_was_painted_over_is_painted_anew(dialog: Dialog, painterly: Settings) -> None:
    dialog.session.change(painterly)
    dialog.until_painted()
    Image.new("RGB", (64, 64), "red").save(painterly.style)
    os.utime(painterly.style, (1, 1))
    dialog.paint()
    assert dialog.logged("painted ") == 2


def test_it_waits_for_who_draws(dialog: Dialog, painterly: Settings) -> None:
    dialog.document.drawing = True
    dialog.session.change(painterly)
    dialog.rest()
    assert not dialog.session.ahead.under_way
    dialog.document.drawing = False
    dialog.until_painted()


class Watched(Layer):
    """Remembers how many rows were read at a time, and lets something happen before the third."""

    def __init__(self, layer: Layer) -> None:
        super().__init__(layer.name, layer.box, layer.pixels)
        self.rows: list[int] = []
        self.before_the_third: Callable[[], object] = lambda: None

    def read(self, box: Box) -> Pixels:
        if box.width == self.box.width:
            self.rows.append(box.height)
            if len(self.rows) == 3:
                self.before_the_third()
        return super().read(box)


@pytest.fixture
def watched(dialog: Dialog, monkeypatch: pytest.MonkeyPatch) -> Watched:
    """The dialog's layer, with its preview, which is to be read in parts."""
    monkeypatch.setattr(reading, "PART", 96 * 9)
    layer = dialog.document.layers[0] = Watched(dialog.document.layers[0])
    return layer


def test_it_is_read_little_by_little(dialog: Dialog, painterly: Settings, watched: Watched) -> None:
    session, document = dialog.session, dialog.document
    document.selection = Box(0, 5, 96, 70)
    session.change(painterly)
    dialog.go_on(lambda: not session.preview.waiting)
    watched.rows.clear()
    ticks = []
    watched.before_the_third = lambda: ticks.append(len(watched.rows))
    session.tick()
    while not session.ahead.under_way:
        before = len(watched.rows)
        session.tick()
        assert len(watched.rows) - before <= 1, "a host is not kept for longer"
        time.sleep(0.01)
    assert watched.rows == [9] * 8 + [8] and ticks == [3]
    dialog.until_painted()
    layer = dialog.paint()
    assert dialog.logged("painted ") == 1, "it is what is read at once"
    assert layer.extent == (96, 70)


def test_what_is_changed_while_it_is_read_is_painted_anew(
    dialog: Dialog, painterly: Settings, watched: Watched
) -> None:
    data = bytearray(watched.pixels.data)
    data[0] ^= 128
    after = replace(watched.pixels, data=bytes(data))
    dialog.session.change(painterly)
    dialog.go_on(lambda: not dialog.session.preview.waiting)
    watched.rows.clear()
    watched.before_the_third = lambda: setattr(watched, "pixels", after)
    dialog.until_painted()
    dialog.paint()
    assert dialog.logged("painted ") == 2


def test_who_begins_to_draw_meanwhile_is_not_disturbed(
    dialog: Dialog, painterly: Settings, watched: Watched
) -> None:
    dialog.session.change(painterly)
    dialog.go_on(lambda: not dialog.session.preview.waiting)
    watched.rows.clear()
    watched.before_the_third = lambda: setattr(dialog.document, "drawing", True)
    dialog.go_on(lambda: dialog.document.drawing)
    dialog.rest()
    assert len(watched.rows) == 3 and not dialog.session.ahead.under_way
    dialog.document.drawing = False
    dialog.until_painted()


def test_a_preview_that_is_the_painting_is_enough(dialog: Dialog, painterly: Settings) -> None:
    dialog.session.change(replace(painterly, method="instant"))
    dialog.rest()
    assert not dialog.session.ahead.under_way and not dialog.session.preview.sketch


def test_the_switch_is_remembered(dialog: Dialog, painterly: Settings, place: Installation) -> None:
    assert dialog.session.ahead.switch.on
    dialog.session.ahead.put(False)
    dialog.session.change(painterly)
    dialog.rest()
    assert dialog.stage is Stage.SKETCH and not dialog.session.ahead.under_way
    assert not Dialog(place).session.ahead.switch.on
    dialog.session.ahead.put(True)
    dialog.until_painted()


def test_a_long_one_stops_where_the_preview_shows_no_more(
    dialog: Dialog, painterly: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worth, "WARM", 0)
    monkeypatch.setattr(ahead, "LONG", 0.0)
    monkeypatch.setattr(ahead, "LONG_SIDE", 32)
    session = dialog.session
    session.change(replace(painterly, steps=10000, snapshots=1))
    dialog.go_on(lambda: dialog.stage is Stage.GROWING)
    dialog.go_on(lambda: dialog.logged(ENDED))
    assert not session.ahead.under_way and session.ahead.halted
    assert dialog.stage is Stage.GROWING and session.preview.sketch
    run = session.paint()
    assert not session.ahead.halted
    assert not run.begun and dialog.stage is Stage.GROWING
    dialog.go_on(lambda: run.begun)


@pytest.mark.parametrize("detail", [False, True])
def test_it_is_seen_at_once_where_it_is_as_fine_as_the_layer_will_be(
    dialog: Dialog, painterly: Settings, monkeypatch: pytest.MonkeyPatch, detail: bool
) -> None:
    monkeypatch.setattr(worth, "WARM", math.inf)
    session, stages = dialog.session, set[Stage]()
    session.change(replace(painterly, steps=30, snapshots=1, detail=detail))

    def painted() -> bool:
        stages.add(dialog.stage)
        return dialog.stage is Stage.PAINTED

    dialog.go_on(painted)
    assert (Stage.GROWING in stages) == (not detail), "64 px are to become 96 px by detail"


def test_a_worker_that_dies_is_met_by_paint_alone(
    dialog: Dialog, painterly: Settings, place: Installation
) -> None:
    session = dialog.session
    session.change(replace(painterly, steps=10000))
    dialog.go_on(lambda: session.ahead.begun)
    pid = pid_of(place)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    dialog.go_on(lambda: not session.ahead.under_way)
    assert session.preview.error is None and not session.preview.silent
    session.change(painterly)
    dialog.paint()


def supply(folder: Path, name: str, **said: str) -> None:
    (folder / name).mkdir(parents=True)
    for key, value in said.items():
        (folder / name / key).write_text(f"{value}\n")


def test_it_spares_a_battery(
    dialog: Dialog, painterly: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(power, "SUPPLIES", tmp_path / "supplies")
    supply(tmp_path / "supplies", "BAT0", type="Battery", status="Discharging")
    dialog.session.change(painterly)
    with pretend(Platform("linux")):
        dialog.rest()
    assert not dialog.session.ahead.under_way and dialog.stage is Stage.SKETCH


def test_what_linux_tells_of_its_supplies(tmp_path: Path) -> None:
    supply(tmp_path, "hidpp_battery_0", type="Battery", status="Discharging", scope="Device")
    assert not power.drained(tmp_path), "a mouse's"
    supply(tmp_path, "BAT0", type="Battery", status="Discharging")
    assert power.drained(tmp_path)
    supply(tmp_path, "AC", type="Mains", online="0")
    assert power.drained(tmp_path)
    (tmp_path / "AC" / "online").write_text("1\n")
    assert not power.drained(tmp_path)
