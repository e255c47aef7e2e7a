"""Which knob stands where in a dialog, and what presets do to them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.bridge.contract.knobs import COLORIZE, STYLIZE, Group
from core.bridge.contract.methods import METHODS
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


@pytest.mark.parametrize("task", [STYLIZE, COLORIZE])
def test_every_advanced_knob_stands_under_one_heading(task: str) -> None:
    advanced = [knob for knob in knobs(task) if knob.advanced]
    groups = panel.grouped(advanced)
    assert sorted(knob.name for _, inside in groups for knob in inside) == sorted(
        knob.name for knob in advanced
    )
    assert all(group.label for group, _ in groups)
    assert [group for group, _ in groups] == [group for group in Group if group in dict(groups)]


def test_parts_that_say_where_stand_under_the_heading_that_says_so() -> None:
    assert {knob.name for knob in KNOBS if knob.group is Group.WHERE} == set(panel.WHERE)


def shown(**values: object) -> set[str]:
    """The knobs that mean something where some say this."""
    settings = Settings.from_mapping(values).as_mapping()
    return {knob.name for knob in knobs(STYLIZE) if knob.applies(settings)}


@pytest.mark.parametrize(
    ("name", "without", "then"),
    [
        ("subject", {}, {"segment": "auto"}),
        ("background_colors", {}, {"background_style": "a.jpg"}),
        ("background_colors", {"method": "pastiche"}, {"background_pastiche": "wave"}),
        ("style_labels", {}, {"content_labels": "map.png"}),
        ("pastiche", {}, {"method": "pastiche"}),
        ("style_crop", {"method": "pastiche"}, {"method": "instant"}),
        ("steps", {"method": "instant"}, {"method": "painterly"}),
        ("matching_weight", {"statistics": "gram"}, {"statistics": "gaussian"}),
        ("matching_weight", {"method": "instant"}, {}),
        ("rate", {"optimizer": "lbfgs"}, {"optimizer": "adam"}),
        ("threads", {"device": "cuda"}, {"device": "cpu"}),
    ],
)
def test_a_knob_is_there_only_where_others_give_it_a_meaning(
    name: str, without: dict[str, object], then: dict[str, object]
) -> None:
    assert name not in shown(**without)
    assert name in shown(**then)


@pytest.mark.parametrize("method", METHODS)
def test_the_first_rows_have_a_meaning_in_every_method(method: str) -> None:
    assert {knob.name for knob in panel.first(knobs(STYLIZE))} <= shown(method=method)


def test_conditions_name_knobs_and_values_that_there_are() -> None:
    known = {knob.name: knob for knob in KNOBS}
    for condition in (only for knob in KNOBS for only in knob.only):
        for name in condition.knobs:
            assert all(known[name].check(value) == value for value in condition.values)


def test_what_a_sketch_is_coloured_like_is_called_a_reference() -> None:
    called = {knob.name: knob.label for knob in knobs(COLORIZE)}
    assert (called["style"], called["strength"]) == ("Reference", "Strength")
    assert knobs(STYLIZE)[0].label == "Style"


def test_drawings_that_explain_a_knob_are_there() -> None:
    drawn = [file for knob in KNOBS if (file := panel.drawing(knob)) is not None]
    assert drawn and all(file.read_text("utf-8").startswith("<svg ") for file in drawn)


def test_back_at_the_defaults_the_pictures_stay() -> None:
    pictures = Settings(style="a.jpg", background_style="b.jpg")
    assert defaults(replace(pictures, mix="c.jpg", steps=7)) == pictures
    sketch = Settings(library="there", sketch=True, strength=0.5)
    assert defaults(sketch) == Settings(library="there", sketch=True)
