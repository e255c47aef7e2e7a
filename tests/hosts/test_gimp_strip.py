"""GIMP's dialog keeps its last results: seen again, compared, applied, remembered."""

from __future__ import annotations

import pytest

from .gimps import Job, Report, of


@pytest.fixture(scope="module")
def strip(job: Job) -> Report:
    job.forget_last_values()
    said = of(job.run("gimp_strip", windows=True, screen="1366x768"), "results")
    assert not said["stuck"] and said["painted"] == 1
    return said


def test_the_strip_is_there_once_there_is_a_result(strip: Report) -> None:
    assert strip["hidden"]
    assert strip["alone"] == [True, False], "with one there is nothing to compare"
    picture, dialog = strip["heights"]
    assert picture > dialog / 2, "the picture keeps its room"


def test_a_result_has_its_style_and_its_time(strip: Report) -> None:
    name, time = strip["words"]
    assert name == "style picture" and ":" in time
    tip, title = strip["told"]
    assert tip.startswith("style picture, ") and title == "Last results"


def test_a_key_brings_settings_and_picture_back(strip: Report) -> None:
    assert strip["back"] == [1.0, "PAINTED"]
    assert strip["button"] == "_Apply"
    assert strip["jobs"] == [2, 2], "nothing is painted again"


def test_two_are_compared_in_the_same_view(strip: Report) -> None:
    assert all(tag.startswith("style picture, ") for tag in strip["tags"])
    left, right = strip["sides"]
    assert left != right and strip["swapped"] == [right, left]
    assert strip["single"] == ["Before", "After"]


def test_what_is_applied_is_the_very_painting(strip: Report) -> None:
    assert strip["applied"] == strip["whole"]


def test_the_image_remembers_them(strip: Report) -> None:
    assert strip["anew"] == [0.4, False]
    assert strip["edited"] == [0.4, False]
