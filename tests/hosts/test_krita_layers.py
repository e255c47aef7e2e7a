"""What Krita's layers show, inherit and keep, and that a preview leaves no trace."""

from __future__ import annotations

import numpy as np
import pytest

from .kritas import Krita, one_layer, picture

RED = [255, 0, 0]


def test_a_layer_style_is_painted_as_it_is_seen(krita: Krita) -> None:
    told = krita.told("effects")["style"]
    one_layer(told)
    before, after = picture(told["before"], 3), picture(told["after"], 3)
    assert (before[30:60, 30:70] == RED).all()
    assert np.array_equal(before, after)
    assert told["same"]


def test_a_filter_mask_is_painted_beyond_the_layers_own_pixels(krita: Krita) -> None:
    told = krita.told("effects")["blur"]
    x, y, width, height = one_layer(told)["bounds"]
    assert x < 30
    assert y < 30
    assert width > 40
    assert height > 30
    assert np.abs(picture(told["before"], 3) - picture(told["after"], 3)).max() <= 1
    assert told["same"]


def test_a_clipped_layers_painting_is_clipped(krita: Krita) -> None:
    told = krita.told("clipped")
    one_layer(told)
    alpha = picture(told["shown"], 4)[..., 3]
    assert told["inherits"]
    assert (alpha[10:40, 10:40] == 255).all()
    assert alpha.sum() == 30 * 30 * 255


LOCAL = ["alone", "on the mask", "with a global one", "with an inactive one"]


@pytest.mark.parametrize("kind", LOCAL)
def test_a_local_selection_is_what_is_painted(krita: Krita, kind: str) -> None:
    told = krita.told("local_selections")[kind]
    assert one_layer(told)["bounds"] == [30, 20, 40, 30]
    cut = told["mask"]
    assert cut == ([0, 0, 70, 50] if kind == "with an inactive one" else [30, 20, 40, 30])


def test_a_deselected_local_selection_selects_nothing(krita: Krita) -> None:
    told = krita.told("local_selections")["deselected"]
    assert one_layer(told)["bounds"] == [0, 0, 120, 100]
    assert told["mask"] is None


SPACES = [
    "RGBA U16 Rec2020-elle-V4-g10.icc",
    "RGBA F32 sRGB-elle-V2-g10.icc",
    "RGBA U8 ClayRGB-elle-V4-srgbtrc.icc",
    "GRAYA U8 gray built-in",
    "CMYKA U8 Chemical proof",
]


@pytest.mark.parametrize("space", SPACES)
def test_a_preview_leaves_no_trace(krita: Krita, space: str) -> None:
    told = krita.told("previews_leave_no_trace")[space]
    assert told["seen"]
    assert told["before"][0] is False
    assert told["after"] == told["before"]


def test_a_layer_with_a_mask_is_one_step(krita: Krita) -> None:
    told = krita.told("masked_in_one_step")
    for space in ("RGBA U8 sRGB-elle-V2-srgbtrc.icc", SPACES[0]):
        (before, painted, undone), same = told[space]
        assert (painted, undone) == (before + 2, before)
        assert same


def test_edit_keeps_what_was_done_to_the_painting(krita: Krita) -> None:
    """It was moved by 5, 7 and its canvas grown by 10, 4 at the left and the top."""
    told = krita.told("edit_keeps")
    for strength, name in (("0.4", "brush work"), ("0.9", "Background 2")):
        look, changed, count = told[strength]
        before = [dict(told["before"][0], name=name), *told["before"][1:]]
        assert before[0]["bounds"] == [45, 31, 50, 40]
        assert look == before
        assert changed
        assert count == 4


def test_again_on_a_painting_paints_its_original_and_says_so(krita: Krita) -> None:
    told = krita.told("paintings_of_paintings")
    assert told["same_pixels"]
    assert told["from_original"]
    assert told["names"][:3] == ["Background", "brush work", "brush work 2"]
    assert told["told"] == [
        "brush work 2",
        "'brush work' is a painting, so its original was painted.",
    ]


def test_a_copy_of_a_painting_is_a_layer_of_its_own(krita: Krita) -> None:
    assert krita.told("paintings_of_paintings")["copy_is_itself"]
