"""GIMP's dialog paints while it rests, and Paint has the less to do."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from core.bridge.storage.paths import Installation

from .gimps import Job, Report, of
from .sights import assert_seen


@pytest.fixture(scope="module")
def ahead(job: Job) -> Report:
    job.forget_last_values()
    return job.run("gimp_ahead", windows=True)


def test_it_is_finished_before_it_is_asked_for(ahead: Report) -> None:
    said = of(ahead, "finished_before_it_is_asked_for")
    assert not said["stuck"] and said["painted"] == 1
    assert said["faded"]
    assert said["jobs"] == [1, 1], "Paint sent no job"
    before, after = said["looked"]
    assert before == 0 < after, "all of the layer is looked at only where a painting comes"
    sketch = "After (sketch)"
    assert said["tags"] == [sketch, sketch, "After"]


def test_what_is_seen_is_the_layer_that_comes(ahead: Report) -> None:
    said = of(ahead, "finished_before_it_is_asked_for")
    picture, layer = (bytes.fromhex(said[name]) for name in ("picture", "layer"))
    assert len(set(picture[3::4])) > 50, "the selection is feathered"
    seen = [picture[at : at + 4] for at in range(0, len(picture), 4) if picture[at + 3]]
    there = [layer[at : at + 4] for at in range(0, len(layer), 4) if layer[at + 3]]
    assert seen == there


def test_selection_and_rest_are_seen_as_they_come(
    ahead: Report, installation: Installation
) -> None:
    said = of(ahead, "selection_and_rest_at_half_strength")
    assert not said["stuck"] and said["painted"] == 1
    assert said["tag"] == "After" and said["frame"] == [0, 0, 800, 600]
    seen, painted = (np.array(Image.open(said[name]).convert("RGB")) for name in ("seen", "whole"))
    assert_seen(installation.weights, seen, painted)


def test_a_moved_slider_ends_it_and_so_does_cancel(ahead: Report) -> None:
    said = of(ahead, "a_moved_slider_and_cancel_end_it")
    assert not said["stuck"] and said["again"] and said["ended"]
    assert not said["painted"]


def test_the_switch_ends_it_and_is_remembered(ahead: Report) -> None:
    said = of(ahead, "switched_off_it_ends_and_stays_off")
    assert not said["stuck"] and said["ended"]
    assert not said["runs"] and not said["on"]
