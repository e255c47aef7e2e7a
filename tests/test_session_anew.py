"""A painting that is painted anew: where its selection is by now, and how far it was moved."""

from __future__ import annotations

import json

import pytest

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import MASK, Pixels
from core.bridge.contract.settings import Settings
from core.bridge.session.anew import (
    Framed,
    Sampled,
    at,
    course,
    landed,
    moved,
    selected_now,
    turned,
)
from core.bridge.session.landing import Way
from core.bridge.session.record import Record, Selected, read
from core.bridge.session.samples import Samples
from core.bridge.session.stand import CELLS, Landing
from core.bridge.session.turns import Turn

MASK_OF_THEN = Pixels(Extent(4, 2), MASK, bytes(range(8)))
THEN = Selected(Box(1, 0, 2, 2), Box(0, 0, 4, 2), MASK_OF_THEN)
CELLS_OF_THEN = [[[x, y, 7, 255] for x in range(CELLS)] for y in range(CELLS)]
STOOD = Framed(Extent(40, 20), Box(10, 6, 8, 4), CELLS_OF_THEN)
RECORD = Record(Settings(), 3, THEN, STOOD)
PLACE = Samples(
    Extent(40, 20), ("RGBA", "U8", "sRGB"), (5, 5), Box(5, 5, 20, 10), {(6, 6): b"abcd"}
)


