"""Styles and regions in Krita: the gallery, mixes, the subject, edges, labels."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.bridge.contract.pastiches import NAMES

from .kritas import (
    PHOTO,
    Krita,
    Report,
    coverage,
    one_layer,
)


def test_pictures_come_into_the_gallery_from_everywhere(krita: Krita) -> None:
    gallery = krita.told("gallery")
    assert len(gallery["names"]) == gallery["shipped"] + 4
    assert {"brush work", "Pasted", "astronaut"} <= set(gallery["names"])
    for way, name in (
        ("taken", "brush work"),
        ("pasted", "Pasted"),
        ("dropped", "astronaut"),
        ("layer", "Background"),
    ):
        assert Path(gallery[way]).stem == name
    assert "brush work" not in " ".join(gallery["after"])


def test_a_place_takes_a_drop_and_a_layer(krita: Krita) -> None:
    places = krita.told("places")
    assert places["refused"] == ""
    assert Path(places["dropped"]).name == PHOTO
    setting, shown, layer = places["chosen"]
    assert setting.startswith("layer:")
    assert shown == layer
    assert places["seen"] == [True, True]


def test_the_gallery_is_searched_and_a_click_chooses(krita: Krita) -> None:
    gallery = krita.told("gallery")
    assert gallery["found"] == ["brush work"]
    assert Path(gallery["clicked"]).stem == "brush work"
    assert gallery["first"] == "brush work"


def test_a_star_is_clicked_or_marked_by_a_key(krita: Krita) -> None:
    clicked, chosen_stays, unmarked, both = krita.told("gallery")["starred"]
    assert clicked == ["brush work"]
    assert chosen_stays
    assert unmarked == []
    assert both == ["brush work", "Carnival"]


def test_two_styles_are_mixed_by_one_slider(krita: Krita) -> None:
    path, weight = krita.told("gallery")["mix"].split("=")
    assert Path(path).stem == "astronaut"
    assert float(weight) == pytest.approx(25 / 75, abs=0.001)


def test_the_shipped_styles_and_the_built_in_ones_are_there(krita: Krita) -> None:
    shipped = krita.told("shipped")
    assert shipped["count"] >= 12 + len(NAMES)
    assert shipped["thumbnails"]
    assert shipped["built_in"] == ["pastiche", NAMES[3]]
    assert shipped["shown"] == [NAMES[3].capitalize(), "Mosaic"], "as the gallery calls them"
    assert shipped["left"] == ["painterly", "mosaic"]
    assert shipped["marked"] == ["Mosaic", "Carnival"], "also where settings come otherwise"
    assert shipped["hint"] == ""


def area(told: Report, name: str) -> float:
    """How many pixels of the canvas a preview would paint, by their coverage."""
    covered, (_, _, width, height) = coverage(told[name]), told[f"{name}_box"]
    return float(covered.mean() * width * height)


def test_the_subject_is_shown_before_it_is_painted(krita: Krita) -> None:
    regions = krita.told("regions")
    covered = coverage(regions["subject"])
    height, width = covered.shape
    assert regions["veiled"]
    assert 0.1 < covered.mean() < 0.9
    # Her face is of the subject, the shuttle behind her is not.
    assert covered[height // 6 : height // 3, int(width * 0.38) : int(width * 0.48)].mean() > 0.8
    assert covered[: height // 2, int(width * 0.75) :].mean() < 0.1


def sides(told: Report, name: str) -> tuple[float, ...]:
    """How much of her face and of the shuttle behind her a preview would paint."""
    covered = coverage(told[name]["covered"])
    height, width = covered.shape
    rows = slice(height // 5, height // 3)
    face, shuttle = ((0.4, 0.48), (0.76, 0.8))
    parts = (covered[rows, int(start * width) : int(end * width)] for start, end in (face, shuttle))
    return tuple(float(part.mean()) for part in parts)


def test_a_click_says_which_subject_is_meant(krita: Krita) -> None:
    told = krita.told("pointed")
    assert told["not_looked_for"]["knob"] == ""
    for name, points, (face, shuttle) in (
        ("all", 0, (1, 0)), ("shuttle", 1, (0, 1)), ("both", 2, (1, 1)), ("woman", 1, (1, 0)),
        ("cleared", 0, (1, 0)),
    ):  # fmt: skip
        assert len(list(filter(None, told[name]["knob"].split(";")))) == points, name
        assert sides(told, name) == pytest.approx((face, shuttle), abs=0.2), name
    assert told["nothing"]["hint"].startswith("Nothing stands out where you point")
    assert told["cleared"]["hint"] == ""


def test_clicks_that_point_leave_the_split_and_drags_move_it(krita: Krita) -> None:
    told = krita.told("pointed")
    names = ("all", "shuttle", "both", "woman", "nothing", "cleared")
    assert len({told[name]["split"] for name in names}) == 1
    assert told["dragged"]["split"] == pytest.approx(0.2, abs=0.02)
    assert told["dragged"]["knob"] == ""
    assert told["open"], "Escape took the points away and closed nothing"


def test_grow_and_feather_are_seen_in_pixels_of_the_canvas(krita: Krita) -> None:
    regions = krita.told("regions")
    assert area(regions, "selected") == pytest.approx(200 * 200, rel=0.05)
    assert 290**2 < area(regions, "grown") < 325**2
    soft = coverage(regions["feathered"])
    width = regions["feathered_box"][2]
    # Along a row through the middle: how many pixels of the canvas lie between hard and gone.
    row = soft[soft.shape[0] // 2]
    edge = ((row > 0.05) & (row < 0.95)).sum() * width / len(row)
    assert 80 < edge < 240
    assert area(regions, "feathered") == pytest.approx(200 * 200, rel=0.1)


def test_selection_and_rest_take_a_style_each(krita: Krita) -> None:
    both = coverage(krita.told("regions")["both"])
    assert both.min() > 0.98


def halves(told: Report) -> list[float]:
    """How much of the left and of the right a preview's layer covers, away from the middle."""
    covered = coverage(told["layer"])
    third = covered.shape[1] // 3
    return [float(covered[:, :third].mean()), float(covered[:, -third:-8].mean())]


