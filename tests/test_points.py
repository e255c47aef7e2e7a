"""Points of a layer as one text: read, written, and moved to a part of the layer."""

from __future__ import annotations

import pytest

from core.bridge.contract import points
from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box
from core.bridge.contract.points import MOST, Point


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (" ; ", []),
        ("0.4,0.6", [(0.4, 0.6)]),
        (" 0.4 , .6;1,0; ", [(0.4, 0.6), (1, 0)]),
    ],
)
def test_a_text_is_read(text: str, found: list[tuple[float, float]]) -> None:
    assert points.read(text) == found


@pytest.mark.parametrize(
    "text", ["0.4", "0.4,0.6,0.7", "a,b", "1.2,0.5", "-0.1,0.5", "nan,0.5", "1e-3,0.5", "0.4 0.6"]
)
def test_what_is_no_point_is_told(text: str) -> None:
    with pytest.raises(BadInput, match=f"'{text}' is no point"):
        points.read(f"0.5,0.5; {text}")


def test_too_many_are_told() -> None:
    assert len(points.read("0.5,0.5;" * MOST)) == MOST
    with pytest.raises(BadInput, match=f"{MOST + 1} points of subjects"):
        points.read("0.5,0.5;" * (MOST + 1))


def test_what_is_written_is_read_again() -> None:
    some = [Point(0, 1), Point(0.12345, 0.5), Point(0.00004, 0.3)]
    assert points.written(some) == "0,1; 0.1235,0.5; 0,0.3"
    assert points.read(points.written(some)) == [(0, 1), (0.1235, 0.5), (0, 0.3)]


def test_points_stay_where_they_are_in_a_part() -> None:
    whole, part = Box(-100, 50, 400, 200), Box(0, 100, 200, 100)
    assert points.moved("0.5,0.5; 0.75,0.25", whole, part) == "0.5,0.5; 1,0"
    assert points.moved("0.5,0.5; 0.1,0.5", whole, part) == "0.5,0.5", "that lies off the part"
    assert points.moved("", whole, part) == ""
    with pytest.raises(BadInput, match="None of the points"):
        points.moved("0.1,0.5", whole, part)
