"""Krita's gallery shows each style on what is selected."""

from __future__ import annotations

import pytest

from .kritas import Krita, Report


@pytest.fixture
def tried(krita: Krita) -> Report:
    return krita.told("tried")


def test_styles_are_seen_on_what_is_selected_and_anew_on_another_selection(tried: Report) -> None:
    assert tried["renewed"] == [True] * 3
    assert tried["differ"] == 3


def test_a_knob_makes_none_anew(tried: Report) -> None:
    assert tried["moved"]


def test_the_switch_shows_the_styles_own_pictures_and_is_kept(tried: Report) -> None:
    assert tried["off"]
    assert tried["again"] == [False, False]


def test_the_style_that_is_pointed_at_is_previewed_and_not_chosen(tried: Report) -> None:
    assert tried["pointed"] == [True] * 5