def test_labels_colours_are_listed_before_there_is_a_style(krita: Krita) -> None:
    told = krita.told("labels_with_styles")
    assert not told["at_first"]
    assert told["shares"] == {"#ff0000": "50 %", "#0000ff": "49 %"}
    assert told["unstyled"].startswith("None of the labels has a style yet")


def test_each_colour_of_the_labels_takes_a_picture_by_a_click_or_a_drop(krita: Krita) -> None:
    told = krita.told("labels_with_styles")
    one, both = told["one"]["text"], told["both"]["text"]
    assert re.fullmatch(r"#ff0000=.*/mosaic\.jpg", one)
    assert both == f"{one}; #0000ff={both.rpartition('=')[2]}"
    assert both.endswith("brush work.png")
    assert halves(told["one"]) == pytest.approx([1, 0], abs=0.02)
    assert halves(told["both"]) == pytest.approx([1, 1], abs=0.02)
    assert told["cleared"]["text"] == both.partition("; ")[2]
    assert halves(told["cleared"]) == pytest.approx([0, 1], abs=0.02)
    assert told["painted"] == both
    assert told["gallery_seen"] == 1
    assert told["used"]
    assert told["complaint"].startswith("Painted")


def test_a_name_that_parts_entries_stands_in_quotes(krita: Krita) -> None:
    told = krita.told("labels_with_styles")
    text, path, shown = told["odd"]
    assert path.endswith("one; two.png")
    assert text == f'{told["one"]["text"]}; #0000ff="{path}"'
    assert not any("one; two.png" in sentence for sentence in shown), "it was complained of"


def test_labels_styles_follow_the_labels_and_are_off_with_places_in_one_style(
    krita: Krita,
) -> None:
    told = krita.told("labels_with_styles")
    assert told["off"] == [False, ""]
    assert told["redrawn"]["text"] == told["one"]["text"]
    assert told["redrawn"]["hint"] == ""
    assert halves(told["redrawn"]) == pytest.approx([1, 0], abs=0.02)
    assert not told["hidden_again"]


def test_a_layer_can_be_the_labels(krita: Krita) -> None:
    labelled = krita.told("labelled")
    assert one_layer(labelled)["bounds"][3] == 600
    assert labelled["hint"] == ""
    assert labelled["seen"]
