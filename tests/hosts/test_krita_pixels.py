"""Colour spaces, geometry and kinds of layers in Krita."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from .kritas import (
    EXTENT,
    Krita,
    one_layer,
    picture,
)

SPACES = [
    f"{model} {depth} {profile}"
    for model, profiles in {
        "RGBA": ["sRGB-elle-V2-srgbtrc.icc", "sRGB-elle-V2-g10.icc", "Rec2020-elle-V4-g10.icc"],
        "GRAYA": ["Gray-D50-elle-V2-srgbtrc.icc", "Gray-D50-elle-V2-g10.icc"],
    }.items()
    for depth in ("U8", "U16", "F16", "F32")
    for profile in profiles
]
CONVERTED = [
    "CMYKA U8 Chemical proof",
    "CMYKA F32 Chemical proof",
    "LABA U16 Lab identity built-in",
    "XYZA F32 XYZ identity built-in",
    "YCbCrA U16 ITU-R BT.709-6 YCbCr ICC V4 profile",
    "GRAYA U8 gray built-in",
]


@pytest.mark.parametrize("space", SPACES + CONVERTED)
def test_every_colour_space_goes_there_and_back(krita: Krita, space: str) -> None:
    """With strength 0 the new layer hides nothing of what was seen before."""
    outcome = krita.told("spaces")[space]
    layer = one_layer(outcome)
    assert " ".join(outcome["document"]) == space
    assert " ".join(layer["space"]) == space
    assert layer["bounds"] == [20, 20, 60, 50]
    assert outcome["same_original"]
    assert outcome["undone"] == outcome["nodes"][0] == outcome["nodes"][1] - 1
    difference = np.abs(picture(outcome["before"], 3) - picture(outcome["after"], 3))
    # Krita's own way into a space may shift colours, and there and back is that way again.
    photo = picture(krita.told("spaces")[SPACES[0]]["before"], 3)
    shift = np.abs(picture(outcome["before"], 3) - photo) if space in CONVERTED else 0
    assert np.percentile(difference, 99) <= 3 + np.percentile(shift, 99)
    assert difference[:20].max() == 0


def test_the_painting_looks_the_same_in_every_space(krita: Krita) -> None:
    shown = krita.told("spaces_painted")
    runs = {name: run for name, run in shown.items() if name != "took"}
    first, *others = (picture(run["after"], 3)[20:70, 20:80] for run in runs.values())
    assert all(one_layer(run) for run in runs.values())
    for other, name in zip(others, list(runs)[1:], strict=True):
        limit = 40 if name.startswith("CMYKA") else 6
        assert np.abs(first - other).mean() < limit, name


WIDE = [
    "RGBA U8 ClayRGB-elle-V4-srgbtrc.icc",
    "RGBA U16 LargeRGB-elle-V2-g22.icc",
    "RGBA F16 Rec2020-elle-V4-g10.icc",
]
"""As wide as Adobe RGB, ProPhoto and Rec. 2020."""


@pytest.mark.parametrize("space", WIDE)
def test_a_wide_space_is_painted_to_the_eye_as_srgb_is(krita: Krita, space: str) -> None:
    runs = krita.told("spaces_painted")
    srgb, wide = (
        rgb2lab(picture(runs[name]["after"], 3).astype(np.uint8))[20:70, 20:80]
        for name in (SPACES[0], space)
    )
    assert one_layer(runs[space])["space"] == space.split(" ", 2)
    assert deltaE_ciede2000(srgb, wide).mean() < 1


def expected_box(layer: tuple[int, ...], selection: tuple[int, ...] | None) -> list[int] | None:
    """Layer, selection and canvas intersected, worked out here anew."""
    boxes = [layer, (0, 0, *EXTENT)] + ([selection] if selection else [])
    x, y = max(b[0] for b in boxes), max(b[1] for b in boxes)
    right, bottom = min(b[0] + b[2] for b in boxes), min(b[1] + b[3] for b in boxes)
    return [x, y, right - x, bottom - y] if right > x and bottom > y else None


LAYERS = {
    "offset": (17, 23, 60, 50),
    "negative": (-20, -15, 70, 60),
    "larger than the canvas": (-10, -10, 150, 130),
    "smaller than the canvas": (50, 40, 40, 36),
    "off the canvas": (300, 20, 40, 40),
}
SELECTIONS = {"none": None, "inside": (30, 30, 20, 20), "over the edge": (5, 5, 55, 48)}


@pytest.mark.parametrize("selected", SELECTIONS)
@pytest.mark.parametrize("layer", LAYERS)
def test_layers_may_lie_anywhere(krita: Krita, layer: str, selected: str) -> None:
    outcome = krita.told("geometry")[f"{layer}, selection {selected}"]
    box = expected_box(LAYERS[layer], SELECTIONS[selected])
    if box is None:
        assert outcome["new"] == []
        assert len(outcome["failed"]) == 1
    else:
        new = one_layer(outcome)
        assert new["bounds"] == box
        assert new["aligned"], "strength 0 must give the layer's own pixels at the same place"


KINDS = {
    "group": ("root", "Group"),
    "inside": ("Group", "Pattern"),
    "hidden": ("root", "Pattern"),
    "hidden_group": ("root", "Group"),
    "clone": ("root", "Clone"),
    "locked": ("root", "Pattern"),
    "faint": ("root", "Pattern"),
    "masked": ("root", "Pattern"),
}
"""Layers that show the pattern; the new one's parent and what it lies on."""

DRAWN = {"vector": "Vector", "fill": "Fill", "filter_layer": "Filter", "file_layer": "File"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_layer_is_painted_as_it_looks(krita: Krita, kind: str) -> None:
    new = one_layer(krita.told("kinds")[kind])
    assert (new["parent"], *new["above"]) == KINDS[kind]
    assert new["bounds"] == ([20, 20, 30, 20] if kind == "masked" else [10, 10, 60, 50])
    assert new["aligned"]


@pytest.mark.parametrize("kind", DRAWN)
def test_layers_that_krita_draws_are_painted_from(krita: Krita, kind: str) -> None:
    assert one_layer(krita.told("kinds")[kind])["above"] == [DRAWN[kind]]


def test_an_empty_layer_says_why_not(krita: Krita) -> None:
    outcome = krita.told("kinds")["empty"]
    assert outcome["new"] == []
    assert "has no pixels" in outcome["failed"][0]


def test_a_layer_can_be_the_style(krita: Krita) -> None:
    styles = krita.told("styles")
    assert styles["offered"] == ["Weave", "Background"]
    new = one_layer(styles["layer"])
    assert (new["name"], new["above"]) == ("Weave 2", ["Background"])


def test_a_background_style_paints_the_whole_layer(krita: Krita) -> None:
    new = one_layer(krita.told("styles")["both"])
    assert new["name"] == "Weave + brush work"
    assert new["bounds"] == [0, 0, *EXTENT]


def test_a_style_layer_that_is_gone_is_missed(krita: Krita) -> None:
    assert "not in this picture" in krita.told("styles")["gone"]["failed"][0]
