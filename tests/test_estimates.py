"""The times that stand on the buttons of the three qualities."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.bridge.contract.geometry import Box, Extent, Extents
from core.bridge.contract.settings import Settings
from core.bridge.i18n.times import about
from core.bridge.session.estimates import quality_times, seconds
from core.bridge.session.history import History
from core.bridge.session.presets import QUALITIES
from core.bridge.session.workload import region_extents
from core.bridge.storage.paths import Installation

CANVAS = Extent(2000, 1500)
ALL = Extents(CANVAS, Box.of(CANVAS), None)
SELECTED = ALL._replace(selection=Box(100, 100, 500, 400))
STYLED = Settings(style="a.png", method="instant")
BOTH = replace(STYLED, background_style="b.png")


@pytest.fixture
def place(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def took(place: Installation, settings: Settings, *layers: Extents) -> float:
    return seconds(History(place), settings, layers)


def test_a_background_that_is_not_painted_costs_nothing(place: Installation) -> None:
    """Where nothing is selected there is none."""
    assert took(place, BOTH, ALL) == took(place, STYLED, ALL)
    assert took(place, BOTH, SELECTED) > took(place, STYLED, SELECTED)


def test_a_selection_that_is_not_painted_costs_nothing(place: Installation) -> None:
    rest = replace(BOTH, style="")
    assert took(place, rest, SELECTED) == took(place, STYLED, ALL)


def test_what_a_run_is_noted_as_is_what_the_next_one_is_expected_to_be(
    place: Installation,
) -> None:
    """The hosts write one history: a wrong region in it makes the other host's times wrong."""
    before = took(place, STYLED, ALL)
    History(place).record(BOTH, region_extents(ALL, BOTH), 2 * before)
    for settings in (STYLED, BOTH):
        assert took(place, settings, ALL) == pytest.approx(2 * before)


def test_strokes_of_a_one_pass_method_cost_less_the_larger_they_are(place: Installation) -> None:
    times = [took(place, replace(STYLED, stroke_size=size), ALL) for size in (0.25, 1.0, 4.0)]
    assert times[0] > times[1] > times[2]


def test_layers_add_up(place: Installation) -> None:
    assert took(place, STYLED, ALL, SELECTED) == pytest.approx(
        took(place, STYLED, ALL) + took(place, STYLED, SELECTED)
    )


def test_each_quality_says_its_time(place: Installation) -> None:
    times = quality_times(STYLED, [ALL], place)
    assert set(times) == set(QUALITIES)
    assert times["draft"] == about(took(place, replace(STYLED, method="instant"), ALL))
    assert times["best"] == about(took(place, replace(STYLED, method="painterly", steps=500), ALL))
    assert times["best"] not in (times["good"], times["draft"])


def test_a_time_is_never_blank_while_there_is_a_layer(place: Installation) -> None:
    """A selection beside the layer: it might still be moved."""
    off = ALL._replace(selection=Box(5000, 0, 10, 10))
    assert quality_times(STYLED, [off], place) == quality_times(STYLED, [ALL], place)
    assert quality_times(STYLED, [], place) == {}
