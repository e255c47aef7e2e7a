"""Animations of layers by GIMP's convention, and which of their frames are meant."""

from __future__ import annotations

import pytest

from core.bridge.contract.errors import BadInput
from core.bridge.session.clip_knobs import chosen, span
from core.bridge.session.layered import painted_name, replaces, stacks


@pytest.mark.parametrize(
    ("name", "alone"),
    [
        ("Frame 2 (100ms) (replace)", True),
        ("Frame 2(replace)(100ms)", True),
        ("Frame 2 (100ms) (combine)", False),
        ("Frame 2 (100ms)", False),
        ("replace", False),
        ("(Replace)", False),  # GIMP's own reader tells case apart
        ("a (combine) b (replace)", False),
        ("a (replace) b (combine)", True),
        ("", False),
    ],
)
def test_a_name_says_whether_a_frame_is_seen_alone(name: str, alone: bool) -> None:
    assert replaces(name) == alone


def test_a_frame_is_drawn_over_those_since_the_last_one_that_stood_alone() -> None:
    names = ["Background (100ms)", "b (combine)", "c", "d (replace)", "e (combine)", "f (replace)"]
    seen = [list(stack) for stack in stacks(names)]
    assert seen == [[0], [0, 1], [0, 1, 2], [3], [3, 4], [5]]


def test_no_layers_are_no_frames() -> None:
    assert stacks([]) == []


@pytest.mark.parametrize(
    ("name", "first", "painted"),
    [
        ("Background (100ms)", True, "Background (100ms)"),
        ("Background (100ms) (combine)", True, "Background (100ms) (replace)"),
        ("Frame 2 (250ms) (combine)", False, "Frame 2 (250ms) (replace)"),
        ("Frame 2 (combine)(250ms)", False, "Frame 2 (replace)(250ms)"),
        ("Frame 3 (50ms) (replace)", False, "Frame 3 (50ms) (replace)"),
        ("Frame 4 (70ms) #1", False, "Frame 4 (70ms) #1 (replace)"),
    ],
)
def test_a_painted_frame_keeps_its_name_and_stands_alone(
    name: str, first: bool, painted: str
) -> None:
    assert painted_name(name, first) == painted
    assert first or replaces(painted)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", range(0, 5)),
        ("  ", range(0, 5)),
        ("2", range(1, 2)),
        ("2-4", range(1, 4)),
        (" 2 – 4 ", range(1, 4)),
        ("4-9", range(3, 5)),
    ],
)
def test_frames_are_named_as_a_person_does(text: str, places: range) -> None:
    assert chosen(text, [1, 2, 3, 4, 5]) == places


def test_frames_are_found_by_their_own_numbers() -> None:
    assert chosen("4-10", [0, 4, 8, 12]) == range(1, 3)


@pytest.mark.parametrize("text", ["all", "3-", "-3", "3,4", "3-4-5", "3.5", "1" * 12])
def test_what_names_no_frames_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="names no frames: write 3-8"):
        chosen(text, [1, 2, 3])


@pytest.mark.parametrize("text", ["6", "6-9", "0", "3-2"])
def test_frames_that_are_not_there_are_refused(text: str) -> None:
    with pytest.raises(BadInput, match=r"There are no frames .*: choose some from 1 to 5\."):
        chosen(text, [1, 2, 3, 4, 5])


@pytest.mark.parametrize(("first", "last"), [(1, 1), (2, 5)])
def test_a_span_is_written_as_it_is_read(first: int, last: int) -> None:
    assert chosen(span(first, last), range(1, 6)) == range(first - 1, last)
