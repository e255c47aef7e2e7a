"""What is changed in GIMP's image while it paints, and what was before: nothing is lost."""

from __future__ import annotations

import pytest

from .gimps import Job, Report, of


@pytest.fixture(scope="module")
def changed(job: Job) -> Report:
    """What the adapter reads and writes in images that change."""
    return job.run("gimp_changed")


@pytest.mark.parametrize(
    ("change", "box"),
    [
        ("nothing", [40, 20, 60, 50]),
        ("moved", [53, 13, 60, 50]),
        ("image scaled", [80, 30, 120, 75]),
        ("layer scaled", [20, 10, 30, 25]),
        ("cropped", [10, 8, 60, 50]),
        ("canvas resized", [90, 60, 60, 50]),
        ("layer to image size", [90, 60, 60, 50]),
        ("rotated by 90", [50, 40, 50, 60]),
        ("rotated by 180", [60, 50, 60, 50]),
        ("rotated by 270", [20, 60, 50, 60]),
        ("mirrored", [60, 20, 60, 50]),
        ("turned upside down", [40, 50, 60, 50]),
        ("grey", [40, 20, 60, 50]),
        ("deeper", [40, 20, 60, 50]),
    ],
)
def test_a_painting_lands_where_its_source_is_now(
    changed: Report, change: str, box: list[int]
) -> None:
    said = of(changed, "while_it_paints")[change]
    assert said["box"] == box
    assert said["apart"] < 1, "it does not lie on what it was painted from"
    assert said["notes"] == [] and said["selected"] and said["remembers"]


@pytest.mark.parametrize("change", ["flattened", "removed"])
def test_without_its_source_it_stands_on_top(changed: Report, change: str) -> None:
    said = of(changed, "while_it_paints")[change]
    assert said["box"] == [40, 20, 60, 50] and said["position"] == 0 and not said["aside"]
    (note,) = said["notes"]
    assert "is on top of the image" in note


@pytest.mark.parametrize(
    ("change", "words"),
    [("turned by 30 degrees", "its place is unknown"), ("closed", "image was closed")],
)
def test_without_a_place_it_is_an_image_of_its_own(
    changed: Report, change: str, words: str
) -> None:
    said = of(changed, "while_it_paints")[change]
    (note,) = said["notes"]
    assert said["aside"] and words in note


def test_an_image_of_its_own_is_of_the_closed_ones_kind(changed: Report) -> None:
    said = of(changed, "closed_with_its_precision")
    assert said["precision"] == "u16-non-linear"
    assert "Adobe RGB" in said["profile"]
    assert said["resolution"] == [300, 150]
    assert said["apart"] < 1e-3


def test_nobody_loses_the_layer_they_draw_on(changed: Report) -> None:
    assert of(changed, "who_is_drawn_on") == {
        "source": ["new"],
        "another": ["another"],
        "both": ["another", "new"],
        "channel": ["c"],
    }


@pytest.mark.parametrize(
    "kind", ["plain", "layer", "hidden effect", "locked", "group", "adobe", "indexed"]
)
def test_effects_are_read_as_they_are_seen(changed: Report, kind: str) -> None:
    """By the painting, the labels, the preview and a layer taken as a style."""
    said = of(changed, "effects")[kind]
    # An inverted Adobe RGB is not quite an inverted sRGB.
    assert max(said["apart"]) < (2 if kind == "adobe" else 0.01)
    assert not said["dirty"], "the artist's image counts as changed"
    assert said["effects"] == (0 if kind == "plain" else 1), "the original lost its effect"
    assert said["images"] == 0


def test_the_engine_gets_srgb_and_the_image_its_own_space_back(changed: Report) -> None:
    """sRGB's green in Adobe RGB is (144, 255, 60); its middle grey is 137 where L* is stored."""
    adobe, grey = (of(changed, "profiles")[name] for name in ("adobe", "grey"))
    assert adobe["own"] == adobe["back"] == [144, 255, 60]
    assert adobe["read"] == pytest.approx([0, 1, 0], abs=0.01)
    assert adobe["style"] == pytest.approx([0, 255, 0], abs=2)
    assert grey["own"] == grey["back"] == [137]
    assert grey["read"][0] == pytest.approx(128 / 255, abs=0.01)
    assert grey["style"] == pytest.approx([128], abs=2)


def test_an_effect_around_a_layer_moves_nothing(changed: Report) -> None:
    assert of(changed, "a_shadow")["apart"] == 0


def test_a_painting_that_is_edited_keeps_what_was_done_to_it(changed: Report) -> None:
    said = of(changed, "edited_keeps")
    assert said["after"] == said["before"]
    assert said["before"]["box"] == [47, 17, 60, 50] and said["before"]["mask"] < 255
    assert said["bounds"] == [28, 8, 84, 74], "another part of the original is painted"
    assert said["apart"] == 0
    assert said["layers"] == 2


def test_a_mask_follows_the_painting_until_it_is_drawn_on(changed: Report) -> None:
    made, drawn = (of(changed, "edited_mask_follows")[name] for name in ("as made", "drawn on"))
    assert made["box"] == drawn["box"] == [30, 10, 80, 70]
    assert made["alpha"] == drawn["alpha"] == [255]
    assert (made["middle"], made["rim"]) == (255, 255)
    assert (drawn["middle"], drawn["rim"]) == (0, 255)


@pytest.mark.parametrize(
    ("change", "bounds"),
    [
        ("nothing", [28, 8, 84, 74]),
        ("image scaled", [56, 12, 168, 111]),
        ("rotated by 90", [38, 28, 74, 84]),
        ("mirrored", [48, 8, 84, 74]),
        ("canvas resized", [78, 48, 84, 74]),
        ("moved", [41, 1, 84, 74]),
        ("cropped", [-2, -4, 84, 74]),
    ],
)
@pytest.mark.parametrize("when", ["before", "between"])
def test_a_changed_painting_is_painted_anew_from_the_same_part(
    changed: Report, change: str, bounds: list[int], when: str
) -> None:
    """Changed while it was painted first, or between that and its editing."""
    said = of(changed, "edited_after")[f"{change}, {when}"]
    assert said["bounds"] == bounds
    assert said["apart"] == 0
    # Its original was moved away from under it: the painting stays.
    alone = (change, when) == ("moved", "between")
    assert said["box"] == ([28, 8, 84, 74] if alone else bounds)


def test_what_others_write_into_a_parasite_is_no_memory(changed: Report) -> None:
    said = of(changed, "nonsense_remembered")
    assert len(said) == 12
    odd = {"a knob as a list", "a zero", "half a character"}
    for name, message in said.items():
        told = "remembered: True" if name in odd else "BadInput: The chosen layer does not remember"
        assert message.startswith(told), name


def test_of_a_painting_its_original_is_painted(changed: Report) -> None:
    said = of(changed, "of_a_painting")
    assert said["same"]
    (note,) = said["notes"]
    assert note == "style picture is a painting: its original is painted again, Background."
    assert said["names"] == ["style picture #1", "style picture", "Background"]
    assert said["top"] == 0, "a second painting lies below the first"
