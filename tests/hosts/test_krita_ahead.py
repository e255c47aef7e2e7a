"""Krita's dialog paints while it rests, and Paint has the less to do."""

from __future__ import annotations

import base64

import numpy as np

from core.bridge.storage.paths import Installation

from .kritas import Krita, shown
from .sights import assert_seen


def test_it_is_finished_before_it_is_asked_for(krita: Krita) -> None:
    told = krita.told("finished_ahead")
    assert not told["switched"], "the tests begin with the switch off"
    assert told["words"] == [True, True, False], "that it is a sketch"
    assert told["jobs"] == [1, 1], "Paint sent no job"


def test_what_is_seen_is_the_layer_that_comes(krita: Krita) -> None:
    told = krita.told("finished_ahead")
    picture, layer = (base64.b64decode(told[name]) for name in ("picture", "layer"))
    alpha = set(picture[3::4])
    assert len(alpha) > 50, "the selection is feathered"
    assert len(picture) == len(layer)
    # Of the four, the picture has red first, Krita's layer blue.
    for at in range(0, len(layer), 4):
        assert picture[at + 3] == layer[at + 3]
        if picture[at + 3]:
            assert picture[at : at + 3] == layer[at : at + 3][::-1]


def test_selection_and_rest_are_seen_as_they_come(krita: Krita, installation: Installation) -> None:
    told = krita.told("seen_ahead")
    assert not told["sketch"] and told["frame"] == [0, 0, *told["painted"]["size"]]
    seen, painted = (shown(told[name]).astype(np.uint8) for name in ("seen", "painted"))
    assert_seen(installation.weights, seen, painted)


def test_a_moved_slider_the_switch_and_close_end_it(krita: Krita) -> None:
    told = krita.told("ahead_ended")
    assert not told["under_way"]
    assert told["off"] == [False, False] and told["on"]
    assert told["nodes"] == 1
