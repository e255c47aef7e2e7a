"""Which knob stands where in a dialog, and what presets do to them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.bridge.contract.knobs import COLORIZE, STYLIZE
from core.bridge.contract.settings import KNOBS, Settings, knobs
from core.bridge.session import panel
from core.bridge.session.presets import defaults
from core.bridge.session.styles import PLACES


@pytest.mark.parametrize("task", [STYLIZE, COLORIZE])
def test_each_knob_of_a_task_stands_in_one_part(task: str) -> None:
    declared = knobs(task)
    parts = [
        panel.named(declared, PLACES),
        panel.first(declared),
        panel.named(declared, panel.WHERE),
    ]
    shown = [knob.name for part in parts for knob in part]
    others = [knob.name for knob in panel.others(declared, shown)]
    assert sorted([*shown, *others]) == sorted(knob.name for knob in declared)
    assert set(others) >= panel.BY_QUALITY


def test_the_first_rows_are_few_and_what_every_knob_is_called_is_declared_once() -> None:
    first = [knob.name for knob in panel.first(knobs(STYLIZE))]
    assert first == ["strength", "stroke_size", "colors", "faces"]
    assert panel.first(knobs(COLORIZE))[0] is panel.knob("library")
    assert all(panel.knob(knob.name) is knob for knob in KNOBS)


def test_parts_name_knobs_that_there_are() -> None:
    known = {knob.name for knob in KNOBS}
    assert {*PLACES, *panel.WHERE, *panel.BY_QUALITY} <= known
    assert [knob.name for knob in panel.named(KNOBS, ("seed", "brush", "size"))] == ["seed", "size"]


def test_back_at_the_defaults_the_pictures_stay() -> None:
    pictures = Settings(style="a.jpg", background_style="b.jpg")
    assert defaults(replace(pictures, mix="c.jpg", steps=7)) == pictures
    sketch = Settings(library="there", sketch=True, strength=0.5)
    assert defaults(sketch) == Settings(library="there", sketch=True)