def resize(pixels: Pixels, extent: Extent) -> Pixels:
    """Nearest pixels."""
    (width, height), data = pixels.extent, pixels.data
    rows = (y * height // extent.height for y in range(extent.height))
    columns = [x * width // extent.width for x in range(extent.width)]
    found = bytes(data[y * width + x] for y in rows for x in columns)
    return Pixels(extent, pixels.format, found)


class TestCourse:
    """The painting lay at (10, 6) on a source at (100, 50), and is 8 by 4 pixels."""

    def test_nothing_was_done(self) -> None:
        now = course(RECORD, Box(100, 50, 40, 20), Box(110, 56, 8, 4), resize)
        assert now == (THEN.move(110, 56), (0, 0), True)

    def test_the_source_was_moved_away_from_under_it(self) -> None:
        now = course(RECORD, Box(0, 0, 40, 20), Box(110, 56, 8, 4), resize)
        assert now == (THEN.move(10, 6), (100, 50), True)

    def test_the_image_was_scaled(self) -> None:
        now = course(RECORD, Box(200, 100, 80, 40), Box(220, 112, 17, 8), resize)
        assert now.known and now.shift == (0, 0)
        assert now.selected is not None
        assert (now.selected.bounds, now.selected.box) == (
            Box(222, 112, 4, 4),
            Box(220, 112, 8, 4),
        )
        assert now.selected.mask == resize(MASK_OF_THEN, Extent(8, 4))

    @pytest.mark.parametrize("stood", [None, STOOD])
    def test_after_a_crop_the_selection_stays_with_the_painting(self, stood: Framed | None) -> None:
        record = Record(Settings(), 3, THEN, stood)
        now = course(record, Box(0, 0, 20, 20), Box(0, 0, 8, 4), resize)
        assert now == (THEN.move(0, 0), (0, 0), False)

    def test_nothing_was_selected(self) -> None:
        now = course(
            Record(Settings(), 3, None, STOOD), Box(0, 0, 40, 20), Box(10, 6, 8, 4), resize
        )
        assert now == (None, (0, 0), True)


def test_a_turn_of_the_source_turns_what_is_remembered_of_it() -> None:
    there = Turn(transposed=True, mirrored_x=True, mirrored_y=False)
    back = Turn(transposed=True, mirrored_x=False, mirrored_y=True)
    once = turned(RECORD, there, resize)
    assert once.stood is not None and once.selected is not None
    assert (once.stood.source, once.stood.place.extent) == (Extent(20, 40), Extent(4, 8))
    assert once.selected.mask.extent == Extent(2, 4)
    again = turned(once, back, resize)
    assert again.selected == THEN and again.stood is not None
    assert again.stood[:2] == STOOD[:2]
    assert [[list(cell) for cell in row] for row in again.stood.cells] == CELLS_OF_THEN
    older = Record[Framed](Settings(), 3, THEN)
    assert turned(older, there, resize) == older


def test_a_painting_that_landed_remembers_where() -> None:
    there = Landing(Box(0, 0, 8, 4), source=Extent(30, 20), place=Box(2, 6, 8, 4))
    stood = landed(RECORD, there, resize).stood
    assert stood == Framed(Extent(30, 20), Box(2, 6, 8, 4), CELLS_OF_THEN)
    assert landed(RECORD, Landing(Box(0, 0, 8, 4)), resize).stood is None


def test_how_a_source_stood_comes_back_from_a_document() -> None:
    assert read(RECORD.written(Framed.as_mapping), Framed.of) == RECORD
    sampled = Record(Settings(), "layer:{1}", THEN, Sampled(PLACE, (3, 4)))
    assert read(sampled.written(Sampled.as_mapping), Sampled.of) == sampled
    assert Framed.of({"source": [40, 20]}) is None
    assert Sampled.of({"origin": [0, 0]}) is None


@pytest.mark.parametrize("cells", [[[1]], [[[1, 2, 3, 4]]], "abc", [[["x"] * 4] * 8] * 8, 7])
def test_what_is_no_coarse_picture_is_no_record(cells: object) -> None:
    told = {"source": [40, 20], "place": [0, 0, 8, 4], "cells": cells}
    with pytest.raises((ValueError, TypeError)):
        Framed.of(told)


@pytest.mark.parametrize(
    "odd",
    [
        {"origin": [5]},
        {"origin": []},
        {"origin": [1, 2, 3]},
        {"origin": 7},
        {"place": {**PLACE.as_mapping(), "canvas": [0, 20]}},
        {"place": {**PLACE.as_mapping(), "space": "sRGB"}},
    ],
)
def test_what_is_no_place_is_no_record(odd: dict[str, object]) -> None:
    record = Record(Settings(), "layer:{1}", THEN, Sampled(PLACE, (3, 4)))
    told = json.loads(record.written(Sampled.as_mapping))
    assert read(json.dumps(told).encode(), Sampled.of) == record
    assert read(json.dumps({**told, **odd}).encode(), Sampled.of) is None


class TestSampled:
    def test_a_painting_that_was_moved_keeps_its_distance(self) -> None:
        record = at(Record(Settings(), "layer:{1}", THEN, Sampled(PLACE)), (8, 9), (0, 0))
        still = Way.shift(Box.of(PLACE.canvas), 0, 0)
        assert moved(record.stood, still, (8, 9)) == (0, 0)
        assert moved(record.stood, still, (10, 8)) == (2, -1)
        with_source = Way.shift(Box.of(PLACE.canvas), 2, 0)
        assert moved(record.stood, with_source, (10, 8)) == (0, -1)
        again = at(record, (10, 8), (2, -1))
        assert again == record

    def test_where_that_is_not_known_it_was_not_moved(self) -> None:
        still = Way.shift(Box.of(PLACE.canvas), 0, 0)
        assert moved(None, still, (8, 9)) == moved(Sampled(PLACE), still, (8, 9)) == (0, 0)
        assert moved(Sampled(PLACE, (1, 1)), None, (8, 9)) == (0, 0)
        older = Record[Sampled](Settings(), "layer:{1}", None)
        assert at(older, (8, 9), (0, 0)) == older

    def test_a_selection_goes_with_its_source_or_is_refused(self) -> None:
        way = Way.shift(Box.of(PLACE.canvas), 3, 4)
        assert selected_now(THEN, way, resize) == THEN.move(3, 4)
        with pytest.raises(BadInput, match="distorted since"):
            selected_now(THEN, None, resize)
