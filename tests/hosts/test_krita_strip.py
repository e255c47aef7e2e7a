"""Krita's dialog keeps its last results: seen again, compared, applied, remembered."""

from __future__ import annotations

from .kritas import Krita


def test_the_strip_is_there_once_there_is_a_result(krita: Krita) -> None:
    told = krita.told("strip_of_results")
    assert told["hidden"]
    assert told["alone"] == [True, False], "with one there is nothing to compare"
    view, whole = told["room"]
    assert view > whole / 2, "the picture keeps its room"


def test_a_result_has_its_style_and_its_time(krita: Krita) -> None:
    name, lines, title, tip = krita.told("strip_of_results")["names"]
    assert (name, lines, title) == ("brush work", 2, "Last results")
    assert "Click to have its settings" in tip


def test_a_click_brings_settings_and_picture_back(krita: Krita) -> None:
    told = krita.told("strip_of_results")
    assert told["back"] == [1.0, "PAINTED"] and told["applies"]
    assert told["jobs"] == [2, 2], "nothing is painted again"


def test_what_is_applied_is_the_very_painting(krita: Krita) -> None:
    told = krita.told("strip_of_results")
    assert told["applied"] == told["layer"]


def test_two_are_compared_in_the_same_view(krita: Krita) -> None:
    told = krita.told("strip_of_results")
    assert all(word.startswith("brush work, ") for word in told["words"])
    (left, right), (then_left, then_right) = told["sides"], told["swapped"]
    assert left != right
    assert (then_left, then_right) == (right, left), "a click on the left one changes the sides"
    assert told["single"]


def test_the_document_remembers_them(krita: Krita) -> None:
    assert krita.told("strip_of_results")["again"] == [0.4, False]
