"""What a painted layer remembers: written, read, brought up to date, whatever it was edited to."""

from __future__ import annotations

import base64
import json
import tracemalloc
import zlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from core.bridge.contract import settings as declared
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import MASK, Pixels
from core.bridge.contract.settings import Settings
from core.bridge.session.record import Record, Selected, digest, original, read
from core.bridge.storage import outside

PACKED = base64.b64encode(zlib.compress(bytes(range(6)))).decode()
SELECTED = Selected(Box(4, 5, 2, 2), Box(4, 5, 3, 2), Pixels(Extent(3, 2), MASK, bytes(range(6))))


class Stood(NamedTuple):
    """As a host might tell it."""

    place: Box

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Stood | None:
        place = told.get("place")
        return None if place is None else cls(outside.box(place))


def again(data: bytes | Mapping[str, Any]) -> Record[Stood] | None:
    return read(data if isinstance(data, bytes) else json.dumps(data).encode(), Stood.of)


@pytest.mark.parametrize(
    "record",
    [
        Record[Stood](Settings(), "layer:{1}", None),
        Record(Settings(steps=7), "layer:{1}", SELECTED, Stood(Box(1, 2, 3, 4)), name="Sea"),
        Record(Settings(), 3, SELECTED, Stood(Box(1, 2, 3, 4)), 5, "masked", mask="abc"),
    ],
)
def test_a_record_comes_back_as_it_was(record: Record[Stood]) -> None:
    assert again(record.written(Stood._asdict)) == record


def test_kritas_of_earlier_versions_are_read() -> None:
    told = {
        "settings": {"steps": 7, "brush": "flat"},
        "source": "layer:{1}",
        "mask": {"box": [4, 5, 3, 2], "data": PACKED},
        "place": [1, 2, 3, 4],
        "origin": [0, 0],
        "name": "Sea",
    }
    found = again(told)
    assert found is not None
    assert (found.settings, found.source, found.name) == (Settings(steps=7), "layer:{1}", "Sea")
    assert found.selected == SELECTED._replace(bounds=SELECTED.box)
    assert (found.stood, found.mask) == (Stood(Box(1, 2, 3, 4)), "")
    oldest = again({"settings": {}, "source": "layer:{1}", "mask": None})
    assert oldest == Record(Settings(), "layer:{1}", None)


def test_gimps_of_earlier_versions_are_read() -> None:
    selected = {"bounds": [4, 5, 2, 2], "box": [4, 5, 3, 2], "mask": PACKED}
    found = again(
        {
            "settings": {"steps": 7},
            "tattoo": 3,
            "selected": selected,
            "labels": 5,
            "source": [80, 60],
            "place": [1, 2, 3, 4],
            "output": "masked",
            "mask": "abc",
        }
    )
    stood = Stood(Box(1, 2, 3, 4))
    assert found == Record(Settings(steps=7), 3, SELECTED, stood, 5, "masked", mask="abc")
    oldest = again({"settings": {}, "tattoo": 3, "selected": None})
    assert oldest == Record(Settings(), 3, None)


@pytest.mark.parametrize(
    ("kept", "settings"),
    [
        ({"brush": 3, "steps": 7}, Settings(steps=7)),
        ({"pace": 7, "seed": 3}, Settings(steps=7, seed=3)),
        ({"pace": 1e300, "method": "oil", "size": [1], "seed": 3}, Settings(seed=3)),
    ],
)
def test_a_painting_stays_one_whatever_became_of_its_knobs(
    monkeypatch: pytest.MonkeyPatch, kept: dict[str, Any], settings: Settings
) -> None:
    monkeypatch.setattr(declared, "RENAMED", {"pace": "steps"})
    found = again({"settings": kept, "source": "layer:{1}", "mask": None})
    assert found is not None and found.settings == settings


GOOD = {"settings": {}, "tattoo": 3, "selected": None}


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"[]",
        b'"a"',
        b"\xff\xfe",
        b'{"settings": {}, "tatt',
        b'{"settings": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        {"settings": {}},
        {"settings": {}, "source": "layer:{1}"},
        {**GOOD, "settings": [3]},
        {**GOOD, "tattoo": 10**15},
        {**GOOD, "tattoo": "3"},
        {**GOOD, "labels": -1},
        {**GOOD, "place": [1, 2]},
        {**GOOD, "selected": [1]},
        {**GOOD, "selected": {"box": [0, 0, 1e9, "x"], "mask": PACKED}},
        {**GOOD, "selected": {"box": [0, 0, 2000000000, 2000000000], "mask": PACKED}},
        {**GOOD, "selected": {"box": [0, 0, 2, 2], "mask": PACKED}},
        {**GOOD, "selected": {"box": [0, 0, 3, 2], "mask": 3}},
        {**GOOD, "selected": {"bounds": [0, 0, 0, 2], "box": [0, 0, 3, 2], "mask": PACKED}},
    ],
)
def test_nonsense_is_no_painting(told: bytes | dict[str, Any]) -> None:
    assert again(told) is None


def test_a_selection_that_unpacks_to_more_than_it_is_is_not_unpacked() -> None:
    huge = base64.b64encode(zlib.compress(bytes(64 << 20))).decode()
    told = {**GOOD, "selected": {"box": [0, 0, 3, 2], "mask": huge}}
    tracemalloc.start()
    try:
        assert again(told) is None
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("sources", "first"),
    [
        ({}, "painting"),
        ({"painting": "photo"}, "photo"),
        ({"painting": "older", "older": "photo"}, "photo"),
        ({"painting": "painting"}, "painting"),
        ({"painting": "older", "older": "painting"}, "older"),
    ],
)
def test_of_a_painting_the_first_one_is_found_and_no_circle_followed(
    sources: dict[str, str], first: str
) -> None:
    assert original("painting", sources.get, str) == first


def test_masks_are_told_from_each_other() -> None:
    other = Pixels(Extent(3, 2), MASK, bytes(6))
    assert digest(SELECTED.mask) != digest(other) == digest(other)


def test_how_many_threads_painted_is_not_remembered() -> None:
    one, other = (Record[Stood](Settings(steps=7, threads=count), 3, None) for count in (0, 4))
    assert one.written(Stood._asdict) == other.written(Stood._asdict)


def test_a_selection_is_cut_to_any_box() -> None:
    assert SELECTED.cut(SELECTED.box) is SELECTED.mask
    assert SELECTED.cut(Box(5, 4, 3, 2)).data == bytes([0, 0, 0, 1, 2, 0])
    assert SELECTED.cut(Box(0, 0, 2, 1)).data == bytes(2)
