"""Paintings that came out stay at hand: seen again, compared, applied as they are, remembered."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.outcome import Outcome
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.settings import Settings
from core.bridge.i18n import texts
from core.bridge.session import outcomes, remembered
from core.bridge.session.called import called
from core.bridge.session.differing import differing
from core.bridge.session.outcomes import Kept
from core.bridge.session.painting import layer_name
from core.bridge.session.preview import Stage
from core.bridge.session.thumbnail import SIDE, thumbnail
from core.bridge.session.view import Patch, View
from core.bridge.storage.paths import Installation
from tests import pictures
from tests.documents import Document, Layer
from tests.test_session_ahead import Dialog
from tests.workers import private

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and modes of POSIX")

RGB, RGBA, BGRA = (PixelFormat(channels) for channels in ("RGB", "RGBA", "BGRA"))


@pytest.fixture(scope="module")
def place(
    installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    with private(installation, tmp_path_factory.mktemp("outcomes")) as own:
        yield own


@pytest.fixture
def first(tmp_path: Path) -> Settings:
    style = pictures.saved(pictures.strokes(), tmp_path / "strokes.png")
    return Settings(style=str(style), steps=6, size=64, device="cpu")


@pytest.fixture
def second(first: Settings) -> Settings:
    return replace(first, strength=0.4)


@pytest.fixture
def dialog(place: Installation) -> Iterator[Dialog]:
    opened = Dialog(place)
    yield opened
    opened.session.close()


def kept(dialog: Dialog) -> list[Kept]:
    return list(dialog.session.outcomes.items)


def painted_ahead(dialog: Dialog, *each: Settings) -> list[Kept]:
    """One after another."""
    for settings in each:
        dialog.session.change(settings)
        dialog.until_painted()
    return kept(dialog)[-len(each) :]


def choose(dialog: Dialog, one: Kept) -> None:
    """As a dialog does whose strip is clicked."""
    dialog.session.choose(one, dialog.session.change)
    dialog.session.tick()


def paint(dialog: Dialog) -> Layer:
    """Press Paint; the painting is taken out of the document, which has one layer again."""
    dialog.paint()
    return dialog.document.layers.pop()


def test_what_came_out_ahead_is_kept_and_comes_back_with_a_click(
    dialog: Dialog, first: Settings, second: Settings
) -> None:
    session = dialog.session
    one, two = painted_ahead(dialog, first, second)
    assert kept(dialog) == [one, two] and session.outcomes.chosen is two
    assert (one.told.settings, two.told.settings) == (first, second)
    assert one.name == "strokes" and one.told.at <= two.told.at
    assert one.told.thumbnail != two.told.thumbnail
    assert one.ground is not None
    seen, jobs = one.ground.view, dialog.logged("painted ")

    choose(dialog, one)
    assert session.outcomes.chosen is one
    view = session.preview.view
    assert view is not None and view.patches is seen.patches, "at once"
    assert dialog.stage is Stage.PAINTED
    dialog.rest()
    assert session.preview.view is view and dialog.logged("painted ") == jobs

    session.change(replace(first, strength=0.7))
    assert session.outcomes.chosen is None, "a knob was moved"
    assert session.preview.view is not view


def test_the_same_once_more_is_the_one_that_is_there(
    dialog: Dialog, first: Settings, second: Settings
) -> None:
    session = dialog.session
    one, two = painted_ahead(dialog, first, second)
    session.change(first)
    dialog.until_painted()
    assert kept(dialog) == [one, two] and session.outcomes.chosen is one
    dialog.rest()
    assert session.outcomes.chosen is one and session.outcomes.comparable
    layer = paint(dialog)
    assert one.whole is not None and layer.pixels == one.whole.result.layer
    assert kept(dialog) == [one, two] and session.outcomes.chosen is one


def test_a_run_that_comes_to_nothing_shows_no_older_one(
    dialog: Dialog, first: Settings, second: Settings
) -> None:
    session = dialog.session
    session.ahead.put(False)
    session.change(first)
    paint(dialog)
    session.change(second)
    dialog.go_on(lambda: not session.preview.waiting)
    run = session.paint()
    run.cancel()
    session.end()
    assert session.preview.painted is None and session.outcomes.chosen is None
    session.ahead.put(True)


def test_paint_applies_the_chosen_one_to_the_last_byte(
    dialog: Dialog, first: Settings, second: Settings
) -> None:
    session = dialog.session
    one, two = painted_ahead(dialog, first, second)
    jobs = dialog.logged("painted ")
    for each in (one, two, one):
        choose(dialog, each)
        layer = paint(dialog)
        assert each.whole is not None
        assert bytes(layer.pixels.data) == bytes(each.whole.result.layer.data)
        assert layer.record is not None
        assert layer.record.settings.on_machine_of(each.told.settings) == each.told.settings
        assert session.outcomes.chosen is each and session.outcomes.picked, "it stays so"
    assert dialog.logged("painted ") == jobs, "the worker had nothing to do"
    assert kept(dialog) == [one, two], "none came out anew"


def test_what_was_stopped_early_is_applied_as_it_was_stopped(
    dialog: Dialog, first: Settings
) -> None:
    session, long = dialog.session, replace(first, steps=10000)
    session.ahead.put(False)
    session.change(long)
    dialog.go_on(lambda: not session.preview.waiting)
    run = session.paint()
    dialog.go_on(lambda: run.begun)
    run.keep()
    dialog.go_on(lambda: run.over)
    session.end()
    (stopped,) = kept(dialog)
    assert session.outcomes.chosen is stopped and not session.outcomes.picked
    assert session.preview.stage is Stage.PAINTED
    early = dialog.document.layers.pop().pixels.data
    session.change(first)
    choose(dialog, stopped)
    assert paint(dialog).pixels.data == early
    session.ahead.put(True)


def test_on_other_pixels_it_is_painted_anew(
    dialog: Dialog, first: Settings, second: Settings
) -> None:
    one, _ = painted_ahead(dialog, first, second)
    session, below = dialog.session, dialog.document.layers[0]
    choose(dialog, one)
    data = bytearray(below.pixels.data)
    data[0] ^= 128
    below.pixels = replace(below.pixels, data=bytes(data))
    jobs = dialog.logged("painted ")
    layer = paint(dialog)
    assert dialog.logged("painted ") == jobs + 1
    assert one.whole is not None and layer.pixels.data != one.whole.result.layer.data

    # Where another part is selected, it is not seen either, but painted ahead by its settings.
    dialog.document.selection = Box(20, 10, 50, 40)
    session.look_again()
    dialog.go_on(lambda: not session.preview.waiting)
    choose(dialog, one)
    assert session.outcomes.chosen is one and not session.outcomes.picked
    assert session.preview.painted is None
    dialog.until_painted()
    assert session.outcomes.chosen is kept(dialog)[-1] is not one


def test_another_selection_in_the_same_box_is_another_ground(
    dialog: Dialog, first: Settings, second: Settings
) -> None:
    dialog.document.selection = Box(20, 10, 50, 40)
    one, _ = painted_ahead(dialog, first, second)
    choose(dialog, one)
    assert dialog.session.outcomes.picked
    dialog.session.change(second)
    assert one.ground is not None and one.ground.selected is not None
    one.ground = one.ground._replace(selected=None)
    choose(dialog, one)
    assert not dialog.session.outcomes.picked


def test_two_are_compared(dialog: Dialog, first: Settings, second: Settings) -> None:
    session, third = dialog.session, replace(first, strength=0.8)
    painted_ahead(dialog, first)
    assert not session.outcomes.comparable, "there is no other"
    one, two, three = kept(dialog) + painted_ahead(dialog, second, third)
    assert session.outcomes.comparable and session.beside is None
    session.outcomes.compare(True)
    assert session.beside == (two, three), "that before it, and the one that is seen"
    session.outcomes.compare(False)
    choose(dialog, one)
    choose(dialog, three)
    session.outcomes.compare(True)
    assert session.beside == (one, three)
    session.outcomes.compare(False)
    assert session.beside is None and session.outcomes.chosen is three
    session.outcomes.compare(True)
    session.change(replace(third, strength=0.1))
    assert session.beside is None and not session.outcomes.comparable


def test_while_two_are_compared_a_click_changes_the_right_one(
    dialog: Dialog, first: Settings, second: Settings
) -> None:
    session, third = dialog.session, replace(first, strength=0.8)
    one, two, three = painted_ahead(dialog, first, second, third)
    session.outcomes.compare(True)
    for clicked, seen in ((one, (two, one)), (two, (one, two)), (three, (one, three))):
        choose(dialog, clicked)
        assert session.beside == seen
    dialog.rest()
    assert session.beside == (one, three)


def test_a_document_remembers_them_and_a_new_dialog_paints_them_again(
    dialog: Dialog, place: Installation, first: Settings, second: Settings
) -> None:
    one, two = painted_ahead(dialog, first, second)
    painting = paint(dialog)
    assert painting.record is not None
    assert painting.record.outcomes == (
        replace(one.told, settings=one.told.settings.on_machine_of(Settings())),
        replace(two.told, settings=two.told.settings.on_machine_of(Settings())),
    )
    dialog.session.close()

    dialog.document.layers.append(painting)
    again = Dialog(place, dialog.document)
    session = again.session
    session.ahead.put(False)
    session.change(replace(first, strength=0.9))
    again.go_on(lambda: kept(again))
    old, newer = kept(again)
    assert [old.told.at, newer.told.at] == [one.told.at, two.told.at]
    assert old.ground is None and old.whole is None, "the picture has gone with its dialog"
    choose(again, old)
    assert session.outcomes.chosen is old and not session.outcomes.picked
    session.ahead.put(True)
    again.until_painted()
    assert old not in kept(again) and len(kept(again)) == 2, "it was painted again"
    assert session.outcomes.chosen is kept(again)[-1]
    assert kept(again)[-1].told.settings == first
    session.close()


def test_there_are_not_more_than_so_many(
    dialog: Dialog, first: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcomes, "MOST", 2)
    each = [replace(first, strength=share) for share in (0.2, 0.4, 0.6)]
    painted_ahead(dialog, *each)
    assert [one.told.settings for one in kept(dialog)] == each[1:]


def test_the_oldest_layers_go_where_there_is_no_room(
    dialog: Dialog, first: Settings, second: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len(dialog.document.layers[0].pixels.data)
    monkeypatch.setattr(outcomes, "ROOM", 2 * size)
    one, two = painted_ahead(dialog, first, second)
    assert one.whole is None and two.whole is not None
    jobs = dialog.logged("painted ")
    choose(dialog, one)
    assert dialog.session.outcomes.picked and dialog.stage is Stage.PAINTED, "it is seen still"
    paint(dialog)
    assert dialog.logged("painted ") == jobs + 1


def test_of_several_layers_the_first_one_is_kept(place: Installation, first: Settings) -> None:
    dialog = Dialog(place, Document.of_photographs(2))
    dialog.session.change(replace(first, method="instant"))
    dialog.go_on(lambda: not dialog.session.preview.waiting)
    dialog.paint()
    records = [layer.record for layer in dialog.document.layers if layer.record]
    assert [len(record.outcomes) for record in records] == [1, 0]
    assert len(kept(dialog)) == 1
    dialog.session.close()


def flat(color: tuple[int, ...], format: PixelFormat, width: int, height: int) -> Pixels:
    return Pixels(Extent(width, height), format, bytes(color) * (width * height))


def test_a_thumbnail_is_the_painting_over_its_original() -> None:
    frame, place = Box(-20, 10, 400, 300), Box(30, 40, 200, 100)
    before = flat((30, 20, 10, 255), BGRA, 200, 150)
    half = flat((200, 100, 50, 255), RGBA, 50, 50).data + flat((9, 9, 9, 0), RGBA, 50, 50).data
    picture = Pixels(Extent(50, 100), RGBA, half)
    small = thumbnail(View(before, frame, 0, (Patch(picture, place),)), place)
    assert small.extent == (SIDE, SIDE // 2) and small.format == RGB
    pixels = [tuple(small.data[at : at + 3]) for at in range(0, len(small.data), 3)]
    assert set(pixels[: len(pixels) // 2]) == {(200, 100, 50)}
    assert set(pixels[len(pixels) // 2 :]) == {(10, 20, 30)}


def test_a_thumbnail_has_the_mean_of_fine_stripes() -> None:
    stripes = Pixels(Extent(400, 40), RGBA, bytes((0, 0, 0, 255, 200, 100, 50, 255)) * (200 * 40))
    box = Box(0, 0, 400, 40)
    small = thumbnail(View(stripes, box, 0, (Patch(stripes, box),)), box)
    spread = [max(small.data[c::3]) - min(small.data[c::3]) for c in range(3)]
    assert max(spread) <= 40, spread


OUTCOME = Outcome(Settings(steps=7), "Sea", 1e9, flat((1, 2, 3), RGB, 4, 3))


@pytest.mark.parametrize(
    "odd",
    [
        {"name": 3},
        {"at": "noon"},
        {"at": None},
        {"extent": [4]},
        {"extent": [4, -3]},
        {"extent": [4000, 3]},
        {"extent": [4, 4]},
        {"thumbnail": "?"},
        {"settings": 3},
    ],
)
def test_of_what_a_document_remembers_nonsense_is_left_out(odd: dict[str, Any]) -> None:
    told = json.loads(json.dumps(remembered.packed([OUTCOME, OUTCOME])))
    assert remembered.unpacked(told) == (OUTCOME, OUTCOME)
    assert remembered.unpacked([told[0], {**told[1], **odd}, "?"]) == (OUTCOME,)
    assert remembered.unpacked({"a": 1}) == ()


def test_those_that_several_layers_remember_count_once() -> None:
    each = [replace(OUTCOME, at=float(at)) for at in range(12)]
    assert remembered.gathered([*each[4:], *each]) == tuple(each[-remembered.MOST :])


def test_a_style_of_the_gallery_has_its_title_and_a_persons_own_keeps_its_name(
    tmp_path: Path,
) -> None:
    ours, own = tmp_path / "stained glass.jpg", tmp_path / "own" / "stained glass.jpg"
    both = Settings(style=str(ours), background_style=str(own))
    pastiche = Settings(method="pastiche", pastiche="wheat", background_pastiche="wave=0.5, 7=0.5")
    texts.speak("de")
    try:
        assert (
            called("stained glass + stained glass", both, tmp_path) == "Glasfenster + stained glass"
        )
        assert called("Layer 2", both, tmp_path) == "Layer 2", "a host knows it by another name"
        assert called(layer_name(pastiche), pastiche, tmp_path) == "Weizen + wave=0.5, 7=0.5"
    finally:
        texts.speak("en")
    assert called(layer_name(pastiche), pastiche, tmp_path).startswith("Wheat")
    library = Settings(library=str(tmp_path))
    assert called(layer_name(library), library, tmp_path) == layer_name(library)


def test_what_tells_one_from_another_is_said() -> None:
    settings = Settings(style="sea.png", strength=0.4, method="instant", steps=7, threads=3)
    long = "A sea of many waves and a boat"
    one = Kept(Outcome(settings, long, 0.0, OUTCOME.thumbnail), long)
    first, *told, last = one.description.split("\n")
    assert first.startswith("A sea of many waves…, 1970-01-01") or "1969-12-31" in first
    assert told == ["Method: Instant", "Strength: 0.4"], "instant takes no steps"
    assert last == outcomes.HELP
    assert differing(Settings()) == []
