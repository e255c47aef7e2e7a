"""What becomes of a painting: where it stands, how it is called, and what is said of that."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.bridge.contract.settings import Settings
from core.bridge.session.outputs import (
    DOCUMENT,
    LAYER,
    MASKED,
    OUTPUT,
    Found,
    Where,
    becomes,
    numbered,
    renamed,
    stands_above,
    succession,
    successor_name,
)
from core.bridge.session.record import Record

RECORD: Record[None] = Record(Settings(style="/a/waves.jpg"), "7", None, name="waves")

CLOSED = "The image was closed while it was painted: the painting is an image of its own."
GONE = "The layer was removed or merged while it was painted: the painting is on top of the image."
GONE_ASIDE = (
    "The layer was removed or merged while it was painted, and the image has another size now: the "
    "painting is an image of its own."
)
CHANGED = (
    "The layer changed while it was painted, so its place is unknown: the painting is an image of "
    "its own. Copy it to where it belongs."
)
DOUBTFUL = "'Sky' has changed since: check that the painting is where it should be."
OLD_GONE = "The painting was removed while it was painted again: the new one is above its original."


@pytest.mark.parametrize(
    ("output", "found", "place", "said"),
    [
        (LAYER, Found(), Where.ABOVE, ""),
        (MASKED, Found(), Where.ABOVE, ""),
        (DOCUMENT, Found(), Where.ASIDE, ""),
        (LAYER, Found(open=False, source=False), Where.ASIDE, CLOSED),
        (DOCUMENT, Found(open=False, source=False), Where.ASIDE, ""),
        (LAYER, Found(source=False), Where.ON_TOP, GONE),
        (MASKED, Found(source=False, same_canvas=False), Where.ASIDE, GONE_ASIDE),
        (LAYER, Found(followed=False), Where.ASIDE, CHANGED),
        (LAYER, Found(doubtful="Sky"), Where.ABOVE, DOUBTFUL),
        (LAYER, Found(replacing=True, old=True), Where.INSTEAD, ""),
        (LAYER, Found(replacing=True, old=True, doubtful="Sky"), Where.INSTEAD, DOUBTFUL),
        (LAYER, Found(replacing=True), Where.ABOVE, OLD_GONE),
        (LAYER, Found(replacing=True, old=True, source=False), Where.ON_TOP, GONE),
    ],
)
def test_no_painting_is_lost_and_what_is_unexpected_is_said(
    output: str, found: Found, place: Where, said: str
) -> None:
    where, told = becomes(output, found)
    assert where is place
    assert ("" if told is None else str(told)) == said


def test_the_choices_are_those_a_host_can_show() -> None:
    assert [value for value, _ in OUTPUT.choices] == [LAYER, MASKED, DOCUMENT]
    assert OUTPUT.check(OUTPUT.default) == LAYER


@pytest.mark.parametrize(
    ("near", "below"),
    [
        ("s", "s"),
        ("asb", "s"),
        ("sPb", "P"),
        ("sPbQ", "Q"),
        ("PsbQc", "Q"),
        ("PQs", "s"),
    ],
)
def test_it_stands_above_what_was_painted_of_the_same_before(near: str, below: str) -> None:
    assert stands_above(near, "s", str.isupper) == below


def test_a_name_is_numbered_where_another_painting_has_it() -> None:
    assert numbered("waves", ["sky"]) == "waves"
    assert numbered("waves", ["waves", "waves 2", "waves 4"]) == "waves 3"


@pytest.mark.parametrize(
    ("name", "painted", "taken", "wanted"),
    [
        ("waves", "waves", [], "waves"),
        ("waves", "strokes", [], "strokes"),
        ("waves", "strokes", ["strokes"], "strokes 2"),
        ("My sea", "strokes", [], "My sea"),
        ("My sea", "waves", [], "My sea"),
    ],
)
def test_a_name_of_ours_follows_the_style_and_a_person_s_stays(
    name: str, painted: str, taken: list[str], wanted: str
) -> None:
    assert successor_name(name, RECORD, painted, taken) == wanted


def test_a_number_stays_with_its_style() -> None:
    second = replace(RECORD, name="waves 2")
    assert successor_name("waves 2", second, "waves", ["waves"]) == "waves 2"
    assert successor_name("waves 2", second, "strokes", ["waves"]) == "strokes"


def test_a_record_that_does_not_say_its_name_was_called_after_its_style() -> None:
    older = replace(RECORD, name="")
    assert not renamed("waves", older) and renamed("My sea", older)


def test_a_name_that_a_person_gave_stays_and_ours_is_kept_in_mind() -> None:
    assert succession("My sea", None, "strokes", ()) == ("My sea", "My sea")
    assert succession("waves", RECORD, "strokes", ["waves", "strokes"]) == ("strokes 2",) * 2
    assert succession("My sea", RECORD, "strokes", ["My sea"]) == ("My sea", "waves")
    older = replace(RECORD, name="")
    assert succession("My sea", older, "strokes", ["My sea"]) == ("My sea", "strokes")
